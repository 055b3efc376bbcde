"""An organization's own words for the messages it sends, with a preview beside the form, and a test to oneself."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils import timezone

from organizations.admin.scope import TenantAdmin, get_reach
from organizations.admin.tables import show_moment
from organizations.desk_site import apart
from organizations.domain.message_texts import count_sms_parts
from organizations.models import MessageTemplate, Organization
from organizations.services.message_kinds import KINDS, MessageKind, Words, name_kind
from organizations.services.message_words import check_words, compose, embed_logo, read_logo
from organizations.services.messages import EMAIL, MessageRefused, queue_test

PAGE = "admin:organizations_messagetemplate"
CHANNELS = MessageTemplate.Channel


def list_kinds() -> list[tuple[str, str]]:
    return [(kind.name, kind.label) for kind in KINDS.values()]


class MessageTemplateForm(forms.ModelForm):
    kind = forms.ChoiceField(choices=list_kinds, label="Message")

    class Meta:
        model = MessageTemplate
        fields = ("organization", "kind", "channel", "language", "subject", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 16})}
        help_texts = {"subject": "Of e-mail only.", "text": "An empty line begins a new paragraph."}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = KINDS.get(data.get("kind", ""))
        if kind is not None and data.get("channel"):
            words = Words(data.get("subject", ""), data.get("text", ""))
            for name, problems in check_words(kind, data["channel"], words).items():
                if name not in self.errors:
                    self.add_error(name, problems)
        return data


@admin.register(MessageTemplate)
class MessageTemplateAdmin(TenantAdmin):
    form = MessageTemplateForm
    list_display = ("what", "channel", "language", "subject", "organization", "changed")
    list_filter = ("channel", "language", ("organization", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organization",)
    search_fields = ("subject", "text")
    date_hierarchy = "changed_at"
    fieldsets = ((None, {"fields": ("organization", "kind", "channel", "language", "subject", "text")}),)
    list_before_template = "admin/organizations/messagetemplate/overview.html"
    change_form_outer_after_template = "admin/organizations/messagetemplate/preview.html"

    class Media:
        js = ("organizations/message_preview.js",)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", view, name="organizations_messagetemplate_preview"), *super().get_urls()]

    def list_organizations(self, request: HttpRequest) -> list[Organization]:
        """Where the user may write messages."""
        reach, rows = get_reach(request), Organization.objects.order_by("name")
        return list(
            rows if reach.sees_all else rows.filter(pk__in=reach.list_organizations(self.name_permission("add")))
        )

    # --- The list: every message there is, in whose words -----------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        organizations = self.list_organizations(request)[:5]
        own = {
            (row.organization_id, row.kind, row.channel, row.language): row.pk
            for row in MessageTemplate.objects.filter(organization__in=organizations)
        }
        columns = [(channel, language) for channel in CHANNELS for language in dict(settings.LANGUAGES)]
        overview = [
            {
                "organization": organization,
                "kinds": [
                    (kind.label, [self._find_page(own, organization.pk, kind.name, *column) for column in columns])
                    for kind in KINDS.values()
                ],
            }
            for organization in organizations
        ]
        heads = [f"{CHANNELS(channel).label}, {language}" for channel, language in columns]
        context = {"overview": overview, "overview_heads": heads, "is_shared": len(organizations) > 1}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def _find_page(self, own: dict[Any, int], organization: int, kind: str, channel: str, language: str) -> Any:
        """Where the text is changed, and whether it is the organization's own."""
        pk = own.get((organization, kind, channel, language))
        if pk is not None:
            return reverse(f"{PAGE}_change", args=[pk]), True
        asked = f"organization={organization}&kind={kind}&channel={channel}&language={language}"
        return f"{reverse(f'{PAGE}_add')}?{asked}", False

    # --- The page ----------------------------------------------------------------------------------------------------

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new text begins with the built-in one."""
        initial = super().get_changeform_initial_data(request)
        kind = KINDS.get(str(initial.get("kind", "")))
        if kind is not None:
            channel, language = str(initial.get("channel", EMAIL)), read_language(initial)
            if channel in CHANNELS.values:
                words = kind.read_words(channel, language)
                initial |= {"subject": words.subject, "text": words.text}
        return initial

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        context["preview_url"] = reverse(f"{PAGE}_preview")
        context["placeholders"] = {name: dict(kind.placeholders) for name, kind in KINDS.items()}
        row = kwargs.get("obj")
        context["may_test"] = (
            self.has_add_permission(request) if row is None else self.has_change_permission(request, row)
        )
        context["own_address"] = getattr(request.user, "email", "")
        return super().render_change_form(request, context, *args, **kwargs)

    @apart
    def preview_view(self, request: HttpRequest) -> JsonResponse:
        """What the form says, drawn with made-up values. 404 for an organization or kind that is not one's own."""
        asked = request.POST
        kind = KINDS.get(asked.get("kind", ""))
        organization = next(
            (one for one in self.list_organizations(request) if str(one.pk) == asked.get("organization")), None
        )
        if request.method != "POST" or kind is None or organization is None:
            raise Http404("There is nothing to be shown.")
        return JsonResponse(draw_preview(organization, kind, asked))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._send_test(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._send_test(request, obj) or super().response_change(request, obj)

    def _send_test(self, request: HttpRequest, obj: MessageTemplate) -> HttpResponse | None:
        """To whoever is signed in, and to nobody else."""
        if "_test" not in request.POST:
            return None
        address = str(getattr(request.user, "email", ""))
        try:
            queue_test(
                organization=obj.organization,
                kind=obj.kind,
                channel=EMAIL,
                language=obj.language,
                to_address=address,
                now=timezone.now(),
            )
        except MessageRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, f"Saved. A test is on its way to {address}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse(f"{PAGE}_change", args=[obj.pk]))

    @admin.display(description="message", ordering="kind")
    def what(self, row: Any) -> str:
        return name_kind(row.kind)

    @admin.display(description="changed", ordering="changed_at")
    def changed(self, row: Any) -> str:
        return show_moment(row.changed_at)


def read_language(asked: Any) -> str:
    """One in which there are texts; English for anything else that somebody may write into an address."""
    language = str(asked.get("language", ""))
    return language if language in dict(settings.LANGUAGES) else "en"


def draw_preview(organization: Organization, kind: MessageKind, asked: Any) -> dict[str, Any]:
    """The message as it would look, or what is wrong with it."""
    channel = asked.get("channel") if asked.get("channel") in CHANNELS.values else EMAIL
    language = read_language(asked)
    words = Words(asked.get("subject", "")[:150], asked.get("text", "")[:5000])
    problems = [one for some in check_words(kind, channel, words).values() for one in some]
    if problems:
        return {"problems": problems}
    content = kind.make_sample(organization, language)
    logo = embed_logo(read_logo(organization)) if channel == EMAIL else ""
    composed = compose(organization, channel, language, words, content, logo_url=logo)
    parts = count_sms_parts(composed.text) if channel != EMAIL else 0
    return {"problems": [], "subject": composed.subject, "text": composed.text, "html": composed.html, "parts": parts}
