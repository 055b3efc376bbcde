"""The admin's home page: each figure is of what its reader may see, and its list shows as many rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from authentication.models import User
from interviewpanel.models import (
    AccommodationRequest,
    AnswerScore,
    AudioSegment,
    CandidateRequest,
    InterviewPanelCandidate,
    InterviewSession,
    Recording,
)
from interviewpanel.services.decisions import decide
from organizations.models import Organization
from reports.models import InterviewReport
from reports.services.reports import open_report, store_report
from tests.interview_rows import World, add_answer, add_score, add_segments, make_session, make_world
from tests.scorecards import make_scorecard
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
HOME = "/admin/"
HOUR = timedelta(hours=1)


def fill_desk(world: World, number: int = 0) -> InterviewSession:
    """One of everything that waits for a person, an interview that is live, and work of every kind that is due."""
    now = timezone.now()
    names = {name: f"{name}{number} Fern" for name in ("Over", "Live", "Expiring", "Expired", "Asking")}
    ended = {"started_at": now - 2 * HOUR, "ended_at": now - HOUR, "consented_at": now - 2 * HOUR}
    over = make_session(world, candidate=names["Over"], **ended)
    fill_interview(world, over)
    begun = {"status": "in_progress", "started_at": now - HOUR, "ended_at": None, "consented_at": now - HOUR}
    make_session(world, candidate=names["Live"], **begun)
    invite(world, names["Expiring"], hours=5)
    invite(world, names["Expired"], hours=-5)
    asking = invite(world, names["Asking"], hours=100)
    fields = {"organization": world.organization, "invitation": asking, "asked_at": now - 3 * HOUR}
    AccommodationRequest.objects.create(needs=["breaks"], **fields)
    for kind in ("human_interview", "human_review", "erasure"):
        CandidateRequest.objects.create(kind=kind, **fields)
    return over


def fill_interview(world: World, over: InterviewSession) -> None:
    """A finished interview: a report to review, a doubtful answer, and of each kind of work one dead and one due."""
    now = timezone.now()
    dead: dict[str, Any] = {"work_status": "dead", "finished_at": now - HOUR, "last_error": "It broke."}
    doubtful, failed, queued = (add_answer(over, world, number) for number in (1, 2, 3))
    add_segments(doubtful)
    add_score(doubtful, None, state="needs_human", reasons=["Rough."], finished_at=now - 2 * HOUR)
    add_score(failed, None, state="technical_failure", **dead)
    add_score(queued, None, state="", work_status="queued", due_at=now - HOUR, finished_at=None)
    segments = AudioSegment.objects.filter(answer=doubtful)
    segments.filter(number=0).update(**dead)
    segments.filter(number=1).update(work_status="queued", due_at=now - HOUR, finished_at=None)
    Recording.objects.create(session=over, kind="interview", **dead)
    Recording.objects.create(session=over, answer=queued, kind="answer", due_at=now - HOUR)
    report = open_report(session=over, now=now)
    store_report(report=report, scorecard=make_scorecard(), pdf=b"%PDF-1.7\n")
    InterviewReport.objects.filter(pk=report.pk).update(work_status="done", made_at=now - HOUR)


def invite(world: World, name: str, *, hours: int) -> InterviewPanelCandidate:
    session = make_session(world, candidate=name, status="pending", started_at=None, ended_at=None, consented_at=None)
    session.invitation.expires_at = timezone.now() + hours * HOUR
    session.invitation.save()
    return session.invitation


@pytest.fixture
def fern() -> World:
    world = make_world("Fernbrook")
    fill_desk(world)
    return world


def sign_in_as(role: str, *organizations: Organization) -> Client:
    names = "-".join(one.slug for one in organizations)
    return sign_in(make_member(f"{role}@{names}.example", dict.fromkeys(organizations, role)))


def read_cards(client: Client) -> dict[str, int]:
    return {card.kind: card.count for card in client.get(HOME).context["cards"]}


def count_listed(client: Client, url: str) -> int:
    response = client.get(url)
    assert response.status_code == 200, url
    return int(response.context["cl"].result_count)


ALL_CARDS = {
    "accommodation": 1,
    "human_interview": 1,
    "human_review": 1,
    "erasure": 1,
    "expired": 1,
    "person": 1,
    "review": 1,
    "transcription": 1,
    "scoring": 1,
    "interviews": 1,
    "expiring": 1,
}
RATERS_CARDS = {kind: ALL_CARDS[kind] for kind in ("person", "review", "transcription", "scoring", "interviews")}
SEEN = {"hr": ALL_CARDS, "admin": ALL_CARDS, "reviewer": RATERS_CARDS}


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_what_waits_for_it(fern: World, role: str) -> None:
    assert read_cards(sign_in_as(role, fern.organization)) == SEEN[role]


def test_a_superadmin_sees_it_of_every_organization(fern: World) -> None:
    fill_desk(make_world("Elsewhere"))
    root = sign_in(User.objects.create_superuser("root@example.com", "correct horse"))
    assert read_cards(root) == dict.fromkeys(ALL_CARDS, 2)


def test_nobody_sees_it_of_another_organization(fern: World) -> None:
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    page = sign_in_as("admin", elsewhere).get(HOME)
    assert page.context["cards"] == []
    assert (page.context["live_count"], page.context["most_at_once"], page.context["begun_count"]) == (0, 0, 0)
    assert [stage.count for stage in page.context["stages"]] == [0] * 6
    assert page.context["queues"] == []
    assert "Nothing waits for you." in page.content.decode()


@pytest.mark.parametrize("role", SEEN)
def test_a_figure_leads_to_as_many_rows(fern: World, role: str) -> None:
    client = sign_in_as(role, fern.organization)
    home = client.get(HOME).context
    cards = [(card.kind, card.count, card.url) for card in home["cards"]]
    stages = [(stage.title, stage.count, stage.url) for stage in home["stages"]]
    lines = [(line.title, line.waiting, line.url) for line in home["queues"]]
    more = [("live", home["live_count"], home["live_url"]), ("begun", home["begun_count"], home["begun_url"])]
    more += [(day.label, int(day.value), url) for day, url in home["day_columns"] if day.value]
    figures = [*cards, *stages, *lines, *more]
    assert [(name, count_listed(client, url)) for name, _, url in figures] == [(name, n) for name, n, _ in figures]


def test_the_funnel_counts_how_far_invitations_came(fern: World) -> None:
    stages = sign_in_as("hr", fern.organization).get(HOME).context["stages"]
    assert [(stage.title, stage.count, stage.share) for stage in stages] == [
        ("Invited", 5, 100.0),
        ("Opened the link", 5, 100.0),
        ("Began", 2, 40.0),
        ("Finished", 1, 20.0),
        ("Report made", 1, 20.0),
        ("Reviewed", 0, 0.0),
    ]


def test_what_is_older_than_the_period_is_not_in_its_funnel(fern: World) -> None:
    InterviewPanelCandidate.objects.update(created_at=timezone.now() - timedelta(days=40))
    client = sign_in_as("hr", fern.organization)
    counts = {days: client.get(HOME, {"days": days}).context["stages"][0].count for days in ("7", "30", "90", "x")}
    assert counts == {"7": 0, "30": 0, "90": 5, "x": 0}


def test_trials_are_in_no_figure(fern: World) -> None:
    InterviewPanelCandidate.objects.update(is_trial=True)
    client = sign_in_as("hr", fern.organization)
    home = client.get(HOME).context
    assert home["cards"] == []
    assert (home["live_count"], home["most_at_once"], home["begun_count"]) == (0, 0, 0)
    assert [stage.count for stage in home["stages"]] == [0] * 6
    assert home["queues"] == []


TRIAL_LISTS = {
    "reports_interviewreport": 1,
    "interviewpanel_answerscore": 3,
    "interviewpanel_audiosegment": 2,
    "interviewpanel_accommodationrequest": 1,
    "interviewpanel_candidaterequest": 3,
}


@pytest.mark.parametrize(("page", "count"), TRIAL_LISTS.items())
def test_lists_leave_trials_out_unless_they_are_asked_for(fern: World, page: str, count: int) -> None:
    url = reverse(f"admin:{page}_changelist")
    client = sign_in_as("hr", fern.organization)
    before = [count_listed(client, f"{url}{query}") for query in ("", "?trials=only")]
    InterviewPanelCandidate.objects.update(is_trial=True)
    after = [count_listed(client, f"{url}{query}") for query in ("", "?trials=only")]
    assert (before, after) == ([count, 0], [0, count])


def test_who_decides_has_reviewed(fern: World) -> None:
    client = sign_in_as("hr", fern.organization)
    session = InterviewReport.objects.get().session
    rosa = User.objects.create_user("rosa@fern.example")
    first = decide(
        session_id=session.pk, stage="hold", reason="Ask again.", decided_by=rosa, now=timezone.now(), seen_id=None
    )
    assert "review" not in read_cards(client)
    home = client.get(HOME).context
    assert (home["reviews"].count, home["review_median"]) == (1, "1.0 h")
    assert count_listed(client, home["reviews_url"]) == 1
    assert [count_listed(client, url) for _, url in home["review_weeks"]] == [0, 0, 0, 0, 1]
    decide(
        session_id=session.pk,
        stage="to_review",
        reason="Not yet.",
        decided_by=rosa,
        now=timezone.now(),
        seen_id=first.pk,
    )
    assert read_cards(client)["review"] == 1


def test_of_who_has_withdrawn_nothing_is_to_be_reviewed(fern: World) -> None:
    session = InterviewReport.objects.get().session
    CandidateRequest.objects.create(
        organization=fern.organization, invitation=session.invitation, kind="withdraw", asked_at=timezone.now()
    )
    cards = read_cards(sign_in_as("hr", fern.organization))
    assert (cards.get("review"), cards["withdraw"]) == (None, 1)


def test_raters_do_not_learn_which_links_end_when(fern: World) -> None:
    """Who rates for one organization and recruits for another sees those of the other only."""
    elsewhere = make_world("Elsewhere")
    fill_desk(elsewhere)
    both = sign_in(make_member("both@example.com", {fern.organization: "reviewer", elsewhere.organization: "hr"}))
    rater = sign_in_as("reviewer", fern.organization)
    invitations = reverse("admin:interviewpanel_interviewpanelcandidate_changelist")
    ending = f"{invitations}?link=ending"
    assert (read_cards(both)["expiring"], count_listed(both, ending)) == (1, 1)
    assert count_listed(rater, ending) == count_listed(rater, invitations) == 5


def test_the_oldest_waits_first(fern: World) -> None:
    AnswerScore.objects.filter(state="needs_human").update(finished_at=timezone.now() - timedelta(days=3))
    cards = sign_in_as("hr", fern.organization).get(HOME).context["cards"]
    assert (cards[0].kind, cards[0].since) == ("person", "Waits for 3 days.")
    assert (cards[-1].kind, cards[-1].since) == ("expiring", "The first ends in 5.0 h.")


def test_an_answer_that_was_scored_again_waits_no_more(fern: World) -> None:
    score = AnswerScore.objects.get(state="needs_human")
    add_score(score.answer, 60, number=2)
    assert "person" not in read_cards(sign_in_as("hr", fern.organization))


@pytest.mark.parametrize(
    ("changes", "tone"),
    [
        ({"due_at": timedelta(seconds=-5)}, "is-good"),
        ({"due_at": timedelta(minutes=-5)}, "is-bad"),
        ({"due_at": timedelta(minutes=5)}, "is-good"),
    ],
)
def test_work_that_nobody_takes_is_told(fern: World, changes: dict[str, timedelta], tone: str) -> None:
    now = timezone.now()
    for model in (AnswerScore, AudioSegment, Recording, InterviewReport):
        rows = model.objects.filter(work_status="queued")
        rows.update(**{name: now + value for name, value in changes.items()})
    assert sign_in_as("hr", fern.organization).get(HOME).context["work"].tone == tone


def test_the_sidebar_says_how_many_requests_are_open(fern: World) -> None:
    def read_badges(client: Client) -> dict[str, str | None]:
        groups = client.get(HOME).context["sidebar_navigation"]
        items = [item for group in groups for item in group["items"] if "counts" in item]
        return {item["title"]: item.get("badge") for item in items}

    told = {"Accommodations": "1", "Requests": "3", "Calibration": None}
    assert read_badges(sign_in_as("hr", fern.organization)) == told
    assert read_badges(sign_in_as("reviewer", fern.organization)) == dict.fromkeys(told)


QUERIES = 23


def test_home_takes_as_many_queries_for_many_rows_as_for_one(fern: World) -> None:
    client = sign_in_as("hr", fern.organization)
    for added in range(1, 4):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HOME).status_code == 200
        assert len(queries) == QUERIES, f"with {added} of each"
        fill_desk(fern, added)
