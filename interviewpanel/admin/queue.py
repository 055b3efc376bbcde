"""The queue in the admin: who waits for a place, how long, and letting somebody in by hand.

A base of `InterviewSessionAdmin`: who may see interviews sees who waits for one; who may steer them may let somebody
in, who sees the whole site over the organization's own limit too, and nobody over the site's.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone

from interviewpanel.admin.live import PAGES, LiveAdmin, SteeringForm
from interviewpanel.models import Place
from interviewpanel.selectors.watchers import PERMISSION
from interviewpanel.services.admissions import QueueRefused, let_in_by_hand
from interviewpanel.services.queue_views import view_queue
from organizations.admin.scope import get_reach, get_user
from organizations.models import Organization


class QueueAdmin(LiveAdmin):
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("live/queue/", view(self.queue_view), name=f"{PAGES}_queue"),
            path("live/queue/<uuid:uuid>/let-in/", view(self.let_in_view), name=f"{PAGES}_let_in"),
        ]
        return [*own, *super().get_urls()]

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404("There is no queue here.")
        reach = get_reach(request)
        organizations = Organization.objects.order_by("name")
        if not reach.sees_all:
            organizations = organizations.filter(pk__in=reach.list_organizations(PERMISSION))
        view = view_queue(list(organizations), timezone.now())
        permission = self.name_permission("steer")
        context = {
            "title": "Live",
            "subtitle": "Queue",
            "queue": view,
            "rows": [(row, reach.may(permission, row.session.organization_id)) for row in view.rows],
            "own": [one for one in view.own if one.taken or one.waiting or one.absent or one.limit is not None],
            "sees_site": reach.sees_all,
            "names_organization": reach.sees_all or len(reach.roles) > 1,
        }
        return self._render(request, "queue", context)

    def let_in_view(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """GET asks for the reason, POST calls the candidate."""
        session = self._find_steerable(request, uuid)
        place = Place.objects.filter(session=session).first()
        if place is None:
            raise Http404("This candidate does not wait.")
        form = SteeringForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self._ask(request, session, form, "let_in", "Let this candidate in", "Let in now")
        try:
            with transaction.atomic():
                may_exceed = get_reach(request).sees_all
                user_id = get_user(request).pk
                let_in_by_hand(place_id=place.pk, user_id=user_id, may_exceed=may_exceed, now=timezone.now())
                self.log_change(request, session, "Let in by hand.", reason=form.cleaned_data["reason"])
        except QueueRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, f"{session.invitation.candidate} is called. Their page says so.")
        return HttpResponseRedirect(reverse(f"admin:{PAGES}_queue"))
