"""Live interviews in the admin: the list, the page from which one is watched, and what may be done to it meanwhile.

The pages show what `monitoring` says, and go on by the monitor's socket (consumers/monitor.py). A base of
`InterviewSessionAdmin`: who may see the interview may watch it; who may end or extend it has the permission `steer`.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from authentication.models import User
from interviewpanel.admin.ways import list_ways
from interviewpanel.interview_urls import review_url
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.watchers import PERMISSION, Watcher
from interviewpanel.services.monitoring import view_live, view_session
from interviewpanel.services.queue_views import count_in_line
from interviewpanel.services.steering import MOST_MINUTES, SteeringRefused, end_by_organization, extend_session
from organizations.admin.reasons import ReasonField
from organizations.admin.scope import RecordedAdmin, get_reach, get_user
from organizations.admin.themed_forms import theme_fields

PAGES = "interviewpanel_interviewsession"
SOCKET_PATH = "/ws/monitor/"
ANY_UUID = UUID(int=0)


class SteeringForm(forms.Form):
    reason = ReasonField(
        required=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept in the history of this interview, with your name. The candidate's page does not show it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme_fields(self.fields)


class ExtendForm(SteeringForm):
    minutes = forms.IntegerField(
        min_value=1, max_value=MOST_MINUTES, initial=10, label="Minutes to add", help_text=f"1 to {MOST_MINUTES}."
    )
    expected_limit_seconds = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["minutes", "reason"]


class LiveAdmin(RecordedAdmin):
    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any, name: str) -> Any:
            return path(f"live/{route}", self.admin_site.admin_view(view), name=f"{PAGES}_{name}")

        own = [
            at("", self.live_view, "live"),
            at("<uuid:uuid>/", self.watch_view, "watch"),
            at("<uuid:uuid>/end/", self.end_view, "end"),
            at("<uuid:uuid>/extend/", self.extend_view, "extend"),
        ]
        return [*own, *super().get_urls()]

    # --- What is seen ----------------------------------------------------------------------------------------------

    def live_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404("There are no live interviews here.")
        view = view_live(_find_watcher(request), timezone.now())
        reach = get_reach(request)
        context = {
            "title": "Live",
            "live": view.facts,
            "names_organization": reach.sees_all or len(reach.roles) > 1,
            "watch_path": reverse(f"admin:{PAGES}_watch", args=[ANY_UUID]),
            "waiting": count_in_line(None if reach.sees_all else reach.list_organizations(PERMISSION), timezone.now()),
        }
        return self._render(request, "list", context)

    def watch_view(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        session = self._find(request, uuid)
        view = view_session(session.pk, _find_watcher(request), timezone.now())
        context = {
            "title": "Live",
            "subtitle": session.invitation.candidate.full_name,
            "session": session,
            "ways": list_ways(request, session.invitation),
            "state": view.facts,
            "may_steer": self.may_steer(request, session),
            "review_url": review_url(session.pk),
            "end_form": SteeringForm(auto_id="end_%s"),
            "extend_form": _make_extend_form(session),
        }
        return self._render(request, "session", context)

    def _render(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "socket_path": SOCKET_PATH}
        return TemplateResponse(request, f"admin/interviewpanel/live/{name}.html", {**shared, **context})

    def _find(self, request: HttpRequest, uuid: UUID) -> InterviewSession:
        """One that this user may see. For everybody else there is no such interview."""
        session = self.get_queryset(request).filter(uuid=uuid).first()
        if session is None or not self.has_view_permission(request, session):
            raise Http404("There is no such interview.")
        return session

    # --- What is done ------------------------------------------------------------------------------------------------

    def may_steer(self, request: HttpRequest, session: InterviewSession) -> bool:
        permission = self.name_permission("steer")
        user = request.user
        return isinstance(user, User) and user.has_perm(permission) and self.may(request, "steer", session)

    def end_view(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """GET asks for the reason, POST ends the interview."""
        session = self._find_steerable(request, uuid)
        form = SteeringForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self._ask(request, session, form, "end", "End this interview", "End the interview now")
        try:
            with transaction.atomic():
                end_by_organization(session_id=session.pk, now=timezone.now())
                self.log_change(request, session, "Ended while it went on.", reason=form.cleaned_data["reason"])
        except SteeringRefused as refusal:
            return self._return(request, session, str(refusal), messages.ERROR)
        return self._return(request, session, "The interview is ended. The candidate has been told.", messages.SUCCESS)

    def extend_view(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """GET asks how long and why, POST adds the time."""
        session = self._find_steerable(request, uuid)
        form = ExtendForm(request.POST) if request.method == "POST" else _make_extend_form(session)
        if request.method != "POST" or not form.is_valid():
            return self._ask(request, session, form, "extend", "Add talking time", "Add the time")
        values = form.cleaned_data
        minutes, expected = values["minutes"], values["expected_limit_seconds"]
        added = "1 minute" if minutes == 1 else f"{minutes} minutes"
        now = timezone.now()
        try:
            with transaction.atomic():
                extend_session(session_id=session.pk, minutes=minutes, expected_limit_seconds=expected, now=now)
                self.log_change(request, session, f"Extended by {added}.", reason=values["reason"])
        except SteeringRefused as refusal:
            return self._return(request, session, str(refusal), messages.ERROR)
        said = f"{added.capitalize()} more. The candidate's page says so."
        return self._return(request, session, said, messages.SUCCESS)

    def _find_steerable(self, request: HttpRequest, uuid: UUID) -> InterviewSession:
        session = self._find(request, uuid)
        if not self.may_steer(request, session):
            raise Http404("There is no such page for your role.")
        return session

    def _ask(
        self, request: HttpRequest, session: InterviewSession, form: forms.Form, name: str, title: str, button: str
    ) -> HttpResponse:
        """The form as a page of its own: without scripts, or to be corrected."""
        context = {"title": title, "session": session, "form": form, "name": name, "button": button}
        return self._render(request, "steer", {**context, "subtitle": session.invitation.candidate.full_name})

    def _return(self, request: HttpRequest, session: InterviewSession, said: str, level: int) -> HttpResponse:
        self.message_user(request, said, level)
        return HttpResponseRedirect(reverse(f"admin:{PAGES}_watch", args=[session.uuid]))


def _find_watcher(request: HttpRequest) -> Watcher:
    return Watcher(get_user(request).pk, get_reach(request))


def _make_extend_form(session: InterviewSession) -> ExtendForm:
    return ExtendForm(auto_id="extend_%s", initial={"expected_limit_seconds": session.clock_limit_seconds})
