"""Charts and words of the review page: SVG made here, so that it prints and needs no script. Colours are the style
sheet's (static/reports/review/review.css), by day and by night. Every number stands beside its picture as text."""

from math import pi

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.domain import wording
from reports.domain.answer_cards import AnswerCard
from reports.domain.review import QuestionView, QuoteView
from reports.domain.scorecard import Verdict

register = template.Library()

RADIUS = 52
TONES = {
    "scored": "is-good",
    "skipped": "is-bad",
    "no_speech": "is-bad",
    "needs_human": "is-warning",
    "insufficient_evidence": "is-warning",
    "technical_failure": "is-warning",
}


@register.simple_tag
def ring(verdict: Verdict) -> SafeString:
    """The overall as a ring with the number in it; an empty dashed ring where there is none."""
    length = 2 * pi * RADIUS
    filled = length * (verdict.overall or 0) / 100
    words = (
        "No overall score" if verdict.overall is None else f"Overall {verdict.overall} of 100, grade {verdict.grade}"
    )
    arc = (
        format_html(
            '<circle class="ring-value" cx="60" cy="60" r="{}" stroke-dasharray="{} {}"/>',
            RADIUS,
            *_lengths(filled, length),
        )
        if verdict.overall
        else ""
    )
    return format_html(
        '<svg class="review-ring{}" viewBox="0 0 120 120" role="img" aria-label="{}">'
        '<circle class="ring-track" cx="60" cy="60" r="{}"/>{}'
        '<text class="ring-number" x="60" y="66" text-anchor="middle">{}</text>'
        '<text class="ring-of" x="60" y="84" text-anchor="middle">{}</text></svg>',
        " is-empty" if verdict.overall is None else "",
        words,
        RADIUS,
        arc,
        "–" if verdict.overall is None else verdict.overall,
        "no number" if verdict.overall is None else "of 100",
    )


def _lengths(filled: float, whole: float) -> tuple[str, str]:
    return f"{filled:.1f}", f"{whole - filled:.1f}"


@register.simple_tag
def level(value: float | None, label: str, other: float | None = None) -> SafeString:
    """A value of 0 to 100 as a bar, hatched where there is none; `other` is a second value, as a mark on it."""
    words = f"{label}: not assessed" if value is None else f"{label}: {value:.0f} of 100"
    return format_html(
        '<svg class="review-level{}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="level-track" width="100" height="6"/>{}{}</svg>',
        " is-empty" if value is None else "",
        words,
        "" if value is None else format_html('<rect class="level-value" width="{}" height="6"/>', f"{value:.1f}"),
        ""
        if other is None
        else format_html('<rect class="level-other" x="{}" width="1.2" height="6"/>', f"{min(other, 98.8):.1f}"),
    )


@register.simple_tag
def column(question: QuestionView) -> SafeString:
    """The points of one answer as a column of the strip; a hatched stub where there is no number."""
    points = None if question.is_hidden else question.card.points
    height = 0.0 if points is None else max(points * 0.4, 1.0)
    bar = (
        format_html('<rect class="column-none" x="0" y="{}" width="16" height="4"/>', 36)
        if points is None
        else format_html(
            '<rect class="column-value{}" x="0" y="{}" width="16" height="{}"/>',
            " is-persons" if question.card.override else "",
            f"{40 - height:.1f}",
            f"{height:.1f}",
        )
    )
    return format_html(
        '<svg class="review-column" viewBox="0 0 16 40" aria-hidden="true">'
        '<rect class="column-track" width="16" height="40"/>{}</svg>',
        bar,
    )


@register.filter
def result(question: QuestionView) -> str:
    """What an answer came to, in a word or a number: `80`, `needs a person`, `rate first`."""
    if question.is_hidden:
        return "rate first"
    points = question.card.points
    if question.card.override:
        return f"{points} by a person"
    return str(points) if points is not None else wording.word_for(question.card.state, wording.STATES).lower()


@register.filter
def tone(card: AnswerCard) -> str:
    """The badge's colour for a state."""
    return TONES.get(card.state, "")


@register.filter
def signed(value: int) -> str:
    return f"{value:+d}".replace("-", "−")


@register.filter
def rating_word(rating: int | None) -> str:
    return wording.NOT_ASSESSED if rating is None else wording.RATINGS[rating]


@register.filter
def lead_out(sentence: str) -> str:
    """A sentence that follows a colon."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")


@register.filter
def cut_list(text: str) -> list[str]:
    return text.split(",")


@register.inclusion_tag("reports/review/_quote.html")
def quote_button(quote: QuoteView | None) -> dict[str, object]:
    return {"quote": quote, "number": quote.answer if quote else 0}
