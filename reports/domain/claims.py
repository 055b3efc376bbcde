"""Claims about single answers: what was strong, what was weak, and the words that show it. Pure.

Called by `domain/narrative.py`. Every claim names its answer and brings the words along where there are any.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from reports.domain.answer_cards import ZERO_STATES, AnswerCard, Claim, Criterion, Element, Quote
from reports.domain.skills import SHOWN_FROM
from reports.domain.wording import RATINGS, STATES, count_of, join_words, word_for

MAX_CLAIMS = 6
MAX_CLAIMS_PER_ANSWER = 2
MAX_HIGHLIGHTS = 4
MAX_POINTS_NAMED = 3
GOOD_RATING = 3
WEAK_RATING = 1


def find_strengths(answers: Sequence[AnswerCard]) -> tuple[Claim, ...]:
    """Criteria rated good or excellent; in an answer without rated criteria, expected points well covered.

    The best answers first: one claim from each, then a second one from each, six in all.
    """
    best = sorted(scored_only(answers), key=lambda card: (-(card.composite or 0), card.number))
    return deal_claims([list_strengths(card) for card in best])


def list_strengths(card: AnswerCard) -> list[Claim]:
    rated = [one for one in card.criteria if one.state == "rated"]
    good = [one for one in rated if one.quote and (one.rating or 0) >= GOOD_RATING]
    covered = [one for one in card.covered if one.quote]
    if rated:
        ranked = sorted(good, key=lambda one: (-(one.rating or 0), -one.weight))
        return [claim_criterion(card, one) for one in ranked[:MAX_CLAIMS_PER_ANSWER]]
    if covered and (card.composite or 0) >= SHOWN_FROM:
        return [claim_points(card, covered, "heard")]
    return []


def find_gaps(answers: Sequence[AnswerCard]) -> tuple[Claim, ...]:
    """Skipped and silent questions, criteria rated weak or without evidence, expected points not heard.

    The lowest answers first: one claim from each, then a second one from each, six in all.
    """
    counted = [card for card in answers if card.points is not None]
    return deal_claims([list_gaps(card) for card in sorted(counted, key=lambda card: (card.points or 0, card.number))])


def list_gaps(card: AnswerCard) -> list[Claim]:
    if card.state in ZERO_STATES:
        return [make_claim(card, f"{word_for(card.state, STATES)}. It counts 0.", ())]
    weak = [one for one in card.criteria if one.state == "rated" and (one.rating or 0) <= WEAK_RATING]
    missed = card.missed
    claims = [claim_criterion(card, one) for one in sorted(weak, key=lambda one: (one.rating or 0, -one.weight))[:1]]
    if missed and (card.composite or 0) < SHOWN_FROM:
        claims.append(claim_points(card, missed, "not heard"))
    return claims[:MAX_CLAIMS_PER_ANSWER]


def deal_claims(by_answer: Sequence[Sequence[Claim]]) -> tuple[Claim, ...]:
    """The first claim of every answer, then the second of every answer, until there are enough."""
    dealt = chain.from_iterable(zip_longest(*by_answer))
    return tuple([claim for claim in dealt if claim is not None][:MAX_CLAIMS])


def describe_answer(lead: str, card: AnswerCard) -> Claim:
    """One answer in a sentence: its subject, its composite and its best words."""
    if card.state in ZERO_STATES:
        text = (
            f"{lead} question {card.number} on {name_subject(card)}: {word_for(card.state, STATES).lower()}, counts 0."
        )
        return Claim(text=text, answers=(card.number,))
    return Claim(
        text=f"{lead} answer {card.number} on {name_subject(card)}, {card.composite} of 100.",
        answers=(card.number,),
        quotes=pick_quotes(card, 1),
    )


def pick_highlights(answers: Sequence[AnswerCard]) -> tuple[Quote, ...]:
    """The best words of the best answers, one quote an answer."""
    best = sorted(scored_only(answers), key=lambda card: (-(card.composite or 0), card.number))
    picked = [quote for card in best if (card.composite or 0) >= SHOWN_FROM for quote in pick_quotes(card, 1)]
    return tuple(picked[:MAX_HIGHLIGHTS])


def pick_quotes(card: AnswerCard, limit: int) -> tuple[Quote, ...]:
    """The answer's most telling words: the notable quote, then the best rated criteria's, then the longest matches."""
    rated = sorted((one for one in card.criteria if one.state == "rated"), key=lambda one: -(one.rating or 0))
    covered = sorted(
        (one.quote for one in card.elements if one.is_covered and one.quote), key=lambda one: -len(one.text)
    )
    found = [card.notable_quote, *(one.quote for one in rated), *covered]
    unique = {quote.text: quote for quote in found if quote is not None}
    return tuple(unique.values())[:limit]


def claim_criterion(card: AnswerCard, criterion: Criterion) -> Claim:
    rating = criterion.rating or 0
    text = f"{criterion.name.rstrip('.')}: {RATINGS[rating]}, {rating} of 4."
    return make_claim(card, text, (criterion.quote,) if criterion.quote else ())


def claim_points(card: AnswerCard, points: Sequence[Element], outcome: str) -> Claim:
    """Expected points that were (or were not) heard, the first three by name."""
    named = join_words([f"“{one.text.rstrip('.')}”" for one in points[:MAX_POINTS_NAMED]])
    more = f" and {len(points) - MAX_POINTS_NAMED} more" if len(points) > MAX_POINTS_NAMED else ""
    expected = count_of(len(card.elements), "expected point")
    return make_claim(card, f"{len(points)} of {expected} {outcome}: {named}{more}.", pick_quotes(card, 1))


def make_claim(card: AnswerCard, text: str, quotes: tuple[Quote, ...]) -> Claim:
    lead = "Question" if card.state in ZERO_STATES else "Answer"
    return Claim(title=f"{lead} {card.number} · {name_subject(card)}", text=text, answers=(card.number,), quotes=quotes)


def scored_only(answers: Iterable[AnswerCard]) -> list[AnswerCard]:
    return [card for card in answers if card.state == "scored" and card.composite is not None]


def name_subject(card: AnswerCard) -> str:
    return card.subtopic or card.topic or card.category or "without a subject"
