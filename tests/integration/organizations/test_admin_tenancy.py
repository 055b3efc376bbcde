"""Every page of the admin, walked by the owner, colleagues, a stranger of another organization, and nobody."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from authentication.models import User
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from organizations.models import Candidate
from tests.integration.organizations.conftest import Tenants

pytestmark = pytest.mark.django_db

# What only Fernbrook's people may read: names, titles, addresses, what was said and asked.
OURS = (
    *("Fernbrook", "fernbrook", "Priya", "priya@example.com", "Backend screening", "Backend Engineer"),
    *("explain analyze", "A query has become slow", "Relational databases", "Indexing", "owner@"),
)
INTERVIEW = ("interviewpanel.interviewsession", "interviewpanel.audiosegment", "interviewpanel.answerscore")
RECORDS = {"reports.interviewreport", *INTERVIEW}
ASKED = {
    *("interviewpanel.accommodationrequest", "interviewpanel.candidaterequest", "interviewpanel.candidatefeedback"),
    *("organizations.message", "reports.reportshare", "interviewpanel.phonecall"),
}
MEMBERS = {f"organizations.{one}" for one in ("membership", "membershipinvitation", "apikey", "change")}
EVENTS = {"organizations.webhookendpoint", "organizations.webhookdelivery"}
# For administrators: what language models took, and how scorers agree with people.
SPENT, RATED = "questionbank.modelcall", "interviewpanel.ratedset"
CATALOGUE = {"questionbank.category", "questionbank.topic", "questionbank.subtopic"}
PANELS = ("interviewpanel.interviewpanel", "interviewpanel.interviewpanelcandidate")
SET_UP_ONLY = {"organizations.messagetemplate", "interviewpanel.positionquestionset"}
JOBS = "questionbank.jobdescription"
# Made by a language model: nobody adds one by hand.
GENERATED = {f"questionbank.{one}" for one in ("cachedquestion", "generatedinterview", "generation", "screeningset")}
NOT_FOR_RATERS = CATALOGUE | ASKED | MEMBERS | EVENTS | SET_UP_ONLY | GENERATED | {JOBS, SPENT, RATED}
SETUP = {"organizations.candidate", "questionbank.question", *PANELS}


def name_of(model: type[Model]) -> str:
    return model._meta.label_lower


def url_of(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def list_pages(row: Model) -> dict[str, str]:
    model = type(row)
    own = {page: url_of(model, page, row.pk) for page in ("change", "history", "delete")}
    return {"list": url_of(model, "changelist"), "add": url_of(model, "add"), **own}


def walk(client: Client, tenants: Tenants) -> dict[str, dict[str, int]]:
    """The status of every page by model."""
    return {
        name_of(model): {page: client.get(url).status_code for page, url in list_pages(row).items()}
        for model, row in tenants.list_rows().items()
    }


def statuses(seen: int, *, add: int = 403, history: int | None = None, delete: int = 403) -> dict[str, int]:
    return {"list": seen, "add": add, "change": seen, "history": history or seen, "delete": delete}


READS = statuses(200)
EDITS = statuses(200, add=200)
NOTHING = statuses(403)
# History looks for the row before it looks at permissions: no such row, so to the admin's home.
UNREACHED = statuses(403, history=302)


@pytest.mark.parametrize("person", ["owner", "recruiter"])
def test_who_sets_up_interviews_edits_them_and_reads_results(tenants: Tenants, person: str) -> None:
    assert walk(tenants.client(person), tenants) == {
        **dict.fromkeys(CATALOGUE | SETUP, EDITS),
        # 200: the page that asks, or that says why not: the candidate's interview would go too.
        "organizations.candidate": statuses(200, add=200, delete=200),
        "organizations.messagetemplate": statuses(200, add=200, delete=200),
        "interviewpanel.interviewpanel": statuses(200, add=200, delete=200),
        "interviewpanel.positionquestionset": statuses(200, add=200, delete=200),
        **dict.fromkeys(RECORDS | ASKED | GENERATED, READS),
        JOBS: EDITS,
        "organizations.organization": READS,
        "organizations.change": statuses(200, history=403),
        "organizations.membership": statuses(200, delete=200) if person == "owner" else UNREACHED,
        "organizations.membershipinvitation": EDITS if person == "owner" else UNREACHED,
        "organizations.apikey": EDITS if person == "owner" else UNREACHED,
        "organizations.webhookendpoint": statuses(200, add=200, delete=200) if person == "owner" else UNREACHED,
        **dict.fromkeys(("organizations.webhookdelivery", SPENT), READS if person == "owner" else UNREACHED),
        RATED: statuses(200, delete=200) if person == "owner" else UNREACHED,
        "authentication.user": NOTHING,
    }


def test_a_reviewer_reads_and_sets_nothing_up(tenants: Tenants) -> None:
    assert walk(tenants.client("reviewer"), tenants) == {
        **dict.fromkeys(SETUP | RECORDS, READS),
        # Their history tells which accommodation was granted, and why an interview was prolonged.
        "interviewpanel.interviewpanelcandidate": statuses(200, history=403),
        "interviewpanel.interviewsession": statuses(200, history=403),
        "organizations.organization": READS,
        **dict.fromkeys(NOT_FOR_RATERS, UNREACHED),
        "authentication.user": NOTHING,
    }


def test_a_superuser_sees_all_and_still_changes_no_record(tenants: Tenants) -> None:
    root = walk(tenants.client("root"), tenants)
    assert {name: root[name] for name in RECORDS | ASKED} == dict.fromkeys(RECORDS | ASKED, READS)
    assert root.pop("organizations.change") == statuses(200, history=403)
    assert [root.pop(f"organizations.{one}") for one in ("membershipinvitation", "apikey")] == [EDITS, EDITS]
    assert [root.pop("organizations.webhookdelivery"), root.pop(SPENT)] == [READS, READS]
    assert root.pop(RATED) == statuses(200, delete=200)
    assert [root.pop(f"questionbank.{one}") for one in ("screeningset", "generation", "cachedquestion")] == [READS] * 3
    assert root.pop("questionbank.generatedinterview") == statuses(200, delete=200)
    others = {name: pages for name, pages in root.items() if name not in RECORDS | ASKED}
    assert others == {name: statuses(200, add=200, delete=200) for name in others}


def test_a_stranger_is_told_that_there_is_no_such_row(tenants: Tenants) -> None:
    """302: to the admin's home, with the message that the row does not exist; as for a number never given."""
    stranger = tenants.client("stranger")
    assert walk(stranger, tenants) == {
        **{name: {**statuses(302, add=200, delete=403), "list": 200} for name in CATALOGUE | SETUP},
        "organizations.candidate": {**statuses(302, add=200, delete=302), "list": 200},
        "organizations.messagetemplate": {**statuses(302, add=200, delete=302), "list": 200},
        "interviewpanel.interviewpanel": {**statuses(302, add=200, delete=302), "list": 200},
        "interviewpanel.positionquestionset": {**statuses(302, add=200, delete=302), "list": 200},
        **{name: {**statuses(302), "list": 200} for name in RECORDS | ASKED | GENERATED},
        JOBS: {**statuses(302, add=200, delete=403), "list": 200},
        "organizations.change": {**statuses(302), "list": 200},
        "organizations.membership": {**statuses(302, delete=302), "list": 200},
        "organizations.membershipinvitation": {**statuses(302, add=200), "list": 200},
        "organizations.apikey": {**statuses(302, add=200), "list": 200},
        "organizations.webhookendpoint": {**statuses(302, add=200, delete=302), "list": 200},
        "organizations.webhookdelivery": {**statuses(302), "list": 200},
        SPENT: {**statuses(302), "list": 200},
        RATED: {**statuses(302, delete=302), "list": 200},
        "organizations.organization": {**statuses(302), "list": 200},
        "authentication.user": UNREACHED,
    }
    for model, row in tenants.list_rows().items():
        for page in ("change", "history", "delete"):
            known, unknown = (stranger.get(url_of(model, page, pk)) for pk in (row.pk, 999_999))
            assert (known.status_code, known.get("Location")) == (unknown.status_code, unknown.get("Location"))


