"""A figure of the home page is the number of rows of its list: for who rates first too, and for what did not arrive.

Named people: Rosa, who recruits for Fernbrook; Omar, who reviews for it.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import AnswerRating, InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.services.decisions import decide
from organizations.models import Message
from reports.models import InterviewReport
from reports.services.reports import open_report, store_report
from tests.integration.reports.test_home import HOME, HOUR, count_listed, fill_desk, invite, read_cards, sign_in_as
from tests.interview_rows import World, add_answer, add_score, make_session, make_world
from tests.scorecards import make_scorecard
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def fern() -> World:
    world = make_world("Fernbrook")
    fill_desk(world)
    return world


def list_figures(client: Client) -> list[tuple[str, int, str]]:
    """Everything on the page that counts rows and leads to them."""
    home = client.get(HOME).context
    figures = [(card.kind, card.count, card.url) for card in home["cards"]]
    figures += [(stage.title, stage.count, stage.url) for stage in home["stages"]]
    figures += [(f"{line.title} waiting", line.waiting, line.url) for line in home["queues"]]
    figures += [(f"{line.title} being done", line.running, line.running_url) for line in home["queues"]]
    figures += [(f"after {one.label}", int(one.value), url) for one, url in home["review_lengths"]]
    figures += [(f"on {one.label}", int(one.value), url) for one, url in home["day_columns"]]
    figures += [("in a day", *home["most_in_a_day"])]
    figures += [("live", home["live_count"], home["live_url"]), ("begun", home["begun_count"], home["begun_url"])]
    figures += [("at once", home["most_at_once"], home["peak_url"])]
    return [*figures, ("reviewed", home["reviews"].count, home["reviews_url"])]


@pytest.mark.parametrize("rates_blind", ["nobody", "reviewers", "everyone"])
@pytest.mark.parametrize("role", ["admin", "hr", "reviewer"])
def test_every_figure_is_the_number_of_rows_of_its_list(fern: World, role: str, rates_blind: str) -> None:
    """With one interview that is decided, too, so that what is reviewed is counted."""
    over = make_over(fern, "Decided Fern")
    report = open_report(session=over, now=timezone.now())
    store_report(report=report, scorecard=make_scorecard(), pdf=b"%PDF-1.7\n")
    InterviewReport.objects.filter(pk=report.pk).update(work_status="done", made_at=timezone.now())
    decide_now(over)
    InterviewPanel.objects.update(rates_blind=rates_blind)
    client = sign_in_as(role, fern.organization)
    figures = list_figures(client)
    assert [(name, count_listed(client, url)) for name, _, url in figures] == [(name, n) for name, n, _ in figures]


def make_over(world: World, name: str, score: int | None = 70) -> InterviewSession:
    now = timezone.now()
    session = make_session(
        world, candidate=name, started_at=now - 2 * HOUR, ended_at=now - HOUR, consented_at=now - 2 * HOUR
    )
    add_score(add_answer(session, world, 1), score)
    return session


def decide_now(session: InterviewSession) -> None:
    by = make_member(f"decider{session.pk}@fernbrook.example", {session.organization: "hr"})
    decide(session_id=session.pk, stage="hold", reason="Wait.", decided_by=by, now=timezone.now(), seen_id=None)


def test_who_rates_first_is_led_to_what_they_have_to_rate(fern: World) -> None:
    InterviewPanel.objects.update(rates_blind="reviewers")
    omar = make_member("omar@fernbrook.example", {fern.organization: "reviewer"})
    client = sign_in(omar)
    over = InterviewSession.objects.get(status="completed", invitation__candidate__full_name="Over0 Fern")
    assert {kind: count for kind, count in read_cards(client).items() if kind in ("review", "rate", "person")} == {
        "review": 1,
        "rate": 1,
    }
    (card,) = [one for one in client.get(HOME).context["cards"] if one.kind == "rate"]
    page = client.get(card.url).context["cl"]
    assert [row.pk for row in page.result_list] == [over.pk]
    assert page.url_for_result(page.result_list[0]) == reverse("admin:reports_interviewreport_review", args=[over.pk])
    for answer in over.answers.exclude(transcript=""):
        fields = {"rated_by": omar, "rated_by_name": "Omar", "at": timezone.now(), "composite": 50}
        AnswerRating.objects.create(answer=answer, **fields)
    assert "rate" not in read_cards(client)
    assert "rate" not in read_cards(sign_in_as("hr", fern.organization))


def test_an_interview_whose_report_failed_waits_for_a_decision_as_others_do(fern: World) -> None:
    InterviewReport.objects.all().delete()
    report = open_report(session=InterviewSession.objects.get(status="completed"), now=timezone.now())
    InterviewReport.objects.filter(pk=report.pk).update(work_status="dead", finished_at=timezone.now())
    client = sign_in_as("hr", fern.organization)
    assert read_cards(client)["review"] == 1
    reports = reverse("admin:reports_interviewreport_changelist")
    assert count_listed(client, f"{reports}?decision=to_review") == 1
    InterviewReport.objects.all().delete()
    assert read_cards(client)["review"] == 1


def test_what_was_reviewed_before_there_were_decisions_waits_no_more(fern: World) -> None:
    InterviewReport.objects.update(reviewed_at=timezone.now())
    assert "review" not in read_cards(sign_in_as("hr", fern.organization))


def send(invitation: InterviewPanelCandidate, state: str, at: datetime, **fields: Any) -> Message:
    candidate = invitation.candidate
    values: dict[str, Any] = {"work_status": "done", "reported_at": at, "due_at": at, **fields}
    return Message.objects.create(
        organization=candidate.organization,
        candidate=candidate,
        channel="email",
        kind="invitation",
        about=invitation.uuid,
        to_address=candidate.email,
        state=state,
        **values,
    )


def test_an_invitation_that_did_not_arrive_is_told_until_it_is_sent_again(fern: World) -> None:
    now = timezone.now()
    names = ("Bounced", "Failed", "Again", "Arrived", "Longago", "Revoked")
    made = {name: invite(fern, f"{name} Fern", hours=100) for name in names}
    send(made["Bounced"], "bounced", now - HOUR)
    send(made["Failed"], "failed", now, reported_at=None, finished_at=now - HOUR, work_status="dead")
    send(made["Again"], "bounced", now - HOUR)
    send(made["Again"], "sent", now)
    send(made["Arrived"], "delivered", now)
    send(made["Longago"], "bounced", now - timedelta(days=15))
    send(made["Revoked"], "bounced", now)
    InterviewPanelCandidate.objects.filter(pk=made["Revoked"].pk).update(revoked_at=now)
    client = sign_in_as("hr", fern.organization)
    (card,) = [one for one in client.get(HOME).context["cards"] if one.kind == "undelivered"]
    assert (card.count, card.tone) == (2, "is-bad")
    listed = client.get(card.url).context["cl"].result_list
    assert {row.candidate.full_name for row in listed} == {"Bounced Fern", "Failed Fern"}
    assert "undelivered" not in read_cards(sign_in_as("reviewer", fern.organization))


def test_messages_that_nobody_sends_stand_in_the_capacity(fern: World) -> None:
    now = timezone.now()
    invitation = invite(fern, "Waits Fern", hours=100)
    send(invitation, "queued", now - HOUR, work_status="queued", reported_at=None)
    send(invitation, "queued", now + HOUR, work_status="queued", reported_at=None)
    client = sign_in_as("hr", fern.organization)
    (line,) = [one for one in client.get(HOME).context["queues"] if one.title == "Messages"]
    assert (line.waiting, line.running, line.waits_for, count_listed(client, line.url)) == (1, 0, "1.0 h", 1)
    reviewer = sign_in_as("reviewer", fern.organization)
    assert "Messages" not in [one.title for one in reviewer.get(HOME).context["queues"]]


def test_what_is_sent_and_what_waits_to_be_sent_are_different_words(fern: World) -> None:
    states = ("queued", "sent", "delivered", "bounced")
    for state in states:
        send(invite(fern, f"{state.title()} Fern", hours=100), state, timezone.now())
    client, url = (
        sign_in_as("hr", fern.organization),
        reverse("admin:interviewpanel_interviewpanelcandidate_changelist"),
    )
    chosen = {value: client.get(f"{url}?delivery={value}").context["cl"].result_list for value in ("queued", "sent")}
    found = {value: [row.candidate.full_name for row in rows] for value, rows in chosen.items()}
    assert found == {"queued": ["Queued Fern"], "sent": ["Sent Fern"]}


def test_what_a_panel_has_held_is_what_its_list_shows(fern: World) -> None:
    client = sign_in_as("hr", fern.organization)
    listed = client.get(reverse("admin:interviewpanel_interviewpanel_changelist")).context["cl"]
    (panel,) = listed.result_list
    link = str(listed.model_admin.held(panel))
    address = link.partition('href="')[2].partition('"')[0]
    url = address.replace("&amp;", "&")
    assert (panel.held_count, count_listed(client, url)) == (1, 1)
    page = client.get(reverse("admin:interviewpanel_interviewpanel_change", args=[panel.pk])).text
    assert f'href="{address}">1 held</a>' in page
