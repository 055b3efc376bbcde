"""The fitting itself, on answers small enough to know what must come out."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.fit_embedded_scorer import FOLDS, Variant, fit_everything, measure_unseen
from benchmarks.graded_answers import Answers, count_documents, read_graded_answers
from benchmarks.graded_fitting import average_steps, centre, fit_interval, fit_monotone, fit_rising_map, weigh_rows
from benchmarks.graded_floors import check_floors
from benchmarks.graded_measures import measure_auc, measure_qwk
from benchmarks.graded_points import measure_joined_answers, split_points
from benchmarks.graded_vectors import StoredEmbedder, compare_all, measure_seconds
from interviewpanel.domain.embedded_scorer_model import (
    VECTOR_COVERAGE_FEATURES,
    VECTOR_TOPICALITY_FEATURES,
    FittedScorer,
)
from interviewpanel.domain.text_features import COVERAGE_FEATURES, TOPICALITY_FEATURES
from interviewpanel.engines.embeddings import load_model_folder
from tests.tiny_embeddings import build_tiny_embeddings

STEMS = Variant("embedded_scorer.json", COVERAGE_FEATURES, TOPICALITY_FEATURES)
SHARES = {"graded": {"saf": 1.0, "scientsbank": 0.5, "beetle": 0.25}, "other": 0.1, "echo": 0.01, "model": 0.02}


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    """Thirty questions with three answers each: all of it, half of it, and nothing handed in."""
    saf, semeval = ["question,reference,answer,score"], ["dataset,question,reference,answer,label"]
    for n in range(10):
        reference = f"queue{n} waits until worker{n} takes message{n} safely"
        saf += [f"What does part{n} do?,{reference},{text}" for text in (f"{reference},1", f"the queue{n} waits,0.5")]
        saf.append(f"What does part{n} do?,{reference},No response.,0")
        for dataset in ("sciEntsBank", "beetle"):
            semeval.append(
                f"{dataset},Why {dataset}{n}?,{reference},because the queue{n} waits until worker{n},correct"
            )
            semeval.append(f"{dataset},Why {dataset}{n}?,{reference},it is blue or so {n},incorrect")
    (tmp_path / "saf_v2_english.csv").write_text("\n".join(saf) + "\n")
    (tmp_path / "semeval2013_3way.csv").write_text("\n".join(semeval) + "\n")
    return read_graded_answers(tmp_path)


def test_no_question_is_on_both_sides_of_a_split(answers: Answers) -> None:
    fold_of: dict[str, set[int]] = {}
    for text, fold in zip(answers.question, answers.fold(FOLDS), strict=True):
        fold_of.setdefault(text, set()).add(int(fold))
    assert len(fold_of) == 30
    assert {len(folds) for folds in fold_of.values()} == {1}


def test_what_was_left_out_leaves_no_trace_in_the_word_counts(answers: Answers) -> None:
    left_out = np.array(["part3" in question for question in answers.question])
    assert "part3" not in count_documents(answers, ~left_out).document_frequency
    assert count_documents(answers, ~left_out).documents == 29


def test_anchors_are_answers_to_other_questions_the_question_itself_and_the_reference(answers: Answers) -> None:
    assert set(answers.grade[answers.kind == "other"]) == {0.0}
    assert list(answers.grade[answers.kind == "echo"]) == [0.0] * 30
    assert list(answers.grade[answers.kind == "model"]) == [1.0] * 30
    assert int(answers.is_empty.sum()) == 10


def test_each_kind_of_row_has_its_share_of_the_weight(answers: Answers) -> None:
    weights = weigh_rows(answers, SHARES)
    saf = answers.corpus == "saf"
    assert weights[saf & (answers.kind == "graded")].sum() == pytest.approx(1.0)
    assert weights[saf & (answers.kind == "echo")].sum() == pytest.approx(0.01)
    assert weights[(answers.corpus == "beetle") & (answers.kind == "graded")].sum() == pytest.approx(0.25)


def test_the_fit_rewards_coverage_and_says_where_it_comes_from(answers: Answers) -> None:
    fitted = fit_everything(answers, STEMS)
    assert fitted["technical"]["coefficients"]["root_recall"] > 0
    assert fitted["technical"]["values"] == sorted(fitted["technical"]["values"])
    assert [corpus["answers"] for corpus in fitted["corpora"]] == [30, 20, 20]
    assert [corpus["empty"] for corpus in fitted["corpora"]] == [10, 0, 0]


def test_ridge_within_questions_ignores_that_one_question_is_easier() -> None:
    groups = np.array([0, 0, 1, 1])
    features = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])  # the second only tells the questions apart
    ones = np.ones(4)
    grades = np.array([0.8, 1.0, 0.0, 0.2])
    model = fit_monotone(features, grades, ones, groups, ("useful", "easy"), ones > 0, ones < 0)
    assert model["coefficients"] == {"useful": pytest.approx(0.2 / 1.1, abs=1e-6), "easy": 0.0}
    assert list(centre(np.array([1.0, 3.0, 5.0, 9.0]), ones, groups)) == [-1.0, 1.0, -2.0, 2.0]


def test_the_map_pools_what_falls() -> None:
    knots, values = fit_rising_map(np.array([3.0, 1.0, 2.0, 4.0]), np.array([0.2, 0.0, 0.6, 1.0]), np.ones(4))
    assert knots == [1.0, 2.5, 4.0]
    assert values == pytest.approx([0.0, 0.4, 1.0])


def test_ties_count_half_in_the_area_under_the_curve() -> None:
    rows = np.ones(4, dtype=bool)
    assert measure_auc(np.array([0.1, 0.5, 0.5, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]), rows) == 0.875


def test_interval_offsets_lie_around_the_residuals() -> None:
    predicted = np.linspace(0, 1, 100)
    interval = fit_interval(predicted, predicted + np.tile([-0.1, 0.1], 50))
    assert len(interval["edges"]) == 4
    assert interval["offsets"] == [[-0.1, 0.1]] * 5


def test_missing_data_is_said_with_what_should_be_there(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"saf_v2_english\.csv is missing"):
        read_graded_answers(tmp_path)


def test_the_credit_of_a_point_rises_with_its_recall(answers: Answers) -> None:
    point = fit_everything(answers, STEMS)["point"]
    assert point["coefficients"] == {"recall": 1.0}
    assert point["values"] == sorted(point["values"])
    assert (point["values"][0], point["values"][-1]) == (0.0, 1.0)


def test_a_reference_is_split_into_the_sentences_that_say_something() -> None:
    assert split_points("A queue keeps messages. Yes. Workers take them; slowly but surely.") == [
        "A queue keeps messages.",
        "Workers take them;",
        "slowly but surely.",
    ]
    assert split_points("Yes.") == ["Yes."]


def test_half_of_the_points_join_to_less_than_all(answers: Answers) -> None:
    chosen = answers.kind != "echo"
    line = {"coefficients": {"recall": 1.0}, "knots": [0.0, 1.0], "values": [0.0, 1.0]}
    models = {"technical": line, "relevance": line, "point": line, "interval": {"edges": [], "offsets": [[0, 0]]}}
    scorer = FittedScorer.from_json({"version": "", **models}, count_documents(answers, chosen))
    joined = measure_joined_answers(answers, chosen, np.ones(len(answers)), scorer)
    saf = (answers.corpus == "saf")[chosen]
    grade = answers.grade[chosen]
    assert joined[saf & (grade == 1)].min() == 1.0
    assert 0 < joined[saf & (grade == 0.5)].max() < 1.0


def test_steps_of_equal_width_are_averaged() -> None:
    index, target, weight = average_steps(
        np.array([0.0, 1.0, 9.0, 10.0]), np.array([0.0, 1.0, 1.0, 1.0]), np.array([1.0, 3.0, 1.0, 1.0]), steps=2
    )
    assert (index.tolist(), target.tolist(), weight.tolist()) == ([0.75, 9.5], [0.75, 1.0], [4.0, 2.0])


def test_kappa_is_one_for_the_same_marks_and_nought_by_chance() -> None:
    grades = np.array([0.0, 0.2, 0.6, 1.0])
    assert measure_qwk(grades, grades) == 1.0
    assert measure_qwk(np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])) == pytest.approx(0.0)
    assert measure_qwk(1 - grades, grades) < 0


@pytest.fixture
def embedder(tmp_path: Path) -> StoredEmbedder:
    return StoredEmbedder(load_model_folder(build_tiny_embeddings(tmp_path / "tiny")))


def test_vectors_are_fitted_and_measured_like_stems(answers: Answers, embedder: StoredEmbedder) -> None:
    variant = Variant(
        "x.json", VECTOR_COVERAGE_FEATURES, VECTOR_TOPICALITY_FEATURES, compare_all(answers, embedder), embedder
    )
    fitted = fit_everything(answers, variant)
    measured, interval = measure_unseen(answers, variant)
    assert fitted["technical"]["coefficients"].keys() == set(VECTOR_COVERAGE_FEATURES)
    assert fitted["technical"]["coefficients"]["root_new_recall"] > 0
    assert fitted["point"]["coefficients"] == fitted["technical"]["coefficients"]
    assert measured["saf_all"]["rows"] == 30
    assert measured["saf_all"]["pearson"] > 0.8
    assert len(interval["offsets"]) == len(interval["edges"]) + 1
    assert FittedScorer.from_json({**fitted, "interval": interval}, count_documents(answers, answers.grade >= 0))


def test_each_text_is_embedded_once(embedder: StoredEmbedder) -> None:
    assert embedder.embed("the index") is embedder.embed_once("the index")
    assert set(measure_seconds(embedder.model, ["the index", "a cache"])) == {"p50", "p95", "p99"}


def test_a_floor_that_does_not_hold_is_named() -> None:
    figures = {
        "scientsbank_unseen_questions_auc": 0.81,
        "beetle_unseen_questions_auc": 0.70,
        "beetle_auc": 0.78,
        "saf_without_no_response_or_submission": {"pearson": 0.5},
        "milliseconds_to_embed_an_answer": {"p50": 5.0},
    }
    assert check_floors(figures) == []
    figures |= {"beetle_auc": 0.69, "milliseconds_to_embed_an_answer": {"p50": 15.1}}
    assert check_floors(figures) == [
        "Beetle, each question left out in turn, AUC: 0.69 is below 0.7.",
        "An answer takes 15.1 ms to embed; at most 15.0 will do.",
    ]
