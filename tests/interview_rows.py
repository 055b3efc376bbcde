"""Rows of a finished interview, made directly: what the tests of reports (and of its admin) read.

Named people: the recruiter of Fernbrook, and a stranger of another organization.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from interviewpanel.models import (
    Answer,
    AnswerScore,
    AudioSegment,
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewPanelQuestionDistribution,
    InterviewSession,
    TranscriptEntry,
)
from organizations.models import Candidate, Organization
from questionbank.models import Category, Question, QuestionVersion, Subtopic, Topic
from reports.domain.evaluation import compile_scorecard
from reports.models import InterviewReport
from reports.selectors.interviews import Interview, read_interview
from reports.services.reports import open_report, store_report

STARTED_AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
ENDED_AT = STARTED_AT + timedelta(minutes=12)
MADE_AT = ENDED_AT + timedelta(seconds=20)
SAMPLE_RATE = 16_000
SPOKEN = "I would run explain analyze first. Then I add a composite index with customer first."
WORD_SECONDS = 0.4


@dataclass(frozen=True)
class World:
    """One organization with one panel: two medium and one hard question on indexing, of weight 2."""

    organization: Organization
    panel: InterviewPanel
    row: InterviewPanelQuestionDistribution
    question: Question


def make_world(name: str = "Fernbrook", **changes: Any) -> World:
    slug = name.lower()
    organization = Organization.objects.create(name=name, slug=slug, **changes)
    category = Category.objects.create(organization=organization, name="Databases", slug="databases")
    topic = Topic.objects.create(category=category, name="Relational databases", slug="relational")
    subtopic = Subtopic.objects.create(topic=topic, name="Indexing", slug="indexing")
    question = Question.objects.create(
        organization=organization,
        key=f"{slug}-slow-query",
        category=category,
        topic=topic,
        subtopic=subtopic,
        difficulty="medium",
    )
    version = QuestionVersion.objects.create(
        question=question,
        number=1,
        text="A query has become slow. What do you do?",
        assesses="Reading plans",
        expected_answer="Read the plan, then add a composite index.",
        expected_elements=["Read the query plan", "Composite index", "Every insert becomes slower"],
        criteria=[
            {
                "key": "plan",
                "name": "Looks at the query plan",
                "description": "Reads the plan before changing anything",
                "component": "technical",
                "weight": 1.0,
            }
        ],
        expected_seconds=120,
    )
    question.current_version = version
    question.save()
    panel = InterviewPanel.objects.create(
        organization=organization,
        title="Backend screening",
        job_title="Backend Engineer",
        job_category="Engineering",
        experience_level="Senior",
        status=InterviewPanel.Status.PUBLISHED,
        max_minutes=30,
    )
    row = InterviewPanelQuestionDistribution.objects.create(
        panel=panel, category=category, topic=topic, subtopic=subtopic, medium_count=2, hard_count=1, weightage=2.0
    )
    return World(organization, panel, row, question)


def make_session(world: World, *, candidate: str = "Priya Raghunathan", **changes: Any) -> InterviewSession:
    """A session that has ended, with a greeting and a closing and no answers yet."""
    slug = candidate.split()[0].lower()
    person = Candidate.objects.create(organization=world.organization, full_name=candidate, email=f"{slug}@example.com")
    invitation = InterviewPanelCandidate.objects.create(
        organization=world.organization,
        panel=world.panel,
        candidate=person,
        token_hash=f"hash-of-{world.organization.slug}-{slug}",
        expires_at=ENDED_AT,
    )
    fields: dict[str, Any] = {
        "status": "completed",
        "seed": 1,
        "epoch": 1,
        "consented_at": STARTED_AT,
        "consent_version": "2026-1",
        "clock_limit_seconds": 1800,
        "clock_used_seconds": 612.0,
        "started_at": STARTED_AT,
        "ended_at": ENDED_AT,
        "end_reason": "all questions asked",
    }
    session = InterviewSession.objects.create(
        organization=world.organization, invitation=invitation, **{**fields, **changes}
    )
    add_entry(session, 1, "interviewer", "greeting", f"Hello {slug.title()}, and welcome.", STARTED_AT)
    return session


def add_entry(
    session: InterviewSession,
    sequence: int,
    speaker: str,
    kind: str,
    text: str,
    at: datetime,
    answer: Answer | None = None,
) -> None:
    TranscriptEntry.objects.create(
        session=session, sequence=sequence, speaker=speaker, kind=kind, text=text, started_at=at, answer=answer
    )


def add_answer(session: InterviewSession, world: World, number: int, **changes: Any) -> Answer:
    """An answer that is scored in status; its score is added by `add_score`."""
    asked_at = STARTED_AT + timedelta(minutes=number)
    fields: dict[str, Any] = {
        "question_text": "A query has become slow. What do you do?",
        "distribution_row": world.row,
        "cell_difficulty": "medium",
        "weightage": world.row.weightage,
        "status": "scored",
        "closed_reason": "done",
        "asked_at": asked_at,
        "turn_started_at": asked_at + timedelta(seconds=5),
        "closed_at": asked_at + timedelta(seconds=50),
        "transcript": SPOKEN,
        "transcribed_at": asked_at + timedelta(seconds=52),
    }
    answer = Answer.objects.create(
        session=session, number=number, question_version=world.question.current_version, **{**fields, **changes}
    )
    add_entry(session, number * 2, "interviewer", "question", answer.question_text, asked_at, answer)
    if answer.transcript:
        add_entry(session, number * 2 + 1, "candidate", "answer", answer.transcript, asked_at, answer)
    return answer


def add_segments(answer: Answer, text: str = SPOKEN, *, unsure: Sequence[str] = (), **changes: Any) -> None:
    """Two transcribed segments with a word every 0.4 s; words in `unsure` have a low probability."""
    words = [
        {
            "text": f" {word}",
            "start": place * WORD_SECONDS,
            "end": (place + 1) * WORD_SECONDS - 0.05,
            "probability": 0.2 if word.strip(".") in unsure else 0.9,
        }
        for place, word in enumerate(text.split())
    ]
    middle = len(words) // 2
    samples = int(WORD_SECONDS * SAMPLE_RATE)
    for number, (first, part) in enumerate(((0, words[:middle]), (middle, words[middle:]))):
        fields: dict[str, Any] = {
            "first_sequence": first,
            "last_sequence": first + len(part) - 1,
            "start_sample": first * samples,
            "end_sample": (first + len(part)) * samples,
            "has_speech": True,
            "text": "".join(str(word["text"]) for word in part).strip(),
            "words": part,
            "engine": "faster-whisper",
            "engine_model": "small",
            "work_status": "done",
            "finished_at": answer.closed_at,
        }
        AudioSegment.objects.create(answer=answer, number=number, **{**fields, **changes})


def add_score(answer: Answer, composite: int | None = 80, **changes: Any) -> AnswerScore:
    """A finished score by a language model, with one criterion whose quote stands in the transcript."""
    quote = "I would run explain analyze first"
    fields: dict[str, Any] = {
        "state": "scored",
        "composite": composite,
        "components": {"technical": 81.25, "relevance": 90.0, "depth": 70.0, "clarity": 75.0},
        "criteria": [
            {
                "key": "plan",
                "text": "Looks at the query plan: Reads the plan before changing anything",
                "component": "technical",
                "weight": 1.0,
                "rating": 4,
                "quote": quote,
                "span": [0, len(quote)],
                "state": "rated",
                "reason": "Begins with the plan.",
            }
        ],
        "rationale": "Plan first, then the right index.",
        "strengths": ["Measures before changing"],
        "improvements": ["Costs of an index"],
        "notable_quote": "composite index with customer first",
        "provenance": {
            "engine": "ollama",
            "model": "llama3.1:8b",
            "prompt_version": "score_answer/1",
            "rubric_hash": "a" * 64,
            "input_hash": "b" * 64,
        },
        "work_status": "done",
        "finished_at": ENDED_AT,
    }
    return AnswerScore.objects.create(answer=answer, **{**fields, **changes})


def make_interview(world: World, **changes: Any) -> InterviewSession:
    """A whole small interview: two scored answers and a skipped one; the hard question was not asked."""
    session = make_session(world, **changes)
    for number, composite in ((1, 80), (2, 60)):
        answer = add_answer(session, world, number)
        add_segments(answer, unsure=("analyze",))
        add_score(answer, composite)
    add_answer(
        session,
        world,
        3,
        status="skipped",
        closed_reason="skipped",
        transcript="",
        distribution_row=None,
        weightage=1.0,
    )
    return session


def make_report(session: InterviewSession) -> InterviewReport:
    """The report as it is made of the rows, its PDF only named so: what is in one is tested where it is rendered."""
    report = open_report(session=session, now=ENDED_AT)
    interview = read_interview(report, MADE_AT)
    scorecard = compile_scorecard(
        header=interview.header,
        kind="final",
        answers=interview.answers,
        transcript=interview.transcript,
        unasked=interview.unasked,
        decided=interview.decided,
    )
    store_report(report=report, scorecard=scorecard, pdf=b"%PDF-1.7\n")
    InterviewReport.objects.filter(pk=report.pk).update(work_status="done", finished_at=MADE_AT)
    report.refresh_from_db()
    return report


def read_rows(session: InterviewSession) -> Interview:
    """What its report, made a little later, reads of the session's rows."""
    report = InterviewReport.objects.create(session=session, organization=session.organization)
    return read_interview(report, MADE_AT)
