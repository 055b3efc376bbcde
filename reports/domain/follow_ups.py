"""Questions worth asking in the next round, from what this interview left open. Called by `domain/narrative.py`."""

from collections.abc import Sequence

from reports.domain.answer_cards import AnswerCard
from reports.domain.scorecard import FollowUp
from reports.domain.wording import STATES, word_for

MAX_FOLLOW_UPS = 8
ELEMENTS_PER_ANSWER = 2
ASK_AGAIN = ("technical_failure", "insufficient_evidence", "not_asked")


def suggest_follow_ups(answers: Sequence[AnswerCard]) -> tuple[FollowUp, ...]:
    """First what was lost through no fault of the candidate, to be asked again; then expected points not heard,
    taken from the weakest answers first."""
    again = [
        FollowUp(question=card.question, reason=f"{word_for(card.state, STATES)}: ask it again.", answer=card.number)
        for card in answers
        if card.state in ASK_AGAIN
    ]
    scored = [card for card in answers if card.state == "scored" and card.composite is not None]
    open_points = [
        FollowUp(
            question=f"{card.subtopic or card.topic or card.category}: {element.text.rstrip('.')}",
            reason=f"Expected in answer {card.number}, not heard.",
            answer=card.number,
        )
        for card in sorted(scored, key=lambda card: (card.composite or 0, card.number))
        for element in [one for one in card.elements if one.is_covered is False][:ELEMENTS_PER_ANSWER]
    ]
    return tuple([*again, *open_points][:MAX_FOLLOW_UPS])
