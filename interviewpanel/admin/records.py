"""What was recorded of answers: their audio, part by part, and their scores. Heard and read, changed by nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html

from interviewpanel.admin.sessions import describe_score
from interviewpanel.models import AnswerScore, AudioSegment
from organizations.admin.scope import RecordedAdmin

SAMPLES_PER_SECOND = 16_000
WORK_FIELDS = ("work_status", "attempts", "due_at", "claimed_until", "claimed_by", "last_error", "created_at")


class AnswerRecordAdmin(RecordedAdmin):
    """Rows of an answer: whose, of which interview."""

    tenant_path = "answer__session__organization"
    list_select_related = (
        *("answer__session__invitation__candidate", "answer__session__invitation__panel"),
        "answer__session__organization",
    )
    search_fields = (
        *("answer__session__invitation__candidate__full_name", "answer__session__invitation__panel__title"),
        "answer__question_text",
    )
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(ordering="answer__session__invitation__candidate__full_name")
    def candidate(self, row: Any) -> str:
        return str(row.answer.session.invitation.candidate)

    @admin.display(ordering="answer__session__invitation__panel__title")
    def panel(self, row: Any) -> str:
        return str(row.answer.session.invitation.panel)

    @admin.display(description="answer", ordering="answer__number")
    def answer_number(self, row: Any) -> int:
        return int(row.answer.number)

    def question(self, row: Any) -> str:
        return str(row.answer.question_text)

    def interview(self, row: Any) -> str:
        url = reverse("admin:interviewpanel_interviewsession_change", args=[row.answer.session_id])
        return format_html('<a href="{}">{} · {}</a>', url, self.candidate(row), self.panel(row))


@admin.register(AudioSegment)
class AudioSegmentAdmin(AnswerRecordAdmin):
    list_display = ("candidate", "panel", "answer_number", "number", "text", "seconds", "work_status", "created_at")
    list_filter = ("work_status", "engine", "is_rough", "has_speech", "created_at")
    fieldsets = (
        (None, {"fields": ("interview", "question", "number", "sound", "text")}),
        ("How it was heard", {"fields": ("engine", "engine_model", "is_rough", "dropped_reason", "words")}),
        (
            "Record",
            {
                "fields": (
                    *("start_sample", "end_sample", "lost_samples", "first_sequence", "last_sequence"),
                    *("has_speech", "is_answer", *WORK_FIELDS),
                ),
                "classes": ("collapse",),
            },
        ),
    )

    def get_urls(self) -> list[Any]:
        play = self.admin_site.admin_view(self.send_sound, cacheable=True)
        return [path("<int:pk>/sound.flac", play, name="interviewpanel_audiosegment_sound"), *super().get_urls()]

    def send_sound(self, request: HttpRequest, pk: int) -> FileResponse:
        """The recording, to whoever may see its row; for everyone else there is no such recording."""
        segment = self.get_object(request, str(pk))
        if segment is None or not self.has_view_permission(request, segment):
            raise Http404("There is no such recording.")
        try:
            file = segment.file.open("rb")
        except (ValueError, FileNotFoundError):
            raise Http404("The recording is not in storage any more.") from None
        response = FileResponse(file, filename=f"part-{segment.number}.flac", content_type="audio/flac")
        response["Cache-Control"] = "private, no-store"
        return response

    def seconds(self, segment: AudioSegment) -> str:
        return f"{(segment.end_sample - segment.start_sample) / SAMPLES_PER_SECOND:.1f}"

    def sound(self, segment: AudioSegment) -> str:
        url = reverse("admin:interviewpanel_audiosegment_sound", args=[segment.pk])
        return format_html('<audio controls preload="none" src="{}"></audio>', url)


@admin.register(AnswerScore)
class AnswerScoreAdmin(AnswerRecordAdmin):
    list_display = ("candidate", "panel", "answer_number", "result", "is_fallback", "work_status", "created_at")
    list_filter = ("state", "is_fallback", "work_status", "created_at")
    fieldsets = (
        (None, {"fields": ("interview", "question", "result", "rationale", "notable_quote")}),
        ("What it rests on", {"fields": ("components", "criteria", "elements", "strengths", "improvements")}),
        ("For a person to look at", {"fields": ("red_flags", "flags", "reasons")}),
        (
            "Record",
            {
                "fields": ("number", "state", "interval", "is_fallback", "provenance", *WORK_FIELDS),
                "classes": ("collapse",),
            },
        ),
    )

    @admin.display(description="score", ordering="composite")
    def result(self, score: AnswerScore) -> str:
        return describe_score(score)
