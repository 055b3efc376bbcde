"""Interviews, scores and recordings as the admin shows them: in words and small tables, under people's names."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from interviewpanel.models import Answer, AnswerScore, AudioSegment, InterviewSession
from reports.services.reports import open_report
from tests.interview_rows import ENDED_AT, World, add_answer, add_score, make_interview, make_world
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
QUESTION = "A query has become slow. What do you do?"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def session(world: World) -> InterviewSession:
    return make_interview(world)


@pytest.fixture
def recruiter(world: World) -> Client:
    return sign_in(make_member("recruiter@fernbrook.example", {world.organization: "hr"}))


def read_page(client: Client, row: object) -> str:
    meta = row._meta  # type: ignore[attr-defined]
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])  # type: ignore[attr-defined]
    return html.unescape(client.get(url).content.decode())


def read_list(client: Client, name: str) -> str:
    return html.unescape(client.get(reverse(f"admin:interviewpanel_{name}_changelist")).content.decode())


def test_an_interview_carries_its_candidates_name_and_its_answers_their_questions(
    session: InterviewSession, recruiter: Client
) -> None:
    page = read_page(recruiter, session)
    assert ">Priya Raghunathan, Backend screening</h1>" in page
    assert f'<b>1.</b> <span class="inline_label">{QUESTION}</span>' in page
    assert "of interview" not in page
    assert "Answered (candidate said “I'm done”)" in page
    assert "0 of 100: skipped" in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"state": "needs_human", "composite": None}, "no number: a person has to read the answer"),
        ({"reasons": ["Too close to call."]}, "80 of 100, to be looked at by a person"),
        ({"state": "insufficient_evidence", "composite": None}, "no number: not enough was heard to score"),
        ({"state": "technical_failure", "composite": None}, "no number: technical failure"),
        ({"state": "", "composite": None, "work_status": "queued"}, "being scored"),
    ],
)
def test_an_answers_outcome_does_not_contradict_its_score(
    world: World, session: InterviewSession, recruiter: Client, changes: dict[str, object], told: str
) -> None:
    add_score(add_answer(session, world, 4), **changes)
    page = read_page(recruiter, session)
    assert told in page
    assert "Scored" not in page


def test_an_interview_and_its_report_lead_to_each_other(session: InterviewSession, recruiter: Client) -> None:
    assert "not made yet" in read_page(recruiter, session)
    report = open_report(session=session, now=ENDED_AT)
    page = read_page(recruiter, session)
    assert f'<a href="{reverse("admin:reports_interviewreport_change", args=[report.pk])}">being made</a>' in page
    back = read_page(recruiter, report)
    assert f'<a href="{reverse("admin:interviewpanel_interviewsession_change", args=[session.pk])}">' in back
    assert ">Priya Raghunathan, Backend Engineer</h1>" in back


def test_a_score_is_read_in_tables_with_the_words_that_earned_it(session: InterviewSession, recruiter: Client) -> None:
    score = AnswerScore.objects.order_by("pk")[0]
    score.elements = [
        {"element": "Composite index", "is_covered": True, "quote": "a composite index", "span": [41, 58]},
        {"element": "Price of inserts", "is_covered": False, "quote": "index", "span": [53, 58]},
    ]
    score.red_flags = [{"text": "Blames <others>", "quote": "index first", "span": None}]
    score.flags = ["low_recogniser_confidence"]
    score.save()
    page = read_page(recruiter, score)
    assert f">Priya Raghunathan, answer 1: {QUESTION}</h1>" in page
    for cells in (
        ("technical", "81"),
        ("Composite index", "heard", "<q>a composite index</q>"),
        ("Price of inserts", "not heard", "–"),
        ("Engine", "ollama"),
        ("Blames <others>", "<q>index first</q>"),
    ):
        assert f"<tr><td>{'</td><td>'.join(cells)}</td></tr>" in page, cells
    assert "<td>4 of 4</td><td><q>I would run explain analyze first</q><br>Begins with the plan.</td>" in page
    assert "<li>low recogniser confidence</li>" in page
    assert '"span"' not in page
    assert "'span'" not in page


def test_who_scored_and_who_heard_is_said_in_words(session: InterviewSession, recruiter: Client) -> None:
    first, second, third, _ = AudioSegment.objects.order_by("pk")
    AnswerScore.objects.filter(answer=first.answer).update(is_fallback=True, provenance={"engine": "embedded"})
    AudioSegment.objects.filter(pk=first.pk).update(is_answer=False, text="", engine="")
    AudioSegment.objects.filter(pk=second.pk).update(has_speech=False, text="", engine="")
    AudioSegment.objects.filter(pk=third.pk).update(is_rough=True, engine="pocketsphinx")
    scores, segments = read_list(recruiter, "answerscore"), read_list(recruiter, "audiosegment")
    assert "embedded, in place of the language model" in scores
    assert "(not transcribed: recorded while the question was playing)" in segments
    assert "(not transcribed: no speech in it)" in segments
    pages = [read_page(recruiter, row) for row in (first, third)]
    assert "while the question was playing" in pages[0]
    assert "pocketsphinx (rough)" in pages[1]
    assert not any("icon-yes" in page or "icon-no" in page for page in (scores, segments, *pages))


def test_what_could_not_be_heard_says_so(session: InterviewSession, recruiter: Client) -> None:
    segment = AudioSegment.objects.order_by("pk")[0]
    for work_status, told in (("queued", "not transcribed yet"), ("dead", "could not be transcribed")):
        AudioSegment.objects.filter(pk=segment.pk).update(work_status=work_status, engine="", text="")
        assert told in read_page(recruiter, segment)


def test_an_answer_without_a_score_says_why(world: World, session: InterviewSession, recruiter: Client) -> None:
    Answer.objects.filter(session=session, number=3).update(status="no_speech", closed_reason="silence")
    assert "0 of 100: nothing was said" in read_page(recruiter, session)


def test_whose_a_row_is_stands_in_lists_only_where_it_can_differ(
    world: World, session: InterviewSession, recruiter: Client
) -> None:
    other = make_world("Elsewhere").organization
    both = sign_in(make_member("both@fernbrook.example", {world.organization: "hr", other: "hr"}))
    for page in ("interviewsession", "interviewpanelcandidate"):
        assert "column-organization" not in read_list(recruiter, page)
        assert "column-organization" in read_list(both, page)
