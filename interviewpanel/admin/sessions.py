"""Interviews as they were held: the answers, what was said, and what happened. Nothing can be changed here."""

import json
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from unfold.admin import StackedInline, TabularInline

from interviewpanel.admin.blind import RATE_FIRST, BlindSessionAdmin, list_hidden
from interviewpanel.admin.decisions import DecidingAdmin, DecisionFilter
from interviewpanel.admin.from_candidates import AskingAdmin, OpenRequestsFilter
from interviewpanel.admin.home_filters import SessionNeedsFilter, UnderWayFilter
from interviewpanel.admin.queue import QueueAdmin
from interviewpanel.admin.recordings import PlayableAdmin, show_answer_sound
from interviewpanel.admin.review_links import ReviewLinkedAdmin, link_review
from interviewpanel.admin.state_signs import draw_session_state
from interviewpanel.admin.trials import TrialFilter
from interviewpanel.admin.ways import TEMPLATE as WAYS
from interviewpanel.domain.states import LIVE
from interviewpanel.models import Answer, CandidateRequest, ClientEvent, InterviewSession, SessionEvent, TranscriptEntry
from interviewpanel.selectors.own_data import SCORING_EVENTS
from interviewpanel.selectors.speech import hide_time_granted
from interviewpanel.selectors.withdrawals import has_withdrawn
from organizations.admin.scope import RecordedInline
from organizations.admin.tables import draw_link, show_moment

OUTCOMES = {
    "asked": "Asked",
    "answering": "Being answered",
    "closed": "Answered, being transcribed",
    "transcribed": "Answered, being scored",
    "scored": "Answered",
    "skipped": "Skipped",
    "no_speech": "No answer was spoken",
    "technical_failure": "Technical failure",
}
# Of a candidate who has withdrawn: nothing more is made of these.
UNFINISHED = {
    "closed": "Not heard and not rated: the candidate has withdrawn",
    "transcribed": "Not rated: the candidate has withdrawn",
}
CLOSED_BY = {
    "done": "candidate said “I'm done”",
    "silence": "ended by silence",
    "no_speech_timeout": "no speech was heard",
    "no_audio_timeout": "audio stopped arriving",
    "max_duration": "time limit of the question",
    "typed": "typed",
    "interview_over": "interview time was over",
}
NO_SCORES = {"skipped": "0 of 100: skipped", "no_speech": "0 of 100: nothing was said"}
UNSCORED = {
    "needs_human": "no number: a person has to read the answer",
    "insufficient_evidence": "no number: not enough was heard to score",
    "technical_failure": "no number: technical failure",
}


class LiveFilter(admin.SimpleListFilter):
    title = "whether it goes on"
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Live now"), ("no", "Not live")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "yes":
            return queryset.filter(status__in=sorted(LIVE))
        return queryset.exclude(status__in=sorted(LIVE)) if self.value() == "no" else queryset


class AnswerInline(RecordedInline, StackedInline):
    model = Answer
    template = "admin/interviewpanel/interviewsession/answers.html"
    fields = ("outcome", "heard", "correction_note", "sound", "score", "recordings")
    readonly_fields = fields
    verbose_name_plural = "answers"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        answers = super().get_queryset(request).select_related("session__invitation__panel", "recording", "correction")
        withdrawals = CandidateRequest.objects.filter(
            invitation=OuterRef("session__invitation"), kind=CandidateRequest.Kind.WITHDRAW
        )
        rows: QuerySet = answers.annotate(has_withdrawn=Exists(withdrawals)).prefetch_related("scores", "segments")
        self.request = request
        return rows

    def outcome(self, answer: Any) -> str:
        """How the answering went; what was made of the answer is `score`."""
        how = CLOSED_BY.get(answer.closed_reason, "")
        said = UNFINISHED.get(answer.status) if answer.has_withdrawn else None
        return (said or OUTCOMES[answer.status]) + (f" ({how})" if how else "")

    @admin.display(description="answer")
    def heard(self, answer: Answer) -> str:
        return answer.transcript or answer.typed_text or ("nothing yet" if answer.is_open else "nothing")

    @admin.display(description="the candidate's note on it", empty_value="none")
    def correction_note(self, answer: Answer) -> str | None:
        """Beside what was heard, never in its place."""
        correction = getattr(answer, "correction", None)
        return correction.text if correction else None

    def sound(self, answer: Answer) -> str:
        return show_answer_sound(answer)

    def score(self, answer: Answer) -> str:
        if answer.number in list_hidden(self.request, answer.session):
            return RATE_FIRST
        last = max(answer.scores.all(), key=lambda score: score.number, default=None)
        if last is None:
            return NO_SCORES.get(answer.status, "none")
        return draw_link("interviewpanel_answerscore_change", last.pk, describe_score(last))

    @admin.display(description="as it was stored")
    def recordings(self, answer: Answer) -> str:
        segments = sorted(answer.segments.all(), key=lambda segment: segment.number)
        links = ((reverse("admin:interviewpanel_audiosegment_change", args=[one.pk]), one.number) for one in segments)
        return format_html_join(" · ", '<a href="{}">part {}</a>', links) or "none"


class TranscriptInline(RecordedInline, TabularInline):
    model = TranscriptEntry
    fields = ("said_at", "speaker", "kind", "said")
    readonly_fields = fields
    verbose_name_plural = "what was said"

    @admin.display(description="time")
    def said_at(self, entry: TranscriptEntry) -> str:
        return f"{timezone.localtime(entry.started_at):%H:%M:%S}"

    def said(self, entry: TranscriptEntry) -> str:
        is_greeting = entry.kind == TranscriptEntry.Kind.GREETING
        return hide_time_granted(entry.text) if is_greeting else entry.text


