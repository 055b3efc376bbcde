"""The bank's JSON format: what is read, and that everything wrong is reported with its place and a remedy."""

import copy
import json
from typing import Any

import pytest

from questionbank.domain.bank_format import (
    BankDocument,
    CriterionEntry,
    QuestionEntry,
    SubtopicEntry,
    find_duplicates,
    parse_document,
    read_document,
)
from questionbank.domain.json_objects import BankFormatError

QUESTION: dict[str, Any] = {
    "key": "locks-order",
    "text": "Why should locks be taken in one order?",
    "type": "technical",
    "difficulty": "medium",
    "assesses": "Understanding of deadlocks",
    "expected_answer": "Because two transactions could otherwise wait for each other.",
    "expected_elements": ["They wait for each other", "One order prevents the circle"],
    "criteria": [
        {"key": "circle", "name": "Circle", "description": "Explains it", "component": "technical", "weight": 2},
        {"key": "clear", "name": "Clear", "description": "Is clear", "component": "clarity", "weight": 0.5},
    ],
    "red_flags": [],
    "expected_seconds": 90,
    "think_seconds": 0,
    "suggestions": ["If two transactions"],
}
DOCUMENT: dict[str, Any] = {
    "format": "interviewbot-bank/1",
    "language": "en",
    "category": "Software Engineering",
    "topic": "Databases",
    "subtopics": [{"name": "Transactions", "questions": [QUESTION]}],
}


def change_question(**fields: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    question = document["subtopics"][0]["questions"][0]
    for name, value in fields.items():
        if value is ...:
            del question[name]
        else:
            question[name] = value
    return document


def change_criterion(**fields: Any) -> dict[str, Any]:
    return change_question(criteria=[{**QUESTION["criteria"][0], **fields}, QUESTION["criteria"][1]])


def read_problems(data: object) -> list[str]:
    with pytest.raises(BankFormatError) as caught:
        read_document(data, "db.json")
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_a_whole_document_is_read() -> None:
    question = QuestionEntry(
        key="locks-order",
        text="Why should locks be taken in one order?",
        kind="technical",
        difficulty="medium",
        assesses="Understanding of deadlocks",
        expected_answer="Because two transactions could otherwise wait for each other.",
        expected_elements=("They wait for each other", "One order prevents the circle"),
        criteria=(
            CriterionEntry("circle", "Circle", "Explains it", "technical", 2),
            CriterionEntry("clear", "Clear", "Is clear", "clarity", 0.5),
        ),
        red_flags=(),
        expected_seconds=90,
        think_seconds=0,
        suggestions=("If two transactions",),
        weights={},
    )
    subtopic = SubtopicEntry("Transactions", (question,))
    expected = BankDocument("db.json", "en", "Software Engineering", "Databases", (subtopic,))
    assert read_document(DOCUMENT, "db.json") == expected
    assert parse_document(json.dumps(DOCUMENT), "db.json") == expected
    assert expected.questions == (question,)


def test_spaces_around_texts_are_dropped() -> None:
    [question] = read_document(change_question(text="  Why?\n", key=" locks-order "), "db.json").questions
    assert (question.text, question.key) == ("Why?", "locks-order")


def test_a_criterion_goes_to_the_form_kept_in_the_row_and_back() -> None:
    [question] = read_document(DOCUMENT, "db.json").questions
    assert [criterion.to_dict() for criterion in question.criteria] == QUESTION["criteria"]


def test_component_weights_of_a_question() -> None:
    [question] = read_document(change_question(weights={"technical": 0.6, "clarity": 0}), "db.json").questions
    assert question.weights == {"technical": 0.6, "clarity": 0}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"format":\n  oops}', "db.json, line 2, column 3: not JSON (Expecting value); correct it there"),
        ("[]", "db.json: must be a JSON object; see questionbank/data/demo_bank for examples"),
        ("[" * 100_000, "db.json: is nested too deeply; see the demo bank's files"),
    ],
    ids=["syntax", "list", "deep"],
)
def test_text_that_is_no_document(text: str, problem: str) -> None:
    with pytest.raises(BankFormatError) as caught:
        parse_document(text, "db.json")
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (
            {**DOCUMENT, "format": "interviewbot-bank/9"},
            'format: "interviewbot-bank/9" is not known; use interviewbot-bank/1',
        ),
        (
            {**DOCUMENT, "language": "English"},
            "language: 'English' is not a language code such as en or en-GB; change it to one",
        ),
        ({**DOCUMENT, "topic": " "}, "topic: is missing or empty; write a text"),
        ({**DOCUMENT, "topic": "T" * 101}, "topic: has 101 characters; shorten it to 100"),
        ({**DOCUMENT, "subtopics": []}, "subtopics: must be a list with at least one entry; add one"),
        ({**DOCUMENT, "subtopics": [3]}, "subtopics[0]: must be an object; write it in braces"),
        ({**DOCUMENT, "subtopic": []}, "subtopic: is not a field of the format; did you mean 'subtopics'?"),
        (
            {**DOCUMENT, "subtopics": [{"name": "Transactions", "questions": "many"}]},
            "subtopics[0].questions: must be a list with at least one entry; add one",
        ),
    ],
)
def test_problems_of_the_document(document: dict[str, Any], problem: str) -> None:
    assert read_problems(document) == [f"db.json, {problem}"]


