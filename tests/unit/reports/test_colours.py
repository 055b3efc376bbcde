"""Brand colours stay readable, whatever an organization brings."""

from hypothesis import given
from hypothesis import strategies as st

from reports.domain.colours import DEFAULT_COLOUR, TEXT_CONTRAST, darken_to_contrast, make_palette, measure_contrast


def test_contrast_is_that_of_the_standard() -> None:
    assert round(measure_contrast("#000000", "#ffffff"), 2) == 21.0
    assert measure_contrast("#777777", "#777777") == 1.0
    assert round(measure_contrast("#777777", "#ffffff"), 2) == 4.48  # the grey that just misses 4.5


def test_a_dark_colour_stays_and_a_light_one_is_darkened() -> None:
    assert darken_to_contrast("#123456", TEXT_CONTRAST) == "#123456"
    yellow = make_palette("#ffd400")
    assert yellow.brand == "#ffd400"
    assert yellow.ink != yellow.brand


def test_no_colour_or_nonsense_gives_the_default() -> None:
    assert make_palette("") == make_palette("teal; } body {") == make_palette(DEFAULT_COLOUR)
    assert make_palette("#abc") == make_palette("#aabbcc")


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_carries_white_text_and_is_ink_on_white_and_on_its_tint(number: int) -> None:
    palette = make_palette(f"#{number:06x}")
    assert measure_contrast(palette.ink, "#ffffff") >= TEXT_CONTRAST
    assert measure_contrast(palette.ink, palette.tint) >= TEXT_CONTRAST
    assert measure_contrast("#56616b", palette.tint) >= TEXT_CONTRAST  # the style sheet's faint text
