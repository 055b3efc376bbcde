"""The files of docs/examples are what the product makes of the recorded words today, and say what they are."""

import json

import pytest
from pypdf import PdfReader
from pytest_django import Settings

from tests.example_files import FOLDER, LABEL
from tests.make_examples import tell_report
from tests.make_interview_examples import make_interview


def test_the_sample_report_is_what_is_made_today_and_labelled(settings: Settings) -> None:
    _, document = tell_report()
    stored = (FOLDER / "report.example.json").read_bytes()
    assert stored == document, "The prompt or the report has changed: run `make examples`."
    scorecard = json.loads(stored)
    assert scorecard["header"]["metadata"] == {"example": LABEL}
    assert {engine["model"] for engine in scorecard["engines"] if engine["role"] == "scoring"} == {"recorded-example"}
    assert scorecard["narrative"]["author"] == "recorded-example"
    assert sum(one["count"] for one in scorecard["narrative"]["dropped"]) == 4


@pytest.mark.parametrize("words", [LABEL, "Written by recorded-example from the scores", "Written by template"])
def test_the_sample_pdf_says_what_it_is(words: str) -> None:
    pages = PdfReader(FOLDER / "report.example.pdf").pages
    assert words in " ".join(" ".join(page.extract_text() for page in pages).split())


def tell(name: str, content: bytes) -> object:
    """What a file says: of JSON without the order of its keys, which PostgreSQL does not keep."""
    return json.loads(content) if name.endswith(".json") else content.decode()


@pytest.mark.django_db
def test_the_sample_description_and_interview_are_what_is_made_today_and_labelled(settings: Settings) -> None:
    made = make_interview()
    stored = {name: (FOLDER / name).read_bytes() for name in made}
    now = {name: tell(name, content) for name, content in made.items()}
    assert {name: tell(name, content) for name, content in stored.items()} == now, (
        "A prompt, or what is made of an answer, has changed: run `make examples`."
    )
    assert [name for name, content in stored.items() if LABEL.encode() not in content] == []
    (interview,) = (json.loads(content) for name, content in made.items() if name == "interview.example.json")
    assert [len(one["criteria"]) for one in interview["questions"]] == [8] * 5
