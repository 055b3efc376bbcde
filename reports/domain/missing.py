"""What a score does not contain, why, and what that does to it. Pure; called by `domain/evaluation.py`."""

from collections.abc import Sequence

from reports.domain.answer_cards import ZERO_STATES, AnswerCard
from reports.domain.scorecard import MissingPart, Unasked
from reports.domain.wording import STATES, count_of, name_answers, word_for

WHYS = {
    "technical_failure": "A technical failure on our side kept the answer from being scored.",
    "insufficient_evidence": "What was heard was not enough to score.",
    "needs_human": "A person has to read this answer before it can be scored.",
    "not_asked": "The question was planned but not asked.",
    "pending": "Its score was not ready in time.",
}
EFFECTS = {
    "needs_human": "Left out of the score until a person has read it.",
    "pending": "Left out of the score; a final report will contain it.",
}
LEFT_OUT = "Left out of the score; not held against the candidate."
HEARD_IN_PART = "The answer is scored on what was heard; listen before you decide, while there is sound."
# Shorter losses are a breath, not a part of an answer.
LOSS_WORTH_TELLING_SECONDS = 1.0


def list_missing(answers: Sequence[AnswerCard], unasked: Sequence[Unasked]) -> tuple[MissingPart, ...]:
    """Answers that are left out, then parts of scored answers that were not heard, then questions never asked."""
    left_out = [tell_left_out(card) for card in answers if card.state != "scored" and card.state not in ZERO_STATES]
    in_part = [part for card in answers if card.state == "scored" for part in tell_losses(card)]
    return (*left_out, *in_part, *(tell_unasked(gap) for gap in unasked))


def tell_left_out(card: AnswerCard) -> MissingPart:
    subject = card.subtopic or card.topic or card.category
    place = f" · {subject}" if subject else ""
    return MissingPart(
        what=f"{name_answers([card.number]).capitalize()}{place}: {word_for(card.state, STATES).lower()}",
        why=card.why or WHYS.get(card.state, ""),
        effect=EFFECTS.get(card.state, LEFT_OUT),
        answer=card.number,
    )


def tell_losses(card: AnswerCard) -> list[MissingPart]:
    """Sound that never arrived, and sound that arrived and could not be transcribed."""
    losses = (
        (card.lost_audio_seconds, "Sound did not arrive from the candidate's connection and could not be recovered."),
        (card.untranscribed_seconds, "This stretch could not be transcribed."),
    )
    return [
        MissingPart(
            what=f"{name_answers([card.number]).capitalize()}: {seconds:.0f} s of audio",
            why=why,
            effect=HEARD_IN_PART,
            answer=card.number,
        )
        for seconds, why in losses
        if seconds >= LOSS_WORTH_TELLING_SECONDS
    ]


def tell_unasked(gap: Unasked) -> MissingPart:
    return MissingPart(
        what=f"{count_of(gap.count, f'{gap.difficulty} question')} on {gap.subject}: not asked",
        why="Planned, but the interview ended before.",
        effect=LEFT_OUT,
    )
