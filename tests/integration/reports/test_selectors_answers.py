"""What is read of one answer's rows: its state, its evidence, what of it was not heard."""

from typing import Any

import pytest

from reports.domain.answer_cards import Claim, Criterion, Element, Quote, TextRun
from reports.selectors.interviews import read_interview
from tests.interview_rows import (
    MADE_AT,
    SPOKEN,
    World,
    add_answer,
    add_score,
    add_segments,
    make_session,
    read_rows,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "score", "state", "why"),
    [
        ("skipped", None, "skipped", "The candidate chose to skip this question."),
        ("no_speech", None, "no_speech", "The microphone worked and nothing was said."),
        ("technical_failure", None, "technical_failure", "No sound arrived from the candidate's microphone."),
        ("closed", None, "pending", ""),
        ("transcribed", None, "pending", ""),
        ("transcribed", {"work_status": "queued", "state": "", "composite": None}, "pending", ""),
        ("scored", {"state": "scored", "composite": 71}, "scored", ""),
        ("scored", {"state": "scored", "composite": None}, "insufficient_evidence", ""),
        (
            "scored",
            {"state": "needs_human", "composite": None, "reasons": ["It repeats the question.", "Listen to it."]},
            "needs_human",
            "It repeats the question. Listen to it.",
        ),
        (
            "technical_failure",
            {"state": "technical_failure", "composite": None, "reasons": ["OSError: no space left"]},
            "technical_failure",
            "OSError: no space left",
        ),
    ],
)
def test_states_are_those_of_the_rows(
    world: World, status: str, score: dict[str, Any] | None, state: str, why: str
) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1, status=status)
    if score is not None:
        add_score(answer, **score)
    card = read_rows(session).answers[0]
    assert card.state == state
    assert card.why == why


@pytest.mark.parametrize(
    ("closed_reason", "segments", "why"),
    [
        ("silence", {"work_status": "dead"}, "The recording could not be transcribed."),
        ("interview_over", {"has_speech": False}, "The interview was over before there was an answer."),
        ("no_audio_timeout", None, "No sound arrived from the candidate's microphone."),
        (
            "no_audio_timeout",
            {"has_speech": False},
            "The sound from the candidate's microphone stopped before anything was said.",
        ),
        (
            "silence",
            {},
            "Speech was recorded, but no word of it could be recognised.",
        ),
        (
            "no_speech_timeout",
            {"has_speech": False},
            "Nobody was there any more when this was asked; silence then counts for nothing.",
        ),
    ],
)
def test_a_technical_failure_says_which(
    world: World, closed_reason: str, segments: dict[str, Any] | None, why: str
) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1, status="technical_failure", closed_reason=closed_reason, transcript="")
    if segments is not None:
        add_segments(answer, **segments)
    assert read_rows(session).answers[0].why == why


def test_expected_points_are_looked_for_where_the_score_does_not_say(world: World) -> None:
    session = make_session(world)
    add_score(add_answer(session, world, 1))
    elements = read_rows(session).answers[0].elements
    assert [element.text for element in elements] == [
        "Read the query plan",
        "Composite index",
        "Every insert becomes slower",
    ]
    covered = elements[1]
    assert covered.is_covered
    assert covered.quote is not None
    assert "composite index" in covered.quote.text
    assert elements[2] == Element(text="Every insert becomes slower", is_covered=False)


def test_words_of_a_recogniser_that_knows_no_doubt_are_not_doubted(world: World) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1)
    add_segments(answer)
    for segment in answer.segments.all():
        segment.words = [{**word, "probability": None} for word in segment.words]
        segment.save()
    assert read_rows(session).answers[0].transcript == (TextRun(text=SPOKEN),)


def test_the_latest_finished_score_counts(world: World) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1)
    add_score(answer, 40, number=1)
    add_score(answer, 55, number=2)
    add_score(answer, None, number=3, work_status="dead", state="")
    assert read_rows(session).answers[0].composite == 55


def test_a_rating_whose_quote_was_never_said_is_void_here_too(world: World) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1)
    forged = {
        "key": "k",
        "text": "Knows sharding",
        "component": "depth",
        "weight": 1.0,
        "rating": 4,
        "quote": "I sharded the table",
        "span": [0, 19],
        "state": "rated",
        "reason": "Said so.",
    }
    add_score(answer, criteria=[forged])
    assert read_rows(session).answers[0].criteria == (
        Criterion(name="Knows sharding", component="depth", state="void", why="Said so."),
    )


def test_red_flags_bring_their_words(world: World) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1)
    words = "I add a composite index"
    span = [SPOKEN.index(words), SPOKEN.index(words) + len(words)]
    add_score(answer, red_flags=[{"text": "Adds indexes without measuring", "quote": words, "span": span}])
    quote = Quote(answer=1, text=words, span=(span[0], span[1]))
    flag = Claim(title="Answer 1", text="Adds indexes without measuring", answers=(1,), quotes=(quote,))
    assert read_rows(session).answers[0].red_flags == (flag,)


def test_the_embedded_scorers_elements_interval_and_warning(world: World) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1)
    add_segments(answer, engine="pocketsphinx", engine_model="en-us", is_rough=True)
    matched = "composite index"
    start = SPOKEN.index(matched)
    add_score(
        answer,
        components={"technical": 61.5, "relevance": 80.0, "depth": None, "clarity": None},
        criteria=[],
        elements=[
            {
                "element": "Composite index",
                "recall": 1.0,
                "is_covered": True,
                "quote": matched,
                "span": [start, start + len(matched)],
            },
            {"element": "Index costs writes", "recall": 0.0, "is_covered": False, "quote": "", "span": None},
        ],
        interval=[44.4, 79.6],
        flags=["interval_across_threshold"],
        reasons=["The number could lie on either side of the threshold."],
        notable_quote=matched,
        provenance={"engine": "embedded", "model": "coverage-1", "fallback_reason": "Ollama cannot be reached."},
    )
    card = read_rows(session).answers[0]
    assert card.elements == (
        Element(
            text="Composite index",
            is_covered=True,
            quote=Quote(answer=1, text=matched, span=(start, start + 15), start_seconds=4.0),
        ),
        Element(text="Index costs writes", is_covered=False),
    )
    assert card.interval == (44, 80)
    assert (card.transcription, card.is_rough) == ("pocketsphinx en-us", True)
    assert card.provenance is not None
    assert card.provenance.is_coverage_only
    assert card.flags == ("too close to a threshold to be sure of the side",)
    assert card.needs_human == ("The number could lie on either side of the threshold.",)


def test_lost_and_untranscribed_audio_are_counted_and_sound_before_the_question_is_not(world: World) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1)
    add_segments(answer, lost_samples=8_000)
    answer.segments.filter(number=1).update(work_status="dead", is_rough=False)
    add_score(answer)
    card = read_rows(session).answers[0]
    assert card.lost_audio_seconds == 1.0
    assert card.untranscribed_seconds == pytest.approx(0.4 * 8)
    answer.segments.update(is_answer=False)
    silent = read_interview(session.report, MADE_AT).answers[0]
    assert (silent.lost_audio_seconds, silent.untranscribed_seconds, silent.transcription) == (0, 0, "")
    assert silent.duration_seconds == 45.0  # without a recording: from hearing the question to closing


def test_a_typed_answer_is_called_so(world: World) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1, typed_text=SPOKEN, closed_reason="typed")
    add_score(answer)
    card = read_rows(session).answers[0]
    assert (card.is_typed, card.transcription, card.transcript) == (True, "", (TextRun(text=SPOKEN),))
