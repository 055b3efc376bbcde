"""Panels: set up as drafts, published when the bank can fill them, then invited to.

The list and the page are here; the grid of the plan is panel_grid.py, what is done with a panel panel_actions.py.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from interviewpanel.admin.panel_actions import PanelActions
from interviewpanel.admin.panel_forms import TURN_NAMES, PanelForm
from interviewpanel.admin.panel_grid import Grid, PlanInline, make_grid
from interviewpanel.admin.panel_steps import EDITED, LIMITS, READ, list_steps
from interviewpanel.admin.panel_voices import PanelVoices
from interviewpanel.admin.panel_words import describe_scoring, describe_turns, describe_window, write_consent
from interviewpanel.admin.state_signs import draw_panel_state
from interviewpanel.domain.turn_rules import PROFILES
from interviewpanel.models import InterviewPanel, InterviewPanelQuestionDistribution, InterviewSession
from interviewpanel.selectors.decisions import HELD
from interviewpanel.selectors.panel_facts import annotate_figures, count_held, count_open_links, was_offered
from interviewpanel.services.panels import has_interviews
from organizations.admin.locked import LockedRow
from organizations.admin.scope import TenantAdmin, get_reach
from organizations.models import Organization
from organizations.selectors import find_zone


@admin.register(InterviewPanel)
class InterviewPanelAdmin(PanelVoices, PanelActions, LockedRow, TenantAdmin):
    form = PanelForm
    written_besides = ("turn_settings", "score_weights")
    asks_reason = True
    inlines = (PlanInline,)
    list_display = ("name", "state", "question_count", "invited", "held", "window", "organization")
    list_filter = (
        *("status", "language", "opens_at", "closes_at", "created_at"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("organization",)
    search_fields = ("title", "job_title", "job_category")
    date_hierarchy = "created_at"
    radio_fields = {"turn_profile": admin.VERTICAL, "accommodation_policy": admin.VERTICAL}
    readonly_fields = ("uuid", "created_at")
    fieldsets = EDITED

    # --- The page -----------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_edit = self.has_add_permission(request) if obj is None else self.has_change_permission(request, obj)
        return EDITED if may_edit else READ

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        said = self._name_zones(request, obj)
        for name, help_text in (
            ("opens_at", "Interviews can begin from here on. Empty: at once."),
            ("closes_at", "No interview begins after this, and no link lasts longer. Empty: no end."),
        ):
            if name in form.base_fields:
                form.base_fields[name].help_text = f"{help_text} {said}"
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Times are shown, and read, in the time zone of the panel's organization."""
        organization = self._find_organization(request, object_id)
        setattr(request, "_panel_organization", organization)  # noqa: B010 - the request is Django's, the name is ours
        with timezone.override(find_zone(organization)):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return response.render() if isinstance(response, TemplateResponse) else response

    def _find_organization(self, request: HttpRequest, object_id: str | None) -> Organization | None:
        """Whose panel it is, or will be; None where that is still to be chosen."""
        if object_id is not None:
            panel = self.get_object(request, object_id)
            return panel.organization if panel is not None else None
        own = self.list_own_organizations(request)
        chosen = request.POST.get("organization", "")
        if chosen.isdecimal():
            return own.filter(pk=chosen).first()
        return own.first() if own.count() == 1 else None

    def list_own_organizations(self, request: HttpRequest) -> QuerySet[Organization]:
        """Those that the user may make panels for."""
        reach = get_reach(request)
        rows = Organization.objects.all()
        return rows if reach.sees_all else rows.filter(pk__in=reach.list_organizations(self.name_permission("add")))

    def _name_zones(self, request: HttpRequest, obj: Any) -> str:
        if obj is not None:
            return f"Times are those of {obj.organization.name}: {find_zone(obj.organization).key}."
        zones = [(one.name, find_zone(one).key) for one in self.list_own_organizations(request)[:6]]
        if len({key for _, key in zones}) == 1:
            return f"Times are those of {zones[0][1]}."
        return "Times are those of the organization: " + "; ".join(f"{name} {key}" for name, key in zones) + "."

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        panel = kwargs.get("obj")
        form = context["adminform"].form
        may_change = self.has_add_permission(request) if panel is None else self.has_change_permission(request, panel)
        organization = getattr(request, "_panel_organization", None)
        context.update(
            may_change=may_change,
            is_plan_open=may_change and form.is_plan_open,
            grid=self._make_grid(context, panel, organization, may_change and form.is_plan_open),
            steps=list_steps(context["adminform"]),
            consent=write_consent(panel, organization),
            show_save_and_add_another=False,
            page_facts={
                "checkUrl": self.name_check_url(panel),
                "profiles": {
                    name: {one: getattr(rules, one) for one in TURN_NAMES if one != "think_seconds"}
                    for name, rules in PROFILES.items()
                },
            },
        )
        if panel is not None:
            context.update(self._describe_page(request, panel))
        return super().render_change_form(request, context, *args, **kwargs)

    def _make_grid(self, context: Any, panel: Any, organization: Organization | None, is_open: bool) -> Grid:
        form = context["adminform"].form
        [inline] = context["inline_admin_formsets"]
        values = {name: form[name].value() if name in form.fields else getattr(panel, name) for name in LIMITS}
        language = form["language"].value() if "language" in form.fields else panel.language
        return make_grid(
            inline.formset,
            language=str(language),
            organization_id=organization.pk if organization else None,
            limits={name: read_limit(value) for name, value in values.items()},
            is_open=is_open,
        )

    def _describe_page(self, request: HttpRequest, panel: InterviewPanel) -> dict[str, Any]:
        """The head of a stored panel's page: how it stands, and what can be done with it."""
        sessions = InterviewSession.objects.filter(invitation__panel=panel)
        return {
            "panel": panel,
            "window": describe_window(panel),
            "invited": panel.invitations.filter(is_trial=False).count(),
            "held": count_held(sessions),
            "held_statuses": ",".join(HELD),
            "trials": panel.invitations.filter(is_trial=True).count(),
            "links": count_open_links([panel.pk], timezone.now()),
            "has_interviews": has_interviews(panel),
            "actions": self.list_page_actions(request, panel),
            "show_delete": not was_offered([panel]),  # what somebody was invited to is archived
        }

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A panel that only its makers have tried goes with their trials, which nobody may delete by themselves."""
        named, counts, needed, protected = super().get_deleted_objects(objs, request)
        if not was_offered(objs):
            own = (InterviewPanel, InterviewPanelQuestionDistribution)
            needed = set(needed) & {str(model._meta.verbose_name) for model in own}
        return named, counts, needed, protected

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._publish_or(super().response_add, request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._publish_or(super().response_change, request, obj)

    def _publish_or(self, respond: Callable[..., HttpResponse], request: HttpRequest, panel: Any) -> HttpResponse:
        if "_publish" in request.POST and self.has_change_permission(request, panel):
            self.publish_one(request, panel)
            return HttpResponseRedirect(reverse("admin:interviewpanel_interviewpanel_change", args=[panel.pk]))
        return respond(request, panel)

    @admin.display(description="how turns end")
    def turns(self, panel: InterviewPanel) -> str:
        return describe_turns(panel)

    @admin.display(description="what counts")
    def scoring(self, panel: InterviewPanel) -> str:
        return describe_scoring(panel)

    # --- The list -----------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return annotate_figures(super().get_queryset(request).select_related("organization"))

    @admin.display(description="panel", ordering="title")
    def name(self, panel: InterviewPanel) -> str:
        return format_html('{}<br><span class="desk-hint">{}</span>', panel.title, panel.job_title)

    @admin.display(description="status", ordering="status")
    def state(self, panel: InterviewPanel) -> str:
        return draw_panel_state(panel.status)

    @admin.display(description="questions", ordering="planned")
    def question_count(self, panel: Any) -> int:
        return int(panel.planned)

    @admin.display(ordering="invited_count")
    def invited(self, panel: Any) -> str:
        return link_figure("interviewpanelcandidate", "panel__id__exact", panel.pk, int(panel.invited_count))

    @admin.display(description="held", ordering="held_count")
    def held(self, panel: Any) -> str:
        return link_figure(
            "interviewsession",
            f"status__in={','.join(HELD)}&invitation__panel__id__exact",
            panel.pk,
            int(panel.held_count),
        )

    @admin.display(ordering="closes_at")
    def window(self, panel: InterviewPanel) -> str:
        return format_html('<span class="moment">{}</span>', describe_window(panel))


def link_figure(model: str, lookup: str, panel_id: int, figure: int) -> str:
    """A figure that leads to the list of what it counts."""
    address = reverse(f"admin:interviewpanel_{model}_changelist")
    return format_html('<a class="desk-link" href="{}?{}={}">{}</a>', address, lookup, panel_id, figure)


def read_limit(value: object) -> int | None:
    return int(str(value)) if str(value).isdecimal() else None
