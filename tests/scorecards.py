"""Scorecards for the tests of reports and for its benchmark: a whole interview, one with holes, one with nothing.

The whole one is told in tests/data/sample_interview.json; the others are made from it.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reports.domain.answer_cards import AnswerCard, Component, Criterion, Element, Provenance, Quote, TextRun
from reports.domain.evaluation import compile_scorecard
from reports.domain.scorecard import (
    Branding,
    Candidate,
    Header,
    Job,
    Panel,
    ReportKind,
    Scorecard,
    Speaker,
    Times,
    Unasked,
    Utterance,
)
from reports.domain.wording import COMPONENTS, word_for

STARTED_AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
SAMPLE: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "sample_interview.json").read_text("utf-8"))
OLLAMA = Provenance(
    engine="ollama",
    model="llama3.1:8b",
    prompt_version="answer-1",
    rubric_hash="9f2c1a7be04d55aa",
    input_hash="0b7718cc21e94d10",
    scored_at=datetime(2026, 3, 12, 10, 2, tzinfo=UTC),
)
EMBEDDED = Provenance(
    engine="embedded",
    model="coverage-1",
    is_coverage_only=True,
    fallback_reason="Ollama did not answer at http://localhost:11434.",
    scored_at=datetime(2026, 3, 12, 10, 2, tzinfo=UTC),
)


def make_header(**changes: Any) -> Header:
    header = Header(
        report_uuid="5b0c1df2-6f6e-4d0b-9a44-0f4f5f6c9a01",
        session_uuid="c2a7a0b4-1f0e-4f5a-8a80-3a2a0f0f7b02",
        branding=Branding(organization=SAMPLE["organization"], colour=SAMPLE["colour"]),
        candidate=Candidate(name=SAMPLE["candidate"], email=SAMPLE["email"]),
        job=Job(title=SAMPLE["job"], category=SAMPLE["job_category"], experience_level=SAMPLE["level"]),
        panel=Panel(name=SAMPLE["panel"], questions_planned=9, time_limit_seconds=1800),
        times=Times(
            started_at=STARTED_AT,
            ended_at=STARTED_AT + timedelta(minutes=26),
            talking_seconds=1384.0,
            made_at=STARTED_AT + timedelta(minutes=27),
        ),
    )
    return replace(header, **changes)


def make_quote(number: int, text: str, words: str | None) -> Quote | None:
    """`words` as a quote with its span and its second, as if 2.5 words were spoken in a second."""
    if not words:
        return None
    start = text.index(words)
    return Quote(
        answer=number,
        text=words,
        span=(start, start + len(words)),
        start_seconds=round(len(text[:start].split()) / 2.5, 1),
    )


def split_runs(text: str, unsure: Sequence[str]) -> tuple[TextRun, ...]:
    """The transcript with the given words marked as unsure."""
    runs, rest = [], text
    for words in unsure:
        before, rest = rest.split(words, 1)
        runs += [TextRun(text=before), TextRun(text=words, is_unsure=True)]
    return tuple(run for run in [*runs, TextRun(text=rest)] if run.text)


def make_card(number: int, told: dict[str, Any], asked_at: datetime) -> AnswerCard:
    text = told.get("transcript", "")
    closed_at = asked_at + timedelta(seconds=told["seconds"] + 9)
    state = told.get("state", "scored")
    return AnswerCard(
        number=number,
        question=told["question"],
        kind=told.get("kind", "question"),
        question_type=told["type"],
        difficulty=told["difficulty"],
        category=told["category"],
        topic=told["topic"],
        subtopic=told["subtopic"],
        weight=told["weight"],
        asked_at=asked_at,
        answered_at=asked_at + timedelta(seconds=9),
        closed_at=closed_at,
        duration_seconds=told["seconds"],
        expected_seconds=told["expected_seconds"],
        closed_reason=told["reason"],
        state=state,
        why=told.get("why", ""),
        transcript=split_runs(text, told.get("unsure", ())) if text else (),
        transcription="faster-whisper small.en" if text else "",
        lost_audio_seconds=told.get("lost_seconds", 0.0),
        components=tuple(
            Component(key=name, label=word_for(name, COMPONENTS), value=value)
            for name, value in told.get("components", {}).items()
        ),
        composite=told.get("composite"),
        criteria=tuple(
            Criterion(
                name=name, component=component, state="rated", rating=rating, quote=make_quote(number, text, words)
            )
            for name, component, rating, words in told.get("criteria", ())
        ),
        elements=tuple(
            Element(text=element, is_covered=words is not None, quote=make_quote(number, text, words))
            for element, words in told.get("elements", ())
        ),
        rationale=told.get("rationale", ""),
        strengths=tuple(told.get("strengths", ())),
        improvements=tuple(told.get("improvements", ())),
        notable_quote=make_quote(number, text, told.get("notable")),
        provenance=OLLAMA if state == "scored" else None,
    )


def make_cards() -> tuple[AnswerCard, ...]:
    """The ten answers of the sample interview."""
    cards, at = [], STARTED_AT + timedelta(seconds=35)
    for number, told in enumerate(SAMPLE["answers"], start=1):
        cards.append(make_card(number, told, at))
        at += timedelta(seconds=told["seconds"] + 14)
    return tuple(cards)


def make_conversation(cards: Sequence[AnswerCard]) -> tuple[Utterance, ...]:
    turns: list[tuple[Speaker, str, str, datetime | None, int | None]] = [
        ("interviewer", "greeting", SAMPLE["greeting"], STARTED_AT, None)
    ]
    for card in cards:
        turns.append(("interviewer", card.kind, card.question, card.asked_at, card.number))
        if card.text:
            turns.append(("candidate", "answer", card.text, card.answered_at, card.number))
    turns.append(("interviewer", "closing", SAMPLE["closing"], STARTED_AT + timedelta(minutes=26), None))
    return tuple(
        Utterance(sequence=sequence, speaker=speaker, kind=kind, text=text, at=at, answer=answer)
        for sequence, (speaker, kind, text, at, answer) in enumerate(turns, start=1)
    )


def make_scorecard(
    cards: Sequence[AnswerCard] | None = None, *, header: Header | None = None, kind: ReportKind = "final"
) -> Scorecard:
    """The sample interview's scorecard, or one of other answers under the same header."""
    chosen = make_cards() if cards is None else tuple(cards)
    return compile_scorecard(
        header=header or make_header(), kind=kind, answers=chosen, transcript=make_conversation(chosen)
    )


