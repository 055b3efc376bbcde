"""What is done with panels: published, taken back, archived, duplicated, tried. Base of the panels' admin (panels.py).

Each thing is done from the panel's page or for several from the list, after a page that says what will happen. Who may
not see a panel is told that there is none; who may only look is refused.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import include, path, reverse
from django.utils import timezone

from interviewpanel.admin.panel_acts import (
    ACTS,
    ARCHIVE,
    COPY,
    PUBLISH,
    REOPEN,
    Act,
    Affected,
    list_consequences,
    list_obstacles,
)
from interviewpanel.admin.panel_checks import BadPlan, check_posted_plan
from interviewpanel.models import InterviewPanel
from interviewpanel.selectors.panel_facts import count_open_links
from interviewpanel.services.invitations import make_token
from interviewpanel.services.panels import (
    PanelInUse,
    PanelMoved,
    PanelNotReady,
    archive_panel,
    copy_panel,
    has_interviews,
    name_copy,
    publish_panel,
    reopen_panel,
)
from interviewpanel.services.trials import issue_trial
from organizations.admin.act_pages import Words, describe_act
from organizations.admin.recording import read_reason
from organizations.admin.scope import TenantAdmin, get_reach, get_user
from organizations.admin.told import Told
from organizations.desk_site import apart

INVITE, ADD_CANDIDATE = "interviewpanel.add_interviewpanelcandidate", "organizations.add_candidate"
Status = InterviewPanel.Status


@dataclass(frozen=True)
class PageAction:
    """A button of the panel's page. `method` post: it acts; get: it leads to a page. `is_new_tab`: beside this one."""

    label: str
    address: str
    icon: str
    method: str = "get"
    is_new_tab: bool = False
    is_primary: bool = False


