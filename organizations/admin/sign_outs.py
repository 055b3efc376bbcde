"""Ending somebody's sign-ins in every browser, on a page that says whose and asks why. Part of the members' pages.

Only of whom the reader may look after (selectors.mark_overseen): it ends their work in other organizations as well.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from authentication.services.sessions import sign_out_everywhere
from organizations.admin.reasons import MISSING
from organizations.admin.recording import REASON
from organizations.admin.refusals import RefusingAdmin
from organizations.admin.scope import get_reach
from organizations.models import Membership
from organizations.selectors import may_oversee
from organizations.services.history import record_change


class SignOutPages(RefusingAdmin):
    """Stands before the admin class of members, which finds the member."""

    actions = ("sign_out",)
    find_member: Any

    def sign_out_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        member = self.find_member(request, pk)
        if not may_oversee(get_reach(request), member):
            raise Http404("They belong to another organization as well: their sign-ins are not yours to end.")
        back = reverse("admin:organizations_membership_change", args=[member.pk])
        return self._ask_sign_out(request, [member], back=back) or HttpResponseRedirect(back)

    @admin.action(description="Sign out everywhere …", permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        chosen = list(queryset.select_related("user"))
        able = [one for one in chosen if one.is_overseen and self.has_change_permission(request, one)]
        left_out = [one for one in chosen if one not in able]
        back = self.lead_to_list()["Location"]
        return self._ask_sign_out(request, able, back=back, left_out=left_out, chosen=[one.pk for one in chosen])

    def _ask_sign_out(
        self,
        request: HttpRequest,
        able: list[Membership],
        *,
        back: str,
        left_out: list[Membership] | None = None,
        chosen: list[int] | None = None,
    ) -> HttpResponse | None:
        """The page that asks why; None once it is done. `chosen`: of a list, posted again."""
        is_confirmed = request.method == "POST" and "post" in request.POST
        if is_confirmed and able and request.POST.get(REASON, "").strip():
            self._end_sign_ins(request, able)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Sign out everywhere",
            "opts": self.opts,
            "able": able,
            "left_out": left_out,
            "error": MISSING if is_confirmed and able else "",
            "chosen": chosen,
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
            "back": back,
        }
        return TemplateResponse(request, "admin/organizations/membership/sign_out.html", context)

    @transaction.atomic
    def _end_sign_ins(self, request: HttpRequest, members: list[Membership]) -> None:
        author = self.make_author(request)
        for one in members:
            sign_out_everywhere(one.user)
            record_change(
                row=one,
                action="changed",
                organization_id=one.organization_id,
                actor=author.user,
                now=author.now,
                message="Signed out everywhere.",
                reason=author.reason,
            )
        said = "1 person is" if len(members) == 1 else f"{len(members)} people are"
        self.message_user(request, f"{said} signed out, in every browser.", messages.SUCCESS)
