"""Names are taken out of what people wrote about somebody who is gone."""

import pytest

from organizations.domain.names import Eraser, Names, collect_names, leave_out_names


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


@pytest.mark.parametrize(
    ("called", "names"),
    [
        (("Jane  Doe", "j@example.com", "+44 20 71"), Names(("+44 20 71", "Jane  Doe", "Jane Doe", "j@example.com"))),
        (("Grace", "g@example.com", "12345"), Names(("g@example.com",), "Grace")),
        (("", "", ""), Names(())),
    ],
)
def test_a_person_is_found_by_what_is_no_word_like_others(called: tuple[str, str, str], names: Names) -> None:
    assert collect_names(*called) == names


def test_many_are_erased_at_once_each_as_a_word_of_its_own() -> None:
    eraser = Eraser(["An Li", "An Li Bo", "+44 20 7183", "--"])
    assert eraser.erase("AN LI BO and an li: plan lines, +44 20 7183, +44 20 71834 --") == (
        "[erased] and [erased]: plan lines, [erased], +44 20 71834 --"
    )
