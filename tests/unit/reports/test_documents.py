"""The JSON twin holds the whole scorecard and gives it back."""

import json

import pytest

from reports.domain.scorecard import Scorecard
from reports.services.documents import UnreadableDocument, from_document, to_document, to_json
from tests.scorecards import make_empty_scorecard, make_rough_cards, make_scorecard

SCORECARDS = {
    "whole": make_scorecard(),
    "rough": make_scorecard(make_rough_cards(), kind="partial"),
    "empty": make_empty_scorecard(),
}


@pytest.mark.parametrize("scorecard", SCORECARDS.values(), ids=SCORECARDS.keys())
def test_round_trip(scorecard: Scorecard) -> None:
    assert from_document(json.loads(to_json(scorecard))) == scorecard
    assert json.loads(to_json(scorecard)) == to_document(scorecard)


def test_absent_numbers_are_null_not_zero() -> None:
    document = to_document(SCORECARDS["empty"])
    assert document["verdict"]["overall"] is None
    assert [measure["value"] for measure in document["measures"]] == [None] * 4


def test_names_are_written_as_they_are() -> None:
    assert "“I’m" not in to_json(SCORECARDS["whole"]).decode()
    assert "\\u" not in to_json(SCORECARDS["whole"]).decode()


def test_another_version_and_a_damaged_document_are_refused_with_words() -> None:
    document = to_document(SCORECARDS["whole"])
    with pytest.raises(UnreadableDocument, match=r"schema is 'interviewbot\.scorecard/9'.*Make the report again"):
        from_document({**document, "schema": "interviewbot.scorecard/9"})
    with pytest.raises(UnreadableDocument, match=r"damaged at verdict: .*Make the report again"):
        from_document({**document, "verdict": None})
    with pytest.raises(UnreadableDocument, match="schema is None"):
        from_document({})
