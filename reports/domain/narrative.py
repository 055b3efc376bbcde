"""The narrative of a report, written by plain templates from scored evidence. Called by `domain/evaluation.py`.

No language model is asked here. Every sentence says only what a score, a criterion or an expected point says, names
the answer it comes from, and brings the words along. A section without evidence stays empty and says why.
"""

from collections.abc import Sequence
from dataclasses import replace

from reports.domain.answer_cards import ZERO_STATES, AnswerCard, Claim, Measure
from reports.domain.claims import (
    describe_answer,
    find_gaps,
    find_strengths,
    name_subject,
    pick_highlights,
    pick_quotes,
    scored_only,
)
from reports.domain.decisions import tell_overrides
from reports.domain.follow_ups import suggest_follow_ups
from reports.domain.recorded_time import describe_surplus
from reports.domain.scorecard import TEMPLATE, Header, MissingPart, Narrative, Verdict
from reports.domain.skills import GAP_BELOW, SHOWN_FROM, group_skills
from reports.domain.wording import QUESTION_TYPES, count_of, describe_duration, name_answers, shorten, word_for

BEHAVIOURAL_TYPES = ("behavioral", "situational", "experience")
SECTIONS = (
    "strengths",
    "gaps",
    "technical",
    "behavioural",
    "highlights",
    "red_flags",
    "skills",
    "skill_gaps",
    "follow_ups",
)
GIVEN_STATES = ("scored", "needs_human", "insufficient_evidence", "pending")


def write_narrative(
    *,
    header: Header,
    verdict: Verdict,
    automatic: Verdict | None = None,
    categories: Sequence[Measure],
    missing: Sequence[MissingPart],
    answers: Sequence[AnswerCard],
) -> Narrative:
    """The narrative of one interview, deterministic: the same evidence gives the same words."""
    skills = group_skills(answers)
    narrative = Narrative(
        summary=summarise(header, verdict, missing, answers, automatic),
        strengths=find_strengths(answers),
        gaps=find_gaps(answers),
        technical=assess_technical(answers, categories),
        behavioural=assess_behavioural(answers),
        highlights=pick_highlights(answers),
        red_flags=tuple(flag for card in answers for flag in card.red_flags),
        skills=tuple(skill for skill in skills if skill.value >= SHOWN_FROM),
        skill_gaps=tuple(skill for skill in reversed(skills) if skill.value < GAP_BELOW),
        follow_ups=suggest_follow_ups(answers),
    )
    silent = [name for name in SECTIONS if not getattr(narrative, name)]
    return replace(
        narrative,
        silences={name: explain_silence(name, answers) for name in silent},
        authors=dict.fromkeys(("summary", *SECTIONS), TEMPLATE),
    )


def summarise(
    header: Header,
    verdict: Verdict,
    missing: Sequence[MissingPart],
    answers: Sequence[AnswerCard],
    automatic: Verdict | None = None,
) -> tuple[Claim, ...]:
    """The executive summary: what took place, the result, the best and the weakest answer, what is left out."""
    facts = tell_facts(header, verdict, answers, automatic)
    return (*facts, *tell_extremes(answers), *tell_left_out(missing, answers))


def tell_facts(
    header: Header, verdict: Verdict, answers: Sequence[AnswerCard], automatic: Verdict | None
) -> tuple[Claim, ...]:
    """What took place, the result, and what people changed of it."""
    given = [card for card in answers if card.state in GIVEN_STATES]
    took = header.times.talking_seconds
    clock = f" in {describe_duration(took)} of interview time" if took is not None else ""
    surplus = describe_surplus(answers, took, header.panel.time_limit_seconds)
    told = f"{clock} ({surplus})" if surplus else clock
    return (
        Claim(
            text=f"{header.candidate.name} gave {count_of(len(given), 'answer')} to "
            f"{count_of(len(answers), 'question')}{told} for the position {header.job.title}."
        ),
        Claim(text=describe_verdict(verdict)),
        *tell_overrides(answers, automatic),
    )


def tell_extremes(answers: Sequence[AnswerCard]) -> tuple[Claim, ...]:
    """The best answer, if it was good, and the weakest, if it was not."""
    counted = [card for card in answers if card.points is not None]
    ranked = sorted(counted, key=lambda card: (-(card.points or 0), card.number))
    claims = []
    if ranked and (ranked[0].points or 0) >= SHOWN_FROM:
        claims.append(describe_answer("The strongest was", ranked[0]))
    if len(ranked) > 1 and (ranked[-1].points or 0) < SHOWN_FROM:
        claims.append(describe_answer("The weakest was", ranked[-1]))
    return tuple(claims)


