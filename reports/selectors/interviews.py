"""Reads one interview for its report, in ten queries however many answers it has. Called by `services/reports.py`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from interviewpanel.domain.states import TERMINAL_ANSWER
from interviewpanel.models import (
    Answer,
    Decision,
    InterviewPanel,
    InterviewPanelQuestionDistribution,
    InterviewSession,
    TranscriptEntry,
)
from interviewpanel.selectors.decisions import find_decision
from interviewpanel.selectors.told_interviews import list_said, write_said
from organizations.models import Organization
from organizations.selectors import find_zone
from reports.domain.answer_cards import AnswerCard
from reports.domain.evaluation import compile_scorecard
from reports.domain.scorecard import (
    Branding,
    Candidate,
    Decided,
    Header,
    Job,
    Panel,
    ReportKind,
    Scorecard,
    Times,
    Unasked,
    Utterance,
)
from reports.models import InterviewReport
from reports.selectors.answers import load_for_cards, make_cards

DIFFICULTIES = ("easy", "medium", "hard")


@dataclass(frozen=True)
class Interview:
    """Everything a report says, before anything is added up."""

    header: Header
    answers: tuple[AnswerCard, ...]
    transcript: tuple[Utterance, ...]
    unasked: tuple[Unasked, ...]
    decided: Decided | None
    logo: str


def has_open_answers(session_id: int) -> bool:
    """Whether anything of the interview may still be transcribed or scored."""
    return Answer.objects.filter(session=session_id).exclude(status__in=TERMINAL_ANSWER).exists()


def read_interview(report: InterviewReport, now: datetime) -> Interview:
    """The interview of a report, as plain values."""
    session = InterviewSession.objects.select_related("organization", "invitation__candidate", "invitation__panel").get(
        pk=report.session_id
    )
    return read_held_interview(session, list(read_answers(session)), str(report.uuid), now)


def read_held_interview(
    session: InterviewSession, answers: Sequence[Answer], report_uuid: str, now: datetime
) -> Interview:
    """The same of a session whose answers (`read_answers`) are read already, with or without a report."""
    panel = session.invitation.panel
    rows = list(
        InterviewPanelQuestionDistribution.objects.filter(panel=panel)
        .select_related("category", "topic", "subtopic")
        .order_by("id")
    )
    return Interview(
        header=make_header(report_uuid, session, rows, now),
        answers=make_cards(answers),
        transcript=tuple(read_transcript(session)),
        unasked=tuple(count_unasked(rows, answers)),
        decided=read_decision(session.pk),
        logo=session.organization.logo.name or "",
    )


def compile_interview(interview: Interview, kind: ReportKind) -> Scorecard:
    """The scorecard of it, in the words of the template."""
    return compile_scorecard(
        header=interview.header,
        kind=kind,
        answers=interview.answers,
        transcript=interview.transcript,
        unasked=interview.unasked,
        decided=interview.decided,
    )


def read_answers(session: InterviewSession) -> QuerySet[Answer]:
    """The answers in order with their question, audio segments, scores and what people said: five queries."""
    return load_for_cards(Answer.objects.filter(session=session)).order_by("number")


def read_transcript(session: InterviewSession) -> list[Utterance]:
    """By the time it was said."""
    return [
        Utterance(
            sequence=entry.sequence,
            speaker="candidate" if entry.speaker == TranscriptEntry.Speaker.CANDIDATE else "interviewer",
            kind=entry.kind,
            text=write_said(entry),
            at=entry.started_at,
            answer=entry.answer.number if entry.answer else None,
        )
        for entry in list_said(session)
        if entry.text
    ]


def count_unasked(rows: Sequence[InterviewPanelQuestionDistribution], answers: Sequence[Answer]) -> list[Unasked]:
    """The plan less what was asked for it. A question that stood in for another difficulty fills that one's cell."""
    asked = Counter(
        (answer.distribution_row_id, answer.cell_difficulty)
        for answer in answers
        if answer.kind == Answer.Kind.QUESTION
    )
    return [
        Unasked(
            category=row.category.name,
            subject=(row.subtopic or row.topic or row.category).name,
            difficulty=difficulty,
            count=left,
            weight=row.weightage,
        )
        for row in rows
        for difficulty in DIFFICULTIES
        if (left := row.count_of(difficulty) - asked[row.pk, difficulty]) > 0
    ]


def read_decision(session_id: int) -> Decided | None:
    """What is in force; None where nobody has decided, or what was decided is taken back."""
    last = find_decision(session_id)
    if last is None or last.stage == Decision.Stage.TO_REVIEW:
        return None
    return Decided(
        stage=last.stage, reason=last.reason, at=last.decided_at, by=str(last.decided_by) if last.decided_by else ""
    )


def make_header(
    report_uuid: str,
    session: InterviewSession,
    rows: Sequence[InterviewPanelQuestionDistribution],
    now: datetime,
) -> Header:
    invitation = session.invitation
    panel: InterviewPanel = invitation.panel
    organization: Organization = session.organization
    return Header(
        report_uuid=report_uuid,
        session_uuid=str(session.uuid),
        branding=Branding(
            organization=organization.name, colour=organization.primary_colour, logo=organization.logo.name or ""
        ),
        candidate=Candidate(name=invitation.candidate.full_name, email=invitation.candidate.email),
        job=Job(title=panel.job_title, category=panel.job_category, experience_level=panel.experience_level),
        panel=Panel(
            name=f"{panel.title} (trial)" if invitation.is_trial else panel.title,
            language=panel.language,
            questions_planned=sum(row.count_of(difficulty) for row in rows for difficulty in DIFFICULTIES),
            time_limit_seconds=panel.max_minutes * 60,  # not the candidate's own: raters see no accommodation
        ),
        times=Times(
            started_at=session.started_at,
            ended_at=session.ended_at,
            talking_seconds=read_clock(session),
            made_at=now,
            time_zone=find_zone(organization).key,
            recordings_erased_at=session.recordings_erased_at,
        ),
        session_status=session.status,
    )


def read_clock(session: InterviewSession) -> float | None:
    """At most what the panel gives everybody: with more, the report would tell raters of an accommodation."""
    if not session.started_at:
        return None
    return min(session.clock_used_seconds, session.invitation.panel.max_minutes * 60.0)
