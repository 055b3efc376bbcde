"""How a person's override changes an answer: it counts in the place of what was measured, which stays beside it. Pure.

Called by `domain/evaluation.py` for every answer before anything is added up, and by the review page.
"""

from collections.abc import Sequence
from dataclasses import replace

from reports.domain.answer_cards import AnswerCard, Claim, Measured
from reports.domain.scorecard import Verdict
from reports.domain.wording import STATES, join_words, word_for


def apply_override(card: AnswerCard) -> AnswerCard:
    """The answer as it counts. Parts that the person did not let stand are not assessed any more: they were rejected
    with the number. That a person should look is done with it."""
    override = card.override
    if override is None or card.measured is not None:
        return card
    return replace(
        card,
        state="scored",
        composite=override.composite,
        components=override.components,
        why="",
        needs_human=(),
        measured=Measured(
            state=card.state,
            composite=card.composite,
            components=card.components,
            why=card.why,
            needs_human=card.needs_human,
        ),
    )


def list_overridden(answers: Sequence[AnswerCard]) -> tuple[AnswerCard, ...]:
    return tuple(card for card in answers if card.override is not None)


def describe_measured(card: AnswerCard) -> str:
    """What was measured, in words where there was no number: `61`, `needs a person`."""
    if card.automatic is not None:
        return str(card.automatic)
    return word_for(card.measured.state if card.measured else card.state, STATES).lower()


def tell_overrides(answers: Sequence[AnswerCard], automatic: Verdict | None) -> tuple[Claim, ...]:
    """A sentence for the summary: whose scores a person set, and what the automatic scores alone came to."""
    changed = list_overridden(answers)
    if not changed:
        return ()
    parts = [f"answer {card.number} ({card.composite}, measured: {describe_measured(card)})" for card in changed]
    text = f"People set the score of {join_words(parts)}."
    if automatic is not None:
        text += f" {describe_automatic(automatic)}"
    return (Claim(text=text, answers=tuple(card.number for card in changed)),)


def describe_automatic(automatic: Verdict) -> str:
    if automatic.overall is None:
        return "The automatic scores alone come to no overall."
    return f"The automatic scores alone come to {automatic.overall} of 100 (grade {automatic.grade})."
