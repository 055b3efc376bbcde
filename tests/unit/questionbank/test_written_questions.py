"""What a model has to give, and what is put right of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from questionbank.domain.written_questions import WrittenQuestion, make_entry, make_slug
from tests.question_writers import make_written


def read(**changes: Any) -> WrittenQuestion:
    return WrittenQuestion.model_validate(make_written("How do you find a slow query in a busy system?", **changes))


@pytest.mark.parametrize("count", [7, 11])
def test_too_few_and_too_many_criteria_are_refused(count: int) -> None:
    one = {"name": "One", "description": "Says one thing", "component": "depth", "weight": 1}
    with pytest.raises(ValidationError, match="criteria"):
        read(criteria=[one] * count)


def test_criteria_get_keys_of_their_own() -> None:
    one = {"name": "Names it", "description": "Says one thing", "component": "depth", "weight": 1}
    strange = {**one, "name": "索引"}
    entry = make_entry(read(criteria=[one] * 7 + [strange]), key="k", kind="technical", difficulty="hard")
    keys = [criterion.key for criterion in entry.criteria]
    assert keys == ["names-it", *(f"names-it-{number}" for number in range(2, 8)), "criterion-8"]


def test_a_question_that_is_not_technical_has_no_technical_criterion() -> None:
    entry = make_entry(read(), key="k", kind="behavioral", difficulty="easy")
    assert {criterion.component for criterion in entry.criteria} == {"relevance", "depth", "clarity"}
    assert "technical" in {
        one.component for one in make_entry(read(), key="k", kind="technical", difficulty="easy").criteria
    }


def test_what_is_listed_twice_is_listed_once() -> None:
    entry = make_entry(read(expected_elements=["One", "Two", "One"]), key="k", kind="technical", difficulty="easy")
    assert entry.expected_elements == ("One", "Two")
    assert (entry.expected_seconds, entry.think_seconds, entry.difficulty) == (90, 20, "easy")


def test_slugs() -> None:
    assert make_slug("  Größe & Höhe: C++? ") == "groe-hohe-c"
    assert make_slug("索引") == ""