def test_nobody_signed_in_is_sent_to_the_door(tenants: Tenants) -> None:
    nobody = tenants.client("nobody")
    assert walk(nobody, tenants) == {
        name_of(model): statuses(302, add=302, delete=302) for model in admin.site._registry
    }
    for model, row in tenants.list_rows().items():
        for url in list_pages(row).values():
            assert nobody.get(url)["Location"].startswith(reverse("admin:login")), model


@pytest.mark.parametrize("person", ["stranger", "nobody"])
def test_no_page_shows_a_stranger_a_word_of_ours(tenants: Tenants, person: str) -> None:
    client = tenants.client(person)
    urls = [reverse("admin:index")]
    for _model, row in tenants.list_rows().items():
        pages = list_pages(row)
        urls += [*pages.values(), f"{pages['list']}?q=riya", f"{pages['list']}?q=creening", f"{pages['list']}?all="]
    for url in urls:
        page = client.get(url, follow=True).content.decode()
        assert [word for word in OURS if word in page] == [], url


def test_a_stranger_counts_nothing_of_ours(tenants: Tenants) -> None:
    stranger = tenants.client("stranger")
    counts = {}
    for model in admin.site._registry:
        response = stranger.get(url_of(model, "changelist"))
        if response.status_code == 200:
            listed = response.context["cl"]
            counts[name_of(model)] = (listed.full_result_count, listed.result_count, len(listed.result_list))
    own, everyones, none = (1, 1, 1), (1, 1, 1), (0, 0, 0)
    assert counts == {
        **dict.fromkeys({*SETUP, *RECORDS, *ASKED, *EVENTS, *SET_UP_ONLY, *GENERATED, JOBS}, none),
        "organizations.organization": own,
        # Two administrators of Elsewhere; that they joined, and that one has just signed in.
        "organizations.membership": (2, 2, 2),
        "organizations.membershipinvitation": (0, 0, 0),
        "organizations.apikey": (0, 0, 0),
        "organizations.change": (None, 3, 3),
        SPENT: (None, 0, 0),
        RATED: none,
        "organizations.candidate": own,
        **dict.fromkeys(CATALOGUE, everyones),
    }


