"""How the admin shows lists, tables, times and links that it only reads. Called by the admin pages of every app."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from organizations.domain.clocks import write_deadline, write_moment
from organizations.models import Organization
from organizations.selectors import find_zone

NOTHING = "–"


def draw_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> SafeString | str:
    """A small table; every cell is escaped unless it is safe already. A dash where there are no rows."""
    lines = list(rows)
    if not lines:
        return NOTHING
    return format_html(
        '<table class="record-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
        format_html_join(
            "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((cell,) for cell in line)),) for line in lines)
        ),
    )


def draw_list(items: Iterable[Any]) -> SafeString | str:
    """The items one a line; a dash where there are none."""
    lines = [(item,) for item in items]
    if not lines:
        return NOTHING
    return format_html('<ul class="record-list">{}</ul>', format_html_join("", "<li>{}</li>", lines))


def draw_quote(text: str | None) -> SafeString | str:
    return format_html("<q>{}</q>", text) if text else NOTHING


def draw_link(page: str, key: Any, text: Any) -> SafeString:
    """A link to a page of the admin: `page` is its name without `admin:`."""
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{page}", args=[key]), text)


def draw_badge(text: str, tone: str = "", title: str = "") -> SafeString:
    """A state as a small sign; `tone`: is-good, is-warning, is-bad, is-info or none. The text says it all.

    What each state of a row is called, and how it looks, is one table beside the row's page.
    """
    more = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="desk-badge {}"{}>{}</span>', tone, more, text)


def draw_criteria(criteria: Iterable[Any]) -> SafeString | str:
    """A rubric: what an answer is rated on."""
    return draw_table(
        ("Criterion", "What it looks at", "Component", "Weight"),
        (
            [one.get(name, "") for name in ("name", "description", "component", "weight")]
            for one in criteria
            if isinstance(one, dict)
        ),
    )


def show_moment(at: datetime | None) -> SafeString | str:
    """A time as short as a column wants it: 5 Mar 2026, 14:05."""
    if at is None:
        return NOTHING
    return format_html('<span class="moment">{}</span>', write_moment(timezone.localtime(at)))


def show_deadline(at: datetime, organization: Organization | None) -> SafeString:
    """A time on which something ends, with the time zone of the organization whose it is."""
    return format_html('<span class="moment">{}</span>', write_deadline(at, find_zone(organization)))


def shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
