"""An organization's colour under words. Called by services/message_words.py."""

WHITE, DARK = "#ffffff", "#1d2733"


def choose_ink(colour: str) -> str:
    """White where that holds WCAG's 4.5 : 1 on the colour (#rrggbb), else nearly black."""
    contrast = 1.05 / (_measure_luminance(colour) + 0.05)
    return WHITE if contrast >= 4.5 else DARK


def _measure_luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_make_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _make_linear(share: float) -> float:
    return float(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
