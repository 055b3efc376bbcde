"""What five generated questions must be, said as sentences: for the model that wrote them, and for who edits them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from questionbank.domain.bank_format import COMPONENTS, FORMAT, read_document
from questionbank.domain.json_objects import BankFormatError
from questionbank.domain.similarity import SIMILAR_FROM, measure_similarity, read_question_stems

COUNT = 5
FEWEST_CRITERIA, MOST_CRITERIA = 8, 10
MOST_WEIGHT = 10
LEAST_SCREENING, MOST_SCREENING = 5, 7
FEWEST_CHECKED = 3  # of the criteria, so that a score rests on something
MOST = {
    "text": 500,
    "assesses": 300,
    "expected_answer": 3000,
    "expected_elements": 300,
    "red_flags": 300,
    "name": 100,
    "description": 400,
}
LEAST_SECONDS, MOST_SECONDS = 30, 300
MOST_ELEMENTS, MOST_RED_FLAGS = 12, 8
THINK_SECONDS = 30
Question = Mapping[str, Any]


def find_criteria_problems(criteria: Sequence[Mapping[str, Any]], kind: str) -> list[str]:
    """Of the criteria of one question, as a model wrote them or a person left them."""
    problems = []
    if not FEWEST_CRITERIA <= len(criteria) <= MOST_CRITERIA:
        problems.append(f"There are {len(criteria)} criteria, not {FEWEST_CRITERIA} to {MOST_CRITERIA}.")
    names = Counter(" ".join(str(one["name"]).casefold().split()) for one in criteria)
    if twice := [name for name, times in names.items() if times > 1]:
        problems.append(f"These criteria are there twice: {'; '.join(twice)}.")
    components = [str(one["component"]) for one in criteria]
    if unknown := sorted(set(components) - set(COMPONENTS)):
        problems.append(f"There is no component {', '.join(unknown)[:100]}, but: {', '.join(COMPONENTS)}.")
    if kind != "technical" and "technical" in components:
        problems.append(f"A {kind} question has no technical criteria: use another component.")
    if any(not 0 < one["weight"] <= MOST_WEIGHT for one in criteria):
        problems.append(f"A weight is above 0 and at most {MOST_WEIGHT}.")
    return [*problems, *_find_long(criteria, "name", "description")]


def find_question_problems(question: Question, others: Sequence[Question], language: str) -> list[str]:
    """Of one question; `others` are those that are there already."""
    problems = find_criteria_problems(question["criteria"], question["kind"])
    problems += _find_long([question], "text", "assesses", "expected_answer")
    for name, most in (("expected_elements", MOST_ELEMENTS), ("red_flags", MOST_RED_FLAGS)):
        if len(question[name]) > most:
            problems.append(f"There are {len(question[name])} {name.replace('_', ' ')}, at most {most}.")
        problems += _find_long([{name: one} for one in question[name]], name)
    if not question["expected_elements"]:
        problems.append("There are no expected elements.")
    if not LEAST_SECONDS <= question["expected_seconds"] <= MOST_SECONDS:
        problems.append(f"The expected seconds are {LEAST_SECONDS} to {MOST_SECONDS}.")
    if same := find_same(question["text"], others, language):
        problems.append(f"It asks what another question asks: “{same}”")
    return problems


def find_same(text: str, others: Sequence[Question], language: str) -> str:
    """The text of the first that asks the same (similarity.SIMILAR_FROM); empty where none does."""
    stems = read_question_stems(text, language)
    for other in others:
        if measure_similarity(stems, read_question_stems(other["text"], language)) >= SIMILAR_FROM:
            return str(other["text"])
    return ""


def find_interview_problems(questions: Sequence[Question], language: str) -> list[str]:
    """What keeps a draft from being published, each with the question's number."""
    problems = [] if len(questions) == COUNT else [f"There are {len(questions)} questions, not {COUNT}."]
    for number, question in enumerate(questions, 1):
        own = find_question_problems(question, questions[: number - 1], language)
        checked = list_checked(question)
        if len(checked) < FEWEST_CHECKED:
            own.append(
                f"Only {len(checked)} criteria are checked, at least {FEWEST_CHECKED} are needed to rate an answer."
            )
        own += find_bank_problems(write_content(question), question["kind"]) if not own else []
        problems += [f"Question {number}: {one}" for one in own]
    return problems


def list_checked(question: Question) -> list[Mapping[str, Any]]:
    return [one for one in question["criteria"] if one.get("is_checked", True)]


def write_content(question: Question) -> dict[str, Any]:
    """As the question bank has it: the criteria that are checked."""
    fields = ("key", "name", "description", "component", "weight")
    return {
        **{name: question[name] for name in ("text", "assesses", "expected_answer", "expected_elements", "red_flags")},
        "criteria": [{name: one[name] for name in fields} for one in list_checked(question)],
        "suggestions": [],
        "expected_seconds": question["expected_seconds"],
        "think_seconds": THINK_SECONDS,
        "weights": {},
    }


def find_bank_problems(content: Mapping[str, Any], kind: str) -> list[str]:
    """What the bank's own format says besides."""
    entry = {**content, "key": "this-question", "type": kind, "difficulty": "medium"}
    place = {"category": "Any", "topic": "Any", "subtopics": [{"name": "Any", "questions": [entry]}]}
    try:
        read_document({"format": FORMAT, "language": "en", **place}, "this question")
    except BankFormatError as error:
        return [f"{one.field}: {one.message}." for one in error.problems]
    return []


def _find_long(rows: Sequence[Mapping[str, Any]], *names: str) -> list[str]:
    long = ((name, len(str(row[name]))) for row in rows for name in names if len(str(row[name])) > MOST[name])
    return [
        f"{name.replace('_', ' ').capitalize()}: {length} characters, at most {MOST[name]}." for name, length in long
    ]
