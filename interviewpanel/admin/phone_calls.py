"""Phone calls in the admin: what became of each, what it took and cost, its recording. Read, changed by nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from interviewpanel.admin.trials import TrialFilter
from interviewpanel.domain.calling import CallOutcome, CallStatus
from interviewpanel.models import PhoneCall
from interviewpanel.selectors.calls import list_calls
from organizations.admin.scope import RecordedAdmin
from organizations.admin.tables import NOTHING, draw_badge, draw_link, show_moment

OUTCOME_WORDS = {
    CallOutcome.PERSON: ("A person answered", "is-good"),
    CallOutcome.MACHINE: ("Answering machine", ""),
    CallOutcome.BUSY: ("Busy", ""),
    CallOutcome.NO_ANSWER: ("No answer", ""),
    CallOutcome.CANCELLED: ("Cancelled", ""),
    CallOutcome.FAILED: ("Failed", "is-bad"),
    CallOutcome.UNKNOWN: ("Not known", "is-warning"),
}
STATUS_WORDS = {
    CallStatus.REQUESTED: "About to be placed",
    CallStatus.QUEUED: "Waits at Twilio",
    CallStatus.INITIATED: "Is being dialled",
    CallStatus.RINGING: "Rings",
    CallStatus.IN_PROGRESS: "Goes on",
}


@dataclass(frozen=True)
class ShownCall:
    """A line of the table on an invitation's page."""

    url: str
    at: datetime
    outcome: SafeString
    length: str
    price: str
    error: str


def describe_call(call: PhoneCall) -> ShownCall:
    url = reverse("admin:interviewpanel_phonecall_change", args=[call.pk])
    return ShownCall(url, call.requested_at, draw_outcome(call), say_length(call), say_price(call), call.error)


def draw_outcome(call: PhoneCall) -> SafeString:
    if call.outcome:
        words, tone = OUTCOME_WORDS[CallOutcome(call.outcome)]
        return draw_badge("Not placed" if call.status == CallStatus.NOT_PLACED else words, tone, call.error)
    return draw_badge(STATUS_WORDS.get(CallStatus(call.status), call.status))


def say_length(call: PhoneCall) -> str:
    if call.seconds is None:
        return NOTHING
    return f"{call.seconds // 60}:{call.seconds % 60:02d}"


def say_price(call: PhoneCall) -> str:
    return NOTHING if call.price is None else f"{call.price.normalize():f} {call.price_unit}"


@admin.register(PhoneCall)
class PhoneCallAdmin(RecordedAdmin):
    tenant_path = "organization"
    trial_path = "invitation__is_trial"
    list_display = ("candidate", "panel", "became", "direction", "requested", "length", "cost", "organization")
    list_filter = (
        *(TrialFilter, "outcome", "direction", "requested_at"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("invitation__candidate__full_name", "invitation__panel__title", "to_number", "sid")
    date_hierarchy = "requested_at"
    fieldsets = (
        (None, {"fields": ("invitation_link", "interview_link", "became", "error", "sound")}),
        ("Call", {"fields": ("direction", "to_number", "from_number", "placed_by", "earlier")}),
        ("Times", {"fields": ("requested", "placed_at", "answered_at", "ended_at", "length", "cost")}),
        (
            "Record",
            {
                "fields": (
                    *("status", "answered_by", "confirmed_at", "sid", "recording_sid", "uuid"),
                    *("work_status", "attempts", "last_error"),
                ),
                "classes": ("collapse",),
            },
        ),
    )

    def get_urls(self) -> list[Any]:
        play = self.admin_site.admin_view(self.send_sound, cacheable=True)
        return [path("<int:pk>/recording.mp3", play, name="interviewpanel_phonecall_recording"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        loaded = list_calls().query.select_related
        rows: QuerySet = super().get_queryset(request)
        rows.query.select_related = loaded
        return rows

    def send_sound(self, request: HttpRequest, pk: int) -> FileResponse:
        """The recording, to whoever may see the call; for everyone else there is none."""
        call = self.get_object(request, str(pk))
        recording = None if call is None else getattr(call, "recording", None)
        if recording is None or not self.has_view_permission(request, call):
            raise Http404("There is no such recording.")
        try:
            file = recording.file.open("rb")
        except (ValueError, FileNotFoundError):
            raise Http404("The recording is not in storage.") from None
        response = FileResponse(file, filename=f"call-{call.uuid}.mp3", content_type="audio/mpeg")
        response["Cache-Control"] = "private, no-store"
        return response

    def name_row(self, row: Any) -> str:
        return (
            f"Call to {row.invitation.candidate}"
            if row.direction == "outbound"
            else (f"Call by {row.invitation.candidate}")
        )

    @admin.display(ordering="invitation__candidate__full_name")
    def candidate(self, call: PhoneCall) -> str:
        return str(call.invitation.candidate)

    @admin.display(ordering="invitation__panel__title")
    def panel(self, call: PhoneCall) -> str:
        return str(call.invitation.panel)

    @admin.display(description="outcome", ordering="outcome")
    def became(self, call: PhoneCall) -> SafeString:
        return draw_outcome(call)

    @admin.display(description="asked for", ordering="requested_at")
    def requested(self, call: PhoneCall) -> Any:
        return show_moment(call.requested_at)

    @admin.display(description="min:s", ordering="seconds")
    def length(self, call: PhoneCall) -> str:
        return say_length(call)

    @admin.display(description="price", ordering="price")
    def cost(self, call: PhoneCall) -> str:
        return say_price(call)

    @admin.display(description="invitation")
    def invitation_link(self, call: PhoneCall) -> SafeString:
        return draw_link("interviewpanel_interviewpanelcandidate_change", call.invitation_id, call.invitation)

    @admin.display(description="interview")
    def interview_link(self, call: PhoneCall) -> SafeString | str:
        if call.session_id is None:
            return NOTHING
        return draw_link("interviewpanel_interviewsession_change", call.session_id, "To the interview")

    @admin.display(description="follows the call")
    def earlier(self, call: PhoneCall) -> SafeString | str:
        if call.call_back_of is None:
            return NOTHING
        return draw_link("interviewpanel_phonecall_change", call.call_back_of_id, call.call_back_of.requested_at)

    @admin.display(description="recording")
    def sound(self, call: PhoneCall) -> SafeString | str:
        recording = getattr(call, "recording", None)
        if recording is None:
            return NOTHING
        if not recording.file:
            return recording.last_error or "On its way from Twilio."
        url = reverse("admin:interviewpanel_phonecall_recording", args=[call.pk])
        return format_html('<audio controls preload="none" src="{}"></audio>', url)
