"""Files of rated answers: what is read, and every way in which one is wrong."""

import pytest

from interviewpanel.domain.rated_sets import RatedEntry, RatedSetRefused, read_rated_answers

HEAD = "question,expected_answer,expected_elements,answer,rater,rating\n"


def test_rows_of_one_answer_are_one_answer_with_its_raters() -> None:
    content = HEAD + 'Why?,"Because, so.",first| second |,"It is, so",1,75\nWhy?,"Because, so.",,"It is, so",2,62.5\n'
    assert read_rated_answers(content.encode("utf-8-sig")) == [
        RatedEntry(
            row=2,
            question_key="",
            question="Why?",
            expected_answer="Because, so.",
            expected_elements=["first", "second"],
            kind="technical",
            language="en",
            text="It is, so",
            ratings={"1": 75.0, "2": 62.5},
        )
    ]


def test_semicolons_and_decimal_commas_of_other_spreadsheets() -> None:
    (entry,) = read_rated_answers(b"question_key;answer;rater;rating;kind\nindex-cost;So;A;62,5;behavioral\n")
    assert (entry.question_key, entry.ratings, entry.kind) == ("index-cost", {"A": 62.5}, "behavioral")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_spreadsheet_ends_them_and_empty_ones_count(end: str) -> None:
    lines = ["question_key,answer,rater,rating", "", 'k,"Two\nlines",1,75', ",,,", "k,So,1,50,,"]
    found = read_rated_answers("\n".join(lines).replace("\n", end).encode())
    assert [(one.row, one.text, one.ratings) for one in found] == [
        (3, "Two\nlines", {"1": 75.0}),
        (5, "So", {"1": 50.0}),
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b"question_key,rater,rating,answer\nk,1,50,Yes, it is sorted\n",
            "Row 2: it has 5 cells and the heading 4. Put a text that has a comma or a semicolon between",
        ),
        (b"question_key,answer,answer,rater,rating\nk,a,b,1,50\n", "The heading has more than once: answer."),
        (b"question_key,answer,rater,rating," + b"x" * 200_000, "The file is no CSV: field larger than field limit"),
        (
            b'question_key,answer,rater,rating\nk,"' + b"x" * 200_000,
            "The file is no CSV: field larger than field limit",
        ),
        (
            b"question,expected_answer,kind,answer,rater,rating\nQ,E,,a,1,50\nQ,E,behavioral,a,2,50\n",
            "Row 3: kind is another than in row 2, where the same answer to the same question stands.",
        ),
        (
            b"question,expected_answer,answer,rater,rating\nQ,E,a,1,50\nQ,F,a,2,50\n",
            "Row 3: expected_answer is another than in row 2",
        ),
        (
            b"question_key,answer,rater,rating,language\nk,a,1,5,English\n",
            "Row 2: language is “English”. It is a code,",
        ),
        (b"", "The heading lacks: answer, rater, rating, question_key or question."),
        (HEAD.encode(), "The file holds no rows below its heading."),
        (b"question_key,answer,rater,rating,mood\nk,a,1,5,x\n", "The heading has what nobody reads: mood."),
        (b"question_key,answer,rater,rating\nk,a,1,101\n", "Row 2: rating is “101”. It is a number from 0 to 100."),
        (b"question_key,answer,rater,rating\nk,a,1,nan\n", "Row 2: rating is “nan”."),
        (b"question_key,answer,rater,rating\nk,,1,50\n", "Row 2: answer must not be empty."),
        (b"question,answer,rater,rating\nk,a,1,50\n", "Row 2: give a question_key, or a question with its expected"),
        (b"question_key,answer,rater,rating,kind\nk,a,1,50,odd\n", "Row 2: kind is “odd”."),
        (b"question_key,answer,rater,rating\nk,a,1,50\nk,a,1,60\n", "Row 3: rater 1 has rated this answer in another"),
        (b"\xff\xfe\x00", "The file is not text in UTF-8."),
        (b"question_key,answer,rater,rating\nk,a\0,1,50\n", "it holds NUL characters"),
        (b"x" * (4 * 1024 * 1024 + 1), "The file has 4,194,305 bytes."),
        (f"question_key,answer,rater,rating\nk,{'a' * 10_001},1,50\n".encode(), "Row 2: a cell is longer than 10,000"),
        (
            b"question_key,answer,rater,rating\n" + b"".join(b"k,a%d,1,50\n" % n for n in range(501)),
            "501 answers are in the file. At most 500 are taken.",
        ),
    ],
)
def test_what_is_wrong_is_said(content: bytes, problem: str) -> None:
    with pytest.raises(RatedSetRefused) as refused:
        read_rated_answers(content)
    assert problem in str(refused.value)
