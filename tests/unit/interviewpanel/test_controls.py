"""The control criterion is asked and is nowhere else; what a model says twice and differently is said not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.services.answer_analysis import AnswerToAnalyse, CriterionState, CriterionToRate
from interviewpanel.services.answer_analysis.controls import (
    FAILED_FROM,
    SUBJECTS,
    leave_out_control,
    make_control,
    read_control,
)
from interviewpanel.services.answer_analysis.prompts import list_criteria, shuffle_order
from interviewpanel.services.answer_analysis.replies import (
    AnswerReply,
    CriterionReply,
    Heard,
    check_ratings,
)
from interviewpanel.services.answer_analysis.summaries import Rating, summarise_rating
from questionbank.engines.llm import Completion, Usage

ANSWER = AnswerToAnalyse(
    question="What is a database index, and what does it cost?",
    expected_answer="A sorted structure, usually a B-tree, that avoids scanning the table. Writes get slower.",
    elements=("B-tree or other sorted structure", "avoids a full table scan", "makes every write slower"),
    criteria=(CriterionToRate("structure", "Names the structure", "technical"),),
    is_technical=True,
    transcript="It is a B-tree, so the database avoids a full table scan, but every write gets slower.",
)
HONEY = "Explains how bees make honey from nectar."


def rate(number: int, rating: int | None, quote: str = "a B-tree") -> CriterionReply:
    state = "rated" if rating is not None else "cannot_assess"
    return CriterionReply(number=number, rating=rating, quote=quote, reason="So.", state=state)  # type: ignore[arg-type]


def make_reply(*criteria: CriterionReply, **texts: object) -> AnswerReply:
    values = {"rationale": "", "strengths": [], "improvements": [], **texts}
    return AnswerReply(criteria=list(criteria), **values)  # type: ignore[arg-type]


def test_what_a_model_says_of_the_control_is_not_told_of_the_candidate() -> None:
    criteria = list_criteria(ANSWER)
    reply = make_reply(
        *(rate(number, 3) for number in range(1, len(criteria) + 1)),
        rationale="Names the B-tree and its cost. Says nothing about bees or honey. The point on writes is clear.",
        strengths=["Names the B-tree"],
        improvements=["Does not explain how honey is made.", "Say which writes get slower."],
    )
    checked = check_ratings(criteria, range(len(criteria)), reply, Heard(ANSWER.transcript, ANSWER.question))
    done = Completion(reply, Usage(100, 20, 1.5, 1), "ollama", "tiny")
    analysis = summarise_rating(
        ANSWER, Rating(tuple(checked.values()), reply, (done,), control=HONEY, control_rating=0)
    )
    assert analysis.rationale == "Names the B-tree and its cost. The point on writes is clear."
    assert (analysis.strengths, analysis.improvements) == (("Names the B-tree",), ("Say which writes get slower.",))
    assert [criterion.key for criterion in analysis.criteria] == [criterion.key for criterion in criteria]
    assert set(analysis.components) == {"relevance", "depth", "clarity", "technical"}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_gives_itself_away_and_nothing_else(subject: str) -> None:
    assert leave_out_control(subject, subject) == ""
    assert [other for other in SUBJECTS if other != subject and leave_out_control(other, subject) != other] == []
    plain = "Starts from the tree  of the index, tunes it, and stores strings; firing months later."
    assert leave_out_control(plain, subject) == plain


def test_a_control_that_is_rated_once_as_told_has_failed() -> None:
    assert read_control(make_reply(rate(1, 4), rate(2, 0), rate(2, 4)), 2) == 4
    assert read_control(make_reply(rate(1, 4), rate(2, 1)), 2) == 1 < FAILED_FROM
    assert read_control(make_reply(rate(1, 4), rate(2, None)), 2) is None
    assert read_control(make_reply(rate(1, 4)), 2) is None


def test_a_criterion_that_is_rated_twice_and_differently_is_void() -> None:
    heard = Heard(ANSWER.transcript, ANSWER.question)
    for other in (rate(1, 0, ""), rate(1, 4), rate(1, None, "")):
        found = check_ratings(ANSWER.criteria, [0], make_reply(rate(1, 3), other), heard)[0]
        assert (found.state, found.rating, found.quote) == (CriterionState.VOID, None, "")
        assert found.reason == "Void: the model rated this criterion twice, differently."
    same = check_ratings(ANSWER.criteria, [0], make_reply(rate(1, 3), rate(1, 3, "every write")), heard)[0]
    assert (same.state, same.rating, same.quote) == (CriterionState.RATED, 3, "a B-tree")


@given(st.integers(0, 2**31 - 1), st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_whatever_the_order_each_rating_comes_back_to_its_criterion(seed: int, ratings: list[int]) -> None:
    """The model is asked in the seed's order, the control among them; what is kept of it stands in the rubric's."""
    criteria = [CriterionToRate(f"c{n}", f"Line {n}", "depth") for n in range(len(ratings))]
    asked = [*criteria, make_control(ANSWER, seed)]
    order = shuffle_order(len(asked), seed)
    reply = make_reply(*(rate(n, [*ratings, 1][place]) for n, place in reversed(list(enumerate(order, 1)))))
    checked = check_ratings(asked, order, reply, Heard(ANSWER.transcript, ANSWER.question))
    assert {place: checked[place].rating for place in range(len(ratings))} == dict(enumerate(ratings))
    assert read_control(reply, order.index(len(criteria)) + 1) == 1
