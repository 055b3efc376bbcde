"""The pictures of the calibration desk, as SVG: no script, printable. The same numbers stand beside each in words."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SIDE, EDGE = 220, 26
WIDTH, HEIGHT = 420, 110


def draw_map(knots: Sequence[Sequence[float]]) -> SafeString:
    """The map as a line over the diagonal, on which nothing would be changed."""
    room = SIDE - EDGE
    points = " ".join(f"{EDGE + room * x / 100:.1f},{room - room * y / 100:.1f}" for x, y in knots)
    ticks = [(f"{EDGE + room * t / 100:.0f}", f"{room - room * t / 100:.0f}", t) for t in (0, 50, 100)]
    return format_html(
        '<svg class="calibration-map" viewBox="-6 -8 {0} {0}" aria-hidden="true" focusable="false">'
        '<line class="is-soft" x1="{1}" y1="{2}" x2="{3}" y2="0"></line><polyline points="{4}"></polyline>{5}{6}</svg>',
        SIDE + 14,
        EDGE,
        room,
        SIDE,
        points,
        format_html_join("", '<text x="{}" y="{}">{}</text>', ((x, SIDE - 8, t) for x, _, t in ticks)),
        format_html_join("", '<text class="is-end" x="20" y="{}">{}</text>', ((y, t) for _, y, t in ticks)),
    )


def draw_nights(values: Sequence[float | None], most: float = 1.0) -> SafeString:
    """One value a run from left to right, 0 to `most`; where there was none, nothing is drawn."""
    step = (WIDTH - EDGE) / max(len(values), 2)
    dots = [
        (f"{EDGE + place * step + step / 2:.1f}", f"{HEIGHT - 10 - (HEIGHT - 20) * max(value, 0) / most:.1f}")
        for place, value in enumerate(values)
        if value is not None
    ]
    return format_html(
        '<svg class="calibration-nights" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">'
        '<line x1="{}" y1="{}" x2="{}" y2="{}"></line><line x1="{}" y1="10" x2="{}" y2="10"></line>'
        '<text class="is-end" x="20" y="14">{}</text><text class="is-end" x="20" y="{}">0</text>'
        '<polyline points="{}"></polyline>{}</svg>',
        *(WIDTH, HEIGHT),
        *(EDGE, HEIGHT - 10, WIDTH, HEIGHT - 10),
        *(EDGE, WIDTH),
        f"{most:g}",
        HEIGHT - 6,
        " ".join(f"{x},{y}" for x, y in dots),
        format_html_join("", '<circle cx="{}" cy="{}" r="3"></circle>', dots),
    )


def shade_steps(steps: Sequence[Sequence[int]]) -> list[list[tuple[int, str]]]:
    """Each count with a shade from 0 to 4 for its cell, by the largest."""
    most = max((count for row in steps for count in row), default=0) or 1
    return [[(count, f"is-shade-{round(4 * count / most)}") for count in row] for row in steps]
