"""The lists of the admin: as many queries for many rows as for one, and what can be searched and filtered."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from authentication.models import User
from interviewpanel.models import InterviewPanel, InterviewSession
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.decisions import decide
from interviewpanel.services.feedback import give_feedback
from interviewpanel.services.human_ratings import override_score
from interviewpanel.services.panels import copy_panel
from organizations.models import MembershipInvitation, Organization
from organizations.services.history import record_change
from questionbank.models import Category, Question, Subtopic, Topic
from reports.services.reports import open_report
from tests.call_rows import add_phone_call
from tests.integration.organizations.conftest import Tenants, add_key, add_message, add_webhook
from tests.interview_rows import ENDED_AT, World, add_answer, add_score, add_segments, make_session
from tests.model_usage_rows import add_call
from tests.rows_besides import (
    add_accommodation_request,
    add_cached_question,
    add_generated_interview,
    add_question_set,
    add_rated_set,
    add_share,
)
from tests.staff import make_member

pytestmark = pytest.mark.django_db

# The session and the user, the role and the memberships, permissions, the count, the rows; and per page its filters,
# its dates, what it fetches beside the rows.
QUERIES = {
    "authentication.user": 9,
    "organizations.organization": 11,
    "organizations.apikey": 12,
    "organizations.candidate": 12,
    "organizations.membership": 13,
    "organizations.membershipinvitation": 12,
    "organizations.change": 12,
    "organizations.message": 12,
    "organizations.messagetemplate": 14,
    "organizations.webhookendpoint": 12,
    "organizations.webhookdelivery": 13,
    "questionbank.category": 10,
    "questionbank.topic": 10,
    "questionbank.subtopic": 10,
    "questionbank.question": 17,
    "questionbank.modelcall": 11,
    "questionbank.jobdescription": 14,
    "questionbank.generatedinterview": 14,
    "questionbank.screeningset": 13,
    "questionbank.generation": 12,
    "questionbank.cachedquestion": 18,
    "interviewpanel.interviewpanel": 12,
    "interviewpanel.interviewpanelcandidate": 13,
    "interviewpanel.positionquestionset": 12,
    "interviewpanel.ratedset": 12,
    "interviewpanel.interviewsession": 13,
    "interviewpanel.accommodationrequest": 12,
    "interviewpanel.candidaterequest": 12,
    "interviewpanel.candidatefeedback": 12,
    "interviewpanel.phonecall": 12,
    "interviewpanel.audiosegment": 12,
    "interviewpanel.answerscore": 11,
    "reports.interviewreport": 13,
    "reports.reportshare": 12,
}
# On every page, for the sidebar: how many requests are open.
SIDEBAR = 1
A_PAGE = 50
FEW = {
    "organizations.organization",
    "organizations.messagetemplate",
    "organizations.webhookendpoint",
}  # one's own; and a text for each kind of message
KINDS = ("reminder", "new_link", "extended", "revoked", "invitation")


def add_rows(world: World, number: int, owner: User) -> None:
    """One more row for every list that the owner of Fernbrook sees, but for those in FEW."""
    organization = world.organization
    category = Category.objects.create(organization=organization, name=f"Area {number}", slug=f"area-{number}")
    topic = Topic.objects.create(category=category, name=f"Topic {number}", slug=f"topic-{number}")
    subtopic = Subtopic.objects.create(topic=topic, name=f"Subtopic {number}", slug=f"subtopic-{number}")
    Question.objects.create(
        organization=organization,
        key=f"question-{number}",
        category=category,
        topic=topic,
        subtopic=subtopic,
        difficulty="easy",
    )
    session = make_session(
        World(organization, copy_panel(world.panel), world.row, world.question), candidate=f"P{number}"
    )
    answer = add_answer(session, world, 1)
    add_segments(answer)
    add_score(answer)
    open_report(session=session, now=ENDED_AT)
    add_share(session)
    add_question_set(world.panel, f"Position {number}")
    add_rated_set(world.organization, f"Set {number}")
    add_generated_interview(organization, f"REQ-{number}")
    add_cached_question(organization, f"Composite indexes, {number}")
    add_accommodation_request(session)
    ask_people(invitation=session.invitation, kind="erasure", note="", now=ENDED_AT)
    give_feedback(invitation=session.invitation, rating=3, comment="", now=ENDED_AT)
    add_webhook(session)
    add_call(organization, ENDED_AT)
    add_phone_call(session.invitation)
    add_message(session, kind=KINDS[number % len(KINDS)])
    decide(
        session_id=session.pk,
        stage="advance",
        reason="Strong.",
        decided_by=owner,
        now=ENDED_AT,
        seen_id=None,
    )
    override_score(
        answer_id=answer.pk,
        user=owner,
        composite=70,
        components={},
        reason="Right in other words.",
        seen=0,
        now=ENDED_AT,
    )
    record_change(
        row=session.invitation,
        action="changed",
        organization_id=organization.pk,
        actor=None,
        now=ENDED_AT,
        message="Sent.",
    )
    MembershipInvitation.objects.create(
        organization=organization,
        email=f"new{number}@fernbrook.example",
        role="hr",
        token_hash=f"{number}",
        expires_at=ENDED_AT,
    )
    add_key(organization, owner, f"System {number}")
    make_member(f"colleague{number}@fernbrook.example", {world.organization: "hr"})
    shared = Organization.objects.create(name=f"Partner {number}", slug=f"partner-{number}")
    make_member(f"partner{number}@fernbrook.example", {shared: "hr"})


def count_queries(client: Client, model: type[Model]) -> tuple[int, int]:
    """Queries of the list, and its rows."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    client.get(url)  # content types are read once a process
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200
    return len(queries), response.context["cl"].result_count


