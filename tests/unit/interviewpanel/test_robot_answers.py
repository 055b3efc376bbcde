"""The robot's answers fit the demo bank: every question of its plan, three parts each, better with every part."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from interviewpanel.domain.embedded_scorer import score_text
from questionbank.domain.bank_format import QuestionEntry, parse_document

ROOT = Path(__file__).parents[3]
ROBOT: dict[str, Any] = json.loads((ROOT / "interviewpanel/management/robot/answers.json").read_text())
DOCUMENTS = [
    parse_document(path.read_text(), path.name)
    for path in sorted((ROOT / "questionbank/data/demo_bank").glob("*.json"))
]
QUESTIONS = {question.key: question for document in DOCUMENTS for question in document.questions}
CELLS = {
    question.key: (document.topic, subtopic.name, question.difficulty)
    for document in DOCUMENTS
    for subtopic in document.subtopics
    for question in subtopic.questions
}
PARTS: dict[str, list[str]] = {key: answer["parts"] for key, answer in ROBOT["answers"].items()}
each_answer = pytest.mark.parametrize("key", PARTS)


def measure_technical(question: QuestionEntry, answer: str) -> float:
    score = score_text(
        answer,
        question=question.text,
        expected_answer=question.expected_answer,
        elements=question.expected_elements,
    )
    technical = score.components["technical"]
    assert technical is not None
    return technical


def test_the_plan_is_five_cells_and_every_question_of_them_has_an_answer() -> None:
    plan = {(cell["topic"], cell["subtopic"], cell["difficulty"]): cell["count"] for cell in ROBOT["plan"]}
    assert len(plan) == len(ROBOT["plan"]) == 5
    assert Counter(difficulty for _, _, difficulty in plan) == {"easy": 1, "medium": 3, "hard": 1}
    assert len({topic for topic, _, _ in plan}) >= 3
    assert set(plan.values()) == {1}
    assert set(PARTS) == {key for key, cell in CELLS.items() if cell in plan}


@each_answer
def test_an_answer_is_three_parts_of_one_or_two_sentences(key: str) -> None:
    parts = PARTS[key]
    assert len(parts) == 3
    assert [part for part in parts if not 1 <= len(re.findall(r"[.?](?= |$)", part)) <= 2] == []
    assert 45 <= len(" ".join(parts).split()) <= 70
    assert re.findall(r"[^a-zA-Z ,.']", " ".join(parts)) == [], "plain words, as a rough recogniser knows them"


@each_answer
def test_the_first_part_alone_is_worth_less_than_the_whole(key: str) -> None:
    question = QUESTIONS[key]
    first = measure_technical(question, PARTS[key][0])
    whole = measure_technical(question, " ".join(PARTS[key]))
    assert first + 15 < whole
    assert whole >= 55, "more than half of what was expected, without its words"


@each_answer
def test_not_knowing_is_worth_little(key: str) -> None:
    assert measure_technical(QUESTIONS[key], " ".join(ROBOT["dont_know"]["parts"])) == 0


@pytest.mark.parametrize("name", ["dont_know", "fallback"])
def test_the_general_answers_have_three_parts(name: str) -> None:
    assert len(ROBOT[name]["parts"]) == 3
