"""Subjects with the mean composite of the answers on them: demonstrated skills and skill gaps. Pure.

Called by `domain/narrative.py`. The two thresholds are grades of the score calculator: C begins at 70, F ends at 60.
What lies between is neither a demonstrated skill nor a gap.
"""

from collections.abc import Sequence

from reports.domain.answer_cards import AnswerCard
from reports.domain.scorecard import Skill

SHOWN_FROM = 70
GAP_BELOW = 60


def group_skills(answers: Sequence[AnswerCard]) -> tuple[Skill, ...]:
    """Every subject (subtopic, else topic, else category) with a scored answer, the best first.

    The value is the weighted mean composite of its scored answers, rounded once. Follow-ups belong to their subject.
    A skipped question counts 0 in the score but shows nothing about a skill, so it is not in here.
    """
    groups: dict[tuple[str, str], list[AnswerCard]] = {}
    for card in answers:
        name = card.subtopic or card.topic or card.category
        if card.state == "scored" and card.composite is not None and name:
            groups.setdefault((name, card.category), []).append(card)
    skills = [summarise_skill(name, category, cards) for (name, category), cards in groups.items()]
    return tuple(sorted(skills, key=lambda skill: (-skill.value, skill.answers)))


def summarise_skill(name: str, category: str, cards: Sequence[AnswerCard]) -> Skill:
    weight = sum(card.weight for card in cards)
    total = sum((card.composite or 0) * card.weight for card in cards)
    return Skill(
        name=name,
        category=category,
        value=round(total / weight) if weight else 0,
        answers=tuple(card.number for card in cards),
    )
