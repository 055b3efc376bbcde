"""What was sent to other systems, or is on its way, with what became of each attempt; any of it can be sent again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from organizations.admin.scope import OfferedLookupsAdmin, RecordedAdmin, get_reach, get_user
from organizations.admin.tables import NOTHING, draw_badge, draw_link, shorten, show_moment
from organizations.domain.webhook_events import ALL_CHOICES, EVENT_TYPES, ONLY_A_CALL, RATE_FIRST, STATES
from organizations.models import WebhookDelivery, WebhookEndpoint
from organizations.selectors import may_read_sent
from organizations.services.webhooks import ReplayRefused, find_in_state, name_state, replay_delivery

TONES = {"waiting": "is-info", "delivered": "is-good", "failed": "is-bad"}
ONE_INTERVIEW = "an address that one interview brought"
MOST_OFFERED = 100


def draw_delivery_state(delivery: WebhookDelivery) -> SafeString:
    """What waits because it was not taken looks other than what waits its turn."""
    state = name_state(delivery)
    if state == "waiting" and delivery.last_error:
        return draw_badge("trying again", "is-warning")
    return draw_badge(state, TONES[state])


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, words) for state, words in STATES]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        is_known = self.value() in dict(STATES)
        return queryset.filter(find_in_state(str(self.value()))) if is_known else queryset


class EventFilter(admin.SimpleListFilter):
    title = "event"
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name, _ in ALL_CHOICES]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(event=self.value()) if self.value() else queryset


class EndpointFilter(admin.SimpleListFilter):
    """The reader's own; those of single interviews are too many to be offered."""

    title = "endpoint"
    parameter_name = "endpoint"
    single = "single"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        own = model_admin.admin_site.get_model_admin(WebhookEndpoint).get_queryset(request)
        offered = [(str(one.pk), str(one)) for one in own.order_by("pk")[:MOST_OFFERED]]
        return [*offered, (self.single, ONE_INTERVIEW.capitalize())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == self.single:
            return queryset.filter(endpoint__subject__isnull=False)
        is_number = (self.value() or "").isdecimal() and len(self.value() or "") < 19
        return queryset.filter(endpoint=self.value()) if is_number else queryset


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(OfferedLookupsAdmin, RecordedAdmin):
    change_form_template = "admin/organizations/webhookdelivery/change_form.html"
    list_display = ("event", "state", "to", "why", "at", "organization")
    list_filter = (
        *(StateFilter, EventFilter, EndpointFilter, "created_at"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("endpoint", "organization")
    search_fields = ("=event_id",)
    search_help_text = "The id of an event, as the other system has it: msg_…"
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("what", "state", "to", "at", "next_at", "event_id", "organization")}),
        ("What is sent", {"fields": ("text",)}),
        ("Record", {"fields": ("uuid", "about", "work_status", "attempts", "last_error"), "classes": ("collapse",)}),
    )
    readonly_fields = ("what", "state", "to", "at", "next_at", "text", "left_out")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.replay_view))
        return [path("<int:pk>/replay/", view, name="organizations_webhookdelivery_replay"), *super().get_urls()]

    def may_read_sent(self, request: HttpRequest, row: WebhookDelivery) -> bool:
        return may_read_sent(row, get_user(request).pk, get_reach(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who is to rate the interview first is told so in the place of what was sent about it."""
        first, sent, *others = super().get_fieldsets(request, obj)
        if obj is None or self.may_read_sent(request, obj):
            return (first, sent, *others)
        return (first, (sent[0], {"fields": ("left_out",)}), *others)

    def may_replay(self, request: HttpRequest, row: WebhookDelivery) -> bool:
        page = self.admin_site.get_model_admin(WebhookEndpoint)
        return page.has_change_permission(request, row.endpoint)

    def replay_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row: WebhookDelivery | None = self.get_object(request, str(pk))
        if row is None or not self.may_replay(request, row):
            raise Http404("There is no such delivery.")
        try:
            replay_delivery(delivery=row, now=timezone.now())
        except ReplayRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            page: Any = self.admin_site.get_model_admin(WebhookEndpoint)
            page.log_change(request, row.endpoint, f"{row.event} {row.event_id} was sent again.")
            said = "It is on its way again, under the same id. Load this page anew to see what becomes of it."
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:organizations_webhookdelivery_change", args=[row.pk]))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs["obj"]
        context["may_replay"] = self.may_replay(request, row)
        is_shown = self.may_read_sent(request, row)
        context["tries"] = [(show_moment(one.at), one, one.answer if is_shown else "") for one in row.tries.all()]
        context["waits"] = not row.is_over and row.due_at > timezone.now()
        context["is_over"], context["is_endpoint_on"] = row.is_over, row.endpoint.is_enabled
        return super().render_change_form(request, context, *args, **kwargs)

    def name_row(self, row: Any) -> str:
        return f"{row.event}, {show_plain_moment(row)}"

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="event")
    def what(self, row: WebhookDelivery) -> str:
        known = EVENT_TYPES.get(row.event)
        return f"{row.event}: {known.words}" if known else row.event

    @admin.display(description="state")
    def state(self, row: WebhookDelivery) -> SafeString:
        return draw_delivery_state(row)

    @admin.display(description="to")
    def to(self, row: WebhookDelivery) -> SafeString | str:
        endpoint = row.endpoint
        if endpoint.subject is not None:
            return ONE_INTERVIEW
        name = shorten(str(endpoint), 60)
        return draw_link("organizations_webhookendpoint_change", endpoint.pk, name)

    @admin.display(description="why")
    def why(self, row: WebhookDelivery) -> str:
        return shorten(row.last_error, 90) if row.last_error else NOTHING

    @admin.display(description="happened", ordering="created_at")
    def at(self, row: WebhookDelivery) -> SafeString | str:
        return show_moment(row.event_at)

    @admin.display(description="next attempt")
    def next_at(self, row: WebhookDelivery) -> SafeString | str:
        return NOTHING if row.is_over else show_moment(row.due_at)

    @admin.display(description="the signed text")
    def text(self, row: WebhookDelivery) -> SafeString:
        """As it is sent, with line breaks for people."""
        if row.endpoint.style == WebhookEndpoint.Style.CALLBACK:
            return format_html("{}", ONLY_A_CALL)
        shown = json.dumps(json.loads(row.payload), indent=2, ensure_ascii=False)
        return format_html('<pre class="desk-letter">{}</pre>', shown)

    @admin.display(description="the signed text")
    def left_out(self, row: WebhookDelivery) -> str:
        return RATE_FIRST


def show_plain_moment(row: WebhookDelivery) -> str:
    return f"{timezone.localtime(row.event_at):%-d %b %Y, %H:%M}"