def test_a_list_takes_as_many_queries_for_many_rows_as_for_one(tenants: Tenants) -> None:
    models = {model._meta.label_lower: model for model in admin.site._registry}
    clients = {name: tenants.client("root" if name == "authentication.user" else "owner") for name in models}
    expected = {name: number + SIDEBAR for name, number in QUERIES.items()}
    found = {name: count_queries(clients[name], model) for name, model in models.items()}
    assert {name: queries for name, (queries, _) in found.items()} == expected, "with one row"
    owner = User.objects.get(email__startswith="owner@")
    for number in range(A_PAGE):
        add_rows(tenants.ours, number, owner)
    found = {name: count_queries(clients[name], model) for name, model in models.items()}
    assert {name: queries for name, (queries, _) in found.items()} == expected, "with a page full"
    assert {name for name, (_, rows) in found.items() if rows < A_PAGE} == FEW


def test_every_list_can_be_searched_and_is_cut_by_date(tenants: Tenants) -> None:
    """The catalogue has no dates."""
    undated = {"questionbank.category", "questionbank.topic", "questionbank.subtopic"}
    found = {model._meta.label_lower: page for model, page in admin.site._registry.items()}
    assert {name for name, page in found.items() if not page.search_fields} == set()
    assert {name for name, page in found.items() if page.date_hierarchy is None} == undated


SEARCHES = (
    ("organizations_candidate", "raghu", 1),
    ("organizations_candidate", "nobody", 0),
    ("questionbank_question", "has become slow", 1),
    ("interviewpanel_interviewpanel", "backend eng", 1),
    ("interviewpanel_interviewpanelcandidate", "priya@", 1),
    ("interviewpanel_interviewsession", "raghu", 1),
    ("interviewpanel_answerscore", "become slow", 2),
    ("interviewpanel_audiosegment", "raghu", 4),
)


@pytest.mark.parametrize(("page", "text", "found"), SEARCHES)
def test_a_search_finds_what_a_recruiter_would_type(tenants: Tenants, page: str, text: str, found: int) -> None:
    response = tenants.client("recruiter").get(reverse(f"admin:{page}_changelist"), {"q": text})
    assert response.context["cl"].result_count == found


def test_filters_offer_only_ones_own(tenants: Tenants) -> None:
    """Who belongs to two organizations may choose between those, and no third is named."""
    third = Organization.objects.create(name="Thirdwind", slug="third")
    InterviewPanel.objects.create(organization=third, title="Their panel", job_title="Theirs")
    InterviewPanel.objects.create(organization=tenants.elsewhere, title="Second panel", job_title="Second")
    page = tenants.client("between").get(reverse("admin:interviewpanel_interviewpanel_changelist")).content.decode()
    assert "?organization__id__exact=" in page
    assert "Elsewhere" in page
    assert "Thirdwind" not in page


def test_a_filter_that_is_typed_into_names_only_ones_own(tenants: Tenants) -> None:
    """Whatever number of a panel somebody writes into the address, it tells nobody another's name."""
    theirs = InterviewPanel.objects.create(organization=tenants.elsewhere, title="Their panel", job_title="Theirs")
    url = reverse("admin:interviewpanel_accommodationrequest_changelist")

    def read(person: str, panel: InterviewPanel) -> tuple[str, int]:
        response = tenants.client(person).get(url, {"invitation__panel__id__exact": panel.pk})
        return response.content.decode(), response.context["cl"].result_count

    page, found = read("recruiter", tenants.ours.panel)
    assert ("Backend screening</option>" in page, found) == (True, 1)
    page, found = read("recruiter", theirs)
    assert ("Their panel" in page, found) == (False, 0)
    page, found = read("stranger", theirs)
    assert ("Their panel</option>" in page, found) == (True, 0)


def test_dates_filter_the_interviews(tenants: Tenants) -> None:
    InterviewSession.objects.update(started_at=ENDED_AT - timedelta(days=400))
    url = reverse("admin:interviewpanel_interviewsession_changelist")
    recruiter = tenants.client("recruiter")
    found = {
        query: recruiter.get(url, {"started_at__gte": query}).context["cl"].result_count
        for query in ("2020-01-01 00:00:00+00:00", "2026-01-01 00:00:00+00:00")
    }
    assert list(found.values()) == [1, 0]
