"""An AnswerAnalysis by the embedded scorer: the provisional score, and the fallback where no model is reachable."""

import logging
from dataclasses import replace

from interviewpanel.domain.calibration_map import CalibrationCurve, apply_map
from interviewpanel.domain.embedded_scorer import REASONS, VECTORS_MARK, EmbeddedScore, score_text
from interviewpanel.domain.expected_points import contradicts_points
from interviewpanel.domain.score_calculator import Component, composite
from interviewpanel.engines.embeddings import EmbeddingModel, EmbeddingsUnavailable
from interviewpanel.services.answer_analysis.prompts import hash_input, hash_rubric
from interviewpanel.services.answer_analysis.records import (
    AnalysisState,
    AnswerAnalysis,
    AnswerToAnalyse,
    CriterionState,
    Provenance,
)
from interviewpanel.services.answer_analysis.replies import make_rated, trim_points

logger = logging.getLogger(__name__)

ENGINE = "embedded"
BY_VECTORS = "Words were compared by their stems and by an embedding model."
BY_STEMS = "Words were compared by their stems only: no embedding model was there."

WITHHOLDING_FLAGS = frozenset(
    {
        "echo_of_question",
        "few_points_heard",
        "keyword_list",
        "language_not_fitted",
        "low_recogniser_confidence",
        "off_topic",
    }
)
"""With these the number cannot be believed, so there is none until a person has looked. An interval across the
threshold only asks for a look: nearly every middling score has one."""


def analyse_by_coverage(
    answer: AnswerToAnalyse, *, fallback_reason: str = "", model: EmbeddingModel | None = None
) -> AnswerAnalysis:
    """Score by coverage of the expected elements: by stems, and with `model` by vectors. With a reason it is a
    fallback, and says so.
    """
    score = measure_coverage(answer, model)
    measured = score.components["technical"]
    score = bend_score(score, answer.calibration)
    components = choose_components(answer, score)
    number = composite(components, answer.is_technical, answer.weights, answer.dimensions)
    score = flag_contradiction(score, number)
    state = decide_state(score, number)
    covered = [match for match in score.elements if match.is_covered]
    missing = [match for match in score.elements if not match.is_covered]
    best = max(score.elements, key=lambda match: match.recall, default=None)
    return AnswerAnalysis(
        state=state,
        components=components,
        composite=number if state is AnalysisState.SCORED else None,
        interval=score.interval if answer.is_technical else None,
        criteria=tuple(
            make_rated(criterion, CriterionState.NOT_ASSESSED, "Rated by a language model or a person only.")
            for criterion in answer.criteria
        ),
        rationale=" ".join(
            [
                describe_coverage(score, len(covered), fallback_reason),
                *describe_calibration(answer, measured, score),
            ]
        ),
        strengths=trim_points([f"Covers: {match.element}" for match in covered]),
        improvements=trim_points([f"Not heard: {match.element}" for match in missing]),
        notable_quote=best.quote if best else "",
        flags=score.flags,
        review_reasons=score.reasons,
        provenance=describe_origin(answer, score, fallback_reason),
        elements=score.elements,
    )


def bend_score(score: EmbeddedScore, calibration: CalibrationCurve | None) -> EmbeddedScore:
    """Technical and its interval by the organization's map, where one is in force that was fitted to this scorer."""
    if calibration is None or calibration.scorer_version != score.version:
        return score
    technical, low, high = (
        round(apply_map(calibration.knots, value), 1) for value in (score.components["technical"], *score.interval)
    )
    return replace(score, components={**score.components, "technical": technical}, interval=(low, high))


def describe_calibration(answer: AnswerToAnalyse, measured: float, score: EmbeddedScore) -> list[str]:
    curve, bent = answer.calibration, score.components["technical"]
    if curve is None or curve.scorer_version != score.version or not answer.is_technical:
        return []
    return [f"Calibrated by map {curve.number} of your organization: technical {measured:g} → {bent:g}."]


def measure_coverage(answer: AnswerToAnalyse, model: EmbeddingModel | None) -> EmbeddedScore:
    """By stems and vectors with a model that works, else by stems; the score's version tells."""
    if model is not None:
        try:
            return score_answer(answer, model)
        except EmbeddingsUnavailable as error:
            logger.warning("An answer is scored by stems only: %s", error)
    return score_answer(answer, None)


def score_answer(answer: AnswerToAnalyse, model: EmbeddingModel | None) -> EmbeddedScore:
    return score_text(
        answer.transcript,
        question=answer.question,
        expected_answer=answer.expected_answer,
        elements=answer.elements,
        word_probabilities=[word.probability for word in answer.words],
        language=answer.language,
        embedder=model,
    )


def flag_contradiction(score: EmbeddedScore, number: int | None) -> EmbeddedScore:
    """Add the flag `few_points_heard`, with its reason, where the number and the points beside it disagree."""
    heard = sum(match.is_covered for match in score.elements)
    if number is None or not contradicts_points(number, heard, len(score.elements)):
        return score
    return replace(
        score,
        flags=(*score.flags, "few_points_heard"),
        is_needs_human=True,
        reasons=(*score.reasons, REASONS["few_points_heard"]),
    )


def decide_state(score: EmbeddedScore, number: int | None) -> AnalysisState:
    if WITHHOLDING_FLAGS.intersection(score.flags):
        return AnalysisState.NEEDS_HUMAN
    return AnalysisState.INSUFFICIENT_EVIDENCE if number is None or "empty" in score.flags else AnalysisState.SCORED


def describe_origin(answer: AnswerToAnalyse, score: EmbeddedScore, fallback_reason: str) -> Provenance:
    return Provenance(
        engine=ENGINE,
        model=score.version,
        prompt_version="",
        rubric_hash=hash_rubric(answer),
        input_hash=hash_input(answer),
        seed=0,
        is_fallback=bool(fallback_reason),
        fallback_reason=fallback_reason,
    )


def choose_components(answer: AnswerToAnalyse, score: EmbeddedScore) -> dict[str, float | None]:
    """What the scorer measures, None for what it does not, technical only for a technical question."""
    names = [*Component, *(answer.weights or {}), *(answer.dimensions or {})]
    components: dict[str, float | None] = {str(name): score.components.get(str(name)) for name in names}
    if not answer.is_technical:
        components[Component.TECHNICAL.value] = None
    return components


def describe_coverage(score: EmbeddedScore, covered: int, fallback_reason: str) -> str:
    parts = [f"Scored without a language model: {fallback_reason}"] if fallback_reason else []
    if "dont_know" in score.flags:
        parts.append("The candidate says that they do not know.")
    elif "empty" in score.flags:
        parts.append("There are no words to score.")
    elif score.elements:
        parts.append(f"{covered} of {len(score.elements)} expected elements were found in the answer.")
    parts.append("This measures coverage of what was expected, not truth; depth and clarity are not assessed.")
    parts.append(BY_VECTORS if VECTORS_MARK in score.version else BY_STEMS)
    return " ".join(parts)
