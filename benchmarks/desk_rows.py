"""Rows of a busy year for the benchmark of the admin: people, invitations and interviews of several organizations.

Every row is as the services would leave it, but for files, which are only named. The times lie before `now`, so that
the charts of the home page have something to draw.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any, TypeVar

from django.db.models import Model

from authentication.models import User
from benchmarks import desk_deeds
from interviewpanel.models import (
    AccommodationRequest,
    Answer,
    AnswerRating,
    AnswerScore,
    AudioSegment,
    CandidateFeedback,
    CandidateRequest,
    Decision,
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewSession,
    Recording,
    ScoreOverride,
    SessionEvent,
    SessionStep,
    TranscriptEntry,
)
from organizations.models import Candidate, Change, Message, MessageTemplate, Organization
from questionbank.models import Question
from reports.models import InterviewReport, ReportShare
from reports.services.documents import to_document
from tests.question_banks import fill_bank, make_subtopics
from tests.scorecards import make_scorecard

Row = TypeVar("Row", bound=Model)
SHARES = (0.6, 0.2, 0.15, 0.05)  # of everything, by organization
PANELS = 20  # of each
ANSWERS = 8  # of each interview
SPOKEN = "I would look at the plan of the query first, and add a composite index with the customer first. " * 3
FIRST_NAMES = ("Priya", "Jonas", "Aiko", "Mehmet", "Lucía", "Chinedu", "Hanna", "Rahul", "Sofie", "Tomasz")
LAST_NAMES = ("Raghunathan", "Lindqvist", "Mori", "Yıldız", "Ferrer", "Okafor", "Virtanen", "Mehta", "Dahl", "Nowak")


@dataclass(frozen=True)
class Sizes:
    candidates: int
    interviews: int


class DeskMaker:
    """`make` fills the database; everything follows from the seed."""

    def __init__(self, sizes: Sizes, now: datetime, seed: int = 1) -> None:
        self.sizes, self.now, self.random = sizes, now, random.Random(seed)
        self.numbers = count(1)

    def make(self) -> list[Organization]:
        fill_bank(make_subtopics("python", 5, 8), 10)
        questions = list(Question.objects.select_related("current_version"))
        organizations = [Organization.objects.create(name=f"Company {n}", slug=f"company-{n}") for n in range(1, 5)]
        for organization, share in zip(organizations, SHARES, strict=True):
            self._make_organization(organization, share, questions)
        self._add_deeds(organizations)
        return organizations

    def _add_deeds(self, organizations: Sequence[Organization]) -> None:
        people = {
            one.pk: User.objects.create(email=f"desk{one.pk}@company.example", full_name="A recruiter")
            for one in organizations
        }
        invitations = list(InterviewPanelCandidate.objects.order_by("pk"))
        reports = list(InterviewReport.objects.order_by("pk").defer("document"))
        answers = list(Answer.objects.order_by("pk").select_related("session"))
        scores = list(AnswerScore.objects.order_by("pk").select_related("answer__session"))
        save(Message, desk_deeds.list_messages(invitations, self.now))
        save(MessageTemplate, desk_deeds.list_templates(organizations))
        save(Change, desk_deeds.list_changes(people, invitations, list(InterviewSession.objects.all())))
        save(Decision, desk_deeds.list_decisions(people, reports))
        save(AnswerRating, desk_deeds.list_ratings(people, answers, self.random))
        save(ScoreOverride, desk_deeds.list_overrides(people, scores))
        save(ReportShare, desk_deeds.list_shares(people, reports, self.now))

    def _make_organization(self, organization: Organization, share: float, questions: Sequence[Question]) -> None:
        panels = InterviewPanel.objects.bulk_create(
            InterviewPanel(organization=organization, title=f"Panel {n}", job_title=f"Engineer {n}", status="published")
            for n in range(PANELS)
        )
        people = save(Candidate, self._plan_people(organization, round(share * self.sizes.candidates)))
        invitations = save(InterviewPanelCandidate, self._plan_invitations(people, panels))
        self._spread(InterviewPanelCandidate, invitations)
        held = invitations[: round(share * self.sizes.interviews)]
        sessions = save(InterviewSession, (self._plan_session(one) for one in held))
        save(Answer, self._plan_answers(sessions, questions))
        self._fill_answers(sessions)
        self._fill_sessions(sessions)
        self._ask(invitations)

    def _plan_people(self, organization: Organization, number: int) -> Iterator[Candidate]:
        for place in islice(self.numbers, number):
            name = f"{FIRST_NAMES[place % 10]} {LAST_NAMES[place // 10 % 10]} {place}"
            yield Candidate(organization=organization, full_name=name, email=f"person{place}@example.com")

    def _plan_invitations(
        self, people: Sequence[Candidate], panels: Sequence[InterviewPanel]
    ) -> Iterator[InterviewPanelCandidate]:
        for place, candidate in enumerate(people):
            made_at = self.now - timedelta(days=365 * place / len(people), hours=1)
            yield InterviewPanelCandidate(
                organization_id=candidate.organization_id,
                panel=panels[place % len(panels)],
                candidate=candidate,
                token_hash=f"{candidate.pk:064d}",
                expires_at=made_at + timedelta(days=7),
                created_at=made_at,
                is_trial=place % 100 == 99,
            )

    def _spread(self, model: type[Model], rows: Sequence[Any]) -> None:
        """`auto_now_add` has made them all just now."""
        for place, row in enumerate(rows):
            row.created_at = self.now - timedelta(days=365 * place / len(rows), hours=1)
        model._default_manager.bulk_update(rows, ["created_at"], batch_size=1000)  # type: ignore[attr-defined]

    def _plan_session(self, invitation: InterviewPanelCandidate) -> InterviewSession:
        began = invitation.created_at + timedelta(hours=self.random.uniform(0, 0.9))
        is_live = self.random.random() < 0.02
        ended = None if is_live else began + timedelta(minutes=self.random.uniform(15, 50))
        status = "in_progress" if is_live else self.random.choices(("completed", "abandoned"), (9, 1))[0]
        return InterviewSession(
            organization_id=invitation.organization_id,
            invitation=invitation,
            seed=invitation.pk,
            epoch=1,
            status=status,
            clock_limit_seconds=2700,
            clock_used_seconds=900,
            consented_at=began,
            started_at=began,
            ended_at=ended,
            end_reason="" if is_live else "all questions asked",
        )

    def _plan_answers(self, sessions: Sequence[InterviewSession], questions: Sequence[Question]) -> Iterator[Answer]:
        for session in sessions:
            assert session.started_at is not None
            for number in range(1, ANSWERS + 1):
                question = questions[(session.pk * ANSWERS + number) % len(questions)]
                asked_at = session.started_at + timedelta(minutes=2 * number)
                yield Answer(
                    session=session,
                    number=number,
                    question_version=question.current_version,
                    question_text=question.current_version.text,  # type: ignore[union-attr]
                    cell_difficulty=question.difficulty,
                    status="scored",
                    closed_reason="done",
                    asked_at=asked_at,
                    closed_at=asked_at + timedelta(seconds=80),
                    transcript=SPOKEN,
                )

    def _fill_answers(self, sessions: Sequence[InterviewSession]) -> None:
        answers = list(Answer.objects.filter(session__in=sessions).select_related("session"))
        words = [
            {"text": f" {w}", "start": n * 0.3, "end": n * 0.3 + 0.2, "probability": 0.9}
            for n, w in enumerate(SPOKEN.split())
        ]
        save(
            AudioSegment,
            (
                AudioSegment(
                    answer=answer,
                    number=part,
                    first_sequence=part * 100,
                    last_sequence=part * 100 + 99,
                    start_sample=part * 153_600,
                    end_sample=(part + 1) * 153_600,
                    has_speech=True,
                    file="audio/none.flac",
                    text=SPOKEN[:150],
                    words=words[:30],
                    engine="faster-whisper",
                    **self._plan_work(answer.closed_at, dead=0.002),
                )
                for answer in answers
                for part in range(2)
            ),
        )
        save(AnswerScore, (self._plan_score(answer) for answer in answers))

    def _plan_score(self, answer: Answer) -> AnswerScore:
        work = self._plan_work(answer.closed_at, dead=0.002)
        fields: dict[str, Any] = {}
        if work["work_status"] == "done":
            is_sure = self.random.random() < 0.9
            fields = (
                {"state": "scored", "composite": 60} if is_sure else {"state": "needs_human", "reasons": ["Rough."]}
            )
        criteria = [{"key": f"c{n}", "text": SPOKEN[:80], "rating": 3, "quote": SPOKEN[:40]} for n in range(8)]
        return AnswerScore(answer=answer, criteria=criteria, rationale=SPOKEN, **fields, **work)

    def _plan_work(self, at: datetime | None, *, dead: float) -> dict[str, Any]:
        chance = self.random.random()
        if chance < dead:
            return {"work_status": "dead", "finished_at": at, "last_error": "The engine did not answer.", "attempts": 3}
        if chance < 2 * dead:
            return {"work_status": "queued", "due_at": self.now - timedelta(seconds=20)}
        return {"work_status": "done", "finished_at": at}

    def _fill_sessions(self, sessions: Sequence[InterviewSession]) -> None:
        document = to_document(make_scorecard())
        over = [one for one in sessions if one.ended_at is not None]
        save(InterviewReport, (self._plan_report(one, document) for one in over))
        save(Recording, (Recording(session=one, **self._plan_work(one.ended_at, dead=0.005)) for one in over))
        save(SessionStep, (SessionStep(session=one, kind="greeting", work_status="done") for one in sessions))
        save(
            SessionEvent,
            (
                SessionEvent(
                    session=one, sequence=number, type="next_question", payload={"text": SPOKEN}, at=one.started_at
                )
                for one in sessions
                for number in range(1, 31)
            ),
        )
        save(
            TranscriptEntry,
            (
                TranscriptEntry(
                    session=one, sequence=n, speaker="candidate", kind="answer", text=SPOKEN, started_at=one.started_at
                )
                for one in sessions
                for n in range(1, 2 * ANSWERS + 2)
            ),
        )
        save(
            CandidateFeedback,
            (CandidateFeedback(session=one, rating=1 + one.pk % 5, at=one.ended_at) for one in over[::2]),
        )

    def _plan_report(self, session: InterviewSession, document: dict[str, Any]) -> InterviewReport:
        assert session.ended_at is not None
        work = self._plan_work(session.ended_at, dead=0.005)
        report = InterviewReport(organization_id=session.organization_id, session=session, **work)
        if work["work_status"] != "done":
            return report
        made_at = session.ended_at + timedelta(seconds=40)
        reviewed_at = made_at + timedelta(hours=self.random.expovariate(1 / 20))
        report.kind = report.state = "final"
        report.made_at, report.reviewed_at = made_at, reviewed_at if reviewed_at < self.now else None
        report.document, report.pdf.name, report.json.name = document, "reports/none.pdf", "reports/none.json"
        report.overall, report.grade, report.recommendation = 71, "B", "consider"
        return report

    def _ask(self, invitations: Sequence[InterviewPanelCandidate]) -> None:
        """One in forty asks for an accommodation, one in fifty for something else; most are answered."""
        save(AccommodationRequest, (self._plan_accommodation(one) for one in invitations[::40]))
        save(CandidateRequest, (self._plan_request(one) for one in invitations[::50]))

    def _plan_accommodation(self, invitation: InterviewPanelCandidate) -> AccommodationRequest:
        is_open = self.random.random() < 0.1
        return AccommodationRequest(
            organization_id=invitation.organization_id,
            invitation=invitation,
            needs=["extra_time"],
            state="asked" if is_open else "granted",
            asked_at=invitation.created_at,
            decided_at=None if is_open else invitation.created_at + timedelta(minutes=30),
        )

    def _plan_request(self, invitation: InterviewPanelCandidate) -> CandidateRequest:
        is_open = self.random.random() < 0.1
        return CandidateRequest(
            organization_id=invitation.organization_id,
            invitation=invitation,
            kind=self.random.choice(("human_interview", "human_review", "erasure")),
            asked_at=invitation.created_at,
            answered_at=None if is_open else invitation.created_at + timedelta(minutes=30),
        )


def save(model: type[Row], rows: Iterator[Row] | Sequence[Row]) -> list[Row]:
    return list(model._default_manager.bulk_create(list(rows), batch_size=1000))
