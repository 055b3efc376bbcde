"""Filters and bars of the report's templates. Thin: the words come from `reports/domain/wording.py`."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from reports.domain import wording
from reports.domain.answer_cards import AnswerCard, Measure
from reports.domain.decisions import describe_measured
from reports.domain.narration import authorship
from reports.domain.scorecard import Narrative, Verdict

register = template.Library()

WORDS = {
    "state": wording.STATES,
    "session": wording.SESSION_STATES,
    "reason": wording.CLOSED_REASONS,
    "type": wording.QUESTION_TYPES,
    "component": wording.COMPONENTS,
    "stage": wording.STAGES,
}
TRACK = "#dfe4e8"
INK = "#1c2329"
FAINT_INK = "#56616b"
HATCH = "#8a949e"
FONTS = "DejaVu Sans, Liberation Sans, sans-serif"
SCALE_UNIT = 1.74  # millimetres for one point of 100: the width between the page's margins
MAX_UNSURE_LISTED = 8
BANDS = ((0, 60, "Not recommended"), (60, 75, "Consider"), (75, 85, "Hire"), (85, 100, "Strong"))


@register.filter
def word(code: str, kind: str) -> str:
    return wording.word_for(code, WORDS[kind])


@register.filter
def duration(seconds: float | None) -> str:
    return wording.describe_duration(seconds)


@register.filter
def offset(seconds: float | None) -> str:
    return "" if seconds is None else wording.describe_offset(seconds)


@register.filter
def measured(card: AnswerCard) -> str:
    """What the machine said of an answer, whatever a person made of it."""
    return describe_measured(card)


@register.filter
def lead_in(sentence: str) -> str:
    """A sentence that is followed by a quote: its full stop becomes a colon."""
    return sentence.rstrip(".") + ":"


@register.filter
def named(numbers: Sequence[int]) -> str:
    return wording.name_answers(numbers)


@register.simple_tag
def written_by(story: Narrative, section: str) -> str:
    """Below a section's title: which model wrote it, or the template. Nothing where no model wrote anything at all."""
    return authorship.describe_author(story, section) if story.writer is not None else ""


@register.filter
def writing(story: Narrative) -> str:
    return authorship.describe_writing(story)


@register.filter
def dropped_lines(story: Narrative) -> list[authorship.DroppedLine]:
    return authorship.list_dropped(story)


@register.filter
def shorten(text: str, limit: int) -> str:
    return wording.shorten(text, limit)


@register.filter
def moment(at: datetime | None, style: str = "%-d %B %Y, %H:%M %Z") -> str:
    """A time in the time zone that the page is rendered in; empty when there is none."""
    return "" if at is None else timezone.localtime(at).strftime(style)


@register.simple_tag
def bar(measure: Measure, colour: str, width: float, height: float) -> SafeString:
    """A value of 0–100 as a bar with a text alternative; hatched where it was not assessed. Sizes in millimetres."""
    if measure.value is None:
        return draw_hatched(measure.label, width, height)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="bar" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">'
        '<title>{label}: {value} of 100</title><rect width="{w}" height="{h}" rx="{r}" fill="{track}"/>'
        '<rect width="{filled}" height="{h}" rx="{r}" fill="{colour}"/></svg>',
        w=width,
        h=height,
        r=f"{height / 2:.2f}",
        label=measure.label,
        value=measure.value,
        track=TRACK,
        filled=f"{width * measure.value / 100:.2f}",
        colour=colour,
    )


def draw_hatched(label: str, width: float, height: float) -> SafeString:
    strokes = "".join(f"M{place} {height}l{height} -{height}" for place in range(0, int(width - height) + 1, 2))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="bar" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">'
        '<title>{label}: not assessed</title><path d="{d}" stroke="{colour}" stroke-width="0.35" fill="none"/></svg>',
        w=width,
        h=height,
        label=label,
        d=strokes,
        colour=HATCH,
    )


