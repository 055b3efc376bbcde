"""Names are taken out of what people wrote about somebody who is gone."""

import pytest

from organizations.domain.names import leave_out_names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Jane Doe asked us; write to JANE@example.com", "… asked us; write to …"),
        ("jane doe was entered twice, Jane said", "… was entered twice, … said"),
        ("Called from +44 20 7183 8750.", "Called from …."),
        ("Janet and the doe stay as they are", "Janet and the doe stay as they are"),
        ("", ""),
    ],
)
def test_the_name_goes_and_the_words_stay(text: str, left: str) -> None:
    assert leave_out_names(text, "Jane Doe", ("jane@example.com", "+44 20 7183 8750", "")) == left


def test_a_name_that_is_a_word_goes_as_it_is_written() -> None:
    assert leave_out_names("An Li asked, as An said: than limits", "An Li") == "… asked, as … said: than limits"
    assert leave_out_names("Nobody knows", "") == "Nobody knows"
