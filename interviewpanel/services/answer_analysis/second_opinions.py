"""The embedded scorer's opinion of an answer that a language model has rated. Called by summaries.py."""

from django.conf import settings

from interviewpanel.domain.score_calculator import Component
from interviewpanel.domain.second_opinions import Coverage, Ratings, find_disagreements
from interviewpanel.engines.embeddings import find_embedding_model
from interviewpanel.services.answer_analysis.coverage import ENGINE, analyse_by_coverage
from interviewpanel.services.answer_analysis.records import (
    AnalysisState,
    AnswerAnalysis,
    AnswerToAnalyse,
    SecondOpinion,
)

NOT_COMPARABLE = {
    "language_not_fitted": "The embedded scorer was fitted on English answers only.",
    "empty": "There are no words to compare.",
}


def ask_second_opinion(
    answer: AnswerToAnalyse, components: dict[str, float | None], composite: int | None
) -> SecondOpinion:
    """`components` and `composite` are what the model's ratings come to."""
    coverage = analyse_by_coverage(answer, model=find_embedding_model())
    margin = float(settings.SECOND_OPINION_MARGIN)
    rated = Ratings(components.get(Component.TECHNICAL), components.get(Component.RELEVANCE), composite)
    incomparable = next((why for flag, why in NOT_COMPARABLE.items() if flag in coverage.flags), "")
    disagreements = [] if incomparable else compare(rated, coverage, margin)
    return SecondOpinion(
        engine=ENGINE,
        version=coverage.provenance.model,
        technical=coverage.components.get(Component.TECHNICAL),
        relevance=coverage.components.get(Component.RELEVANCE),
        interval=coverage.interval,
        flags=coverage.flags,
        by_model={"technical": rated.technical, "relevance": rated.relevance, "composite": rated.composite},
        margin=margin,
        agrees=None if incomparable else not disagreements,
        why=incomparable or " ".join(disagreements),
    )


def compare(rated: Ratings, coverage: AnswerAnalysis, margin: float) -> list[str]:
    said = Coverage(
        technical=coverage.components.get(Component.TECHNICAL),
        interval=coverage.interval,
        flags=coverage.flags,
        composite=coverage.composite if coverage.state is AnalysisState.SCORED else None,
    )
    return find_disagreements(rated, said, margin)
