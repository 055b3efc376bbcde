"""How an organization shows itself: its colour under words, and what its logo may be."""

WHITE, DARK = "#ffffff", "#1d2733"
MOST_LOGO_BYTES = 500_000
# What mail programs show. Never SVG, which can hold anything.
LOGO_TYPES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))


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


def find_logo_type(start: bytes) -> str | None:
    """`png` or `jpeg` by the first bytes of a file; None for anything else."""
    return next((kind for signs, kind in LOGO_TYPES if start.startswith(signs)), None)


def explain_logo(size: int, start: bytes) -> str:
    """Why a file of so many bytes, which begins so, is no logo; empty where it is one."""
    if size > MOST_LOGO_BYTES:
        return f"The file has {size // 1000} kB. At most {MOST_LOGO_BYTES // 1000} kB are taken."
    return "" if find_logo_type(start) else "This is neither a PNG nor a JPEG. Save it as one of them."
