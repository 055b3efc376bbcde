"""The embedded scorer's view of an answer, as the analysis that is stored: provisional, or the labelled fallback."""

from dataclasses import replace

import pytest

from interviewpanel.domain.embedded_scorer import REASONS
from interviewpanel.services.answer_analysis import (
    AnalysisState,
    AnswerToAnalyse,
    CriterionState,
    CriterionToRate,
    HeardWord,
)
from interviewpanel.services.answer_analysis.coverage import analyse_by_coverage

ANSWER = AnswerToAnalyse(
    question="What is a database index, and what does it cost?",
    expected_answer="A sorted structure, usually a B-tree, that avoids scanning the table. Writes get slower.",
    elements=("B-tree or other sorted structure", "avoids a full table scan", "makes every write slower"),
    criteria=(CriterionToRate("structure", "Names the structure", "technical"),),
    is_technical=True,
    transcript="It is a B-tree, so the database avoids a full table scan, but every write gets slower.",
)


def test_coverage_assesses_technical_and_relevance_and_quotes_the_elements() -> None:
    analysis = analyse_by_coverage(ANSWER)
    technical, relevance = analysis.components["technical"], analysis.components["relevance"]
    assert technical is not None
    assert relevance is not None
    assert (analysis.components["depth"], analysis.components["clarity"]) == (None, None)
    assert analysis.composite == round((0.30 * technical + 0.25 * relevance) / 0.55)
    assert analysis.state is AnalysisState.SCORED
    assert [match.quote for match in analysis.elements][1] == "avoids a full table scan"
    assert analysis.strengths == ("Covers: avoids a full table scan", "Covers: makes every write slower")
    assert analysis.improvements == ("Not heard: B-tree or other sorted structure",)
    assert {criterion.state for criterion in analysis.criteria} == {CriterionState.NOT_ASSESSED}
    assert analysis.interval is not None


def test_a_provisional_score_is_no_fallback_and_a_fallback_says_why() -> None:
    provisional, fallback = analyse_by_coverage(ANSWER), analyse_by_coverage(ANSWER, fallback_reason="nobody answers.")
    assert (provisional.provenance.engine, provisional.provenance.is_fallback) == ("embedded", False)
    assert (fallback.provenance.is_fallback, fallback.provenance.fallback_reason) == (True, "nobody answers.")
    assert fallback.rationale.startswith("Scored without a language model: nobody answers.")
    assert "not truth" in fallback.rationale
    assert fallback.composite == provisional.composite


def test_without_technical_only_relevance_counts() -> None:
    analysis = analyse_by_coverage(replace(ANSWER, is_technical=False))
    relevance = analysis.components["relevance"]
    assert relevance is not None
    assert (analysis.components["technical"], analysis.interval) == (None, None)
    assert analysis.composite == round(relevance)


def test_dimensions_that_coverage_cannot_see_are_not_assessed() -> None:
    assert analyse_by_coverage(replace(ANSWER, dimensions={"team_work": 1.0})).components["team_work"] is None
    nothing_left = analyse_by_coverage(replace(ANSWER, weights={"clarity": 1.0}))
    assert (nothing_left.state, nothing_left.composite) == (AnalysisState.INSUFFICIENT_EVIDENCE, None)


def test_not_knowing_is_scored_low() -> None:
    analysis = analyse_by_coverage(replace(ANSWER, transcript="Sorry, I don't know."))
    assert (analysis.state, analysis.composite) == (AnalysisState.SCORED, 0)
    assert "do not know" in analysis.rationale


def test_no_words_are_insufficient_evidence() -> None:
    analysis = analyse_by_coverage(replace(ANSWER, transcript="  "))
    assert (analysis.state, analysis.composite) == (AnalysisState.INSUFFICIENT_EVIDENCE, None)


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"transcript": "B-tree, index, scan, table, write, slower, structure, sorted"}, "keyword_list"),
        (
            {"transcript": "A database index is what a database index is, and that is what it does cost."},
            "echo_of_question",
        ),
        ({"transcript": "We had lovely weather in Italy and my sister cooked pizza."}, "off_topic"),
        ({"words": (HeardWord("It", 0.2),)}, "low_recogniser_confidence"),
        ({"language": "fr"}, "language_not_fitted"),
    ],
)
def test_a_number_that_cannot_be_believed_is_withheld(change: dict[str, object], flag: str) -> None:
    analysis = analyse_by_coverage(replace(ANSWER, **change))  # type: ignore[arg-type]
    assert flag in analysis.flags
    assert (analysis.state, analysis.composite) == (AnalysisState.NEEDS_HUMAN, None)
    assert analysis.review_reasons


def test_a_rough_number_is_given_with_a_request_to_look() -> None:
    analysis = analyse_by_coverage(replace(ANSWER, transcript="It makes the queries faster, writes become slower."))
    assert analysis.flags == ("interval_across_threshold",)
    assert analysis.state is AnalysisState.SCORED
    assert len(analysis.review_reasons) == 1


def test_a_number_that_contradicts_the_points_beside_it_is_withheld() -> None:
    """Not a technical question: relevance alone would make it 100."""
    said = "Usually every database has such an index, and scanning costs more than an index does get."
    analysis = analyse_by_coverage(replace(ANSWER, is_technical=False, transcript=said))
    heard = [match.is_covered for match in analysis.elements]
    assert heard == [False, False, False]
    assert analysis.flags == ("interval_across_threshold", "few_points_heard")
    assert (analysis.state, analysis.composite) == (AnalysisState.NEEDS_HUMAN, None)
    assert analysis.review_reasons == tuple(REASONS[flag] for flag in analysis.flags)
