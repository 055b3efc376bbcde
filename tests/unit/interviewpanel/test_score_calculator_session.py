"""What an interview comes to: the four scores, categories, overall, and the states that stand instead of numbers."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewpanel.domain.score_calculator import (
    AnswerOutcome,
    CategoryScore,
    LeftOut,
    Measure,
    MeasureState,
    QuestionKind,
    Recommendation,
    ScoredAnswer,
    SessionSummary,
    ThreeStep,
    summarise_session,
)

unhurried = settings(deadline=None)  # the machine may be busy; nothing here is about time
NOT_ASSESSED = Measure(value=None, state=MeasureState.NOT_ASSESSED, answers=0, weight=0.0)
LEFT_OUT = [outcome for outcome in AnswerOutcome if not outcome.is_counted]


def measured(value: int, answers: int, weight: float | None = None) -> Measure:
    return Measure(
        value=value, state=MeasureState.SCORED, answers=answers, weight=float(answers if weight is None else weight)
    )


def answer(
    reference: str = "1",
    composite: int | None = None,
    outcome: str = "scored",
    *,
    kind: str = "technical",
    category: str = "SQL",
    weight: float = 1,
    reason: str = "",
    **components: float | None,
) -> ScoredAnswer:
    return ScoredAnswer(
        reference=reference,
        outcome=AnswerOutcome(outcome),
        kind=QuestionKind(kind),
        category=category,
        composite=composite,
        components=components,
        weight=weight,
        reason=reason,
    )


WHOLE = [
    answer("1", 90, weight=2, technical=95, clarity=80, specificity=60),
    answer("2", 60, technical=50, clarity=61),
    answer("3", 70, kind="situational", category="Teamwork", clarity=75),
    answer("4", 80, kind="behavioral", category="Teamwork", clarity=90),
    answer("5", 51, kind="experience", category="Teamwork", clarity=70),
    answer("6", None, "skipped", weight=0.5),
    answer("7", None, "technical_failure", reason="The recording of this answer was lost."),
    answer("8", None, "not_asked", kind="situational", category="Python"),
]
WHOLE_SUMMARY = SessionSummary(
    technical=measured(69, 3, 3.5),  # (190 + 50 + 0) / 3.5 = 68.57
    communication=measured(70, 6, 6.5),  # (160 + 61 + 75 + 90 + 70 + 0) / 6.5 = 70.15
    problem_solving=measured(70, 1),
    role_fit=measured(66, 2),  # 65.5 goes to the even number
    dimensions={"specificity": measured(48, 2, 2.5)},  # 120 / 2.5
    categories=(
        CategoryScore(category="SQL", score=measured(69, 3, 3.5), planned_weight=4.5),  # 240 / 3.5 = 68.57
        CategoryScore(category="Teamwork", score=measured(67, 3), planned_weight=3),
        CategoryScore(category="Python", score=NOT_ASSESSED, planned_weight=1),
    ),
    overall=68,  # (180 + 60 + 70 + 80 + 51 + 0) / 6.5 = 67.85
    state=MeasureState.SCORED,
    grade="D",
    recommendation=Recommendation.CONSIDER,
    left_out=(
        LeftOut(
            reference="7",
            category="SQL",
            outcome=AnswerOutcome.TECHNICAL_FAILURE,
            weight=1,
            reason="The recording of this answer was lost.",
        ),
        LeftOut(
            reference="8",
            category="Python",
            outcome=AnswerOutcome.NOT_ASKED,
            weight=1,
            reason="The question was planned but not asked.",
        ),
    ),
    planned_weight=8.5,
    scored_weight=6.5,
)


def test_a_whole_interview():
    summary = summarise_session(WHOLE)
    assert summary == WHOLE_SUMMARY
    assert (summary.overall10, summary.three_step) == (6.8, ThreeStep.CONSIDER)
    assert json.loads(json.dumps(asdict(summary)))["recommendation"] == "consider"


@pytest.mark.parametrize("outcome", ["skipped", "no_speech"])
def test_a_skipped_question_and_silence_count_0(outcome):
    summary = summarise_session([answer("1", 80, technical=90, clarity=70), answer("2", None, outcome)])
    assert (summary.overall, summary.technical, summary.communication, summary.left_out) == (
        40,
        measured(45, 2),
        measured(35, 2),
        (),
    )


@pytest.mark.parametrize("outcome", LEFT_OUT)
def test_what_was_not_the_candidates_doing_is_left_out_and_listed(outcome):
    summary = summarise_session([answer("1", 80, technical=90), answer("2", 10, outcome, technical=10)])
    assert (summary.overall, summary.technical) == (80, measured(90, 1))
    (left_out,) = summary.left_out
    assert (left_out.reference, left_out.outcome, left_out.weight) == ("2", outcome, 1)
    assert left_out.reason.endswith(".")


@pytest.mark.parametrize(
    ("scored_weight", "left_out_weight", "overall"),
    [(1, 1, 88), (1, 1.01, None), (0.99, 1, None), (0.3, 0.3, 88), (5, 0, 88), (0, 5, None), (0, 0, None)],
)
def test_under_half_of_the_planned_weight_there_is_no_overall(scored_weight, left_out_weight, overall):
    summary = summarise_session(
        [answer("1", 88, weight=scored_weight, technical=88), answer("2", None, "not_asked", weight=left_out_weight)]
    )
    assert summary.overall == overall
    if overall is None:
        assert (summary.state, summary.grade, summary.recommendation) == (MeasureState.INSUFFICIENT, None, None)
        assert (summary.overall10, summary.three_step) == (None, None)
    else:
        assert (summary.state, summary.grade, summary.recommendation) == (
            MeasureState.SCORED,
            "B+",
            Recommendation.STRONG_HIRE,
        )


def test_an_insufficient_overall_still_shows_what_was_measured():
    summary = summarise_session([answer("1", 88, technical=90), *[answer(str(n), None, "not_asked") for n in (2, 3)]])
    assert (summary.overall, summary.technical, summary.categories[0].score) == (None, measured(90, 1), measured(88, 1))


def test_nothing_planned_is_insufficient():
    summary = summarise_session([])
    assert (summary.overall, summary.state, summary.technical) == (None, MeasureState.INSUFFICIENT, NOT_ASSESSED)


def test_a_component_that_nobody_measured_is_not_made_of_skipped_questions():
    """The embedded scorer never measures clarity: one skipped question must not read as "communication 0"."""
    summary = summarise_session([answer("1", 70, technical=70, clarity=None), answer("2", None, "skipped")])
    assert (summary.communication, summary.technical) == (NOT_ASSESSED, measured(35, 2))


def test_where_everything_was_skipped_everything_is_0():
    summary = summarise_session([answer("1", None, "skipped"), answer("2", None, "no_speech")])
    assert (summary.overall, summary.grade, summary.technical, summary.communication) == (
        0,
        "F",
        measured(0, 2),
        measured(0, 2),
    )


def test_technical_is_0_where_every_technical_question_was_skipped():
    summary = summarise_session([answer("1", 90, kind="behavioral", clarity=90), answer("2", None, "skipped")])
    assert summary.technical == measured(0, 1)


def test_a_skipped_situational_question_counts_in_problem_solving_only_as_its_kind():
    summary = summarise_session([answer("1", None, "skipped", kind="situational"), answer("2", 90, technical=90)])
    assert (summary.problem_solving, summary.technical, summary.role_fit) == (
        measured(0, 1),
        measured(90, 1),
        NOT_ASSESSED,
    )


def test_weight_0_is_asked_but_does_not_count():
    summary = summarise_session([answer("1", 90), answer("2", 10, weight=0)])
    assert (summary.overall, summary.planned_weight) == (90, 1)


def test_the_overall_is_rounded_once_by_pythons_round():
    assert summarise_session([answer("1", 84), answer("2", 85)]).overall == 84  # 84.5 goes to the even number
    assert summarise_session([answer("1", 85), answer("2", 86)]).overall == 86


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: answer("7", None), "Answer 7 is called scored but has no composite"),
        (lambda: answer("7", 101), "the composite of answer 7 is 101"),
        (lambda: answer("7", 50, weight=-1), "Answer 7: the weight is -1"),
        (lambda: answer("7", 50, weight=float("nan")), "Answer 7: the weight is nan"),
        (lambda: summarise_session([answer("7", 50, technical=120)]), "technical is 120"),
    ],
)
def test_answers_that_cannot_be_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


answers = st.lists(
    st.builds(
        answer,
        st.just("1"),
        st.integers(0, 100),
        st.sampled_from([outcome.value for outcome in AnswerOutcome]),
        kind=st.sampled_from([kind.value for kind in QuestionKind]),
        category=st.sampled_from(["SQL", "Python"]),
        weight=st.integers(0, 5),
        technical=st.none() | st.integers(0, 100),
        clarity=st.none() | st.integers(0, 100),
    ),
    max_size=8,
)


@unhurried
@given(answers)
def test_a_number_stands_exactly_where_the_state_says_scored(planned):
    summary = summarise_session(planned)
    measures = [
        summary.technical,
        summary.communication,
        summary.problem_solving,
        summary.role_fit,
        *(one.score for one in summary.categories),
    ]
    for one in measures:
        assert (one.value is not None) == (one.state is MeasureState.SCORED) == (one.answers > 0)
        assert one.value is None or 0 <= one.value <= 100
    numbers = {summary.overall is None, summary.grade is None, summary.recommendation is None}
    assert numbers == {summary.state is MeasureState.INSUFFICIENT}
    assert len(summary.left_out) + sum(one.outcome.is_counted for one in planned) == len(planned)


@unhurried
@given(answers, st.integers(2, 50), st.randoms(use_true_random=False))
def test_neither_the_scale_of_the_weights_nor_the_order_of_answers_changes_a_score(planned, factor, random):
    scaled = [
        answer(
            one.reference, one.composite, one.outcome, kind=one.kind, category=one.category,
            weight=one.weight * factor, **one.components,
        )
        for one in planned
    ]  # fmt: skip
    random.shuffle(scaled)
    first, second = summarise_session(planned), summarise_session(scaled)
    for name in ("technical", "communication", "problem_solving", "role_fit"):
        assert getattr(first, name).value == getattr(second, name).value
    assert (first.overall, first.grade) == (second.overall, second.grade)
