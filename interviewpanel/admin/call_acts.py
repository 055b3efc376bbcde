"""Calling a candidate from the page of their invitation, or several from the list: whether they may be called now and
why not, their consent recorded, their wish not to be called. Base of the admin of invitations (invitations.py).

Nothing of it is shown on a site that calls nobody.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from interviewpanel.admin.phone_calls import describe_call
from interviewpanel.domain.calling_rules import list_call_obstacles
from interviewpanel.engines.telephony import explain_telephony
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.calls import annotate_call_facts, find_consent, list_calls, read_callees
from interviewpanel.services.call_permissions import MOST_NOTE, ConsentRefused, record_consent, record_opt_out
from interviewpanel.services.phone_calls import CallRefused, request_call
from organizations.admin.act_pages import TEMPLATE, Words, describe_act
from organizations.admin.scope import TenantAdmin, get_reach, get_user
from organizations.admin.tables import NOTHING
from organizations.admin.themed_forms import theme_fields
from organizations.selectors import find_candidate_zone

PLACE = "interviewpanel.place_phonecall"
NO_RIGHT = "Your role in this organization does not allow it."
MOST_CALLED = 20  # at once, by one click
CALL, CONSENT, OPT_OUT = "call", "call_consent", "call_opt_out"
WORDS = {
    CALL: Words(
        "Call now",
        "Call {count} candidates now",
        ["The phone rings within seconds. An automated voice says who calls and asks whether the candidate is ready."],
    ),
    CONSENT: Words(
        "Record that the candidate agreed to be called",
        "Record that {count} candidates agreed to be called",
        ["Only who has agreed to be called by an automated voice is called. It counts for the number they have now."],
    ),
    OPT_OUT: Words(
        "Do not call this number any more",
        "Do not call these {count} numbers any more",
        ["The organization calls this number no more, whoever has it. Only the candidate can take that back."],
        is_danger=True,
    ),
}
LIST_PAGE = "admin:interviewpanel_interviewpanelcandidate_changelist"
ROW_PAGE = "admin:interviewpanel_interviewpanelcandidate_change"
Row = InterviewPanelCandidate


class ConsentForm(forms.Form):
    note = forms.CharField(
        max_length=MOST_NOTE,
        label="When and how did the candidate agree?",
        help_text="Such as: by e-mail of 2 May.",
        error_messages={"required": "Write how the candidate agreed: when, and by which e-mail or talk."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme_fields(self.fields)


class CallActsAdmin(TenantAdmin):
    def get_urls(self) -> list[Any]:
        own = [
            path(
                f"phone/{act}/",
                self.admin_site.admin_view(partial(self.call_view, act=act)),
                name=f"interviewpanel_interviewpanelcandidate_{act}",
            )
            for act in WORDS
        ]
        return [*own, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        reach = get_reach(request)
        if not calls_people() or not (reach.sees_all or reach.list_organizations(PLACE)):
            actions.pop(CALL, None)
        return actions

    @admin.action(description="Call now …", permissions=["change"])
    def call(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_CALLED])
        return self._ask(request, CALL, self._load_called(request, chosen), None)

    def call_view(self, request: HttpRequest, act: str) -> HttpResponse:
        """GET shows what would be done and why not, POST does it. 404 where none of the chosen is one's own."""
        text = (request.POST if request.method == "POST" else request.GET).get("chosen", "")
        rows = self._load_called(request, [int(one) for one in text.split(",") if one.isdecimal()][:MOST_CALLED])
        form = ConsentForm(request.POST or None) if act == CONSENT else None
        if request.method != "POST" or (form is not None and not form.is_valid()):
            return self._ask(request, act, rows, form)
        for row in rows:
            if why := self._explain_right(request, row):
                self.message_user(request, f"{row.candidate}: {why}", messages.WARNING)
            else:
                self._do_call_act(request, act, row, form)
        return HttpResponseRedirect(find_way_back(rows))

    def _load_called(self, request: HttpRequest, chosen: Sequence[int]) -> list[Row]:
        rows = self.get_queryset(request).filter(pk__in=chosen, is_trial=False, erased_at__isnull=True)
        found = list(annotate_call_facts(rows, timezone.now()).order_by("candidate__full_name", "pk"))
        if not any(not self._explain_right(request, row) for row in found):
            raise Http404("There are no such invitations.")
        return found

    def _explain_right(self, request: HttpRequest, row: Row) -> str:
        return "" if get_reach(request).may(PLACE, row.organization_id) else NO_RIGHT

    def _ask(self, request: HttpRequest, act: str, rows: list[Row], form: Any) -> HttpResponse:
        now = timezone.now()
        callees = read_callees(rows, now, site_refusal=explain_telephony())
        able, left_out = [], []
        for row, callee in zip(rows, callees, strict=True):
            reasons = list_call_obstacles(callee, now) if act == CALL else explain_number(row)
            if reasons := [why for why in (self._explain_right(request, row), *reasons) if why]:
                left_out.append((row.candidate, " ".join(reasons)))
            else:
                able.append(row)
        words = WORDS[act]
        context = {
            **describe_act(self, request, words, count=len(able), back=find_way_back(rows), form=form),
            "title": words.one if len(rows) == 1 else words.name(len(able)),
            "button": words.name(len(able)) if able else "",
            "hidden": [("chosen", ",".join(f"{row.pk}" for row in able))],
            "says": [f"{row.candidate}, {row.candidate.phone}: {row.panel}" for row in able[:1] if len(able) == 1]
            + [*(words.says if able else ["Nobody of those chosen can be called now."] if act == CALL else [])],
            "rows": [(row.candidate, row.candidate.phone, row.panel) for row in able],
            "left_out": left_out,
            "act_url": reverse(f"admin:interviewpanel_interviewpanelcandidate_{act}"),
        }
        return TemplateResponse(request, TEMPLATE, context)

    def _do_call_act(self, request: HttpRequest, act: str, row: Row, form: Any) -> None:
        user, now = get_user(request), timezone.now()
        try:
            if act == CALL:
                last = row.calls.order_by("-id").first()
                request_call(invitation=row, user=user, now=now, call_back_of=last)
                said = "The call is on its way. What becomes of it stands below."
            elif act == CONSENT:
                record_consent(invitation=row, user=user, note=form.cleaned_data["note"], now=now)
                said = "It is recorded that the candidate agreed to be called."
            else:
                number = row.candidate.phone
                record_opt_out(
                    organization=row.organization, number=number, way="staff", now=now, invitation=row, user=user
                )
                said = "This number is not called any more."
        except (CallRefused, ConsentRefused) as refusal:
            self.message_user(request, f"{row.candidate}: {refusal}", messages.WARNING)
            return
        self.message_user(request, f"{row.candidate}: {said}", messages.SUCCESS)

    def describe_phone(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page of an invitation shows of calls; empty on a site that calls nobody."""
        if not calls_people() or row.is_trial or self._explain_right(request, row):
            return {}
        now = timezone.now()
        (annotated,) = annotate_call_facts(InterviewPanelCandidate.objects.filter(pk=row.pk), now)
        (callee,) = read_callees([annotated], now, site_refusal=explain_telephony())
        page = f"{ROW_PAGE[:-7]}_"
        return {
            "phone_number": callee.number or NOTHING,
            "phone_zone": find_candidate_zone(row.candidate, row.organization).key,
            "phone_consent": find_consent(row),
            "phone_opted_out": callee.has_opted_out,
            "phone_reasons": list_call_obstacles(callee, now),
            "phone_urls": {act: f"{reverse(page + act)}?chosen={row.pk}" for act in WORDS},
            "phone_calls": [describe_call(call) for call in list_calls().filter(invitation=row)[:MOST_CALLED]],
        }


def calls_people() -> bool:
    """Whether whoever runs the site has opened the way to calls."""
    return bool(settings.PHONE_CALL_PREFIXES)


def explain_number(row: Row) -> list[str]:
    return [] if row.candidate.phone else ["The candidate has no phone number here. Add it first."]


def find_way_back(rows: Sequence[Row]) -> str:
    return reverse(ROW_PAGE, args=[rows[0].pk]) if len(rows) == 1 else reverse(LIST_PAGE)