@register.simple_tag
def answer_bar(card: AnswerCard, colour: str, width: float, height: float) -> SafeString:
    """The composite of one answer as a bar."""
    label = f"Answer {card.number}"
    return bar(Measure(key="composite", label=label, value=card.points), colour, width, height)


@register.simple_tag
def scale(verdict: Verdict, colour: str) -> SafeString:
    """Where the overall lies among the four recommendations, as one line with a marker."""
    overall = verdict.overall or 0
    label = verdict.recommendation.label if verdict.recommendation else ""
    parts = [
        draw_band(low, high, name, colour if low <= overall < high + (high == 100) else "") for low, high, name in BANDS
    ]
    marks = [draw_mark(value) for value in (0, 60, 75, 85, 100)]
    place = overall * SCALE_UNIT
    marker = format_html('<path d="M{} 3.2l-1.9 -3h3.8z" fill="{}"/>', f"{place:.2f}", colour)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="scale" width="{w}mm" height="13mm" viewBox="0 0 {w} 13">'
        "<title>The overall {overall} lies in the range of “{label}”</title>{parts}{marker}</svg>",
        w=f"{100 * SCALE_UNIT:.0f}",
        overall=overall,
        label=label,
        parts=mark_safe("".join([*parts, *marks])),  # noqa: S308 - joined from format_html
        marker=marker,
    )


def draw_band(low: int, high: int, name: str, colour: str) -> SafeString:
    """One range of the scale with its name in it; `colour` only for the range in which the overall lies."""
    return format_html(
        '<rect x="{x}" y="3.8" width="{w}" height="5.2" fill="{fill}"/><text x="{middle}" y="7.3" font-size="2.5" '
        'fill="{ink}" font-family="{fonts}" text-anchor="middle">{name}</text>',
        x=f"{low * SCALE_UNIT + 0.2:.2f}",
        w=f"{(high - low) * SCALE_UNIT - 0.4:.2f}",
        middle=f"{(low + high) / 2 * SCALE_UNIT:.2f}",
        fill=colour or TRACK,
        ink="#ffffff" if colour else INK,
        fonts=FONTS,
        name=name,
    )


def draw_mark(value: int) -> SafeString:
    anchor = {0: "start", 100: "end"}.get(value, "middle")
    return format_html(
        '<text x="{}" y="12.2" font-size="2.4" fill="{}" font-family="{}" text-anchor="{}">{}</text>',
        f"{value * SCALE_UNIT:.2f}",
        FAINT_INK,
        FONTS,
        anchor,
        value,
    )


@register.simple_tag
def unsure_note(card: AnswerCard) -> str:
    """The unsure words in words, for a reader who does not see underlines; a count where there are many."""
    unsure = [run.text.strip() for run in card.transcript if run.is_unsure]
    if not unsure:
        return ""
    if len(unsure) <= MAX_UNSURE_LISTED:
        return f"Unsure: {', '.join(unsure)}."
    words = sum(len(text.split()) for text in unsure)
    return f"The recogniser was unsure of {words} of {wording.count_of(len(card.text.split()), 'word')}."


@register.simple_tag
def pips(rating: int | None, colour: str) -> SafeString:
    """A rating of 0–4 as four dots; the words beside it are its text alternative."""
    filled = rating or 0
    dots = [
        format_html(
            '<circle cx="{}" cy="2" r="1.45" fill="{}" stroke="{}" stroke-width="0.4"/>',
            2 + place * 4,
            colour if place < filled else "#ffffff",
            colour if rating is not None else HATCH,
        )
        for place in range(4)
    ]
    text = wording.NOT_ASSESSED if rating is None else f"{rating} of 4"
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="pips" width="12mm" height="3mm" viewBox="0 0 16 4">'
        "<title>{}</title>{}</svg>",
        text,
        mark_safe("".join(dots)),  # noqa: S308 - joined from format_html above
    )
