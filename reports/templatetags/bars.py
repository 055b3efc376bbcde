"""Small bars and signs for pages on a screen, by day and by night: their colours are classes of the style sheets."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.domain.answer_cards import AnswerCard
from reports.domain.excerpts import Piece, cut_text
from reports.domain.uncertainty import Range

register = template.Library()


@register.simple_tag
def small_bar(value: float | None, title: str, around: Range | None = None) -> SafeString:
    """A value of 0–100 as a bar, with the range around it as a line; the number itself stands beside it as text."""
    if value is None:
        return SafeString("")
    whisker = SafeString("")
    if around is not None:
        whisker = format_html(
            '<path class="bar-range" d="M{low} 5H{high}M{low} 2.5v5M{high} 2.5v5"/>', low=around.low, high=around.high
        )
    return format_html(
        '<svg class="small-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img"><title>{}</title>'
        '<rect class="bar-track" y="2" width="100" height="6"/><rect class="bar-fill" y="2" width="{}" height="6"/>'
        "{}</svg>",
        title,
        round(value, 1),
        whisker,
    )


@register.filter
def value_in(values: dict[str, int | None], name: str) -> int | None:
    return values.get(name)


@register.filter
def pieces(card: AnswerCard) -> list[Piece]:
    """The words of an answer, cut where they were quoted and where they are unsure."""
    return cut_text(card)
