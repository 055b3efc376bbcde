"""API keys, by which other systems sign in for an organization; for its administrators.

The key is in the answer to the form that makes it and nowhere else: in no address, no session, no message, no history.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from organizations.admin.act_pages import TEMPLATE as ACT_TEMPLATE
from organizations.admin.act_pages import Words, describe_act, is_confirmed
from organizations.admin.once import keep_done
from organizations.admin.reasons import ReasonForm
from organizations.admin.refusals import Refusals
from organizations.admin.scope import OfferedLookupsAdmin, RecordedAdmin, TenantAdmin, get_user
from organizations.admin.tables import NOTHING, draw_badge, draw_list, show_moment
from organizations.domain.scopes import SCOPES
from organizations.models import ApiKey
from organizations.services.api_keys import KeyRefused, make_key, revoke_key

LIST = "admin:organizations_apikey_changelist"
LASTS = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("730", "Two years"), ("", "Until it is revoked")]
MADE = "_made_key"  # of the request
REVOKE = Words(
    "Revoke the key",
    "Revoke {count} keys",
    ("It opens nothing any more, from this moment. Systems that use it are refused until they have another.",),
    is_danger=True,
)


class ApiKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(name, words) for name, (words, _) in SCOPES.items()],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Give it what its system needs and no more.",
    )
    days = forms.ChoiceField(
        label="It lasts", choices=LASTS, initial="365", required=False, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = ApiKey
        fields = ("organization", "name")
        help_texts = {"name": "Which system uses it: what colleagues will know it by."}


class KeyStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("active", "Works"), ("ended", "Has ended"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now = timezone.now()
        states = {
            "active": Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now)),
            "ended": Q(revoked_at=None, expires_at__lte=now),
            "revoked": Q(revoked_at__isnull=False),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(ApiKey)
class ApiKeyAdmin(Refusals, OfferedLookupsAdmin, RecordedAdmin):
    form = ApiKeyForm
    add_form_template = "admin/change_form.html"
    change_form_template = "admin/organizations/apikey/change_form.html"
    list_display: ClassVar[tuple[str, ...]] = (
        "name",
        "begins",
        "may_do",
        "state_sign",
        "used",
        "until",
        "organization",
    )
    list_filter = (KeyStateFilter, ("organization", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organization",)
    search_fields = ("name", "prefix")
    date_hierarchy = "created_at"
    ordering = ("name", "pk")
    readonly_fields = ("begins", "allowed", "state_sign", "used", "until", "maker", "since")
    add_fields = ("organization", "name", "scopes", "days")
    shown_fields = ("name", "organization", "begins", "allowed", "state_sign", "until", "used", "maker", "since")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ((None, {"fields": self.add_fields if obj is None else self.shown_fields}),)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return TenantAdmin.has_add_permission(self, request)

    def may_revoke(self, request: HttpRequest, row: ApiKey) -> bool:
        return request.user.has_perm(self.name_permission("change")) and self.may(request, "change", row)

    def name_row(self, row: Any) -> str:
        return str(row.name)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        context = {"title": "Make an API key", **(extra_context or {})}
        response: HttpResponse = super().add_view(request, form_url, context)
        return response

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is None:
            context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
            return TenantAdmin.render_change_form(self, request, context, *args, **kwargs)
        context["may_revoke"] = row.revoked_at is None and self.may_revoke(request, row)
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Made, and shown once ----------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        data = form.cleaned_data
        try:
            made, key = make_key(
                organization=obj.organization,
                name=data["name"],
                scopes=data["scopes"],
                made_by=get_user(request),
                now=timezone.now(),
                days=int(data["days"]) if data["days"] else None,
            )
        except KeyRefused as refusal:
            self.refuse(request, refusal)
            return
        obj.__dict__.update(made.__dict__)
        setattr(request, MADE, key)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any, reason: str = "") -> None:
        if not self.is_refused(request):
            super().log_addition(request, obj, f"May: {', '.join(obj.scopes)}.", reason)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """The page with the key, which is kept nowhere: not even a reload brings it back."""
        if self.is_refused(request):
            return HttpResponseRedirect(reverse(LIST))
        keep_done(request, name_page(obj))
        context = {
            **self.admin_site.each_context(request),
            "title": "Copy this key",
            "opts": self.opts,
            "row": obj,
            "words": [words for name, (words, _) in SCOPES.items() if name in obj.scopes],
            "key": getattr(request, MADE),
            "back": reverse(LIST),
        }
        response = TemplateResponse(request, "admin/organizations/apikey/key.html", context)
        add_never_cache_headers(response)
        return response

    # --- Revoked -----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:pk>/revoke/", view, name="organizations_apikey_revoke"), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row: ApiKey | None = self.get_object(request, str(pk))
        if row is None or not self.may_revoke(request, row):
            raise Http404("There is no such key.")
        form = ReasonForm(request.POST if is_confirmed(request) else None)
        if row.revoked_at is None and not form.is_valid():
            says = [f"{row.name}, which begins with {row.prefix}, of {row.organization}.", *REVOKE.says]
            asked = describe_act(self, request, REVOKE, count=1, back=name_page(row), form=form)
            return TemplateResponse(request, ACT_TEMPLATE, {**asked, "says": says})
        if revoke_key(key=row, now=timezone.now()):
            self.log_change(request, row, "Revoked.", reason=form.cleaned_data["reason"])
            self.message_user(request, f"The key “{row.name}” is revoked.", messages.SUCCESS)
        else:
            self.message_user(request, "This key was revoked before.", messages.ERROR)
        return HttpResponseRedirect(reverse(LIST))

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="begins with", ordering="prefix")
    def begins(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @admin.display(description="may")
    def may_do(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description="may")
    def allowed(self, key: ApiKey) -> SafeString | str:
        return draw_list(f"{words} ({name})" for name, (words, _) in SCOPES.items() if name in key.scopes)

    @admin.display(description="state")
    def state_sign(self, key: ApiKey) -> SafeString:
        if key.revoked_at is not None:
            return draw_badge("revoked", "is-bad")
        if key.expires_at is not None and key.expires_at <= timezone.now():
            return draw_badge("has ended", "is-warning")
        return draw_badge("works", "is-good")

    @admin.display(description="last used", ordering="last_used_at")
    def used(self, key: ApiKey) -> SafeString | str:
        return show_moment(key.last_used_at) if key.last_used_at else "never"

    @admin.display(description="until", ordering="expires_at")
    def until(self, key: ApiKey) -> SafeString | str:
        return show_moment(key.expires_at)

    @admin.display(description="made by")
    def maker(self, key: ApiKey) -> str:
        return str(key.created_by) if key.created_by is not None else NOTHING

    @admin.display(description="made", ordering="created_at")
    def since(self, key: ApiKey) -> SafeString | str:
        return show_moment(key.created_at)


def name_page(row: ApiKey) -> str:
    return reverse("admin:organizations_apikey_change", args=[row.pk])