def tell_left_out(missing: Sequence[MissingPart], answers: Sequence[AnswerCard]) -> tuple[Claim, ...]:
    left_out = tuple(card.number for card in answers if card.points is None)
    if not left_out or not missing:
        return ()
    verb = "is" if len(left_out) == 1 else "are"
    text = f"{name_answers(left_out).capitalize()} {verb} not in the score; why, is said under “What is missing”."
    return (Claim(text=text, answers=left_out),)


def describe_verdict(verdict: Verdict) -> str:
    if verdict.overall is None or verdict.recommendation is None:
        return f"There is no overall score: {verdict.why}"
    share = round(100 * verdict.scored_weight / verdict.planned_weight) if verdict.planned_weight else 0
    basis = "all of what was planned" if share >= 100 else f"{share} % of what was planned"
    return (
        f"The overall is {verdict.overall} of 100 (grade {verdict.grade}), measured on {basis}: "
        f"“{verdict.recommendation.label}”."
    )


def assess_technical(answers: Sequence[AnswerCard], categories: Sequence[Measure]) -> tuple[Claim, ...]:
    """A sentence per category about the technical answers in it, with the share of expected points heard."""
    claims = []
    for category in categories:
        in_category = [card for card in answers if card.category == category.key and card.question_type == "technical"]
        cards = scored_only(in_category)
        if cards and category.value is not None:
            zeros = [card for card in in_category if card.state in ZERO_STATES]
            claims.append(describe_category(category, cards, zeros))
    return tuple(claims)


def describe_category(category: Measure, cards: Sequence[AnswerCard], zeros: Sequence[AnswerCard]) -> Claim:
    numbers = tuple(card.number for card in cards)
    best = max(cards, key=lambda card: (card.composite or 0, -card.number))
    parts = [f"{category.value} of 100, from {name_answers(numbers)}"]
    looked_for = [one for card in cards for one in card.elements if one.is_covered is not None]
    if looked_for:
        heard = sum(1 for one in looked_for if one.is_covered)
        parts.append(f"{heard} of {count_of(len(looked_for), 'expected point')} heard")
    if len(cards) > 1:
        parts.append(f"best on {name_subject(best)} ({best.composite})")
    if zeros:
        parts.append(f"{name_answers([card.number for card in zeros])} counts 0")
    return Claim(title=category.label, text="; ".join(parts) + ".", answers=numbers, quotes=pick_quotes(best, 1))


def assess_behavioural(answers: Sequence[AnswerCard]) -> tuple[Claim, ...]:
    """A sentence for each scored behavioural, situational or experience answer."""
    cards = [card for card in scored_only(answers) if card.question_type in BEHAVIOURAL_TYPES]
    return tuple(
        Claim(
            title=f"Answer {card.number} · {word_for(card.question_type, QUESTION_TYPES)}",
            text=f"{card.composite} of 100 to “{shorten(card.question, 110)}”",
            answers=(card.number,),
            quotes=pick_quotes(card, 1),
        )
        for card in cards
    )


def explain_silence(section: str, answers: Sequence[AnswerCard]) -> str:
    """Why a section is empty: nothing could be measured, or it was measured and there is nothing to say."""
    scored = scored_only(answers)
    if section == "red_flags":
        return explain_no_red_flags(scored)
    if section == "behavioural" and not any(card.question_type in BEHAVIOURAL_TYPES for card in answers):
        return "Not assessed: no behavioural, situational or experience question was asked."
    if section == "technical" and not any(card.question_type == "technical" for card in answers):
        return "Not assessed: no technical question was asked."
    if section == "follow_ups":
        return "Nothing was left open by the scored answers." if scored else "Not assessed: no answer could be scored."
    if not scored:
        return "Not assessed: no answer could be scored."
    return SILENCES[section]


def explain_no_red_flags(scored: Sequence[AnswerCard]) -> str:
    judged = [card for card in scored if card.provenance and not card.provenance.is_coverage_only]
    if judged:
        return f"None found in {name_answers([card.number for card in judged])}."
    return "Not assessed: only a language model looks for red flags, and none scored this interview."


SILENCES = {
    "strengths": f"No criterion was rated good or better, and no answer reached {SHOWN_FROM}.",
    "gaps": f"No criterion was rated weak, and nothing expected was missed in an answer below {SHOWN_FROM}.",
    "technical": "Not assessed: no technical answer could be scored.",
    "behavioural": "Not assessed: no behavioural answer could be scored.",
    "highlights": f"No answer reached {SHOWN_FROM} with words that can be quoted.",
    "skills": f"No subject reached {SHOWN_FROM}.",
    "skill_gaps": f"No subject stayed below {GAP_BELOW}.",
}
