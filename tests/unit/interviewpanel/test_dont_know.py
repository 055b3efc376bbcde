"""An answer that says that it has none is one on every question; an answer beside such words is none."""

import pytest

from benchmarks.embedded_scorer import DONT_KNOW, measure_demo_bank
from interviewpanel.domain.dont_know import detect_dont_know
from interviewpanel.services.answer_analysis import AnalysisState

QUESTION = "How does an index change what reading and writing cost?"
EXPECTED = ["An index makes lookups fast and every write slower, because it has to be maintained like a hash map."]


@pytest.mark.parametrize(
    "answer",
    [
        "I don't know.",
        DONT_KNOW,
        "I don't know, we never had that at school.",
        "I don't know how an index changes the cost of writing.",
        "Sorry, I don't know, but thank you for the question.",
        "I am sorry, but I do not know the answer. I have not worked with this before, so I would rather not guess.",
        "I don't know. Could we please go on to the next question?",
        "uh i never heard about that thing in university i think",
        "No idea, maybe later.",
        "i do not know the answer to that crescent",
    ],
)
@pytest.mark.parametrize(
    "expected", [EXPECTED, ["I know the answer to the next question, sorry, and what work it is."], []]
)
def test_not_knowing_does_not_hang_on_what_was_expected(answer: str, expected: list[str]) -> None:
    assert detect_dont_know(answer, QUESTION, expected)


@pytest.mark.parametrize(
    "answer",
    [
        "I don't know the exact number, but indexes speed up searches and cost disk space.",
        "I don't know the exact number but indexes make searching quick",
        "I'm not sure, a hash map?",
        "i'm not sure a hash map",
        "I have never used one. It keeps the rows sorted and makes lookups fast.",
        "I can't say it for all engines; in ours each insert touches two trees.",
        "The planner does not know.",
        "",
    ],
)
def test_substance_beside_the_words_is_an_answer(answer: str) -> None:
    assert not detect_dont_know(answer, QUESTION, EXPECTED)


def test_the_same_words_are_the_same_on_every_question_of_the_demo_bank() -> None:
    row = next(row for row in measure_demo_bank() if row.kind == "does not know")
    outcomes = {(a.state, a.composite, a.flags, a.review_reasons) for a in row.analyses}
    assert outcomes == {(AnalysisState.SCORED, 0, ("dont_know",), ())}
    assert all("do not know" in analysis.rationale for analysis in row.analyses)
