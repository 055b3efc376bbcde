"""What a candidate has asked for, where the people who can answer look: on the lists and pages of invitations and
interviews. Base of both (invitations.py, sessions.py). Raters see nothing of it.

What candidates thought of their interview is not here: that is read without names (requests.py).
"""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from interviewpanel.admin.raters import BlindedAdmin, sees_terms
from interviewpanel.admin.trials import warn_of_trial
from interviewpanel.admin.ways import list_ways
from interviewpanel.models import AccommodationRequest, CandidateRequest
from interviewpanel.selectors.open_requests import annotate_open_requests, list_accommodations, list_requests
from interviewpanel.selectors.withdrawals import has_withdrawn_by_link
from organizations.admin.tables import NOTHING, draw_link, draw_list
from organizations.domain.clocks import write_moment

WITHDRAWN = "The candidate has withdrawn. Nothing more is heard, rated or reported of this interview."


class OpenRequestsFilter(admin.SimpleListFilter):
    title = "what the candidate asked for"
    parameter_name = "asked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Waits for an answer")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(open_requests__gt=0) if self.value() == "open" else queryset


class AskingAdmin(BlindedAdmin):
    """`invitation_path` leads from a row to its invitation's id."""

    invitation_path = "pk"
    asking_fields: ClassVar[frozenset[Any]] = frozenset({"asked_for", "waiting", OpenRequestsFilter})
    asking_fieldset: ClassVar[Any] = ("From the candidate", {"fields": ("asked_for",)})

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return annotate_open_requests(super().get_queryset(request), self.invitation_path)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is not None:
            invitation = row if self.invitation_path == "pk" else row.invitation
            warn_of_trial(request, invitation.is_trial)
            context["ways"] = list_ways(request, invitation)
        if row is not None and sees_terms(request, row.organization_id):
            self._warn(request, row)
        return super().render_change_form(request, context, *args, **kwargs)

    def _warn(self, request: HttpRequest, row: Any) -> None:
        if row.open_requests:
            what = "One request waits" if row.open_requests == 1 else f"{row.open_requests} requests wait"
            messages.warning(request, f"{what} for an answer: see “From the candidate”.")
        if has_withdrawn_by_link(getattr(row, self.invitation_path)):
            messages.warning(request, WITHDRAWN)

    @admin.display(description="asked for", ordering="open_requests")
    def waiting(self, row: Any) -> str:
        return f"{row.open_requests} open" if row.open_requests else NOTHING

    @admin.display(description="asked for")
    def asked_for(self, row: Any) -> str:
        """Each with its state, and a link to where it is answered."""
        key = getattr(row, self.invitation_path)
        requests = [_draw_request(one) for one in list_requests(key)]
        return draw_list([*requests, *(_draw_accommodation(one) for one in list_accommodations(key))])


def _draw_request(row: CandidateRequest) -> Any:
    state = "waits for an answer" if row.is_open else "answered"
    return _draw("candidaterequest", row, row.get_kind_display(), state)


def _draw_accommodation(row: AccommodationRequest) -> Any:
    states = {"asked": "waits for an answer", "granted": "granted", "declined": "declined"}
    labels = dict(AccommodationRequest.Need.choices)
    needs = ", ".join(str(labels.get(need, need)).lower() for need in row.needs)
    return _draw("accommodationrequest", row, f"Accommodation: {needs}", states[row.state])


def _draw(model: str, row: Any, what: str, state: str) -> Any:
    asked_at = timezone.localtime(row.asked_at)
    return draw_link(f"interviewpanel_{model}_change", row.pk, f"{what}, {write_moment(asked_at)}: {state}")