def test_a_stranger_changes_nothing_of_ours(tenants: Tenants) -> None:
    stranger = tenants.client("stranger")
    before = {model: list(model._default_manager.order_by("pk").values()) for model in tenants.list_rows()}
    for model, row in tenants.list_rows().items():
        for page in ("change", "delete"):
            answer = stranger.post(url_of(model, page, row.pk), {"post": "yes", "name": "Mine", "title": "Mine"})
            assert answer.status_code in (302, 403), (model, page)
        for action in (
            "delete_selected",
            "publish",
            "archive",
            "reopen",
            "copy",
            "revoke",
            "reissue",
            "make_again",
            "decide_chosen",
        ):
            data = {"action": action, "_selected_action": [row.pk], "post": "yes", "confirmed": "yes", "reason": "Mine"}
            assert stranger.post(url_of(model, "changelist"), data).status_code in (200, 302, 403)
    after = {model: list(model._default_manager.order_by("pk").values()) for model in tenants.list_rows()}
    changed = [model for model in before if model is not User and before[model] != after[model]]
    assert changed == []


def test_a_stranger_cannot_choose_what_is_ours(tenants: Tenants) -> None:
    stranger = tenants.client("stranger")
    ours, invitation = tenants.ours, tenants.session.invitation
    posts = {
        url_of(Candidate, "add"): {"organization": ours.organization.pk, "full_name": "X", "email": "x@example.com"},
        url_of(InterviewPanelCandidate, "add"): {
            "panel": ours.panel.pk,
            "candidates": invitation.candidate_id,
            "time_multiplier": "1",
        },
        reverse("admin:questionbank_topic_add"): {"category": ours.row.category_id, "name": "X", "slug": "x"},
        reverse("admin:questionbank_subtopic_add"): {"topic": tenants.everyones.topic_id, "name": "X", "slug": "x"},
    }
    for url, data in posts.items():
        page = stranger.post(url, data)
        assert page.status_code == 200, url
        assert "Select a valid choice" in page.content.decode(), url
    assert Candidate.objects.count() == 2
    assert InterviewPanelCandidate.objects.count() == 1


