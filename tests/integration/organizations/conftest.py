"""Two organizations: Fernbrook, which has held an interview, and Elsewhere, which has nothing to do with it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from authentication.models import User
from authentication.services.roles import create_roles
from interviewpanel.models import (
    AccommodationRequest,
    AnswerScore,
    AudioSegment,
    CandidateFeedback,
    CandidateRequest,
    InterviewSession,
    PhoneCall,
    PositionQuestionSet,
    RatedSet,
)
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.feedback import give_feedback
from organizations.models import (
    ApiKey,
    Candidate,
    Change,
    Membership,
    MembershipInvitation,
    Message,
    MessageTemplate,
    Organization,
    WebhookDelivery,
    WebhookEndpoint,
)
from organizations.services.api_keys import make_key
from organizations.services.history import Author, record_change
from organizations.services.membership_invitations import invite_member
from organizations.services.webhook_endpoints import make_endpoint
from organizations.services.webhooks import announce
from questionbank.models import (
    CachedQuestion,
    Category,
    GeneratedInterview,
    Generation,
    JobDescription,
    ModelCall,
    ScreeningSet,
    Subtopic,
    Topic,
)
from reports.models import ReportShare
from reports.services.reports import open_report
from tests.call_rows import add_phone_call
from tests.interview_rows import ENDED_AT, World, make_interview, make_world
from tests.model_usage_rows import add_call
from tests.rows_besides import (
    add_accommodation_request,
    add_cached_question,
    add_generated_interview,
    add_generation,
    add_question_set,
    add_rated_set,
    add_share,
)
from tests.staff import make_member, sign_in


@dataclass(frozen=True)
class Tenants:
    ours: World
    session: InterviewSession
    elsewhere: Organization
    everyones: Subtopic
    people: dict[str, User]
    line: Change  # of the history

    def client(self, person: str) -> Client:
        return sign_in(self.people[person]) if person in self.people else Client()

    def list_rows(self) -> dict[type[Model], Model]:
        """A row of Fernbrook for every model that the admin shows."""
        invitation = self.session.invitation
        known: list[Model] = [
            *(self.people["owner"], self.ours.organization, invitation.candidate),
            *(self.ours.row.category, self.ours.question.topic, self.ours.question.subtopic, self.ours.question),
            *(self.ours.panel, invitation, self.session, self.session.report),
            *(AudioSegment.objects.order_by("pk")[0], AnswerScore.objects.order_by("pk")[0]),
            *(Membership.objects.get(user=self.people["recruiter"]), self.line),
            *(ReportShare.objects.get(), PhoneCall.objects.get()),
            *(
                PositionQuestionSet.objects.get(),
                Generation.objects.get(work_status="queued"),
                CachedQuestion.objects.get(),
            ),
            *(JobDescription.objects.get(), GeneratedInterview.objects.get(), ScreeningSet.objects.get()),
            *(AccommodationRequest.objects.get(), CandidateRequest.objects.get(), CandidateFeedback.objects.get()),
            *(Message.objects.get(), MessageTemplate.objects.get(), MembershipInvitation.objects.get()),
            *(WebhookEndpoint.objects.get(), WebhookDelivery.objects.get()),
            *(ApiKey.objects.get(), ModelCall.objects.get(), RatedSet.objects.get()),
        ]
        rows = {type(row): row for row in known}
        assert set(rows) == set(admin.site._registry), "a row for every page of the admin"
        return rows


@pytest.fixture(autouse=True)
def quiet_settings(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def add_message(session: InterviewSession, kind: str = "invitation") -> None:
    """One that Fernbrook has sent about the interview, and words of its own for others."""
    candidate = session.invitation.candidate
    Message.objects.create(
        organization=session.organization,
        candidate=candidate,
        about=session.invitation.uuid,
        channel="email",
        kind=kind,
        to_address=candidate.email,
        subject="Priya's interview",
        text="Hello Priya",
        state="sent",
        work_status="done",
        sent_at=ENDED_AT,
    )
    MessageTemplate.objects.get_or_create(
        organization=session.organization, kind=kind, subject="Fernbrook writes", text="{{ link }}"
    )


def add_webhook(session: InterviewSession) -> None:
    """Where Fernbrook's events go, and one that is on its way."""
    organization, url = session.organization, "https://hooks.example.com/"
    if not organization.webhook_endpoints.exists():
        make_endpoint(organization=organization, url=url, description="Priya's tracker", now=ENDED_AT)
    announce(
        organization_id=organization.pk,
        event="interview.ended",
        data={"metadata": {}},
        about=session.invitation.uuid,
        now=ENDED_AT,
    )


def add_key(organization: Organization, maker: User, name: str = "Applicant tracking") -> None:
    now = timezone.now()
    make_key(organization=organization, name=name, scopes=["candidates:read"], made_by=maker, now=now)


@pytest.fixture
def tenants(db: None) -> Tenants:
    ours = make_world("Fernbrook")
    session = make_interview(ours)
    open_report(session=session, now=ENDED_AT)
    add_share(session)
    add_phone_call(session.invitation)
    add_question_set(ours.panel, "Backend engineer")
    add_rated_set(ours.organization)
    add_generated_interview(ours.organization)
    add_generation(ours.organization)
    add_cached_question(ours.organization)
    add_accommodation_request(session, "For Priya's insulin")
    ask_people(invitation=session.invitation, kind="human_review", note="Priya asks", now=ENDED_AT)
    give_feedback(invitation=session.invitation, rating=4, comment="Priya was fine", now=ENDED_AT)
    add_message(session)
    add_webhook(session)
    add_call(ours.organization, ENDED_AT, interview=session.uuid)
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    category = Category.objects.create(name="Common ground", slug="common")
    topic = Topic.objects.create(category=category, name="Teamwork", slug="teamwork")
    everyones = Subtopic.objects.create(topic=topic, name="Feedback", slug="feedback")
    people = {
        "owner": make_member("owner@fernbrook.example", {ours.organization: "admin"}),
        "recruiter": make_member("recruiter@fernbrook.example", {ours.organization: "hr"}),
        "reviewer": make_member("reviewer@fernbrook.example", {ours.organization: "reviewer"}),
        "stranger": make_member("stranger@elsewhere.example", {elsewhere: "admin"}),
        # Administers one and reviews for the other: the group of each role, used only where it was given.
        "between": make_member("between@both.example", {ours.organization: "reviewer", elsewhere: "admin"}),
        "root": User.objects.create_superuser("root@example.com", "correct horse"),
    }
    Candidate.objects.create(organization=elsewhere, full_name="Aiko Mori", email="aiko@example.com")
    invite_member(ours.organization, "nia@fernbrook.example", "hr", author=Author(None, timezone.now()))
    add_key(ours.organization, people["owner"])
    owner = ours.organization.pk
    line = record_change(
        row=ours.panel, action="changed", organization_id=owner, actor=None, now=ENDED_AT, message="Explained to Priya."
    )
    return Tenants(ours, session, elsewhere, everyones, people, line)


@pytest.fixture
def organizations() -> tuple[Organization, Organization]:
    create_roles()
    return (
        Organization.objects.create(name="Fernbrook", slug="fernbrook"),
        Organization.objects.create(name="Elsewhere", slug="elsewhere"),
    )


@pytest.fixture
def olga(organizations: tuple[Organization, Organization]) -> User:
    return make_member("olga@fernbrook.example", {organizations[0]: "admin"})


@pytest.fixture
def boss(organizations: tuple[Organization, Organization]) -> User:
    return make_member("boss@elsewhere.example", {organizations[1]: "admin"})
