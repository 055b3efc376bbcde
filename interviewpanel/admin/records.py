"""What was recorded of answers: their audio, part by part, and their scores. Heard and read, changed by nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html

from interviewpanel.admin.blind import BlindScoresAdmin
from interviewpanel.admin.home_filters import ScoreNeedsFilter, SegmentNeedsFilter
from interviewpanel.admin.record_tables import (
    describe_recognition,
    describe_scorer,
    draw_codes,
    draw_components,
    draw_elements,
    draw_provenance,
    draw_rated_criteria,
    draw_red_flags,
    draw_words,
)
from interviewpanel.admin.review_links import ReviewLinkedAdmin, link_interview
from interviewpanel.admin.sessions import describe_score
from interviewpanel.admin.trials import TrialFilter
from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.models import AnswerScore, AudioSegment
from organizations.admin.scope import RecordedAdmin
from organizations.admin.tables import NOTHING, draw_list, draw_quote, shorten

WORK_FIELDS = ("work_status", "attempts", "due_at", "claimed_until", "claimed_by", "last_error", "created_at")


class AnswerRecordAdmin(RecordedAdmin):
    """Rows of an answer: whose, of which interview."""

    tenant_path = "answer__session__organization"
    trial_path = "answer__session__invitation__is_trial"
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

    def name_row(self, row: Any) -> str:
        return f"{self.candidate(row)}, answer {row.answer.number}: {shorten(row.answer.question_text, 80)}"

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
        text = f"{self.candidate(row)} · {self.panel(row)}"
        return link_interview(row.answer.session, text, row.answer.number)


@admin.register(AudioSegment)
class AudioSegmentAdmin(AnswerRecordAdmin):
    list_display = ("candidate", "answer_number", "number", "heard", "seconds", "work_status")
    list_filter = (*(TrialFilter, SegmentNeedsFilter, "work_status", "engine", "is_rough", "has_speech", "created_at"),)
    fieldsets = (
        (None, {"fields": ("interview", "question", "number", "sound", "text")}),
        ("How it was heard", {"fields": ("recogniser", "engine_model", "dropped_reason")}),
        ("Word by word", {"fields": ("heard_words",), "classes": ("collapse",)}),
        (
            "Record",
            {
                "fields": (
                    *("start_sample", "end_sample", "lost_samples", "first_sequence", "last_sequence"),
                    *("speech", "belongs", *WORK_FIELDS),
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

    def name_row(self, row: Any) -> str:
        return f"{super().name_row(row)} (part {row.number})"

    @admin.display(description="text", ordering="text")
    def heard(self, segment: AudioSegment) -> str:
        return segment.text or f"({describe_recognition(segment)})"

    def recogniser(self, segment: AudioSegment) -> str:
        return describe_recognition(segment)

    @admin.display(description="words")
    def heard_words(self, segment: AudioSegment) -> str:
        return draw_words(segment.words)

    def speech(self, segment: AudioSegment) -> str:
        return "somebody speaks" if segment.has_speech else "nobody speaks"

    @admin.display(description="recorded")
    def belongs(self, segment: AudioSegment) -> str:
        return "in the answer" if segment.is_answer else "while the question was playing"

    def seconds(self, segment: AudioSegment) -> str:
        return f"{(segment.end_sample - segment.start_sample) / SAMPLE_RATE:.1f}"

    def sound(self, segment: AudioSegment) -> str:
        url = reverse("admin:interviewpanel_audiosegment_sound", args=[segment.pk])
        return format_html('<audio controls preload="none" src="{}"></audio>', url)


@admin.register(AnswerScore)
class AnswerScoreAdmin(BlindScoresAdmin, ReviewLinkedAdmin, AnswerRecordAdmin):
    """The rows lead to the answer on the page where it is read, heard and rated; the record of a score is behind it."""

    list_display = ("candidate", "panel", "answer_number", "result", "scored_by", "work_status")
    list_filter = (TrialFilter, ScoreNeedsFilter, "state", "is_fallback", "work_status", "created_at")
    fieldsets = (
        (None, {"fields": ("interview", "question", "heard", "result", "rationale", "notable_words")}),
        (
            "What it rests on",
            {"fields": ("component_table", "criteria_table", "element_table", "strong_points", "weak_points")},
        ),
        ("For a person to look at", {"fields": ("red_flag_table", "flag_list", "reason_list")}),
        (
            "Record",
            {
                "fields": ("number", "state", "interval_words", "scored_by", "origin", *WORK_FIELDS),
                "classes": ("collapse",),
            },
        ),
    )

    def find_interview(self, row: Any) -> Any:
        return row.answer.session

    def find_answer(self, row: Any) -> int | None:
        return int(row.answer.number)

    @admin.display(description="score", ordering="composite")
    def result(self, score: AnswerScore) -> str:
        return describe_score(score)

    @admin.display(description="answer")
    def heard(self, score: AnswerScore) -> str:
        return score.answer.transcript or NOTHING

    @admin.display(description="scored by", ordering="is_fallback")
    def scored_by(self, score: AnswerScore) -> str:
        return describe_scorer(score)

    @admin.display(description="notable quote")
    def notable_words(self, score: AnswerScore) -> str:
        return draw_quote(score.notable_quote)

    @admin.display(description="components")
    def component_table(self, score: AnswerScore) -> str:
        return draw_components(score.components)

    @admin.display(description="criteria")
    def criteria_table(self, score: AnswerScore) -> str:
        return draw_rated_criteria(score.criteria)

    @admin.display(description="expected points")
    def element_table(self, score: AnswerScore) -> str:
        return draw_elements(score.elements)

    @admin.display(description="strong")
    def strong_points(self, score: AnswerScore) -> str:
        return draw_list(score.strengths)

    @admin.display(description="to improve")
    def weak_points(self, score: AnswerScore) -> str:
        return draw_list(score.improvements)

    @admin.display(description="red flags")
    def red_flag_table(self, score: AnswerScore) -> str:
        return draw_red_flags(score.red_flags)

    @admin.display(description="flags")
    def flag_list(self, score: AnswerScore) -> str:
        return draw_codes(score.flags)

    @admin.display(description="why a person should look")
    def reason_list(self, score: AnswerScore) -> str:
        return draw_list(score.reasons)

    @admin.display(description="80 % interval")
    def interval_words(self, score: AnswerScore) -> str:
        return f"{score.interval[0]:.0f} to {score.interval[1]:.0f}" if score.interval else NOTHING

    @admin.display(description="where it comes from")
    def origin(self, score: AnswerScore) -> str:
        return draw_provenance(score.provenance)
