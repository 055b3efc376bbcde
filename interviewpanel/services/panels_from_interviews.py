"""From a published interview of the question bank's to a panel, in one step. Called by the admin and the API.

The five questions become the organization's own, live, in a subtopic of their own: so the plan asks exactly them.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from authentication.models import User
from interviewpanel.domain.panel_plans import Place
from interviewpanel.domain.scoring_terms import DIFFICULTIES
from interviewpanel.models import GeneratedPanel, InterviewPanel
from interviewpanel.selectors.generated_places import NamedPlace, shorten_name, suggest_place
from interviewpanel.services.panel_changes import PlannedRow, make_panel
from organizations.models import Change
from organizations.services.history import record_each
from questionbank.domain.interview_checks import write_content
from questionbank.domain.interview_states import PUBLISHED, InterviewRefused
from questionbank.domain.speaking_time import WORDS_PER_MINUTE
from questionbank.models import Category, GeneratedInterview, Question, Subtopic, Topic
from questionbank.services.catalogue import CatalogueRefused, add_category, add_subtopic, add_topic
from questionbank.services.generated_interviews import find_problems, hold_interview
from questionbank.services.question_states import move_question
from questionbank.services.versions import make_key, save_question

# What whoever presses the button needs, each in the interview's organization.
PERMISSIONS = (
    "questionbank.view_generatedinterview",
    "questionbank.add_question",
    "questionbank.publish_question",
    "interviewpanel.add_interviewpanel",
)
SPARE_MINUTES = 5  # for the greeting, the closing and a word between
LEAST_MINUTES = 15


@dataclass(frozen=True)
class MadePanel:
    """`is_new` is False for a panel that was there already."""

    panel: InterviewPanel
    is_new: bool


@transaction.atomic
def make_panel_from_interview(
    *,
    interview: GeneratedInterview,
    user: User | None,
    now: datetime,
    place: Topic | NamedPlace | None = None,
    told: str = "",
) -> MadePanel:
    """The panel of this version of the interview: made once, found from then on.

    `place`: where the questions are to stand, in a subtopic of their own: a topic of the same organization, or one by
    names, of which what is missing is made; None: where `suggest_place` says. Effects in order: the place, five live
    questions, a draft of a panel whose plan is exactly these, the link between, and the lines of the history (`told` is
    how it came). Raises InterviewRefused where the interview is not published, CatalogueRefused where a name is none.
    """
    held = hold_interview(interview.pk)
    known = GeneratedPanel.objects.select_related("panel__organization").filter(interview=held).first()
    if known is not None:
        return MadePanel(known.panel, is_new=False)
    _check(held, place)
    below = _find_topic(held, place or suggest_place(held))
    subtopic = _make_subtopic(held, below)
    questions = [_make_question(held, one, subtopic, user, now) for one in held.questions]
    panel = make_panel(organization=held.organization, settings=_write_settings(held), plan=[_plan(held, subtopic)])
    GeneratedPanel.objects.create(organization=held.organization, interview=held, panel=panel, made_by=user)
    source = f"From the generated interview “{held}”. {told}".strip()
    rows = [(one, held.organization_id, source) for one in (*questions, panel)]
    record_each(rows=rows, action=Change.Action.ADDED, actor=user, now=now)
    return MadePanel(panel, is_new=True)


def find_panel(interview: GeneratedInterview) -> InterviewPanel | None:
    """The panel that was made from it."""
    made = GeneratedPanel.objects.select_related("panel").filter(interview=interview).first()
    return None if made is None else made.panel


def _check(interview: GeneratedInterview, place: Topic | NamedPlace | None) -> None:
    if interview.status != PUBLISHED:
        raise InterviewRefused(f"It is {interview.status}. Publish it first: only what is published can be asked.")
    if problems := find_problems(interview):
        raise InterviewRefused(f"Its questions cannot be asked as they are: {' '.join(problems[:5])}")
    if isinstance(place, Topic) and place.category.organization_id != interview.organization_id:
        raise InterviewRefused("The topic belongs to somebody else. Choose one of the same organization.")


def _find_topic(interview: GeneratedInterview, place: Topic | NamedPlace) -> Topic:
    """The organization's own; what is not there by its name is made."""
    if isinstance(place, Topic):
        return place
    owner, names = interview.organization, (" ".join(place.category.split()), " ".join(place.topic.split()))
    if not all(names):
        raise CatalogueRefused("Write both, the category and the topic where the questions are to stand.")
    category = Category.objects.filter(organization=owner, name__iexact=names[0]).first()
    category = category or add_category(name=names[0], organization=owner)
    return category.topics.filter(name__iexact=names[1]).first() or add_topic(name=names[1], category=category)


def _make_subtopic(interview: GeneratedInterview, topic: Topic) -> Subtopic:
    """One of its own, so that nothing else is asked."""
    taken = {name.casefold() for name in topic.subtopics.values_list("name", flat=True)}
    return add_subtopic(name=_find_free(f"{interview.name}, version {interview.version}", taken), topic=topic)


def _find_free(name: str, taken: set[str]) -> str:
    free, number = shorten_name(name), 1
    while free.casefold() in taken:
        number += 1
        free = f"{shorten_name(name, room=6)} ({number})"
    return free


def _make_question(
    interview: GeneratedInterview, written: dict[str, Any], place: Subtopic, user: User | None, now: datetime
) -> Question:
    question = Question(
        organization=interview.organization,
        subtopic=place,
        kind=written["kind"],
        difficulty=written["difficulty"],
        language=interview.language,
        generated_interview=interview,
    )
    question.key = make_key(question, written["text"])
    save_question(question, write_content(written), user=user, note=f"From the generated interview “{interview}”"[:200])
    reason = "A person published the interview that it comes from."
    for status in (Question.Status.REVIEW, Question.Status.LIVE):
        move_question(question=question, target=status, reason=reason, now=now)
    return question


def _plan(interview: GeneratedInterview, place: Subtopic) -> PlannedRow:
    counts = Counter(one["difficulty"] for one in interview.questions)
    topic = place.topic
    where = Place((topic.category_id, topic.pk, place.pk), (topic.category.name, topic.name, place.name))
    return PlannedRow(where, {one: counts[one] for one in DIFFICULTIES})


def _write_settings(interview: GeneratedInterview) -> dict[str, Any]:
    description = interview.description
    follow_ups: int = InterviewPanel._meta.get_field("max_follow_ups").default
    return {
        "title": f"{description.req_id} {interview.name}"[:150],
        "job_title": description.title,
        "job_category": description.department,
        "experience_level": interview.level,
        "language": interview.language,
        "max_questions": len(interview.questions) * (1 + follow_ups),  # a follow-up is an exchange too
        "max_minutes": estimate_minutes(interview.questions),
    }


def estimate_minutes(questions: Sequence[dict[str, Any]]) -> int:
    """Asked, thought about and answered, with room: at least a quarter of an hour."""
    seconds: float = sum(
        60 * len(one["text"].split()) / WORDS_PER_MINUTE + write_content(one)["think_seconds"] + one["expected_seconds"]
        for one in questions
    )
    return max(LEAST_MINUTES, math.ceil(seconds / 60) + SPARE_MINUTES)
