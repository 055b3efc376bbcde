"""The charts of a question's statistics, as SVG: no script, printable, coloured by the page's own names."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, FOOT, HEAD = 400, 150, 20, 16
GAP = 4


def draw_histogram(bins: Sequence[int]) -> SafeString:
    """How many answers scored 0–9, 10–19 … 90–100. The same numbers stand in a table beside it."""
    most, step = max(*bins, 1), WIDTH / len(bins)
    room = HEIGHT - FOOT - HEAD
    bars = []
    for place, count in enumerate(bins):
        height = room * count / most
        x, y = place * step + GAP / 2, HEAD + room - height
        bars.append((f"{x:.1f}", f"{y:.1f}", f"{step - GAP:.1f}", f"{height:.1f}"))
    middle = step / 2
    return format_html(
        '<svg class="bank-histogram" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}{}{}'
        '<line x1="0" x2="{}" y1="{}" y2="{}"></line></svg>',
        WIDTH,
        HEIGHT,
        format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}" rx="2"></rect>', bars),
        format_html_join(
            "",
            '<text x="{}" y="{}">{}</text>',
            (
                (f"{place * step + middle:.1f}", f"{HEAD + room - room * count / most - 4:.1f}", count)
                for place, count in enumerate(bins)
                if count
            ),
        ),
        format_html_join(
            "",
            '<text class="is-soft" x="{}" y="{}">{}</text>',
            ((f"{place * step + middle:.1f}", HEIGHT - 5, 10 * place) for place in range(len(bins))),
        ),
        *(WIDTH, HEIGHT - FOOT, HEIGHT - FOOT),
    )
