"""The review page: what it shows of an interview in every state, to whom, and in how many queries."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from authentication.models import User
from interviewpanel.models import AnswerCorrection, AudioSegment, ClientEvent, InterviewSession, Recording
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.erasure import erase_interview
from organizations.models import Organization
from reports.models import InterviewReport
from reports.services.reports import open_report
from tests.interview_rows import (
    ENDED_AT,
    SPOKEN,
    World,
    add_answer,
    add_score,
    add_segments,
    make_interview,
    make_session,
)
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db


def url_of(session: InterviewSession) -> str:
    return reverse("admin:reports_interviewreport_review", args=[session.pk])


def sign_in_as(world: World, role: str = "hr") -> Client:
    return sign_in(make_member(f"{role}@fernbrook.example", {world.organization: role}))


def read(client: Client, session: InterviewSession) -> str:
    response = client.get(url_of(session))
    assert response.status_code == 200
    return response.content.decode()


def text_of(page: str) -> str:
    """What is read on it, in one line."""
    body = re.sub(r"<(script|style).*?</\1>", "", page[page.index("data-review") :], flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", f"<{body}")).split())


def add_recording(session: InterviewSession, number: int, status: str = "done") -> None:
    Recording.objects.create(
        session=session,
        answer=session.answers.get(number=number),
        kind="answer",
        samples=16_000 * 6,
        work_status=status,
        finished_at=ENDED_AT if status in ("done", "failed") else None,
        file="recordings/x.flac",
    )


# --- What it shows ---------------------------------------------------------------------------------------------------


def test_an_interview_is_on_one_page(world: World) -> None:
    session = make_interview(world)
    open_report(session=session, now=ENDED_AT)
    add_recording(session, 1)
    page = read(sign_in_as(world), session)
    text = text_of(page)
    # (80·2 + 60·2 + 0·1) of the planned 2·3 + 1: the hard question was not asked
    assert "56 of 100" in text
    assert "Grade F" in text
    assert "Not Recommended" in text
    assert "Advice to the person who decides." in text
    assert "Assesses: Reading plans" in text
    assert "1 hard question on Indexing: not asked" in text
    assert "Looks at the query plan 4 of 4, excellent" in text
    assert "“I would run explain analyze first” ▶ 0:00" in text
    assert "Prompt score_answer/1" in text
    assert f"Rubric {'a' * 64}" in text
    assert "The candidate chose to skip this question." in text
    assert "report being made" in text
    assert reverse("admin:interviewpanel_interviewsession_answer_recording", args=[session.pk, 1]) in page


def test_words_carry_their_seconds_and_doubts(world: World) -> None:
    session = make_interview(world)
    add_recording(session, 1)
    page = read(sign_in_as(world), session)
    transcript = page[page.index('data-transcript="1"') :]
    transcript = transcript[: transcript.index("</div>")]
    words = re.findall(r'<span class="w([^"]*)" data-s="([\d.]+)" data-e="([\d.]+)"[^>]*>([^<]+)</span>', transcript)
    heard: dict[str, str] = {}
    for _, start, _, text in words:  # “first” is quoted and its full stop is not: two pieces of one word
        heard[start] = heard.get(start, "") + text
    assert list(heard.values()) == SPOKEN.split()
    assert words[3] == (" on-criterion", "1.200", "1.550", "explain")
    assert words[4] == (" unsure on-criterion", "1.600", "1.950", "analyze")
    assert strip_tags(transcript[transcript.index(">") + 1 :]) == SPOKEN


def test_what_is_lost_typed_and_corrected_is_said(world: World) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1, transcript=f"{SPOKEN}\nPS: measure.", typed_text="PS: measure.")
    add_segments(answer)
    add_score(answer)
    AudioSegment.objects.filter(answer=answer, number=1).update(lost_samples=24_000)
    AnswerCorrection.objects.create(answer=answer, text="Not antlers: analyze.", at=ENDED_AT)
    ClientEvent.objects.create(session=session, kind="paste", client_at="x", at=ENDED_AT)
    text = text_of(read(sign_in_as(world), session))
    assert "Then [1.5 s of sound lost here] I add" in text
    assert "typed PS: measure." in text
    assert "The candidate’s correction, beside what was heard Not antlers: analyze." in text
    assert "Pasted text: 1 ×" in text
    assert "Never scored" in text


def test_earlier_scorings_are_kept_and_told(world: World) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1)
    add_score(answer, 40, number=1)
    add_score(answer, 80, number=2)
    text = text_of(read(sign_in_as(world), session))
    assert "In force: scoring 2 , 80 of 100" in text
    assert "Earlier: scoring 1 , 40 of 100" in text


def test_nothing_of_a_person_is_markup(world: World) -> None:
    session = make_session(world, candidate="<b>Eve</b>")
    answer = add_answer(session, world, 1, transcript="<script>alert(1)</script>", question_text="<i>Why?</i>")
    add_score(answer, rationale="<img src=x onerror=alert(1)>", notable_quote="<script>", criteria=[])
    page = read(sign_in_as(world), session)
    for piece in ("<b>Eve", "<script>alert", "<i>Why", "<img src=x"):
        assert piece not in page


# --- In every state --------------------------------------------------------------------------------------------------


def test_a_report_that_is_not_made_partial_or_failed_keeps_nobody_from_reviewing(world: World) -> None:
    session = make_interview(world)
    recruiter = sign_in_as(world)
    assert "56 of 100" in text_of(read(recruiter, session))
    report = open_report(session=session, now=ENDED_AT)
    InterviewReport.objects.filter(pk=report.pk).update(work_status="dead", finished_at=ENDED_AT, last_error="No font.")
    assert "report could not be made" in text_of(read(recruiter, session))
    session.answers.filter(number=2).update(status="transcribed")
    text = text_of(read(recruiter, session))
    assert "partial: not every answer is scored yet" in text
    assert "Not scored yet" in text


def test_where_there_is_no_scorecard_the_page_says_why(world: World) -> None:
    recruiter = sign_in_as(world)
    pending = make_session(world, candidate="Aiko Mori", status="pending", started_at=None, ended_at=None)
    assert "No interview was held by this link. " in text_of(read(recruiter, pending)) + " "
    live = make_session(world, candidate="Omar Said", status="in_progress", ended_at=None)
    add_score(add_answer(live, world, 1))
    text = text_of(read(recruiter, live))
    assert "The interview goes on." in text
    assert "Rate this answer" not in text
    withdrawn = make_interview(world, candidate="Tomás Ortega")
    ask_people(invitation=withdrawn.invitation, kind="withdraw", note="", now=ENDED_AT)
    text = text_of(read(recruiter, withdrawn))
    assert "The candidate has withdrawn" in text
    assert "Override the score" not in text
    erased = make_interview(world, candidate="Ana Silva")
    erase_interview(invitation_id=erased.invitation_id, reason="request", now=ENDED_AT)
    assert "Everything that was said here was erased." in text_of(read(recruiter, erased))


@pytest.mark.parametrize(
    ("status", "said"), [(None, "not joined yet"), ("queued", "being joined"), ("failed", "could not be joined")]
)
def test_sound_that_cannot_be_played_says_why(world: World, status: str | None, said: str) -> None:
    session = make_interview(world)
    if status:
        add_recording(session, 1, status)
    page = read(sign_in_as(world), session)
    assert f"Sound: {said}." in text_of(page)
    assert "data-sound" not in page


# --- For whom --------------------------------------------------------------------------------------------------------


def test_strangers_find_no_such_interview(world: World) -> None:
    session = make_interview(world)
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    stranger = sign_in(make_member("admin@elsewhere.example", {elsewhere: "admin"}))
    office = sign_in(User.objects.create_user("office@fernbrook.example", is_staff=True))
    for person in (stranger, office):
        assert person.get(url_of(session)).status_code == 404
        assert person.post(url_of(session), {"do": "rate", "answer": "1"}).status_code == 404
    assert Client().get(url_of(session))["Location"].startswith(reverse("admin:login"))


def test_the_page_is_kept_by_no_cache_and_runs_no_inline_script(world: World) -> None:
    session = make_interview(world)
    response = sign_in_as(world).get(url_of(session))
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    scripts = re.findall(r"<script([^>]*)>", response.content.decode())
    assert [one for one in scripts if "src=" not in one and "application/json" not in one] == []
    assert not re.search(r'\son\w+="', response.content.decode()[response.content.decode().index("data-review") :])


def test_the_lists_lead_to_it(world: World) -> None:
    session = make_interview(world)
    open_report(session=session, now=ENDED_AT)
    recruiter = sign_in_as(world)
    for name in ("interviewpanel_interviewsession", "reports_interviewreport"):
        assert f'href="{url_of(session)}' in recruiter.get(reverse(f"admin:{name}_changelist")).content.decode()


@pytest.mark.parametrize("role", ["reviewer", "hr"])
def test_raters_do_not_learn_what_was_granted(world: World, role: str) -> None:
    """Interview time is told up to the panel's limit for everybody."""
    session = make_interview(world, clock_limit_seconds=3600, clock_used_seconds=3000)
    assert "Interview time 30 min" in text_of(read(sign_in_as(world, role), session))


# --- How dear it is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_takes_the_same_number_of_queries_for_many_answers(world: World, count: int) -> None:
    session = make_session(world)
    for number in range(1, count + 1):
        answer = add_answer(session, world, number)
        add_segments(answer)
        add_score(answer)
        add_recording(session, number)
    open_report(session=session, now=ENDED_AT)
    reviewer = sign_in_as(world, "reviewer")
    reviewer.get(url_of(session))
    with CaptureQueriesContext(connection) as queries:
        assert reviewer.get(url_of(session)).status_code == 200
    assert len(queries) == 28