NOT_TEXTS = 'must be a list of texts, none of them empty; write it as ["…", "…"]'
WEIGHT = "is not a weight; write a number from above 0 to 100"


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (change_question(text=...), "text: is missing or empty; write a text"),
        (
            change_question(text="a\x00b"),
            "text: has a character that cannot be stored (a control character or half a pair); remove it",
        ),
        (
            change_question(suggestions=["half \ud83d"]),
            "suggestions: has a character that cannot be stored (a control character or half a pair); remove it",
        ),
        (
            change_question(type="quiz"),
            'type: "quiz" is not known; use technical or behavioral or situational or experience',
        ),
        (change_question(difficulty=None), "difficulty: null is not known; use easy or medium or hard"),
        (change_question(assesses="x" * 301), "assesses: has 301 characters; shorten it to 300"),
        (change_question(expected_elements=[]), "expected_elements: has 0 entries; write at least 1"),
        (
            change_question(expected_elements=["one", ""]),
            f"expected_elements: {NOT_TEXTS}",
        ),
        (change_question(red_flags=["Guesses", "Guesses"]), "red_flags: 'Guesses' is listed twice; remove one"),
        (change_question(criteria=[]), "criteria: must be a list with at least one entry; add one"),
        (
            change_question(expected_seconds="90"),
            'expected_seconds: "90" is not a length of time; write whole seconds from 10 to 900',
        ),
        (
            change_question(think_seconds=True),
            "think_seconds: true is not a length of time; write whole seconds from 0 to 900",
        ),
        (change_question(criterias=[]), "criterias: is not a field of the format; did you mean 'criteria'?"),
        (
            change_criterion(component="tech"),
            'criteria[0].component: "tech" is not known; use relevance or depth or clarity or technical',
        ),
        (change_criterion(weight=0), f"criteria[0].weight: 0 {WEIGHT}"),
        (change_criterion(weight=float("nan")), f"criteria[0].weight: NaN {WEIGHT}"),
        (
            change_criterion(key="clear"),
            "criteria[1].key: 'clear' is used by another criterion of this question; change one",
        ),
        (
            change_question(type="behavioral"),
            "criteria[0].component: a behavioral question has no technical component; use another component",
        ),
        (change_question(weights={"technical": 0}), "weights: are all zero; give at least one component a weight"),
        (
            change_question(weights=[1]),
            "weights: must be an object of component and weight; leave it out for the usual weights",
        ),
        (
            change_question(weights={"depth": -1}),
            "weights.depth: -1 is not a weight; write a number from 0 to 100",
        ),
    ],
)
def test_problems_of_a_question_name_its_key(document: dict[str, Any], problem: str) -> None:
    assert read_problems(document) == [f"db.json, question 'locks-order', {problem}"]


def test_an_unusable_key_is_named_as_it_stands() -> None:
    wanted = "is not a key of lower-case letters, digits and hyphens; change it to one"
    assert read_problems(change_question(key="Locks order")) == [
        f"db.json, question 'Locks order', key: 'Locks order' {wanted}"
    ]


def test_a_question_without_a_key_is_named_by_its_place() -> None:
    assert read_problems(change_question(key=..., difficulty="medium ")) == [
        "db.json, subtopics[0].questions[0].key: is missing or empty; write a text",
        'db.json, subtopics[0].questions[0].difficulty: "medium " is not known; use easy or medium or hard',
    ]


def test_everything_wrong_is_reported_at_once_in_the_order_of_the_format() -> None:
    document = change_question(text="", expected_elements="one")
    document["category"] = None
    assert read_problems(document) == [
        "db.json, category: is missing or empty; write a text",
        "db.json, question 'locks-order', text: is missing or empty; write a text",
        f"db.json, question 'locks-order', expected_elements: {NOT_TEXTS}",
    ]


def test_a_key_or_a_subtopic_used_twice_in_one_file() -> None:
    document = {**DOCUMENT, "subtopics": DOCUMENT["subtopics"] * 2}
    assert read_problems(document) == [
        "db.json, subtopics: subtopic 'Transactions' occurs twice; put its questions into one list",
        "db.json, question 'locks-order', key: is already used in db.json; give this question a key of its own",
    ]


def test_a_key_used_in_another_file() -> None:
    first = read_document(DOCUMENT, "a.json")
    second = read_document({**DOCUMENT, "topic": "Python"}, "b.json")
    assert [str(problem) for problem in find_duplicates([first, second])] == [
        "b.json, question 'locks-order', key: is already used in a.json; give this question a key of its own"
    ]
    assert find_duplicates([first]) == []
