"""A recruiter's desk for the tests of what a panel asks: its distribution, its candidates, what they were asked."""

from dataclasses import dataclass
from datetime import UTC, datetime

from interviewpanel.models import (
    Answer,
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewPanelQuestionDistribution,
    InterviewSession,
)
from interviewpanel.selectors.question_supply import Supply, load_supply
from organizations.models import Candidate, Organization
from questionbank.models import Question, Subtopic

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Desk:
    """A recruiter's desk: an organization with a panel, and the catalogue's subtopics (2 topics of 2 each)."""

    organization: Organization
    stranger: Organization
    panel: InterviewPanel
    subtopics: list[Subtopic]

    def add_row(self, subtopic: Subtopic, scope: str = "subtopic", **counts: int) -> InterviewPanelQuestionDistribution:
        return self.panel.distribution.create(
            category=subtopic.topic.category,
            topic=None if scope == "category" else subtopic.topic,
            subtopic=subtopic if scope == "subtopic" else None,
            **{f"{name}_count": count for name, count in counts.items()},
        )

    def invite(self, name: str = "Ada") -> InterviewSession:
        candidate, _ = Candidate.objects.get_or_create(
            organization=self.organization, full_name=name, email=f"{name}@example.org"
        )
        number = InterviewPanelCandidate.objects.count()
        invitation = InterviewPanelCandidate.objects.create(
            organization=self.organization,
            panel=self.panel,
            candidate=candidate,
            token_hash=f"{number:064d}",
            expires_at=NOON,
        )
        return InterviewSession.objects.create(
            organization=self.organization, invitation=invitation, seed=1, clock_limit_seconds=1800
        )

    def load(self, session: InterviewSession) -> Supply:
        return load_supply(self.panel, session.invitation.candidate, session)


def ask(session: InterviewSession, question: Question, row: InterviewPanelQuestionDistribution, **fields: object):
    return Answer.objects.create(
        **{
            "session": session,
            "number": session.answers.count() + 1,
            "question_version": question.current_version,
            "distribution_row": row,
            "cell_difficulty": question.difficulty,
            "status": "skipped",
            "closed_reason": "skipped",
            "asked_at": NOON,
            "closed_at": NOON,
            **fields,
        }
    )
