"""What the embedded scorer says of answers that a reader would have no doubt about, and what it must never do."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.domain import embedded_scorer
from interviewpanel.domain.embedded_scorer import EmbeddedScore, score_text
from interviewpanel.domain.embedded_scorer_model import MonotoneModel, load_scorer

QUESTION = "What is a database index, and when would you not want one?"
EXPECTED = (
    "An index is a separate sorted structure, usually a B-tree, that lets the database find rows without scanning the "
    "whole table. It costs disk space and slows down every insert, update and delete because the index must be "
    "maintained. You avoid it on small tables, on columns with low selectivity, or where writes dominate."
)
ELEMENTS = (
    "separate data structure, usually a B-tree, that avoids a full table scan",
    "slows down writes because every insert and update must maintain it",
    "takes disk space and memory",
    "not useful on small tables or columns with low selectivity",
)
GOOD = (
    "So an index is an extra data structure, most of the time a B-tree, that the database keeps so that it finds rows "
    "without a full scan of the table. The price is that writes get slower, because every insert or update has to "
    "maintain the index, and it takes space on disk. I would not add one on a small table, or on a column with few "
    "distinct values, because the selectivity is low."
)
PARTIAL = "It makes the queries faster because the database does not have to scan the whole table. Writing gets slower."
ELSEWHERE = "My favourite holiday was in Italy, where we went swimming and ate a lot of pizza with my family."


def score(answer: str, **more: object) -> EmbeddedScore:
    return score_text(answer, question=QUESTION, expected_answer=EXPECTED, elements=ELEMENTS, **more)  # type: ignore[arg-type]


def test_better_answers_score_higher() -> None:
    good, partial, elsewhere, none = (score(a).components["technical"] for a in (GOOD, PARTIAL, ELSEWHERE, ""))
    assert good > partial + 15
    assert partial > elsewhere + 20
    assert elsewhere > none
    assert score(EXPECTED).components["technical"] > 95


def test_only_what_it_can_measure_is_assessed() -> None:
    assert set(score(GOOD).components) == {"technical", "relevance"}


def test_a_good_answer_asks_for_nobody() -> None:
    result = score(GOOD)
    assert (result.flags, result.is_needs_human, result.reasons) == ((), False, ())
    low, high = result.interval
    assert 60 <= low <= result.components["technical"] <= high <= 100


@pytest.mark.parametrize("answer", [GOOD, PARTIAL, ELSEWHERE, "A B-tree."])
def test_repeating_an_answer_changes_nothing(answer: str) -> None:
    once, twice = score(answer), score(f"{answer} {answer}")
    assert (twice.components, twice.interval, twice.flags) == (once.components, once.interval, once.flags)


def test_padding_with_talk_about_something_else_gains_next_to_nothing() -> None:
    assert score(f"{PARTIAL} {ELSEWHERE}").components["technical"] <= score(PARTIAL).components["technical"] + 3


@pytest.mark.parametrize(
    "answer",
    [
        "I don't know.",
        "i am sorry but i'd do not know the answer to that question",
        "Hmm, sorry, no, I really don’t remember that.",
        "I'm not really sure about database indexes to be honest.",
        "No idea",
        "Uh, don't know",
        "I have never worked with those, I'm afraid.",
    ],
)
def test_not_knowing_is_a_measured_low_score_and_no_failure(answer: str) -> None:
    result = score(answer)
    assert result.flags == ("dont_know",)
    assert not result.is_needs_human
    assert result.components == {"technical": 0, "relevance": 0}
    assert result.interval == (0, 0)
    assert all(match.recall == 0 and match.span is None for match in result.elements)


def test_words_of_the_question_in_a_refusal_change_nothing() -> None:
    """The same heard words once counted 0 on one question and asked for a person on another."""
    heard = "i am sorry but i'd do not know the answer to that question"
    expected = "An answer to a question must know what it was asked."
    result = score_text(
        heard, question="What is the answer to a question?", expected_answer=expected, elements=[expected]
    )
    elsewhere = score(heard)
    assert (result.flags, result.components, result.reasons) == (("dont_know",), elsewhere.components, ())


@pytest.mark.parametrize(
    "answer",
    [
        "I'm not sure, a B-tree?",
        "I don't know the internals, but it avoids scanning the whole table, and inserts and updates become slower.",
        "Small tables don't know any use for it.",
        "The planner does not remember rows.",
    ],
)
def test_doubt_beside_an_answer_is_not_the_answer(answer: str) -> None:
    result = score(answer)
    assert "dont_know" not in result.flags
    assert result.components["relevance"] > 0


def test_silence_is_called_empty() -> None:
    result = score(" … ")
    assert result.flags == ("empty",)
    assert result.components == {"technical": 0, "relevance": 0}
    assert not result.is_needs_human


@pytest.mark.parametrize(
    ("answer", "flag"),
    [
        (ELSEWHERE, "off_topic"),
        (
            "A database index is what you would want when you want a database index, not when you do not.",
            "echo_of_question",
        ),
        ("B-tree, index, scan, disk, insert, update, delete, selectivity, rows, table, sorting", "keyword_list"),
    ],
)
def test_what_a_person_should_look_at_is_flagged_with_the_reason(answer: str, flag: str) -> None:
    result = score(answer)
    assert flag in result.flags
    assert result.is_needs_human
    assert embedded_scorer.REASONS[flag] in result.reasons


def test_an_interval_across_the_threshold_asks_for_a_person() -> None:
    low, high = score(PARTIAL).interval
    inside, above = score(PARTIAL, threshold=(low + high) / 2), score(PARTIAL, threshold=high + 0.1)
    assert "interval_across_threshold" in inside.flags
    assert inside.is_needs_human
    assert "interval_across_threshold" not in above.flags
    assert inside.components == above.components


def test_a_doubtful_transcript_is_said_and_costs_nothing() -> None:
    sure, unsure = score(GOOD, word_probabilities=[0.9, 0.95]), score(GOOD, word_probabilities=[0.3, 0.5])
    assert sure.flags == ()
    assert unsure.flags == ("low_recogniser_confidence",)
    assert unsure.is_needs_human
    assert unsure.components == sure.components


def test_another_language_is_measured_but_not_trusted() -> None:
    assert score(GOOD, language="en-GB").flags == ()
    assert score(GOOD, language="de").reasons == (embedded_scorer.REASONS["language_not_fitted"],)


def test_each_element_quotes_the_words_that_match_it() -> None:
    result = score(GOOD)
    assert [match.element for match in result.elements] == list(ELEMENTS)
    assert [match.is_covered for match in result.elements] == [True, True, True, True]
    for match in result.elements:
        assert match.span is not None
        assert GOOD[slice(*match.span)] == match.quote
    assert result.elements[2].quote == "takes space on disk"


def test_coverage_is_not_truth_and_the_module_says_so() -> None:
    """A known limit, held here so that nobody takes the number for more than it is."""
    denied = score("An index never avoids a full table scan, never slows down an insert, and takes no disk space.")
    assert denied.components["technical"] > 60
    assert "not truth" in (embedded_scorer.__doc__ or "")


def test_without_elements_the_expected_answer_is_what_counts() -> None:
    result = score_text(GOOD, question=QUESTION, expected_answer=EXPECTED)
    assert result.elements == ()
    assert result.components["technical"] > 80


def test_without_anything_expected_nothing_is_covered() -> None:
    result = score_text(GOOD, question=QUESTION, expected_answer="")
    assert result.components["technical"] < 50


@given(st.text(max_size=300))
def test_any_text_gives_numbers_on_the_scale_and_the_same_ones_again(answer: str) -> None:
    result = score(answer)
    assert result == score(answer)
    assert all(0 <= value <= 100 for value in result.components.values())
    assert 0 <= result.interval[0] <= result.components["technical"] <= result.interval[1] <= 100


def test_a_model_rises_along_its_knots_and_is_flat_beyond_them() -> None:
    model = MonotoneModel.from_json({"coefficients": {"a": 2.0, "b": -1.0}, "knots": [0.0, 1.0], "values": [0.2, 0.8]})
    values = [model.predict({"a": a, "b": 0.0, "unused": 9.0}) for a in (-1.0, 0.0, 0.25, 0.5, 5.0)]
    assert values == pytest.approx([0.2, 0.2, 0.5, 0.8, 0.8])
    with pytest.raises(KeyError):
        model.predict({"a": 1.0})


def test_the_fitted_maps_never_fall() -> None:
    for model in (load_scorer().technical, load_scorer().relevance, load_scorer().point):
        assert list(model.knots) == sorted(model.knots)
        assert list(model.values) == sorted(model.values)
        assert all(coefficient > 0 for coefficient in model.coefficients)


def test_the_provenance_is_complete_and_holds_no_answers() -> None:
    path = Path(embedded_scorer.__file__).with_suffix(".json")
    data = json.loads(path.read_text())
    assert [corpus["licence"] for corpus in data["corpora"]] == ["CC BY 4.0 (repository MIT)", "CC BY-SA", "CC BY-SA"]
    assert {"fitted_on", "fitted_by", "method", "weights", "measured", "version"} <= data.keys()
    assert len(data["document_frequency"]) <= 5_000
    assert all(" " not in stem for stem in data["document_frequency"])
    assert path.stat().st_size < 80_000


def test_the_measured_figures_are_those_of_unseen_questions() -> None:
    measured = load_measured()
    assert measured["saf_all"]["rows"] == 2112
    assert measured["saf_without_no_response_or_submission"]["rows"] == 2112 - 241
    assert measured["saf_without_all_empty"]["rows"] == 2112 - 273
    assert measured["scientsbank_auc"] > 0.75
    assert measured["beetle_auc"] > 0.75
    assert measured["joined_scientsbank_auc"] > 0.75
    assert measured["joined_beetle_auc"] > 0.75
    assert 0.75 <= measured["interval_coverage_unseen"] <= 0.85


def load_measured() -> dict[str, dict[str, float]]:
    return json.loads(Path(embedded_scorer.__file__).with_suffix(".json").read_text())["measured"]
