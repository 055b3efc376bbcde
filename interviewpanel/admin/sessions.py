"""Interviews as they were held: the answers, what was said, and what happened. Nothing can be changed here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from interviewpanel.admin.recordings import PlayableAdmin, show_answer_sound
from interviewpanel.models import Answer, ClientEvent, InterviewSession, SessionEvent, TranscriptEntry
from interviewpanel.selectors.speech import hide_time_granted
from organizations.admin.scope import RecordedAdmin, RecordedInline, get_reach


class AnswerInline(RecordedInline, admin.StackedInline):
    model = Answer
    fields = ("question", "outcome", "heard", "correction_note", "sound", "score", "recordings")
    readonly_fields = fields
    verbose_name_plural = "answers"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        answers = super().get_queryset(request).select_related("session__invitation__panel", "recording", "correction")
        return answers.prefetch_related("scores", "segments")

    @admin.display(description="question, as it was asked")
    def question(self, answer: Answer) -> str:
        return answer.question_text

    def outcome(self, answer: Answer) -> str:
        closed = f", closed by: {answer.get_closed_reason_display()}" if answer.closed_reason else ""
        return f"{answer.get_status_display()}{closed}"

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
        last = max(answer.scores.all(), key=lambda score: score.number, default=None)
        if last is None:
            return "none"
        url = reverse("admin:interviewpanel_answerscore_change", args=[last.pk])
        return format_html('<a href="{}">{}</a>', url, describe_score(last))

    @admin.display(description="as it was stored")
    def recordings(self, answer: Answer) -> str:
        segments = sorted(answer.segments.all(), key=lambda segment: segment.number)
        links = ((reverse("admin:interviewpanel_audiosegment_change", args=[one.pk]), one.number) for one in segments)
        return format_html_join(" · ", '<a href="{}">part {}</a>', links) or "none"


class TranscriptInline(RecordedInline, admin.TabularInline):
    model = TranscriptEntry
    fields = ("sequence", "started_at", "speaker", "kind", "said")
    readonly_fields = fields
    verbose_name_plural = "what was said"

    def said(self, entry: TranscriptEntry) -> str:
        is_greeting = entry.kind == TranscriptEntry.Kind.GREETING
        return hide_time_granted(entry.text) if is_greeting else entry.text


class SessionEventInline(RecordedInline, admin.TabularInline):
    model = SessionEvent
    fields = ("sequence", "at", "type", "payload")
    readonly_fields = fields
    verbose_name_plural = "what the candidate's page was told"
    classes = ("collapse",)


class ClientEventInline(RecordedInline, admin.TabularInline):
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
        return str(score.get_state_display() or "not scored").lower()
    return f"{score.composite} of 100" + (", to be looked at by a person" if score.state == "needs_human" else "")


@admin.register(InterviewSession)
class InterviewSessionAdmin(PlayableAdmin, RecordedAdmin):
    inlines = (AnswerInline, TranscriptInline, ClientEventInline, SessionEventInline)
    list_display = ("candidate", "panel", "status", "started_at", "ended_at", "talking_time", "organization")
    list_filter = (
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
        (None, {"fields": ("candidate", "panel", "organization", "status", "end_reason")}),
        ("To hear and see", {"fields": ("whole_recording", "videos")}),
        ("Times", {"fields": ("started_at", "ended_at", "talking_time", "pauses", "disconnected")}),
        ("Consent", {"fields": ("consented_at", "consent_version")}),
        (
            "Record",
            {
                "fields": ("uuid", "seed", "clock_limit_seconds", "epoch", "lease_until", "lease_owner", "created_at"),
                "classes": ("collapse",),
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Raters do not see how much time a candidate had: that tells of an accommodation."""
        if obj is None or get_reach(request).may("interviewpanel.view_accommodationrequest", obj.organization_id):
            return self.fieldsets
        return tuple(
            (title, {**options, "fields": tuple(one for one in options["fields"] if one != "clock_limit_seconds")})
            for title, options in self.fieldsets
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(ordering="invitation__candidate__full_name")
    def candidate(self, session: InterviewSession) -> str:
        return str(session.invitation.candidate)

    @admin.display(ordering="invitation__panel__title")
    def panel(self, session: InterviewSession) -> str:
        return str(session.invitation.panel)

    @admin.display(ordering="clock_used_seconds")
    def talking_time(self, session: InterviewSession) -> str:
        """Up to the last stop of the clock: it runs on while the interview does."""
        return show_minutes(session.clock_used_seconds) + (" and running" if session.clock_running_since else "")

    def pauses(self, session: InterviewSession) -> str:
        return show_minutes(session.pause_used_seconds)

    def disconnected(self, session: InterviewSession) -> str:
        return show_minutes(session.grace_used_seconds)


def show_minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02} min"