def make_rough_cards() -> tuple[AnswerCard, ...]:
    """The same interview without a language model and with the rough recogniser: coverage only, much unsure."""
    return tuple(roughen(card) for card in make_cards())


def roughen(card: AnswerCard) -> AnswerCard:
    if card.state != "scored":
        return card
    words = card.text.split(" ")
    runs = [TextRun(text=word + " ", is_unsure=place % 3 == 1) for place, word in enumerate(words)]
    parts = tuple(
        replace(part, value=part.value if part.key in ("technical", "relevance") else None) for part in card.components
    )
    is_odd = card.number in (4, 6)
    return replace(
        card,
        transcript=tuple(runs),
        transcription="pocketsphinx en-us",
        is_rough=True,
        components=parts,
        criteria=tuple(
            replace(one, state="not_assessed", rating=None, quote=None, why="Rated by a language model only.")
            for one in card.criteria
        ),
        interval=(max(0, card.composite - 18), min(100, card.composite + 15)) if card.composite is not None else None,
        provenance=EMBEDDED,
        rationale="",
        strengths=(),
        improvements=(),
        notable_quote=None,
        state="needs_human" if is_odd else "scored",
        composite=None if is_odd else card.composite,
        needs_human=("The recogniser was unsure of most words.",) if is_odd else (),
        flags=("low recogniser confidence",) if is_odd else (),
        why="The recogniser was unsure of most words." if is_odd else "",
    )


def make_empty_scorecard() -> Scorecard:
    """An interview that ended before the first question was asked."""
    header = make_header(
        times=Times(started_at=STARTED_AT, ended_at=STARTED_AT, talking_seconds=0.0, made_at=STARTED_AT),
        session_status="abandoned",
    )
    unasked = (
        Unasked(category="Databases", subject="Indexing", difficulty="medium", count=2, weight=2.0),
        Unasked(category="Python", subject="asyncio", difficulty="hard", count=1, weight=1.0),
    )
    return compile_scorecard(header=header, kind="final", answers=(), transcript=(), unasked=unasked)
