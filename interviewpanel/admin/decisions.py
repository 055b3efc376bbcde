"""Decisions in the admin: the column, the filter and the action of the lists, and the page on which a person decides.

Base of the pages of interviews and of reports. Administrators and recruiters decide, reviewers read what was decided.
Who is to rate first reads nothing of it before: neither there nor by filters or sorting.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

from interviewpanel.admin.state_signs import draw_stage
from interviewpanel.interview_urls import interview_url
from interviewpanel.models import Decision, InterviewSession
from interviewpanel.models.decisions import MOST_REASON_CHARACTERS
from interviewpanel.selectors.blind_ratings import has_hidden_scores, list_hidden_answers
from interviewpanel.selectors.decisions import (
    RATE_FIRST,
    filter_decidable,
    filter_to_review,
    find_decision,
    latest_id,
    latest_stage,
    list_decisions,
)
from interviewpanel.services.decisions import DecisionRefused, decide_many
from organizations.admin.reasons import ReasonField
from organizations.admin.scope import RecordedAdmin, get_reach, get_user
from organizations.admin.tables import NOTHING
from organizations.admin.themed_forms import theme_fields
from organizations.domain.bulk import refuse_too_many
from organizations.domain.clocks import write_moment

PERMISSION = "interviewpanel.add_decision"
TEMPLATE = "admin/interviewpanel/decisions/decide.html"
MEANINGS = {
    "advance": "The candidate goes on to the next round.",
    "hold": "Nothing is decided against the candidate; something is waited for.",
    "decline": "The candidate does not go on. Nothing is sent: tell them yourself.",
    "to_review": "Takes back what was decided; the interview waits for a person again.",
}
DONE = {"advance": "advanced", "hold": "put on hold", "decline": "declined", "to_review": "put back to review"}


def may_decide(request: HttpRequest, organization_id: int) -> bool:
    return get_reach(request).may(PERMISSION, organization_id)


class DecisionForm(forms.Form):
    stage = forms.ChoiceField(choices=Decision.Stage.choices, widget=forms.RadioSelect, label="Decision")
    reason = ReasonField(
        required=True,
        max_length=MOST_REASON_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In a sentence that you could read out to the candidate. It stands in the report and in the history, "
        "and in what the candidate can download.",
    )

    def __init__(self, *args: Any, can_take_back: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [one for one in Decision.Stage.choices if one[0] != Decision.Stage.TO_REVIEW]
        if can_take_back:
            stages.append((Decision.Stage.TO_REVIEW, "Take back"))
        self.fields["stage"].choices = stages  # type: ignore[attr-defined]
        theme_fields(self.fields)

    @property
    def stages(self) -> list[tuple[str, str, str, bool]]:
        """(value, label, what it means, whether it is chosen)"""
        chosen = self["stage"].value()
        return [(value, label, MEANINGS[value], value == chosen) for value, label in self.fields["stage"].choices]  # type: ignore[attr-defined]


class DecisionFilter(admin.SimpleListFilter):
    title = "decision"
    parameter_name = "decision"
    session_path = "pk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Decision.Stage.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        wanted = self.value()
        if wanted not in Decision.Stage.values:
            return queryset
        if wanted == Decision.Stage.TO_REVIEW:
            waiting = filter_to_review(InterviewSession.objects.all())
            return queryset.filter(Exists(waiting.filter(pk=OuterRef(self.session_path))))
        return queryset.filter(stage_told=wanted)


class DecidedAdmin(RecordedAdmin):
    """A list and a page with the decision in force. `session_path` leads from a row to its interview."""

    session_path = "pk"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        decidable = filter_decidable(InterviewSession.objects.filter(pk=OuterRef(self.session_path)))
        hidden = list_hidden_answers(request.user.pk, get_reach(request))
        hides = Exists(hidden.filter(session=OuterRef(self.session_path)))
        rows: QuerySet = super().get_queryset(request)
        return rows.annotate(
            stage_told=Case(When(hides, then=Value("")), default=latest_stage(self.session_path)),
            is_decidable=Exists(decidable),
        )

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        row = super().get_object(request, *args, **kwargs)
        if row is not None:
            row.may_be_decided = row.is_decidable and may_decide(request, row.organization_id)
            row.decided_from = request.get_full_path()
        return row

    @admin.display(description="decision", ordering="stage_told")
    def decision(self, row: Any) -> str:
        """Of an interview that nobody can decide about: what was decided before, or nothing."""
        is_open = row.stage_told == Decision.Stage.TO_REVIEW
        return NOTHING if not row.stage_told or (is_open and not row.is_decidable) else draw_stage(row.stage_told)

    @admin.display(description="decision")
    def decided(self, row: Any) -> str:
        """What is in force, who decided it and why, and the way to the page where it is decided."""
        session_id = row.session_id if self.session_path == "session" else row.pk
        last = find_decision(session_id)
        told = describe_decision(last) if last is not None else "nobody has decided yet"
        if last is None and not row.is_decidable:
            return NOTHING
        link = self._draw_way(row, session_id)
        if not row.stage_told:
            return format_html('<div class="desk-row"><span>{}</span>{}</div>', RATE_FIRST, link)
        sign = draw_stage(last.stage if last else Decision.Stage.TO_REVIEW)
        return format_html('<div class="desk-row">{}<span>{}</span>{}</div>', sign, told, link)

    def _draw_way(self, row: Any, session_id: int) -> str:
        if not getattr(row, "may_be_decided", False):
            return ""
        address = reverse("admin:interviewpanel_interviewsession_decide", args=[session_id])
        url = f"{address}?{urlencode({'back': row.decided_from})}"
        return format_html(' <a class="desk-button" href="{}">Decide …</a>', url)

    def list_sessions(self, rows: QuerySet) -> QuerySet[InterviewSession]:
        return InterviewSession.objects.filter(pk__in=rows.values(self.session_path))

    @admin.action(description="Decide: advance, hold or decline …", permissions=["view"])
    def decide_chosen(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        page = self.admin_site.get_model_admin(InterviewSession)
        assert isinstance(page, DecidingAdmin)
        return page.show_chosen(request, self.list_sessions(queryset), back=request.get_full_path())


def describe_decision(decision: Decision) -> str:
    """By whom, when and why, in words."""
    by = decision.decided_by or "somebody whose account is gone"
    at = timezone.localtime(decision.decided_at)
    return f"by {by} on {write_moment(at)}: {decision.reason}"


class DecidingAdmin(DecidedAdmin):
    """What `InterviewSessionAdmin` has besides: the page on which is decided, about one interview or several."""

    def get_urls(self) -> list[Any]:
        own = [
            path(
                "<int:pk>/decide/",
                self.admin_site.admin_view(self.decide_one),
                name="interviewpanel_interviewsession_decide",
            ),
            path(
                "decide/",
                self.admin_site.admin_view(self.decide_several),
                name="interviewpanel_interviewsession_decide_several",
            ),
        ]
        return [*own, *super().get_urls()]

    def decide_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        session = self.get_object(request, str(pk))
        if session is None or not session.may_be_decided:
            raise Http404("There is no such interview, or nothing can be decided about it.")
        back = request.GET.get("back", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = interview_url(session)
        chosen = self.list_decidable(request, InterviewSession.objects.filter(pk=pk))
        return self._answer(request, chosen, back=back, left_out=0)

    def decide_several(self, request: HttpRequest) -> HttpResponse:
        """GET with `c`: those who were chosen on a page of ours. POST: this page itself, with the decision too."""
        told = list(read_pairs(request)) if request.method == "POST" else request.GET.getlist("c")
        keys = [key for key in told if key.isascii() and key.isdecimal() and len(key) < 19]
        back = (request.POST if request.method == "POST" else request.GET).get("back", "")
        return self.show_chosen(request, InterviewSession.objects.filter(pk__in=keys), back=back)

    def show_chosen(self, request: HttpRequest, sessions: QuerySet[InterviewSession], *, back: str) -> HttpResponse:
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = reverse("admin:interviewpanel_interviewsession_changelist")
        wanted = sessions.filter(pk__in=self.get_queryset(request).values("pk"))
        count = wanted.count()
        if refusal := refuse_too_many(count):
            messages.warning(request, refusal)
            return HttpResponseRedirect(back)
        chosen = self.list_decidable(request, wanted)
        left_out = count - len(chosen)
        if not chosen:
            messages.warning(request, NOTHING_TO_DECIDE)
            return HttpResponseRedirect(back)
        return self._answer(request, chosen, back=back, left_out=left_out)

    def list_decidable(self, request: HttpRequest, sessions: QuerySet[InterviewSession]) -> list[Any]:
        """Of these, those about which this person may decide, with what is in force: one query."""
        rows = filter_decidable(sessions).annotate(stage_in_force=latest_stage(), last_id=latest_id())
        named = rows.select_related("invitation__candidate", "invitation__panel").order_by(
            "invitation__candidate__full_name", "pk"
        )
        return [one for one in named if may_decide(request, one.organization_id)]

    def _answer(self, request: HttpRequest, chosen: list[Any], *, back: str, left_out: int) -> HttpResponse:
        can_take_back = any(one.stage_in_force != Decision.Stage.TO_REVIEW for one in chosen)
        is_decided = request.method == "POST" and "_decide" in request.POST
        form = DecisionForm(request.POST if is_decided else None, can_take_back=can_take_back)
        if form.is_bound and form.is_valid() and self._decide(request, form, chosen):
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": "Decide",
            "opts": self.opts,
            "form": form,
            "chosen": [(one, draw_stage(one.stage_in_force)) for one in chosen],
            "left_out": left_out,
            "decisions": self._draw_history(request, chosen[0]) if len(chosen) == 1 else [],
            "back": back,
            "act_url": reverse("admin:interviewpanel_interviewsession_decide_several"),
        }
        return TemplateResponse(request, TEMPLATE, context)

    def _draw_history(self, request: HttpRequest, session: InterviewSession) -> list[tuple[str, str]]:
        """Every decision with its reason; not for who is to rate first."""
        if has_hidden_scores(session, request.user.pk, get_reach(request)):
            return []
        return [(draw_stage(one.stage), describe_decision(one)) for one in list_decisions(session.pk)]

    def _decide(self, request: HttpRequest, form: DecisionForm, chosen: list[Any]) -> bool:
        stage, reason = form.cleaned_data["stage"], form.cleaned_data["reason"]
        seen = _read_seen(read_pairs(request), chosen)
        try:
            made = decide_many(seen=seen, stage=stage, reason=reason, decided_by=get_user(request), now=timezone.now())
        except DecisionRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        rows = {one.pk: one for one in chosen}
        for decision in made:
            self.log_change(request, rows[decision.session_id], f"Decision: {decision.stage}.", reason=reason)
        self._tell(request, stage, len(made), len(seen) - len(made))
        return True

    def _tell(self, request: HttpRequest, stage: str, count: int, unchanged: int) -> None:
        said = f"{count} candidate was {DONE[stage]}." if count == 1 else f"{count} candidates were {DONE[stage]}."
        if unchanged:
            said += f" {unchanged} had this decision already."
        self.message_user(request, f"{said} Nothing was sent to anybody.", messages.SUCCESS)


NOTHING_TO_DECIDE = (
    "Nothing can be decided about what was chosen: choose interviews of your organization that are over, of candidates "
    "who have not withdrawn."
)


def read_pairs(request: HttpRequest) -> dict[str, str]:
    """What the page showed of each chosen interview, its last decision: `interview-decision`, separated by commas."""
    pairs = (one.partition("-") for one in request.POST.get("seen", "").split(","))
    return {key: last for key, _, last in pairs if key}


def _read_seen(shown: Mapping[str, str], chosen: Iterable[Any]) -> dict[int, int | None]:
    """By interview; what the page did not show counts as none."""
    return {
        one.pk: int(last) if (last := shown.get(str(one.pk), "")).isdecimal() and len(last) < 19 else None
        for one in chosen
    }
