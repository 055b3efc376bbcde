"""From checked ratings to an AnswerAnalysis: components, composite, state, and what a person should look at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from interviewpanel.domain.embedded_scorer import LOW_RECOGNISER_CONFIDENCE, REASONS
from interviewpanel.domain.evidence import find_instructions, find_quote
from interviewpanel.domain.score_calculator import Component, component_from_criteria, composite
from interviewpanel.services.answer_analysis.prompts import hash_input, hash_rubric, load_template, make_seed
from interviewpanel.services.answer_analysis.records import (
    AnalysisState,
    AnswerAnalysis,
    AnswerToAnalyse,
    CriterionState,
    Provenance,
    RatedCriterion,
)
from interviewpanel.services.answer_analysis.replies import LONGEST_TEXT, AnswerReply, check_red_flags, trim_points
from questionbank.engines.llm import Completion

MOST_VOID_SHARE = 0.25
"""Of the criteria's weight. With more than this void, what is left is not the rubric any more."""

LEAST_RATED_SHARE = 0.5


@dataclass(frozen=True)
class Rating:
    """What came of asking the model: the criteria in the rubric's order, its first reply, and what it cost."""

    criteria: tuple[RatedCriterion, ...]
    reply: AnswerReply
    completions: tuple[Completion[AnswerReply], ...]


def summarise_rating(answer: AnswerToAnalyse, rating: Rating) -> AnswerAnalysis:
    """Compute components and composite from the criteria that hold, and name what does not."""
    components = compute_components(answer, rating.criteria)
    number = composite(components, answer.is_technical, answer.weights, answer.dimensions)
    flags, reasons = review_evidence(answer, rating.criteria)
    state = decide_state(rating.criteria, number, flags)
    notable = find_quote(answer.transcript, rating.reply.notable_quote)
    first = rating.completions[0]
    usages = [completion.usage for completion in rating.completions]
    analysis = AnswerAnalysis(
        state=state,
        components=components,
        composite=number if state is AnalysisState.SCORED else None,
        interval=None,
        criteria=rating.criteria,
        rationale=rating.reply.rationale.strip()[:LONGEST_TEXT],
        strengths=trim_points(rating.reply.strengths),
        improvements=trim_points(rating.reply.improvements),
        notable_quote=notable.quote if notable else "",
        flags=flags,
        review_reasons=reasons,
        provenance=Provenance(
            engine=first.engine,
            model=first.model,
            prompt_version=load_template().version,
            rubric_hash=hash_rubric(answer),
            input_hash=hash_input(answer),
            seed=make_seed(hash_input(answer)),
            prompt_tokens=sum(usage.prompt_tokens for usage in usages),
            completion_tokens=sum(usage.completion_tokens for usage in usages),
            seconds=round(sum(usage.seconds for usage in usages), 3),
        ),
        red_flags=check_red_flags(answer.red_flags, rating.reply, answer.transcript),
    )
    return flag_instructions(answer, analysis)


def compute_components(answer: AnswerToAnalyse, criteria: Sequence[RatedCriterion]) -> dict[str, float | None]:
    """Each component from the criteria that inform it; `technical` only where the question is technical."""
    components: dict[str, float | None] = {name.value: None for name in Component}
    for name in dict.fromkeys(criterion.component for criterion in criteria):
        components[name] = component_from_criteria((c.rating, c.weight) for c in criteria if c.component == name)
    if not answer.is_technical:
        components[Component.TECHNICAL.value] = None
    return components


def review_evidence(
    answer: AnswerToAnalyse, criteria: Sequence[RatedCriterion]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Flags, and the sentence for the reviewer that goes with each."""
    flags, reasons = [], []
    void = [criterion.text for criterion in criteria if criterion.state is CriterionState.VOID]
    if void:
        flags.append("quote_not_found")
        reasons.append(f"Not rated, because the model could not quote the answer: {'; '.join(void)}")
    if answer.words and fmean(word.probability for word in answer.words) < LOW_RECOGNISER_CONFIDENCE:
        flags.append("low_recogniser_confidence")
        reasons.append(REASONS["low_recogniser_confidence"])
    return tuple(flags), tuple(reasons)


def decide_state(criteria: Sequence[RatedCriterion], number: int | None, flags: Sequence[str]) -> AnalysisState:
    """Needs a person: a doubtful transcript, too much void, or a component of which nothing else is left.

    Insufficient evidence: nothing that counts was rated, or less than half of the rubric.
    """
    void = [criterion for criterion in criteria if criterion.state is CriterionState.VOID]
    rated = [criterion for criterion in criteria if criterion.state is CriterionState.RATED]
    total = sum(criterion.weight for criterion in criteria)
    is_component_lost = {c.component for c in void} - {c.component for c in rated}
    is_too_void = sum(criterion.weight for criterion in void) > MOST_VOID_SHARE * total
    if "low_recogniser_confidence" in flags or is_component_lost or is_too_void:
        return AnalysisState.NEEDS_HUMAN
    if number is None or sum(criterion.weight for criterion in rated) < LEAST_RATED_SHARE * total:
        return AnalysisState.INSUFFICIENT_EVIDENCE
    return AnalysisState.SCORED


def flag_instructions(answer: AnswerToAnalyse, analysis: AnswerAnalysis) -> AnswerAnalysis:
    """Add the flag `possible_instruction` where the answer reads as if it told the grader what to do.

    Nothing else changes: neither score nor state.
    """
    found = find_instructions(answer.transcript)
    if not found:
        return analysis
    quotes = "; ".join(f"“{place.quote.strip()}”" for place in found[:3])
    reason = f"Parts of the answer read like instructions to the grader; they were treated as data: {quotes}"
    return replace(
        analysis,
        flags=(*analysis.flags, "possible_instruction"),
        review_reasons=(*analysis.review_reasons, reason),
    )
