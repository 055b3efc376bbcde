"""Candidates of one panel beside each other: the table, up to six side by side, and the same question.

Routed by urls.py, below the panel's own page of the admin, for who may see the panel and its reports; for everyone else
there is no such page. Without names (`blind=1`) nothing here names a candidate, and no sound is played: a voice tells
who speaks.
"""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from interviewpanel.admin.decisions import PERMISSION as DECIDE
from interviewpanel.models import Decision
from interviewpanel.selectors.blind_ratings import list_hidden_interviews
from interviewpanel.selectors.decisions import find_decisions
from organizations.admin.scope import get_reach
from questionbank.models import QuestionVersion
from reports.admin.compare_wishes import Wish, for_panel_viewers, list_columns, list_pages, list_stages, show
from reports.domain.blinding import blind_scorecard
from reports.domain.comparison import FOUR, ComparedRow, is_level, list_cautions, list_measured, sort_rows
from reports.domain.excerpts import cut_text, redact_pieces
from reports.domain.uncertainty import Range
from reports.domain.wording import MEASURES
from reports.selectors.comparisons import (
    Field,
    add_ranges,
    count_left_out,
    list_categories,
    make_rows,
    read_documents,
    read_field,
)
from reports.selectors.same_questions import (
    Answered,
    list_answers_to,
    list_points,
    list_shared_questions,
    read_answers_to,
)
from reports.services.documents import UnreadableDocument, from_document

MOST_SIDE_BY_SIDE = 6
ROWS_ON_A_PAGE = 50
ANSWERS_ON_A_PAGE = 12


