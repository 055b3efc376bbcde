"""Questions as rows of a table: what a cell may hold, where a fault stands, and that nothing is lost on the way."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionbank.domain.bank_format import FORMAT
from questionbank.domain.bank_tables import (
    COLUMNS,
    MOST_ROWS,
    SourceRow,
    read_csv,
    read_json,
    read_source_row,
    read_values,
    write_csv,
    write_json,
    write_values,
)
from questionbank.domain.json_objects import BankFormatError

PLACE = {"language": "en", "category": "Software", "topic": "Databases", "subtopic": "Indexing"}
ENTRY = {
    "key": "slow-query",
    "type": "technical",
    "difficulty": "hard",
    "text": "A query is slow. What do you do?",
    "assesses": "Reading plans",
    "expected_answer": "Read the plan,\nthen add an index.",
    "expected_elements": ["Read the plan", "Composite index"],
    "criteria": [
        {"key": "plan", "name": "Plan", "component": "technical", "weight": 2, "description": "Reads it first"},
        {"key": "cost", "name": "Cost", "component": "depth", "weight": 1.5, "description": "Names a cost"},
    ],
    "red_flags": [],
    "suggestions": ["I would"],
    "expected_seconds": 90,
    "think_seconds": 30,
    "weights": {"technical": 60, "relevance": 40.5},
}


def make_csv(**cells: str) -> str:
    row = {**write_values(PLACE, ENTRY), **cells}
    return write_csv([row])


def read_all(text: str) -> list[object]:
    return [read_source_row(row) for row in read_csv(text, "the file")]


def find_problems(text: str) -> list[str]:
    with pytest.raises(BankFormatError) as caught:
        read_all(text)
    return [str(problem) for problem in caught.value.problems]


def test_cells_are_what_people_would_write() -> None:
    cells = write_values(PLACE, ENTRY)
    assert cells["expected_elements"] == "Read the plan\nComposite index"
    assert cells["criteria"] == "plan | Plan | technical | 2 | Reads it first\ncost | Cost | depth | 1.5 | Names a cost"
    assert cells["weights"] == "technical 60, relevance 40.5"
    assert set(cells) == set(COLUMNS)


def test_a_row_becomes_the_document_it_was_made_of() -> None:
    document = read_values(write_values(PLACE, ENTRY))
    assert document == {
        "format": FORMAT,
        "language": "en",
        "category": "Software",
        "topic": "Databases",
        "subtopics": [{"name": "Indexing", "questions": [ENTRY]}],
    }


def test_lists_and_objects_may_be_json() -> None:
    document = read_values(
        {
            **write_values(PLACE, ENTRY),
            "expected_elements": '["One\\nwith a break", "Two"]',
            "criteria": json.dumps(ENTRY["criteria"]),
            "weights": '{"depth": 1}',
        }
    )
    (question,) = document["subtopics"][0]["questions"]
    assert question["expected_elements"] == ["One\nwith a break", "Two"]
    assert question["criteria"] == ENTRY["criteria"]
    assert question["weights"] == {"depth": 1}


def test_a_file_may_be_separated_by_semicolons_and_begin_with_a_mark() -> None:
    rows = list(csv.reader(io.StringIO(make_csv(), newline="")))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    (row,) = read_csv("\ufeff" + out.getvalue(), "the file")
    assert read_source_row(row).questions[0].key == "slow-query"


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    header, first = make_csv().split("\r\n", 1)
    assert [row.where for row in read_csv(f"{header}\r\n{first}\r\n{first}", "f")] == ["line 2", "line 7"]


def test_every_fault_says_where_what_and_what_to_do() -> None:
    assert find_problems(make_csv(difficulty="vast", expected_seconds="soon", criteria="only a name")) == [
        "line 2, question 'slow-query', difficulty: \"vast\" is not known; use easy or medium or hard",
        "line 2, question 'slow-query', criteria[0]: must be an object; write it in braces",
        (
            "line 2, question 'slow-query', expected_seconds: \"soon\" is not a length of time; "
            "write whole seconds from 10 to 900"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key;text\na;b", "columns are missing; add: language, category, topic, subtopic"),
        (make_csv().replace("assesses", "asesses", 1), "columns are not known; remove or rename: asesses"),
        (make_csv().replace("assesses", "text", 1), "columns stand there twice; keep one of each: text"),
        (make_csv().replace("slow-query", "a,b,c"), "has 22 cells for 20 columns; put quotes around"),
        ("", "columns are missing"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(text: str, said: str) -> None:
    assert said in "\n".join(find_problems(text))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1", "''-1", "it's", "'quoted'"])
def test_no_cell_is_a_formula_and_none_is_changed(text: str) -> None:
    entry = {**ENTRY, "assesses": text, "expected_elements": [text, "two"]}
    written = write_csv([write_values(PLACE, entry)])
    for cell in next(csv.reader(io.StringIO(written.split("\r\n", 1)[1], newline=""))):
        assert not cell.startswith(("=", "+", "-", "@", "\t"))
    (row,) = read_csv(written, "f")
    (question,) = row.document["subtopics"][0]["questions"]
    assert question["assesses"] == text.strip()
    assert question["expected_elements"][0] == text.strip()


def test_json_is_grouped_by_topic_and_language() -> None:
    rows = [
        write_values({**PLACE, "topic": topic, "language": language}, {**ENTRY, "key": f"k-{number}"})
        for number, (topic, language) in enumerate((("A", "en"), ("B", "en"), ("A", "en"), ("A", "de")))
    ]
    documents = json.loads(write_json(rows))
    assert [(one["topic"], one["language"], len(one["subtopics"][0]["questions"])) for one in documents] == [
        ("A", "en", 2),
        ("B", "en", 1),
        ("A", "de", 1),
    ]
    assert [row.where for row in read_json(json.dumps(documents), "f")] == [f"question {n}" for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1, column 2: not JSON"),
        ("[" * 20_000, "is nested too deeply"),
        ("[1]", "must be a JSON object"),
        ('{"format": "other/1"}', "format"),
        ('{"format": "interviewbot-bank/1", "subtopics": [{"questions": []}]}', "must be a list with at least one"),
    ],
)
def test_json_that_is_no_bank_is_refused(text: str, said: str) -> None:
    with pytest.raises(BankFormatError) as caught:
        read_json(text, "f")
    assert said in str(caught.value)


TEXTS = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), min_size=1)
    .map(lambda text: text.strip())
    .filter(bool)
)
LISTS = st.lists(TEXTS, max_size=3, unique=True)


@settings(max_examples=150, deadline=None)
@given(TEXTS, LISTS.filter(bool), LISTS, TEXTS, st.sampled_from([1, 2.5, 0.1, 100]))
def test_whatever_is_written_is_read_as_it_was(
    text: str, points: list[str], flags: list[str], name: str, weight: float
) -> None:
    criteria = [{"key": "k", "name": name, "component": "depth", "weight": weight, "description": text}]
    entry = {**ENTRY, "text": text, "expected_elements": points, "red_flags": flags, "criteria": criteria}
    before = SourceRow("x", read_values(write_values(PLACE, entry)))
    (after,) = read_csv(write_csv([write_values(PLACE, entry)]), "f")
    (question,) = after.document["subtopics"][0]["questions"]
    assert question == before.document["subtopics"][0]["questions"][0]
    assert (question["text"], question["expected_elements"], question["red_flags"]) == (text, points, flags)
    assert question["criteria"] == criteria


def test_more_questions_than_one_import_takes_are_refused_and_so_is_what_is_no_text() -> None:
    line = make_csv().splitlines()
    many = "\n".join([line[0], *("x" for _ in range(MOST_ROWS + 1))])
    with pytest.raises(BankFormatError, match="holds more than 2000 questions; import them in parts"):
        read_csv(many, "q.csv")
    with pytest.raises(BankFormatError, match=r"line 2.*NUL"):
        read_csv(f"{line[0]}\nx\x00", "q.csv")
