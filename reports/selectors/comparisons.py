"""The interviews of one panel for comparing: a light row for each, and whole scorecards for the few that are chosen.

Numbers come from the reports as they were made, so that they are the ones in PDF and JSON. Read by admin/compare.py.
A fixed number of queries, however many candidates there are; whole documents are read for one page of them only: of
all others not even a key of theirs, for which the database would have to unpack the whole.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from interviewpanel.domain.score_calculator import Recommendation
from interviewpanel.domain.states import LIVE
from interviewpanel.models import CandidateRequest, InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.blind_ratings import Person, list_hidden_interviews
from interviewpanel.selectors.decisions import latest_stage
from reports.domain.answer_cards import ZERO_STATES
from reports.domain.blinding import Redact, make_redactor
from reports.domain.comparison import FOUR, ComparedRow, name_blind
from reports.domain.uncertainty import CountedAnswer, estimate_range
from reports.models import InterviewReport
from reports.selectors.interviews import read_clock

Stored = Mapping[str, Any]


@dataclass(frozen=True)
class LeftOut:
    """How many of a panel are not in its comparison."""

    waiting: int
    erased: int


@dataclass(frozen=True)
class Field:
    """Everybody who can be compared, by the interview's id: what they are called here, and how names are taken out."""

    sessions: Mapping[int, InterviewSession]
    labels: Mapping[int, str]
    is_blind: bool

    def redact(self, session_id: int) -> Redact:
        if not self.is_blind:
            return lambda text: text
        candidate = self.sessions[session_id].invitation.candidate
        return make_redactor(candidate.full_name, candidate.email)


def list_interviews(panel: InterviewPanel) -> QuerySet[InterviewSession]:
    """The interviews of candidates that have begun and are kept, as they began; not those of staff who tried it."""
    begun = InterviewSession.objects.filter(
        invitation__panel=panel,
        invitation__is_trial=False,
        invitation__erased_at__isnull=True,
        started_at__isnull=False,
    )
    return begun.order_by("pk")


def filter_not_withdrawn(sessions: QuerySet[InterviewSession]) -> QuerySet[InterviewSession]:
    return sessions.exclude(Exists(_withdrawals()))


def _withdrawals() -> QuerySet[CandidateRequest]:
    return CandidateRequest.objects.filter(invitation=OuterRef("invitation"), kind=CandidateRequest.Kind.WITHDRAW)


def read_field(panel: InterviewPanel, *, is_blind: bool) -> Field:
    """Who can be compared. Without names they are called by letters in the order in which they began, which stays."""
    rows = (
        list_interviews(panel)
        .select_related("invitation__candidate", "invitation__panel")
        .annotate(
            stage_in_force=latest_stage(),
            has_withdrawn=Exists(_withdrawals()),
            work_status=F("report__work_status"),
            report_state=F("report__state"),
            categories=F("report__categories"),
            **{f"report_{name}": F(f"report__{name}") for name in ("overall", "grade", "recommendation", *FOUR)},
        )
    )
    sessions = {one.pk: one for one in rows}
    labels = {
        pk: name_blind(place) if is_blind else str(one.invitation.candidate)
        for place, (pk, one) in enumerate(sessions.items())
    }
    return Field(sessions, labels, is_blind)


def make_rows(field: Field, person: Person) -> list[ComparedRow]:
    """A row for each, without ranges: `add_ranges` adds those of a page. No number that this person may not see."""
    hidden = list_hidden_interviews(person, field.sessions)
    return [_make_row(one, field.labels[pk], pk in hidden) for pk, one in field.sessions.items()]


def _make_row(session: Any, label: str, is_hidden: bool) -> ComparedRow:
    row = ComparedRow(
        session_id=session.pk,
        label=label,
        state=_name_state(session, is_hidden),
        is_early=session.status == "abandoned",
        talking_seconds=read_clock(session),
        stage="" if is_hidden else session.stage_in_force,
    )
    if not row.can_be_chosen:
        return row
    advice = session.report_recommendation
    return replace(
        row,
        overall=session.report_overall,
        grade=session.report_grade,
        advice=Recommendation(advice).label if advice else "",
        measures={name: getattr(session, f"report_{name}") for name in FOUR},
        categories={one["label"]: one["value"] for one in session.categories or ()},
    )


def _name_state(session: Any, is_hidden: bool) -> str:
    if session.has_withdrawn:
        return "withdrawn"
    if session.status in LIVE:
        return "live"
    if is_hidden:
        return "hidden"
    if session.report_state:
        return str(session.report_state)
    return "failed" if session.work_status in ("failed", "dead") else "making"


def add_ranges(rows: Sequence[ComparedRow]) -> list[ComparedRow]:
    """These rows with how sure their overall is, and what scored them: one query, which reads whole documents."""
    wanted = [row.session_id for row in rows if row.can_be_chosen]
    found = InterviewReport.objects.filter(session__in=wanted).values_list(
        "session_id", "document__answers", "document__engines"
    )
    told = {pk: (answers or [], engines or []) for pk, answers, engines in found}
    return [_add_range(row, *told[row.session_id]) if row.session_id in told else row for row in rows]


def _add_range(row: ComparedRow, answers: Sequence[Stored], engines: Sequence[Stored]) -> ComparedRow:
    scorers = sorted({f"{one['name']} {one['model']}".strip() for one in engines if one["role"] == "scoring"})
    counted = [one for answer in answers if (one := _count_answer(answer)) is not None]
    return replace(row, range=None if row.overall is None else estimate_range(counted), engines=tuple(scorers))


def _count_answer(answer: Stored) -> CountedAnswer | None:
    """As the overall counts it; None for what it leaves out."""
    interval = answer["interval"]
    if answer["state"] in ZERO_STATES:
        points, interval = 0, None
    elif answer["state"] == "scored" and answer["composite"] is not None:
        points = answer["composite"]
    else:
        return None
    return CountedAnswer(
        points=points,
        weight=answer["weight"],
        is_follow_up=answer["kind"] == "follow_up",
        interval=(interval[0], interval[1]) if interval else None,
    )


def list_categories(rows: Iterable[ComparedRow]) -> list[str]:
    """The names of all categories that any of them was asked about, in the order of their first report."""
    return list(dict.fromkeys(name for row in rows for name in row.categories))


def count_left_out(panel: InterviewPanel) -> LeftOut:
    """Those who were invited and have not begun, and those who were erased: two counts in one query."""
    invited = InterviewPanelCandidate.objects.filter(panel=panel, is_trial=False)
    begun = InterviewSession.objects.filter(invitation=OuterRef("pk"), started_at__isnull=False)
    erased = invited.filter(erased_at__isnull=False)
    waiting = invited.filter(erased_at__isnull=True, revoked_at__isnull=True).exclude(Exists(begun))
    counts = invited.aggregate(
        erased=Count("pk", filter=Exists(erased.filter(pk=OuterRef("pk")))),
        waiting=Count("pk", filter=Exists(waiting.filter(pk=OuterRef("pk")))),
    )
    return LeftOut(waiting=counts["waiting"], erased=counts["erased"])


def read_documents(session_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The documents of these interviews' reports, by the interview."""
    found = InterviewReport.objects.filter(session__in=session_ids, document__isnull=False)
    return {pk: document for pk, document in found.values_list("session_id", "document") if document}