@for_panel_viewers
def compare_table(request: HttpRequest, wish: Wish) -> HttpResponse:
    """All candidates whose interview has begun, sorted by one column, so many on a page."""
    field = read_field(wish.panel, is_blind=wish.is_blind)
    rows = make_rows(field, request.user)
    four, categories = list_measured(rows), list_categories(rows)
    if wish.stage:
        rows = [row for row in rows if row.stage == wish.stage and row.is_decidable]
    key, is_descending = wish.sort.removeprefix("-"), wish.sort.startswith("-")
    page = Paginator(sort_rows(rows, key, is_descending=is_descending), ROWS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = add_ranges(list(page.object_list))
    if key == "overall":
        shown = mark_level(shown)
    context = {
        "rows": shown,
        "sessions": field.sessions,
        "page": page,
        "pages": list_pages(wish, "compare", page),
        "columns": list_columns(wish, four, categories),
        "four": four,
        "unmeasured": [MEASURES[name] for name in FOUR if name not in four] if rows else [],
        "categories": categories,
        "cautions": list_cautions(shown),
        "left_out": count_left_out(wish.panel),
        "is_sorted_by_overall": key == "overall",
        "stages": list_stages(wish),
        "blind_link": wish.link("compare", is_blind=not wish.is_blind),
        "may_decide": not wish.is_blind and get_reach(request).may(DECIDE, wish.panel.organization_id),
        "decide_url": reverse("admin:interviewpanel_interviewsession_decide_several"),
        "most": MOST_SIDE_BY_SIDE,
    }
    return show(request, wish, "table", "Compare candidates", context)


def mark_level(rows: list[ComparedRow]) -> list[ComparedRow]:
    """Neighbours whose ranges overlap: their order says nothing. It is told once, below the last of them."""
    marked, count = [], 1
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        goes_on = after is not None and is_level(row, after)
        ends = 0 if goes_on or count == 1 else count
        marked.append(replace(row, is_level_with_next=goes_on, level_count=ends))
        count = count + 1 if goes_on else 1
    return marked


@for_panel_viewers
def compare_side_by_side(request: HttpRequest, wish: Wish) -> HttpResponse:
    """The chosen ones, at most six: scores, skills, strengths, gaps and red flags with the words they rest on."""
    field = read_field(wish.panel, is_blind=wish.is_blind)
    rows = [row for row in make_rows(field, request.user) if row.session_id in wish.chosen and row.can_be_chosen]
    left = max(0, len(rows) - MOST_SIDE_BY_SIDE)
    shown = add_ranges(sort_rows(rows, "name", is_descending=False)[:MOST_SIDE_BY_SIDE])
    documents = read_documents([row.session_id for row in shown])
    decisions = find_decisions([row.session_id for row in shown])
    may_decide = not wish.is_blind and get_reach(request).may(DECIDE, wish.panel.organization_id)
    context = {
        "people": [
            {
                "row": row,
                "scorecard": read_scorecard(field, row.session_id, documents),
                "decision": describe_reason(field, row.session_id, decisions),
                "decide_url": reverse("admin:interviewpanel_interviewsession_decide", args=[row.session_id])
                if may_decide
                else "",
            }
            for row in shown
        ],
        "sessions": field.sessions,
        "cautions": list_cautions(shown),
        "too_many": left,
        "blind_link": wish.link("compare-side", is_blind=not wish.is_blind),
        "four": [(name, MEASURES[name]) for name in FOUR],
        "categories": list_categories(shown),
    }
    return show(request, wish, "side", "Side by side", context)


def read_scorecard(field: Field, session_id: int, documents: dict[int, dict[str, Any]]) -> Any:
    """None where the report has to be made again."""
    try:
        scorecard = from_document(documents.get(session_id, {}))
    except UnreadableDocument:
        return None
    return blind_scorecard(scorecard, field.labels[session_id]) if field.is_blind else scorecard


def describe_reason(field: Field, session_id: int, decisions: dict[int, Decision]) -> str:
    """Why it was decided so; without names not by whom."""
    last = decisions.get(session_id)
    if last is None:
        return ""
    by = "" if field.is_blind else f" ({last.decided_by or 'somebody whose account is gone'})"
    return f"{field.redact(session_id)(last.reason)}{by}"


@for_panel_viewers
def compare_questions(request: HttpRequest, wish: Wish) -> HttpResponse:
    """Which questions two or more were asked."""
    questions = [
        (one, wish.link("compare-question", one.version.pk)) for one in list_shared_questions(wish.panel, wish.chosen)
    ]
    context = {
        "questions": questions,
        "blind_link": wish.link("compare-questions", is_blind=not wish.is_blind),
        "everybody_link": wish.link("compare-questions", chosen=()) if wish.chosen else "",
    }
    return show(request, wish, "questions", "The same question", context)


@for_panel_viewers
def compare_same_question(request: HttpRequest, wish: Wish, version: int) -> HttpResponse:
    """The answers to one question beside each other: words, scores, which expected points were heard in which."""
    asked = next((one for one in list_shared_questions(wish.panel, wish.chosen) if one.version.pk == version), None)
    if asked is None:
        raise Http404("Fewer than two candidates of this panel were asked this question.")
    field = read_field(wish.panel, is_blind=wish.is_blind)
    answers = Paginator(list_answers_to(wish.panel, asked.version, wish.chosen), ANSWERS_ON_A_PAGE)
    page = answers.get_page(request.GET.get("page"))
    found = [one for one in read_answers_to(list(page.object_list)) if one.session_id in field.labels]
    hidden = list_hidden_interviews(request.user, [one.session_id for one in found])
    context = {
        "question": asked.version,
        "asked": asked.asked,
        "sessions": field.sessions,
        "answers": [describe_answer(field, one, is_hidden=one.session_id in hidden) for one in found],
        "points": make_matrix(asked.version, [one for one in found if one.session_id not in hidden]),
        "heads": [field.labels[one.session_id] for one in found if one.session_id not in hidden],
        "pages": list_pages(wish, "compare-question", page, version),
        "is_level": has_overlap([read_range(one) for one in found if one.session_id not in hidden]),
        "blind_link": wish.link("compare-question", version, is_blind=not wish.is_blind),
    }
    return show(request, wish, "question", "The same question", context)


def describe_answer(field: Field, one: Answered, *, is_hidden: bool) -> dict[str, Any]:
    redact = field.redact(one.session_id)
    has_sound = one.has_sound and not field.is_blind
    pieces = [replace(piece, start_seconds=None) for piece in cut_text(one.card)] if is_hidden else cut_text(one.card)
    names = [one.session_id, one.card.number]
    return {
        "label": field.labels[one.session_id],
        "session_id": one.session_id,
        "card": one.card,
        "is_hidden": is_hidden,
        "range": read_range(one),
        "pieces": redact_pieces(pieces, redact),
        "rationale": redact(one.card.rationale),
        "strengths": [redact(text) for text in one.card.strengths],
        "improvements": [redact(text) for text in one.card.improvements],
        "red_flags": [redact(claim.text) for claim in one.card.red_flags],
        "sound": reverse("admin:interviewpanel_interviewsession_answer_recording", args=names) if has_sound else "",
    }


def read_range(one: Answered) -> Range | None:
    """The scorer's own 80 % interval of the technical component; language models give none."""
    interval = one.card.interval
    return Range(*interval) if interval and interval[0] != interval[1] else None


def has_overlap(ranges: list[Range | None]) -> bool:
    known = [one for one in ranges if one is not None]
    return any(one.overlaps(other) for place, one in enumerate(known) for other in known[place + 1 :])


def make_matrix(version: QuestionVersion, answered: list[Answered]) -> list[tuple[str, list[bool | None], int]]:
    """Each expected point with who made it (None: not looked for), and in how many answers it was heard."""
    heard = [{element.text: element.is_covered for element in one.card.elements} for one in answered]
    return [
        (point, [one.get(point) for one in heard], sum(1 for one in heard if one.get(point)))
        for point in list_points(answered, version)
    ]
