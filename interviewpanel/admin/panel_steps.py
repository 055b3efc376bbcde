"""The steps of a panel's page: which fields stand where, and what is said above them. Used by panels.py."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from interviewpanel.admin.panel_forms import TURN_NAMES, WEIGHT_NAMES

LIMITS = ("max_questions", "max_minutes")
WORDS = ("max_follow_ups", "words_by_model", "question_wording", ("interviewer_voice", "voice_name"))
TALK_LIMITS = ("pause_budget_seconds", "grace_seconds")
JOB = (
    "Job",
    {
        "fields": (
            *("organization", "title"),
            *(("job_title", "job_category"), ("experience_level", "language"), "opens_at", "closes_at"),
        ),
        "description": "What the interview is for, and when it can be held.",
    },
)
QUESTIONS = ("Questions", {"fields": (LIMITS,), "description": "How many of which difficulty, on what."})
CONVERSATION = (
    "Conversation",
    {
        "fields": ("turn_profile", TURN_NAMES[:2], TURN_NAMES[2:4], TALK_LIMITS, *WORDS),
        "description": "How the interviewer listens. An empty number is the profile's, which shows in grey. What a "
        "candidate is granted as an accommodation multiplies them.",
    },
)
MORE_OF_IT = ("More of the conversation", {"fields": (TURN_NAMES[4:], "turn_others"), "classes": ("collapse",)})
AGREEMENT = (
    "Agreement",
    {
        "fields": ("records_video", "consent_version", "consent_addition"),
        "description": "What candidates agree to before anything is recorded.",
    },
)
CANDIDATES = (
    "Candidates",
    {
        "fields": (
            *("door", "accommodation_policy", "alternative_route"),
            ("decision_days", "shows_scores_to_candidates"),
        ),
        "description": "What candidates can ask for, and what they are told.",
    },
)
SCORING = (
    "Scoring",
    {
        "fields": (WEIGHT_NAMES[:2], WEIGHT_NAMES[2:], "weight_dimensions", "rates_blind"),
        "description": "What the parts of an answer weigh, together 100. Empty: the usual, which shows in grey. "
        "A question's own weights come before these.",
    },
)
EDITED: tuple[Any, ...] = (JOB, QUESTIONS, CONVERSATION, MORE_OF_IT, AGREEMENT, CANDIDATES, SCORING)
# Of whoever may only look: what is filled in number by number is said in words.
READ: tuple[Any, ...] = (
    *(JOB, QUESTIONS),
    ("Conversation", {"fields": ("turn_profile", "turns", TALK_LIMITS, *WORDS)}),
    *(AGREEMENT, CANDIDATES),
    ("Scoring", {"fields": ("scoring", "rates_blind")}),
)


@dataclass(frozen=True)
class Step:
    """A numbered part of the page; `more` are its fields that few people need."""

    number: int
    fieldset: Any
    more: Any = None


def list_steps(fieldsets: Iterable[Any]) -> list[Step]:
    """As the page shows them: a part that is folded belongs to the one before it."""
    steps: list[Step] = []
    for fieldset in fieldsets:
        if fieldset.is_collapsible:
            steps[-1] = replace(steps[-1], more=fieldset)
        else:
            steps.append(Step(len(steps) + 1, fieldset))
    return steps
