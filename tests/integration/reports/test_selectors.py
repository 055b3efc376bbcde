"""What is read of an interview's rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Organization
from organizations.selectors import find_zone
from reports.domain.answer_cards import Component, Criterion, Provenance, Quote, TextRun
from reports.domain.scorecard import Branding, Candidate, Header, Job, Panel, Times, Unasked
from reports.models import InterviewReport
from reports.selectors.interviews import read_interview
from tests.interview_rows import (
    ENDED_AT,
    MADE_AT,
    SPOKEN,
    STARTED_AT,
    World,
    add_answer,
    add_score,
    add_segments,
    make_interview,
    make_session,
    read_rows,
)

pytestmark = pytest.mark.django_db


def test_the_header_says_who_what_and_when(world: World) -> None:
    session = make_interview(world)
    interview = read_rows(session)
    assert interview.header == Header(
        report_uuid=str(session.report.uuid),
        session_uuid=str(session.uuid),
        branding=Branding(organization="Fernbrook", colour="#0f766e"),
        candidate=Candidate(name="Priya Raghunathan", email="priya@example.com"),
        job=Job(title="Backend Engineer", category="Engineering", experience_level="Senior"),
        panel=Panel(name="Backend screening", questions_planned=3, time_limit_seconds=1800),
        times=Times(
            started_at=STARTED_AT, ended_at=ENDED_AT, talking_seconds=612.0, made_at=MADE_AT, time_zone="Europe/Berlin"
        ),
    )


def test_a_scored_answer_becomes_a_card_with_its_evidence_placed(world: World) -> None:
    card = read_rows(make_interview(world)).answers[0]
    assert (card.number, card.state, card.composite, card.weight) == (1, "scored", 80, 2.0)
    assert (card.category, card.topic, card.subtopic) == ("Databases", "Relational databases", "Indexing")
    assert card.transcript == (
        TextRun(text="I would run explain "),
        TextRun(text="analyze", is_unsure=True),
        TextRun(text=" first. Then I add a composite index with customer first."),
    )
    assert card.text == SPOKEN
    assert card.components == (
        Component(key="technical", label="Technical", value=81.25),
        Component(key="relevance", label="Relevance", value=90.0),
        Component(key="depth", label="Depth", value=70.0),
        Component(key="clarity", label="Clarity", value=75.0),
    )
    quote = "I would run explain analyze first"
    assert card.criteria == (
        Criterion(
            name="Looks at the query plan",
            description="Reads the plan before changing anything",
            component="technical",
            state="rated",
            rating=4,
            quote=Quote(answer=1, text=quote, span=(0, len(quote)), start_seconds=0.0),
            why="Begins with the plan.",
        ),
    )
    start = SPOKEN.index("composite")
    assert card.notable_quote == Quote(
        answer=1, text="composite index with customer first", span=(start, start + 35), start_seconds=4.0
    )
    assert card.provenance == Provenance(
        engine="ollama",
        model="llama3.1:8b",
        prompt_version="score_answer/1",
        rubric_hash="a" * 64,
        input_hash="b" * 64,
        scored_at=ENDED_AT,
    )
    assert (card.transcription, card.is_rough) == ("faster-whisper small", False)
    assert card.duration_seconds == pytest.approx(0.4 * len(SPOKEN.split()))


def test_the_plan_less_what_was_asked_is_unasked(world: World) -> None:
    assert read_rows(make_interview(world)).unasked == (
        Unasked(category="Databases", subject="Indexing", difficulty="hard", count=1, weight=2.0),
    )


def test_a_follow_up_fills_no_cell_and_a_skipped_answer_does(world: World) -> None:
    session = make_session(world)
    asked = add_answer(session, world, 1, status="skipped", closed_reason="skipped", transcript="")
    add_answer(
        session,
        world,
        2,
        kind="follow_up",
        follow_up_of=asked,
        status="skipped",
        closed_reason="skipped",
        transcript="",
    )
    assert [(gap.difficulty, gap.count) for gap in read_rows(session).unasked] == [("medium", 1), ("hard", 1)]


def test_the_conversation_is_in_the_order_in_which_it_was_said(world: World) -> None:
    session = make_interview(world)
    # Transcribed late, so written down after the next question.
    session.transcript.filter(answer__number=1, kind="answer").update(sequence=99)
    turns = read_rows(session).transcript
    assert [(turn.speaker, turn.kind, turn.answer) for turn in turns] == [
        ("interviewer", "greeting", None),
        ("interviewer", "question", 1),
        ("candidate", "answer", 1),
        ("interviewer", "question", 2),
        ("candidate", "answer", 2),
        ("interviewer", "question", 3),
    ]
    assert turns[2].text == SPOKEN


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_answers(world: World, count: int) -> None:
    session = make_session(world)
    for number in range(1, count + 1):
        answer = add_answer(session, world, number)
        add_segments(answer)
        add_score(answer)
    report = InterviewReport.objects.create(session=session, organization=session.organization)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read_interview(InterviewReport.objects.get(pk=report.pk), MADE_AT)
    assert len(queries) == 10


def test_an_unknown_time_zone_is_utc() -> None:
    names = ("Asia/Tokyo", "Mars/Olympus", "", "../etc")
    assert [find_zone(Organization(time_zone=name)).key for name in names] == [
        "Asia/Tokyo",
        "UTC",
        "UTC",
        "UTC",
    ]