class SessionEventInline(RecordedInline, TabularInline):
    model = SessionEvent
    fields = ("sequence", "at", "type", "told")
    readonly_fields = fields
    verbose_name_plural = "what the candidate's page was told"
    classes = ("collapse",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: QuerySet = super().get_queryset(request).select_related("session__invitation__panel")
        self.request = request
        return rows

    @admin.display(description="payload")
    def told(self, event: SessionEvent) -> str:
        """A candidate may see a score that this reader may not see yet."""
        if event.type in SCORING_EVENTS and list_hidden(self.request, event.session):
            return RATE_FIRST
        return json.dumps(event.payload, ensure_ascii=False)


class ClientEventInline(RecordedInline, TabularInline):
    model = ClientEvent
    fields = ("at", "kind", "client_at")
    readonly_fields = fields
    verbose_name_plural = "what the candidate's page noticed (never scored)"
    classes = ("collapse",)


def describe_score(score: Any) -> str:
    """The number where there is one, else why there is none."""
    if not score.is_over:
        return "being scored"
    if score.composite is None:
        return UNSCORED.get(score.state, "not scored")
    is_doubtful = bool(score.reasons) or score.state == "needs_human"
    return f"{score.composite} of 100" + (", to be looked at by a person" if is_doubtful else "")


WHEN = ("started_at", "ended_at", "kept_until", "recordings_kept_until", "recordings_erased_at")


@admin.register(InterviewSession)
class InterviewSessionAdmin(
    AskingAdmin, BlindSessionAdmin, ReviewLinkedAdmin, DecidingAdmin, QueueAdmin, PlayableAdmin
):
    invitation_path = "invitation_id"
    change_form_outer_before_template = WAYS
    # How long a candidate talked, paused and was away tells, beside the panel's limits, what they were granted.
    blinded_fields = frozenset(
        {"clock_limit_seconds", "talking_time", "pauses", "disconnected"} | AskingAdmin.asking_fields
    )
    inlines = (AnswerInline, TranscriptInline, ClientEventInline, SessionEventInline)
    list_display = ("candidate", "panel", "state", "decision", "started", "talking_time", "waiting", "organization")
    actions: ClassVar[Any] = ("decide_chosen", *PlayableAdmin.actions)
    list_filter = (
        *(TrialFilter, LiveFilter, SessionNeedsFilter, UnderWayFilter, OpenRequestsFilter, DecisionFilter),
        *("status", "started_at", "created_at"),
        ("invitation__panel", admin.RelatedOnlyFieldListFilter),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("invitation__candidate", "invitation__panel", "organization")
    search_fields = (
        *("invitation__candidate__full_name", "invitation__candidate__email"),
        *("invitation__panel__title", "invitation__panel__job_title"),
    )
    date_hierarchy = "created_at"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("candidate", "panel", "organization", "status", "end_reason"),
                    *("scorecard", "review", "decided"),
                )
            },
        ),
        AskingAdmin.asking_fieldset,
        ("To hear and see", {"fields": ("mix", "whole_recording", "videos", "rooms")}),
        ("Times", {"fields": (*WHEN, "talking_time", "pauses", "disconnected")}),
        ("Consent", {"fields": ("consented_at", "consent_version", "consent_language", "consent_hash")}),
        (
            "Record",
            {
                "fields": ("uuid", "seed", "clock_limit_seconds", "epoch", "lease_until", "lease_owner", "created_at"),
                "classes": ("collapse",),
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj is None else self.leave_out(request, obj, self.fieldsets)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(ordering="invitation__candidate__full_name")
    def candidate(self, session: InterviewSession) -> str:
        return str(session.invitation.candidate)

    @admin.display(description="status", ordering="status")
    def state(self, session: InterviewSession) -> str:
        return draw_session_state(session.status)

    @admin.display(ordering="invitation__panel__title")
    def panel(self, session: InterviewSession) -> str:
        return str(session.invitation.panel)

    def name_row(self, row: Any) -> str:
        return f"{self.candidate(row)}, {self.panel(row)}"

    @admin.display(ordering="started_at")
    def started(self, session: InterviewSession) -> str:
        return show_moment(session.started_at)

    def review(self, session: InterviewSession) -> str:
        return link_review(session.pk, "Read, hear and rate it")

    @admin.display(description="report")
    def scorecard(self, session: InterviewSession) -> str:
        report = getattr(session, "report", None)
        if session.invitation.erased_at is not None:
            return "erased, with all that was said"
        if getattr(session, "hides_scores", False):
            return link_review(session.pk, "shown when you have rated every answer")
        if report is not None:
            return draw_link("reports_interviewreport_change", report.pk, describe_report(report))
        if has_withdrawn(session):
            return "none is made: the candidate has withdrawn"
        if not session.is_over:
            return "not made: the interview is not over"
        return "not made yet" if session.started_at else "none: no interview was held"

    @admin.display(ordering="clock_used_seconds")
    def talking_time(self, session: InterviewSession) -> str:
        """Up to the last stop of the clock: it runs on while the interview does."""
        return show_minutes(session.clock_used_seconds) + (" and running" if session.clock_running_since else "")

    def pauses(self, session: InterviewSession) -> str:
        return show_minutes(session.pause_used_seconds)

    def disconnected(self, session: InterviewSession) -> str:
        return show_minutes(session.grace_used_seconds)


def describe_report(report: Any) -> str:
    if not report.is_made:
        return f"not made: {report.last_error}" if report.is_over else "being made"
    return "report without an overall score" if report.overall is None else f"{report.overall} of 100"


def show_minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02} min"
