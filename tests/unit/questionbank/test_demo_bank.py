"""The demo bank itself: enough questions in every cell, each speakable, complete and judged on every component."""

import re
from collections import Counter
from pathlib import Path

import pytest

from questionbank.domain.bank_format import (
    COMPONENTS,
    DIFFICULTIES,
    BankDocument,
    QuestionEntry,
    find_duplicates,
    parse_document,
)

FOLDER = Path(__file__).parents[3] / "questionbank" / "data" / "demo_bank"
DOCUMENTS = [parse_document(path.read_text(), path.name) for path in sorted(FOLDER.glob("*.json"))]
TECHNICAL = [document for document in DOCUMENTS if document.category == "Software Engineering"]
QUESTIONS = [question for document in DOCUMENTS for question in document.questions]
STARTERS = [
    ("Put simply,", "For example,", "One thing to watch out for is"),
    ("First I would", "I would check this by", "The risk is that"),
    ("The situation was", "What I did was", "Looking back,"),
]
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=[question.key for question in QUESTIONS])


def count_words(text: str) -> int:
    return len(text.split())


def count_cells(documents: list[BankDocument]) -> Counter[tuple[str, str, str]]:
    return Counter(
        (document.topic, subtopic.name, question.difficulty)
        for document in documents
        for subtopic in document.subtopics
        for question in subtopic.questions
    )


def test_every_technical_cell_has_three_questions() -> None:
    cells = count_cells(TECHNICAL)
    subtopics = [(document.topic, subtopic.name) for document in TECHNICAL for subtopic in document.subtopics]
    assert subtopics == [
        ("Databases", "SQL and data modelling"),
        ("Databases", "Transactions and performance"),
        ("Python", "Data model and idioms"),
        ("Python", "Concurrency"),
        ("Systems and operations", "Linux and networking"),
        ("Systems and operations", "Reliability and observability"),
        ("Web and APIs", "HTTP and REST"),
        ("Web and APIs", "Security"),
    ]
    assert {cell: cells[cell] for cell in cells if cells[cell] < 3} == {}
    assert set(cells) == {(*subtopic, difficulty) for subtopic in subtopics for difficulty in DIFFICULTIES}
    assert {question.kind for document in TECHNICAL for question in document.questions} == {"technical"}


def test_questions_about_working_together_are_of_every_other_kind() -> None:
    [document] = [document for document in DOCUMENTS if document.category == "Working together"]
    assert Counter(question.kind for question in document.questions) == {
        "behavioral": 3,
        "situational": 3,
        "experience": 2,
    }


def test_no_key_and_no_text_occurs_twice() -> None:
    assert find_duplicates(DOCUMENTS) == []
    texts = Counter(
        re.sub(r"\W+", " ", text.lower()).strip()
        for question in QUESTIONS
        for text in (
            question.text,
            question.assesses,
            question.expected_answer,
            *question.expected_elements,
            *question.red_flags,
            *(criterion.description for criterion in question.criteria),
        )
    )
    assert [text for text, count in texts.items() if count > 1] == []


@each_question
def test_question_can_be_spoken(question: QuestionEntry) -> None:
    assert 8 <= count_words(question.text) <= 45
    assert question.text.rstrip()[-1] in "?."
    assert re.findall(r"[\n`{}<>_=*|\[\]]", question.text) == []


@each_question
def test_expected_answer_is_as_long_as_a_spoken_one(question: QuestionEntry) -> None:
    assert 60 <= count_words(question.expected_answer) <= 200
    assert re.findall(r"[\n`{}<>_=*|]", question.expected_answer) == []
    # 2.5 words a second is a calm speaker; the time foreseen must suffice for the answer hoped for, give or take half.
    assert 0.5 <= question.expected_seconds / (count_words(question.expected_answer) / 2.5) <= 3


@each_question
def test_question_can_be_judged(question: QuestionEntry) -> None:
    assert 5 <= len(question.expected_elements) <= 7
    assert 5 <= len(question.criteria) <= 6
    assert 1 <= len(question.red_flags) <= 3
    wanted = set(COMPONENTS) if question.kind == "technical" else set(COMPONENTS) - {"technical"}
    assert {criterion.component for criterion in question.criteria} == wanted
    assert [element for element in question.expected_elements if not 2 <= count_words(element) <= 20] == []


@each_question
def test_reply_starters_give_nothing_away(question: QuestionEntry) -> None:
    """Only who types is offered them: they may help to begin, and must not say what is looked for."""
    assert question.suggestions in STARTERS


@each_question
def test_criteria_have_names_and_descriptions_of_their_own(question: QuestionEntry) -> None:
    names = [criterion.name for criterion in question.criteria]
    assert len(set(names)) == len(names)
    assert [c.key for c in question.criteria if not 5 <= count_words(c.description) <= 30] == []


def test_harder_questions_are_given_more_time() -> None:
    means = {
        difficulty: sum(q.expected_seconds for q in questions) / len(questions)
        for difficulty in DIFFICULTIES
        if (questions := [q for q in QUESTIONS if q.difficulty == difficulty])
    }
    assert means["easy"] < means["medium"] < means["hard"]
