"""Ending somebody's sign-ins in every browser, on a page that says whose and asks why. Part of the members' pages.

Only of whom the reader may look after (selectors.mark_overseen): it ends their work in other organizations as well.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from authentication.services.sessions import sign_out_everywhere
from organizations.admin.act_pages import TEMPLATE as ACT_TEMPLATE
from organizations.admin.act_pages import Words, describe_act, is_confirmed
from organizations.admin.reasons import ReasonForm
from organizations.admin.recording import get_actor
from organizations.admin.refusals import RefusingAdmin
from organizations.admin.scope import get_reach
from organizations.models import Membership
from organizations.selectors import may_oversee
from organizations.services.history import Author, record_change

SIGN_OUT = Words(
    "Sign out everywhere",
    "Sign out {count} people everywhere",
    ("Every browser where they are signed in asks them to sign in again. Their password stays.",),
    is_danger=True,
)
NOT_YOURS = (
    "Yourself, a superadmin, or somebody who belongs to an organization that you do not administer: their sign-ins are "
    "not yours to end."
)


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
        hidden = [("action", "sign_out"), *((ACTION_CHECKBOX_NAME, one.pk) for one in chosen)]
        return self._ask_sign_out(request, able, back=back, left_out=left_out, hidden=hidden)

    def _ask_sign_out(
        self,
        request: HttpRequest,
        able: list[Membership],
        *,
        back: str,
        left_out: Sequence[Membership] = (),
        hidden: Sequence[tuple[str, object]] = (),
    ) -> HttpResponse | None:
        """The page that asks why; None once it is done. `hidden`: what of a list is posted again."""
        form = ReasonForm(request.POST if is_confirmed(request) else None)
        if able and form.is_valid():
            self._end_sign_ins(request, able, form.cleaned_data["reason"])
            return None
        people = [(str(one.user), one.user.email) for one in able]
        says = [f"{people[0][0]}, {people[0][1]}", *SIGN_OUT.says] if len(people) == 1 else SIGN_OUT.says
        more: dict[str, Any] = {"says": says, "rows": people, "form": form}
        if not able:
            more = {"title": SIGN_OUT.one, "button": "", "says": ["There is nobody whose sign-ins you can end."]}
        more["left_out"] = [(f"{one.user}, {one.user.email}", NOT_YOURS) for one in left_out]
        asked = describe_act(self, request, SIGN_OUT, count=len(able), back=back, hidden=hidden)
        return TemplateResponse(request, ACT_TEMPLATE, {**asked, **more})

    @transaction.atomic
    def _end_sign_ins(self, request: HttpRequest, members: list[Membership], reason: str) -> None:
        author = Author(get_actor(request), timezone.now(), reason)
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