class PanelActions(TenantAdmin):
    actions = ("publish", "reopen", "archive", "copy")

    # --- Addresses ----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        base, wrap = "interviewpanel_interviewpanel", self.admin_site.admin_view
        own = [
            path("check/", wrap(self.check_plan), name=f"{base}_check_new"),
            path("<int:pk>/check/", wrap(self.check_plan), name=f"{base}_check"),
            path("<int:pk>/try/", wrap(self.try_panel), name=f"{base}_try"),
            path("<int:pk>/preview/", include("interviewpanel.preview_urls")),
            *(path(f"<int:pk>/{name}/", wrap(self.ask_one), {"name": name}, name=f"{base}_{name}") for name in ACTS),
        ]
        return [*own, *super().get_urls()]

    def name_address(self, page: str, *keys: object) -> str:
        return reverse(f"admin:interviewpanel_interviewpanel_{page}", args=keys)

    def name_check_url(self, panel: InterviewPanel | None) -> str:
        return self.name_address("check_new") if panel is None else self.name_address("check", panel.pk)

    def find_panel(self, request: HttpRequest, pk: int, permission: str = "change") -> InterviewPanel:
        """404 for who may not see it, 403 for who may only look."""
        panel: InterviewPanel | None = self.get_object(request, str(pk))
        if panel is None or not self.has_view_permission(request, panel):
            raise Http404("There is no such panel.")
        if not (self.has_change_permission(request) and self.may(request, permission, panel)):
            raise PermissionDenied
        return panel

    # --- While the plan is typed --------------------------------------------------------------------------------------

    @apart
    def check_plan(self, request: HttpRequest, pk: int | None = None) -> JsonResponse:
        """The plan as it is on somebody's page, against the bank: nothing is stored."""
        if request.method != "POST":
            return JsonResponse({"error": "Post the plan."}, status=HTTPStatus.METHOD_NOT_ALLOWED)
        if pk is not None:
            own: list[int] | None = [self.find_panel(request, pk).organization_id]
        elif self.has_add_permission(request):
            reach = get_reach(request)
            own = None if reach.sees_all else reach.list_organizations(self.name_permission("add"))
        else:
            raise PermissionDenied
        try:
            return JsonResponse(check_posted_plan(request.body, own))
        except BadPlan as error:
            return JsonResponse({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)

    # --- Trying -------------------------------------------------------------------------------------------------------

    def try_panel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To the candidate's page, behind a link of the user's own. Made by a post only."""
        panel = self.find_panel(request, pk)
        if not get_reach(request).may(INVITE, panel.organization_id):
            raise PermissionDenied
        back = HttpResponseRedirect(self.name_address("change", panel.pk))
        if request.method != "POST":
            return back
        try:
            invitation = issue_trial(panel=panel, user=get_user(request), now=timezone.now())
        except PanelNotReady as error:
            self.say_problems(request, f"“{panel}” cannot be tried yet:", error.problems)
            return back
        self.log_change(request, panel, "Tried: a trial link was made.")
        return HttpResponseRedirect(reverse("join", args=[make_token(invitation)]))

    # --- From the panel's page ----------------------------------------------------------------------------------------

    def list_page_actions(self, request: HttpRequest, panel: InterviewPanel) -> list[PageAction]:
        """What this user can do with the panel as it is; publishing a draft is a button of the form."""
        found = [PageAction("Preview", self.name_address("preview", panel.pk), "visibility", is_new_tab=True)]
        if not self.has_change_permission(request, panel):
            return found
        if panel.status != Status.ARCHIVED:
            address = self.name_address("try", panel.pk)
            found.append(PageAction("Try it yourself", address, "play_circle", method="post", is_new_tab=True))
        if self.may(request, "add", panel):
            found.append(self._lead_to(COPY, panel, "content_copy"))
        if panel.status != Status.DRAFT and not has_interviews(panel):
            found.append(self._lead_to(REOPEN, panel, "undo"))
        if panel.status != Status.ARCHIVED:
            found.append(self._lead_to(ARCHIVE, panel, "archive"))
        if panel.status == Status.PUBLISHED:
            invite = reverse("admin:interviewpanel_interviewpanelcandidate_add")
            several = reverse("admin:organizations_candidate_import")
            if get_reach(request).may(ADD_CANDIDATE, panel.organization_id):
                found.append(PageAction("Invite many …", f"{several}?panel={panel.pk}", "group_add"))
            found.append(PageAction("Invite one …", f"{invite}?panel={panel.pk}", "person_add", is_primary=True))
        return found

    def _lead_to(self, act: Act, panel: InterviewPanel, icon: str) -> PageAction:
        return PageAction(f"{act.verb} …", self.name_address(act.name, panel.pk), icon)

    def ask_one(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """The page that says what will happen to one panel; posted, it happens."""
        act = ACTS[name]
        panel = self.find_panel(request, pk, act.permission)
        if request.method != "POST":
            return self.ask(request, act, [panel], {"is_one": True})
        shown = self.perform(request, act, [panel])
        return HttpResponseRedirect(self.name_address("change", shown[-1].pk if shown else panel.pk))

    # --- From the list ------------------------------------------------------------------------------------------------

    @admin.action(description="Publish …", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[InterviewPanel]) -> HttpResponse | None:
        return self.ask_many(request, PUBLISH, queryset)

    @admin.action(description="Take back to draft, to change the plan …", permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[InterviewPanel]) -> HttpResponse | None:
        return self.ask_many(request, REOPEN, queryset)

    @admin.action(description="Archive …", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[InterviewPanel]) -> HttpResponse | None:
        return self.ask_many(request, ARCHIVE, queryset)

    @admin.action(description="Duplicate …", permissions=["add"])
    def copy(self, request: HttpRequest, queryset: QuerySet[InterviewPanel]) -> HttpResponse | None:
        return self.ask_many(request, COPY, queryset)

    def ask_many(self, request: HttpRequest, act: Act, chosen: QuerySet[InterviewPanel]) -> HttpResponse | None:
        panels = [panel for panel in chosen if self.may(request, act.permission, panel)]
        if len(panels) < len(chosen):
            self.message_user(request, "Some panels stay as they are: you may only look at them.", messages.WARNING)
        if not panels:
            return None
        if "confirmed" in request.POST:
            self.perform(request, act, panels)
            return None
        return self.ask(request, act, panels, {"checkbox": ACTION_CHECKBOX_NAME})

    # --- Both ---------------------------------------------------------------------------------------------------------

    def ask(
        self, request: HttpRequest, act: Act, panels: list[InterviewPanel], more: Mapping[str, object]
    ) -> TemplateResponse:
        links = count_open_links([panel.pk for panel in panels], timezone.now())
        is_one, count = len(panels) == 1, len(panels)
        words = Words(act.verb, act.many, list_consequences(act, links), act.is_dangerous)
        back = self.name_address("change", panels[0].pk) if "is_one" in more else self.name_address("changelist")
        context = {
            **describe_act(self, request, words, count=count, back=back),
            **more,
            "title": f"{act.verb}: “{panels[0]}”" if is_one else words.name(count),
            "act": act,
            "affected": [Affected(panel, list_obstacles(act, panel)) for panel in panels],
            "new_title": name_copy(panels[0]) if act is COPY and is_one else None,
        }
        return TemplateResponse(request, "admin/interviewpanel/interviewpanel/confirm.html", context)

    def perform(self, request: HttpRequest, act: Act, panels: Iterable[InterviewPanel]) -> list[InterviewPanel]:
        """Returns the panels to look at next: those that were made, else those that were changed."""
        told, seen = Told(read_reason(request, "reason")), read_seen(request)
        done: dict[str, Callable[[HttpRequest, InterviewPanel, Told, str | None], InterviewPanel | None]] = {
            "publish": self._publish_one,
            "reopen": self.reopen_one,
            "archive": self.archive_one,
            "copy": self.copy_one,
        }
        found = [made for panel in panels if (made := done[act.name](request, panel, told, seen.get(panel.pk)))]
        told.say(request, "panels")
        return found

    def publish_one(self, request: HttpRequest, panel: InterviewPanel) -> InterviewPanel | None:
        """By the button of the panel's own page."""
        told = Told()
        published = self._publish_one(request, panel, told, None, not_ready="is saved, but not published:")
        told.say(request, "panels")
        return published

    def _publish_one(
        self,
        request: HttpRequest,
        panel: InterviewPanel,
        told: Told,
        seen: str | None,
        not_ready: str = "is not published:",
    ) -> InterviewPanel | None:
        try:
            publish_panel(panel, seen=seen)
        except PanelMoved as error:
            self.message_user(request, str(error), messages.ERROR)
            return None
        except PanelNotReady as error:
            self.say_problems(request, f"“{panel}” {not_ready}", error.problems)
            return None
        self.log_change(request, panel, "Published.", reason=told.reason)
        told.add(panel, "published. Candidates can be invited.")
        return panel

    def reopen_one(
        self, request: HttpRequest, panel: InterviewPanel, told: Told, seen: str | None
    ) -> InterviewPanel | None:
        try:
            reopen_panel(panel, seen=seen)
        except (PanelInUse, PanelMoved) as error:
            told.add(panel, f"stays as it is. {error}", messages.ERROR)
            return None
        self.log_change(request, panel, "Taken back to draft.", reason=told.reason)
        told.add(panel, "draft again. Links open nothing until it is published.", messages.INFO)
        return panel

    def archive_one(
        self, request: HttpRequest, panel: InterviewPanel, told: Told, seen: str | None
    ) -> InterviewPanel | None:
        try:
            archive_panel(panel, seen=seen)
        except PanelMoved as error:
            told.add(panel, f"stays as it is. {error}", messages.ERROR)
            return None
        self.log_change(request, panel, "Archived.", reason=told.reason)
        told.add(panel, "archived. All results stay.", messages.INFO)
        return panel

    def copy_one(self, request: HttpRequest, panel: InterviewPanel, told: Told, seen: str | None) -> InterviewPanel:
        made = copy_panel(panel, request.POST.get("title", "").strip()[:150] or None)
        self.log_addition(request, made, f"Duplicated from “{panel}”.", reason=told.reason)
        told.add(made, "made, as a draft.")
        return made

    def say_problems(self, request: HttpRequest, what: str, problems: Iterable[str]) -> None:
        for line in (what, *problems):
            self.message_user(request, line, messages.ERROR)


def read_seen(request: HttpRequest) -> dict[int, str]:
    """In which state the page showed each panel: `pk-state`, separated by commas."""
    pairs = (one.partition("-") for one in request.POST.get("seen", "").split(","))
    return {int(key): status for key, _, status in pairs if key.isascii() and key.isdecimal() and len(key) < 19}
