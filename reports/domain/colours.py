"""Brand colours made safe to read. Called by services/render.py.

An organization may bring any colour. As a fill it stays what it is; as ink, or under white text, it is darkened until
it holds the contrast that WCAG 2.2 asks of text (1.4.3: 4.5 : 1).
"""

import re
from typing import NamedTuple

DEFAULT_COLOUR = "#1f4e79"
TEXT_CONTRAST = 4.5
HEX_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class Palette(NamedTuple):
    """`brand` fills; `ink` is text on white, and carries white text; `tint` is a pale ground for dark text."""

    brand: str
    ink: str
    tint: str


def read_colour(text: str) -> tuple[int, int, int]:
    """#rgb or #rrggbb as three bytes; anything else is the default colour, never an error in a report."""
    match = HEX_COLOUR.fullmatch(text.strip())
    digits = match.group(1) if match else DEFAULT_COLOUR[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def write_colour(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{min(255, max(0, round(part))):02x}" for part in rgb)


def measure_luminance(rgb: tuple[float, float, float]) -> float:
    """Relative luminance, 0 (black) to 1 (white). WCAG 2.2, definition of relative luminance."""

    def linear(part: float) -> float:
        share = part / 255
        return float(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(part) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def measure_contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21. WCAG 2.2, definition of contrast ratio."""
    light, dark = sorted((measure_luminance(read_colour(one)), measure_luminance(read_colour(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def darken_to_contrast(colour: str, ratio: float, ground: str = "#ffffff") -> str:
    """`colour` mixed with as little black as gives it `ratio` against `ground`."""
    rgb = read_colour(colour)
    for step in range(101):
        candidate = write_colour((rgb[0] * (1 - step / 100), rgb[1] * (1 - step / 100), rgb[2] * (1 - step / 100)))
        if measure_contrast(candidate, ground) >= ratio:
            return candidate
    return "#000000"


def make_palette(colour: str) -> Palette:
    """The report's colours from an organization's one colour (empty or nonsense gives the product's own blue)."""
    rgb = read_colour(colour)
    tint = write_colour((255 - (255 - rgb[0]) * 0.08, 255 - (255 - rgb[1]) * 0.08, 255 - (255 - rgb[2]) * 0.08))
    return Palette(brand=write_colour(rgb), ink=darken_to_contrast(write_colour(rgb), 5.5, tint), tint=tint)
