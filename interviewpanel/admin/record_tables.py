"""What scores and audio segments store as JSON, as small tables in words. Called by interviewpanel/admin/records.py."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html

from interviewpanel.domain.score_origins import tell_origin
from organizations.admin.tables import NOTHING, draw_list, draw_quote, draw_table

NOT_ASSESSED = "not assessed"
CRITERION_STATES = {"void": "void: its quote was never said", "not_assessed": NOT_ASSESSED}
COMPONENTS = ("technical", "relevance", "depth", "clarity")


def draw_components(components: Mapping[str, float | None]) -> str:
    known = [name for name in COMPONENTS if name in components]
    names = [*known, *sorted(set(components) - set(COMPONENTS))]
    return draw_table(
        ("Component", "0 to 100"),
        ([name.replace("_", " "), show_number(components[name])] for name in names),
    )


def show_number(value: float | None) -> str:
    return NOT_ASSESSED if value is None else f"{value:.0f}"


def draw_rated_criteria(criteria: Sequence[Mapping[str, Any]]) -> str:
    """Each criterion with its rating and the words that earned it, or why it has none."""
    return draw_table(
        ("Criterion", "Component", "Rating", "Words that earned it"),
        ([one.get("text", ""), one.get("component", ""), show_rating(one), draw_evidence(one)] for one in criteria),
    )


def show_rating(criterion: Mapping[str, Any]) -> str:
    rating = criterion.get("rating")
    if criterion.get("state") == "rated" and rating is not None:
        return f"{rating} of 4"
    return CRITERION_STATES.get(criterion.get("state", ""), NOT_ASSESSED)


def draw_evidence(criterion: Mapping[str, Any]) -> str:
    quote, reason = criterion.get("quote"), criterion.get("reason")
    if quote and reason:
        return format_html("{}<br>{}", draw_quote(quote), reason)
    return draw_quote(quote) if quote else reason or NOTHING


def draw_elements(elements: Sequence[Mapping[str, Any]]) -> str:
    """Each expected point; the nearest words of one that was not heard prove nothing and are left out."""
    return draw_table(
        ("Expected point", "Heard?", "Where"),
        (
            [
                one.get("element", ""),
                "heard" if one.get("is_covered") else "not heard",
                draw_quote(one.get("quote")) if one.get("is_covered") else NOTHING,
            ]
            for one in elements
        ),
    )


def draw_red_flags(red_flags: Sequence[Mapping[str, Any]]) -> str:
    return draw_table(
        ("Red flag", "Words that show it"), ([one.get("text", ""), draw_quote(one.get("quote"))] for one in red_flags)
    )


def draw_codes(codes: Sequence[str]) -> str:
    return draw_list(code.replace("_", " ") for code in codes)


def draw_provenance(provenance: Mapping[str, Any]) -> str:
    return draw_table(("What", "Which"), tell_origin(provenance))


def draw_words(words: Sequence[Mapping[str, Any]]) -> str:
    return draw_table(
        ("Word", "At second", "Sureness"),
        (
            [
                one.get("text", ""),
                f"{one['start']:.1f}" if one.get("start") is not None else NOTHING,
                NOTHING if one.get("probability") is None else f"{100 * one['probability']:.0f} %",
            ]
            for one in words
        ),
    )


def describe_scorer(score: Any) -> str:
    """Who scored: a language model, or the embedded scorer in its place."""
    if not score.is_over or not score.provenance:
        return NOTHING
    engine = score.provenance.get("engine", "")
    return f"{engine}, in place of the language model" if score.is_fallback else engine or NOTHING


def describe_recognition(segment: Any) -> str:
    """Which recogniser heard the segment and how well, or why none did."""
    if not segment.is_answer:
        return "not transcribed: recorded while the question was playing"
    if not segment.has_speech:
        return "not transcribed: no speech in it"
    if not segment.engine:
        return "not transcribed yet" if not segment.is_over else "could not be transcribed"
    return f"{segment.engine} (rough)" if segment.is_rough else segment.engine