def test_what_is_for_all_is_seen_by_all_and_changed_by_superadmins(tenants: Tenants) -> None:
    row = tenants.everyones
    url = url_of(type(row), "change", row.pk)
    page = tenants.client("stranger").get(url)
    assert (page.status_code, page.context["has_change_permission"]) == (200, False)
    assert tenants.client("owner").post(url, {"name": "Mine", "slug": "mine"}).status_code == 403
    data = {"topic": row.topic_id, "name": "Giving feedback", "slug": row.slug}
    assert tenants.client("root").post(url, data).status_code == 302
    row.refresh_from_db()
    assert row.name == "Giving feedback"


def test_the_role_superadmin_sees_every_organization(tenants: Tenants) -> None:
    user = User.objects.create_user("keeper@example.com", "correct horse", is_staff=True)
    user.groups.add(tenants.people["root"].groups.model.objects.get(name="superadmin"))
    tenants.people["keeper"] = user
    keeper = tenants.client("keeper")
    seen = walk(keeper, tenants)
    assert {pages["change"] for pages in seen.values()} == {200}
    listed = keeper.get(reverse("admin:organizations_organization_changelist")).context["cl"]
    assert listed.result_count == 2


def test_a_role_counts_only_where_it_was_given(tenants: Tenants) -> None:
    """An administrator of Elsewhere has that group's permissions, and is still only a reviewer at Fernbrook."""
    between = tenants.client("between")
    panel = tenants.ours.panel
    page = between.get(url_of(InterviewPanel, "change", panel.pk))
    assert (page.status_code, page.context["has_change_permission"]) == (200, False)
    assert between.post(url_of(InterviewPanel, "change", panel.pk), {"title": "Mine"}).status_code == 403
    between.post(url_of(InterviewPanel, "changelist"), {"action": "archive", "_selected_action": [panel.pk]})
    panel.refresh_from_db()
    assert (panel.title, panel.status) == ("Backend screening", "published")

    data = {"organization": tenants.ours.organization.pk, "full_name": "X", "email": "x@example.com"}
    assert "Select a valid choice" in between.post(url_of(Candidate, "add"), data).content.decode()
    candidate = tenants.session.invitation.candidate
    assert between.get(url_of(Candidate, "delete", candidate.pk)).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [candidate.pk], "post": "yes"}
    between.post(url_of(Candidate, "changelist"), chosen)
    assert Candidate.objects.filter(pk=candidate.pk).exists()


def test_a_permission_given_by_hand_shows_colleagues_only(tenants: Tenants) -> None:
    user = tenants.people["reviewer"]
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="authentication"))
    page = tenants.client("reviewer").get(reverse("admin:authentication_user_changelist"))
    assert sorted(one.email for one in page.context["cl"].result_list) == [
        "between@both.example",
        "owner@fernbrook.example",
        "recruiter@fernbrook.example",
        "reviewer@fernbrook.example",
    ]
    owner = reverse("admin:authentication_user_change", args=[tenants.people["owner"].pk])
    assert tenants.client("reviewer").post(owner, {"email": "taken@example.com"}).status_code == 403
