"""Where events are sent: endpoints with how they are doing, their secrets shown once, a test, on and off. For an
organization's administrators."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from organizations.admin.act_pages import TEMPLATE as ACT_TEMPLATE
from organizations.admin.act_pages import Words, describe_act, is_confirmed
from organizations.admin.locked import LockedRow
from organizations.admin.reasons import ReasonForm
from organizations.admin.refusals import Refusals
from organizations.admin.scope import OfferedLookupsAdmin
from organizations.admin.tables import draw_badge, shorten, show_moment
from organizations.admin.webhook_deliveries import draw_delivery_state
from organizations.domain.webhook_events import CHOICES
from organizations.models import WebhookDelivery, WebhookEndpoint
from organizations.selectors import list_lost_endpoints
from organizations.services.webhook_endpoints import (
    SecretUnreadable,
    WebhookRefused,
    change_endpoint,
    check_url,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    make_endpoint,
    read_secret,
    rotate_secret,
)
from organizations.services.webhooks import ReplayRefused, send_test

SHOWN = "webhook_to_show"  # where the session keeps whose secret is shown next; never the secret
LAST_SHOWN = 10
SWITCH_OFF = Words(
    "Switch the endpoint off",
    "Switch {count} endpoints off",
    (
        "It is sent nothing any more. What is on its way is given up; it can be sent again once the endpoint is on.",
        "What happens while it is off is not kept for it, and cannot be sent again.",
    ),
    is_danger=True,
)
Because = WebhookEndpoint.Because
BECAUSE = {Because.PERSON: "off", Because.GONE: "off: gone", Because.FAILING: "off: failing"}


class WebhookForm(forms.ModelForm):
    event_types = forms.MultipleChoiceField(
        choices=[(name, f"{name}: {words}") for name, words in CHOICES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="Events",
        help_text="Which events are sent there. None chosen: all of them.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("organization", "url", "description", "event_types")
        widgets = {"url": forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"})}
        help_texts = {"url": "Where the other system takes events: https:// and a public address."}

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            check_url(url)
        except WebhookRefused as refusal:
            raise forms.ValidationError(refusal.words) from refusal
        return url


def draw_health(endpoint: WebhookEndpoint) -> SafeString:
    if not endpoint.is_enabled:
        because = endpoint.disabled_because
        return draw_badge(BECAUSE[Because(because)], "" if because == Because.PERSON else "is-bad")
    if endpoint.failing_since is not None:
        since = show_moment(endpoint.failing_since)
        return format_html('{}<br><span class="desk-hint">since {}</span>', draw_badge("failing", "is-warning"), since)
    return draw_badge("working", "is-good") if endpoint.last_success_at else draw_badge("nothing sent yet", "is-info")


class HealthFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "health"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("on", "On"), ("failing", "Failing"), ("lost", "Switched off by failures"), ("off", "Switched off")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked: dict[str, dict[str, Any]] = {
            "on": {"disabled_at": None},
            "failing": {"disabled_at": None, "failing_since__isnull": False},
            "off": {"disabled_because": Because.PERSON},
        }
        if self.value() == "lost":
            return list_lost_endpoints(queryset)
        return queryset.filter(**asked.get(self.value() or "", {}))


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(Refusals, LockedRow, OfferedLookupsAdmin):
    form = WebhookForm
    change_form_template = "admin/organizations/webhookendpoint/change_form.html"
    asks_reason = True
    list_display = ("address", "description", "health", "last_success", "organization")
    list_display_links = ("address",)
    list_filter = (HealthFilter, ("organization", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organization",)
    search_fields = ("url", "description")
    date_hierarchy = "created_at"
    ordering = ("pk",)
    readonly_fields = ("health", "last_success", "failing", "overlap")
    told_fields: ClassVar = ("health", "last_success", "failing", "overlap")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Without those that an interview brought for itself."""
        return super().get_queryset(request).filter(subject=None)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = (None, {"fields": ("organization", "url", "description", "event_types")})
        return (asked,) if obj is None else (asked, ("How it is doing", {"fields": self.told_fields}))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is None:
            context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        else:
            last = row.deliveries.order_by("-pk")[:LAST_SHOWN]
            context["may_act"] = self.has_change_permission(request, row)
            context["deliveries"] = [(one, draw_delivery_state(one), show_moment(one.event_at)) for one in last]
            context["log"] = f"{reverse('admin:organizations_webhookdelivery_changelist')}?endpoint={row.pk}"
        return super().render_change_form(request, context, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The log of what was sent there goes with an endpoint, and nobody deletes it by itself."""
        named, counts, needed, protected = super().get_deleted_objects(objs, request)
        return named, counts, needed - {WebhookDelivery._meta.verbose_name}, protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_endpoint(endpoint=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for one in queryset.order_by("pk"):
                delete_endpoint(endpoint=one)

    # --- Saving ------------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        wanted = {"url": obj.url, "event_types": obj.event_types, "description": obj.description}
        if change:
            change_endpoint(endpoint=obj, **wanted)
            return
        try:
            made, _ = make_endpoint(organization=obj.organization, now=timezone.now(), **wanted)
        except WebhookRefused as refusal:
            self.refuse(request, refusal)
        else:
            obj.__dict__.update(made.__dict__)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any, reason: str = "") -> None:
        if not self.is_refused(request):
            super().log_addition(request, obj, message, reason)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if self.is_refused(request):
            return HttpResponseRedirect(reverse("admin:organizations_webhookendpoint_changelist"))
        return self.lead_to_secret(request, obj)

    # --- Deeds -------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any) -> Any:
            name = f"organizations_webhookendpoint_{route}"
            return path(f"<int:pk>/{route}/", self.admin_site.admin_view(view), name=name)

        own = [at("secret", require_safe(self.secret_view)), at("rotate", require_POST(self.rotate_view))]
        own += [at("test", require_POST(self.test_view)), at("enable", require_POST(self.enable_view))]
        return [*own, at("disable", self.disable_view), *super().get_urls()]

    def _find_row(self, request: HttpRequest, pk: int) -> WebhookEndpoint:
        row: WebhookEndpoint | None = self.get_object(request, str(pk))
        if row is None or not self.has_change_permission(request, row):
            raise Http404("There is no such endpoint.")
        return row

    def _end(self, request: HttpRequest, row: WebhookEndpoint, said: str, level: int) -> HttpResponse:
        self.message_user(request, said, level)
        return HttpResponseRedirect(name_page(row))

    def rotate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._find_row(request, pk)
        rotate_secret(endpoint=row, now=timezone.now())
        self.log_change(request, row, "A new secret was made.")
        return self.lead_to_secret(request, row)

    def lead_to_secret(self, request: HttpRequest, row: WebhookEndpoint) -> HttpResponse:
        request.session[SHOWN] = row.pk
        return HttpResponseRedirect(name_page(row, "secret"))

    def secret_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Once, after it was made: the page is kept nowhere."""
        row = self._find_row(request, pk)
        is_next = request.session.get(SHOWN) == row.pk
        try:
            secret = read_secret(row, timezone.now()) if is_next else ""
        except SecretUnreadable:
            secret = ""
        if not secret:
            return self._end(request, row, "A secret is shown once. If it is lost, make a new one.", messages.INFO)
        del request.session[SHOWN]
        context = {
            **self.admin_site.each_context(request),
            "title": "Copy the secret now",
            "opts": self.opts,
            "endpoint": row,
            "secret": secret,
            "back": name_page(row),
        }
        response = TemplateResponse(request, "admin/organizations/webhookendpoint/secret.html", context)
        add_never_cache_headers(response)
        return response

    def test_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._find_row(request, pk)
        try:
            delivery = send_test(endpoint=row, now=timezone.now())
        except ReplayRefused as refusal:
            return self._end(request, row, str(refusal), messages.ERROR)
        self.log_change(request, row, "A test event was sent.")
        said = "A test event is on its way. Load this page anew to see what becomes of it."
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:organizations_webhookdelivery_change", args=[delivery.pk]))

    def enable_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._find_row(request, pk)
        if not enable_endpoint(endpoint=row):
            return self._end(request, row, "This endpoint is on.", messages.ERROR)
        self.log_change(request, row, "Switched on.")
        return self._end(request, row, "The endpoint is on. Send a test to see whether it works.", messages.SUCCESS)

    def disable_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._find_row(request, pk)
        form = ReasonForm(request.POST if is_confirmed(request) else None)
        if not form.is_valid():
            asked = describe_act(self, request, SWITCH_OFF, count=1, back=name_page(row), form=form)
            return TemplateResponse(request, ACT_TEMPLATE, {**asked, "says": [str(row), *SWITCH_OFF.says]})
        if not disable_endpoint(endpoint=row, now=timezone.now()):
            return self._end(request, row, "This endpoint is off.", messages.ERROR)
        self.log_change(request, row, "Switched off.", form.cleaned_data["reason"])
        return self._end(request, row, "The endpoint is off.", messages.SUCCESS)

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="URL")
    def address(self, row: WebhookEndpoint) -> str:
        return shorten(row.url.removeprefix("https://"), 40)

    @admin.display(description="state")
    def health(self, row: WebhookEndpoint) -> SafeString:
        return draw_health(row)

    @admin.display(description="last success")
    def last_success(self, row: WebhookEndpoint) -> SafeString | str:
        return show_moment(row.last_success_at)

    @admin.display(description="failing since")
    def failing(self, row: WebhookEndpoint) -> SafeString | str:
        return show_moment(row.failing_since)

    @admin.display(description="the secret before signs until")
    def overlap(self, row: WebhookEndpoint) -> SafeString | str:
        until = row.previous_secret_until
        return show_moment(until if until and until > timezone.now() else None)


def name_page(row: WebhookEndpoint, page: str = "change") -> str:
    return reverse(f"admin:organizations_webhookendpoint_{page}", args=[row.pk])
