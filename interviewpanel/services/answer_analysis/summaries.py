"""From checked ratings to an AnswerAnalysis: components, composite, state, and what a person should look at."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from interviewpanel.domain.embedded_scorer import LOW_RECOGNISER_CONFIDENCE, REASONS
from interviewpanel.domain.evidence import find_quote
from interviewpanel.domain.score_calculator import Component, component_from_criteria, composite
from interviewpanel.services.answer_analysis.controls import FAILED_FROM, leave_out_control
from interviewpanel.services.answer_analysis.instructions import FLAG, explain_instructions
from interviewpanel.services.answer_analysis.prompts import hash_background, hash_input, hash_rubric, load_template
from interviewpanel.services.answer_analysis.records import (
    AnalysisState,
    AnswerAnalysis,
    AnswerToAnalyse,
    CriterionState,
    Provenance,
    RatedCriterion,
    SecondOpinion,
)
from interviewpanel.services.answer_analysis.replies import LONGEST_TEXT, AnswerReply, check_red_flags, trim_points
from interviewpanel.services.answer_analysis.second_opinions import ask_second_opinion
from questionbank.domain.quoted_data import make_seed
from questionbank.engines.llm import Completion

MOST_VOID_SHARE = 0.25
"""Of the criteria's weight. With more than this void, what is left is not the rubric any more."""

LEAST_RATED_SHARE = 0.5


MOST_USES = 3
"""Criteria that the same words may bear without a remark, in an answer that says more than these words."""


@dataclass(frozen=True)
class Rating:
    """What came of asking the model: the criteria in the rubric's order, its first reply, and what it cost."""

    criteria: tuple[RatedCriterion, ...]
    reply: AnswerReply
    completions: tuple[Completion[AnswerReply], ...]
    order: tuple[str, ...] = ()
    rechecked: tuple[str, ...] = ()
    recheck_error: str = ""
    control: str = ""
    control_rating: int | None = None


def summarise_rating(answer: AnswerToAnalyse, rating: Rating) -> AnswerAnalysis:
    """Compute components and composite from the criteria that hold, and name what does not.

    What needs a person has no composite: what the ratings would come to stands in the second opinion.
    """
    components = compute_components(answer, rating.criteria)
    number = composite(components, answer.is_technical, answer.weights, answer.dimensions)
    second = ask_second_opinion(answer, components, number)
    notes = review_evidence(answer, rating, second)
    flags = tuple(notes)
    state = decide_state(rating.criteria, number, flags)
    notable = find_quote(answer.transcript, rating.reply.notable_quote)
    return AnswerAnalysis(
        state=state,
        components=components,
        composite=number if state is AnalysisState.SCORED else None,
        interval=None,
        criteria=rating.criteria,
        rationale=leave_out_control(rating.reply.rationale, rating.control).strip()[:LONGEST_TEXT],
        strengths=trim_points([leave_out_control(one, rating.control) for one in rating.reply.strengths]),
        improvements=trim_points([leave_out_control(one, rating.control) for one in rating.reply.improvements]),
        notable_quote=notable.quote if notable else "",
        flags=flags,
        review_reasons=tuple(notes.values()),
        provenance=describe_origin(answer, rating),
        red_flags=check_red_flags(answer.red_flags, rating.reply, answer.transcript),
        second_opinion=second,
    )


def describe_origin(answer: AnswerToAnalyse, rating: Rating) -> Provenance:
    first = rating.completions[0]
    usages = [completion.usage for completion in rating.completions]
    return Provenance(
        engine=first.engine,
        model=first.model,
        prompt_version=load_template().version,
        rubric_hash=hash_rubric(answer),
        input_hash=hash_input(answer),
        seed=make_seed(hash_input(answer)),
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        completion_tokens=sum(usage.completion_tokens for usage in usages),
        seconds=round(sum(usage.seconds for usage in usages), 3),
        order=rating.order,
        rechecked=rating.rechecked,
        recheck_error=rating.recheck_error,
        control=rating.control,
        control_rating=rating.control_rating,
        background_hash=hash_background(answer),
    )


def compute_components(answer: AnswerToAnalyse, criteria: Sequence[RatedCriterion]) -> dict[str, float | None]:
    """Each component from the criteria that inform it; `technical` only where the question is technical."""
    components: dict[str, float | None] = {name.value: None for name in Component}
    for name in dict.fromkeys(criterion.component for criterion in criteria):
        components[name] = component_from_criteria((c.rating, c.weight) for c in criteria if c.component == name)
    if not answer.is_technical:
        components[Component.TECHNICAL.value] = None
    return components


def review_evidence(answer: AnswerToAnalyse, rating: Rating, second: SecondOpinion) -> dict[str, str]:
    """Flags, each with its sentence for the reviewer."""
    notes: dict[str, str] = {}
    void = [criterion.text for criterion in rating.criteria if criterion.state is CriterionState.VOID]
    if void:
        notes["quote_not_found"] = f"Not rated, because the model could not quote the answer for it: {'; '.join(void)}"
    if answer.words and fmean(word.probability for word in answer.words) < LOW_RECOGNISER_CONFIDENCE:
        notes["low_recogniser_confidence"] = REASONS["low_recogniser_confidence"]
    if uses := count_uses(answer, rating.criteria):
        notes["one_quote_for_many"] = f"The same words of a longer answer are the evidence for {uses} criteria."
    if rating.control_rating is not None and rating.control_rating >= FAILED_FROM:
        notes["control_rated"] = (
            f"The language model also found in the answer what cannot be in it (“{rating.control}”, rated "
            f"{rating.control_rating} of 4): it did not rate what was said."
        )
    if second.agrees is False:
        notes["second_opinion"] = second.why
    if said := explain_instructions(answer):
        notes[FLAG] = f"{said} A person rates the answer: what a language model made of such words is not counted."
    return notes


def count_uses(answer: AnswerToAnalyse, criteria: Sequence[RatedCriterion]) -> int:
    """How many criteria the most used quote bears, if too many; 0 else, and for an answer that says hardly more."""
    spans = Counter(criterion.span for criterion in criteria if criterion.span and criterion.rating)
    for span, uses in spans.most_common(1):
        if uses > MOST_USES and 2 * (span[1] - span[0]) < len(answer.transcript.strip()):
            return uses
    return 0


DOUBTS = frozenset({FLAG, "control_rated", "second_opinion", "low_recogniser_confidence"})
"""With these no number of the model's counts until a person has looked."""


def decide_state(criteria: Sequence[RatedCriterion], number: int | None, flags: Sequence[str]) -> AnalysisState:
    """Needs a person: a doubt, too much void, or a component of which nothing else is left.

    Insufficient evidence: nothing that counts was rated, or less than half of the rubric.
    """
    void = [criterion for criterion in criteria if criterion.state is CriterionState.VOID]
    rated = [criterion for criterion in criteria if criterion.state is CriterionState.RATED]
    total = sum(criterion.weight for criterion in criteria)
    is_component_lost = {c.component for c in void} - {c.component for c in rated}
    is_too_void = sum(criterion.weight for criterion in void) > MOST_VOID_SHARE * total
    if DOUBTS.intersection(flags) or is_component_lost or is_too_void:
        return AnalysisState.NEEDS_HUMAN
    if number is None or sum(criterion.weight for criterion in rated) < LEAST_RATED_SHARE * total:
        return AnalysisState.INSUFFICIENT_EVIDENCE
    return AnalysisState.SCORED
