"""What the template says is what it said before any language model wrote beside it: word for word, three interviews."""

import json
from pathlib import Path
from typing import Any

import pytest

from reports.domain.scorecard import Scorecard
from reports.services.documents import from_document, to_document
from tests.scorecards import make_empty_scorecard, make_rough_cards, make_scorecard

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "template_narratives.json").read_text("utf-8")
)
NEW = {"authors", "writer", "dropped", "note"}


@pytest.mark.parametrize(
    ("name", "card"),
    [("whole", make_scorecard()), ("rough", make_scorecard(make_rough_cards())), ("empty", make_empty_scorecard())],
)
def test_the_templates_words_are_unchanged(name: str, card: Scorecard) -> None:
    told = to_document(card)["narrative"]
    for skill in (*told["skills"], *told["skill_gaps"]):
        assert skill.pop("text") == ""
    assert {key: value for key, value in told.items() if key not in NEW} == GOLDEN[name]
    assert set(told["authors"].values()) == {"template"}
    assert (told["writer"], told["dropped"], told["note"]) == (None, [], "")


def test_a_document_from_before_can_be_read() -> None:
    document = to_document(make_scorecard())
    document["narrative"] = GOLDEN["whole"]
    assert from_document(document).narrative.strengths == make_scorecard().narrative.strengths
