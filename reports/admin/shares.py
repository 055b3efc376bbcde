"""Sharing a report by a private link: made, shown again, counted and revoked here, by who decides about candidates.

The links of one report stand on a page below it (`SharingAdmin`); all of them are a list of their own.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from interviewpanel.admin.trials import TrialFilter
from interviewpanel.selectors.withdrawals import has_withdrawn
from organizations.admin.act_pages import TEMPLATE as ACT_TEMPLATE
from organizations.admin.act_pages import Words, ask_first, describe_act, is_confirmed
from organizations.admin.reasons import ReasonForm
from organizations.admin.scope import RecordedAdmin, get_reach, get_user
from organizations.admin.tables import draw_badge, draw_link, shorten, show_deadline
from organizations.admin.themed_forms import theme_fields
from reports.domain.shares import DEFAULT_DAYS, MOST_DAYS, name_ending
from reports.models import InterviewReport, ReportShare
from reports.selectors.shares import annotate_withdrawals, list_shares
from reports.services.shares import ShareRefused, Terms, make_share, revoke_share, share_url

ADD, CHANGE = "reports.add_reportshare", "reports.change_reportshare"
TEMPLATE = "admin/reports/share/links.html"
NOT_YOURS = "Your role in this organization does not allow it."
REVOKE = Words(
    "Revoke the link",
    "Revoke {count} links",
    ["Whoever has it can read the report no longer. This cannot be taken back; a new link can be made."],
    is_danger=True,
)
ENDINGS = {
    "": ("works", "is-good"),
    "expired": ("ended", ""),
    "revoked": ("revoked", "is-bad"),
    "withdrawn": ("the candidate has withdrawn", "is-bad"),
}


class ShareForm(forms.Form):
    purpose = forms.CharField(
        max_length=300,
        label="Who reads it, and what for",
        help_text="Such as: second opinion by our team lead. The candidate can read this in what they download.",
    )
    days = forms.IntegerField(
        min_value=1, max_value=MOST_DAYS, initial=DEFAULT_DAYS, label="Days", help_text=f"1 to {MOST_DAYS}."
    )
    includes_names = forms.BooleanField(
        required=False,
        initial=True,
        label="Show the candidate's name",
        help_text="Without, the name is replaced wherever it stands, for a judgement of the answers alone.",
    )
    includes_audio = forms.BooleanField(
        required=False,
        label="Let them listen",
        help_text="To the sound of the answers. A voice tells who speaks, also without a name.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme_fields(self.fields)

    def read_terms(self) -> Terms:
        return Terms(**self.cleaned_data)


def draw_state(share: ReportShare, *, has_withdrawn: bool = False) -> str:
    """Whether it works, as a small sign."""
    ending = name_ending(
        expires_at=share.expires_at,
        revoked_at=share.revoked_at,
        has_withdrawn=has_withdrawn,
        now=timezone.now(),
    )
    return draw_badge(*ENDINGS[ending])


class SharingAdmin(RecordedAdmin):
    """What `InterviewReportAdmin` has besides: the page of a report's links."""

    class Media:
        js = ("organizations/copy_link.js",)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.links_view)
        return [path("<int:pk>/links/", view, name="reports_interviewreport_links"), *super().get_urls()]

    def may_share(self, request: HttpRequest, report: InterviewReport) -> bool:
        return get_reach(request).may(ADD, report.organization_id)

    def links_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows the links and the form, POST makes one or revokes one; a stranger finds no such page."""
        report = self.get_object(request, str(pk))
        if report is None or not self.may_share(request, report):
            raise Http404("There is no such report.")
        here = reverse("admin:reports_interviewreport_links", args=[pk])
        if request.method == "POST" and "_revoke" in request.POST:
            return self._revoke(request, report, here)
        is_sent = request.method == "POST"
        form = ShareForm(request.POST if is_sent else None)
        if is_sent and form.is_valid() and self._make(request, report, form):
            return HttpResponseRedirect(here)
        return TemplateResponse(request, TEMPLATE, self._describe(request, report, form))

    def _describe(self, request: HttpRequest, report: InterviewReport, form: ShareForm) -> dict[str, Any]:
        now, is_over = timezone.now(), has_withdrawn(report.session)
        links = [
            {
                "share": share,
                "ends": show_deadline(share.expires_at, report.organization),
                "state": draw_state(share, has_withdrawn=is_over),
                "url": share_url(share) if share.revoked_at is None and share.expires_at > now and not is_over else "",
            }
            for share in list_shares(report.session_id)
        ]
        return {
            **self.admin_site.each_context(request),
            "title": "Share the report",
            "opts": self.opts,
            "report": report,
            "name": self.name_row(report),
            "form": form,
            "links": links,
            "media": self.media,
        }

    def _make(self, request: HttpRequest, report: InterviewReport, form: ShareForm) -> bool:
        terms = form.read_terms()
        try:
            made = make_share(session=report.session, terms=terms, created_by=get_user(request), now=timezone.now())
        except ShareRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        # On the link alone: raters read the report's history, and are told of no links.
        self.log_addition(request, made, f"Made, for {terms.days} days.", reason=terms.purpose)
        messages.success(request, "The link is made. Copy it and send it to those who are to read the report.")
        return True

    def _revoke(self, request: HttpRequest, report: InterviewReport, here: str) -> HttpResponse:
        """A page that asks why, and then the deed."""
        key = request.POST["_revoke"]
        found = list_shares(report.session_id).filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
        form = ReasonForm(request.POST if is_confirmed(request) else None)
        is_open = found is not None and found.revoked_at is None and found.expires_at > timezone.now()
        if found is not None and is_open and not form.is_valid():
            says = [f"{self.name_row(report)}: {found.purpose}", *REVOKE.says]
            more: dict[str, Any] = {"form": form, "says": says, "hidden": [("_revoke", found.pk)]}
            return TemplateResponse(
                request, ACT_TEMPLATE, describe_act(self, request, REVOKE, count=1, back=here, **more)
            )
        if found is None or not revoke_share(share=found, now=timezone.now()):
            messages.warning(request, "Nothing to do: that link is revoked, or has ended.")
        else:
            self.log_change(request, found, "Link revoked.", reason=form.cleaned_data["reason"])
            messages.success(request, "The link opens nothing any more.")
        return HttpResponseRedirect(here)

    def show_sharing(self, report: Any) -> str:
        """For the report's own page: how often it is shared, and the way to the links."""
        count = ReportShare.objects.filter(session=report.session_id).count()
        told = f"{count} link{'' if count == 1 else 's'} made" if count else "not shared"
        if not report.pdf:
            return told
        url = reverse("admin:reports_interviewreport_links", args=[report.pk])
        text = '<div class="desk-row"><span>{}</span><a class="desk-button" href="{}">Share …</a></div>'
        return format_html(text, told, url)


class ShareStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("works", "Works"), ("ended", "Ended"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """In the order of `name_ending`, which draws the column."""
        now, is_over = timezone.now(), Q(revoked_at__isnull=False) | Q(has_withdrawn=True)
        if self.value() == "works":
            return queryset.exclude(is_over).filter(expires_at__gt=now)
        if self.value() == "ended":
            return queryset.exclude(is_over).filter(expires_at__lte=now)
        return queryset.filter(is_over) if self.value() == "revoked" else queryset


@admin.register(ReportShare)
class ReportShareAdmin(RecordedAdmin):
    """Every link to every report, for who answers for them. Made and copied on the report's own page."""

    list_display = ("candidate", "works", "purpose_told", "shows", "made_by", "ends", "opened", "organization")
    trial_path = "session__invitation__is_trial"
    list_filter = (
        *(TrialFilter, ShareStateFilter, "created_at", "expires_at"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("session__invitation__candidate", "session__report", "organization", "created_by")
    search_fields = ("session__invitation__candidate__full_name", "purpose", "created_by__email")
    date_hierarchy = "created_at"
    actions = ("revoke",)
    fields = (
        *("candidate", "works", "links", "purpose", "shows", "made_by", "created_at", "ends", "revoked_at"),
        *("opened_count", "last_opened_at", "organization", "uuid"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related(*self.list_select_related)
        light: QuerySet = annotate_withdrawals(rows).defer("session__report__document")
        return light

    def name_row(self, row: Any) -> str:
        return f"Shared report of {self.candidate(row)}"

    @admin.display(ordering="session__invitation__candidate__full_name")
    def candidate(self, share: ReportShare) -> str:
        return str(share.session.invitation.candidate)

    @admin.display(description="link")
    def works(self, share: Any) -> str:
        return draw_state(share, has_withdrawn=share.has_withdrawn)

    @admin.display(description="purpose")
    def purpose_told(self, share: ReportShare) -> str:
        return shorten(share.purpose, 60)

    def shows(self, share: ReportShare) -> str:
        return f"{'name' if share.includes_names else 'no name'}, {'sound' if share.includes_audio else 'no sound'}"

    @admin.display(ordering="created_by__email")
    def made_by(self, share: ReportShare) -> str:
        return str(share.created_by or "somebody whose account is gone")

    @admin.display(description="works until", ordering="expires_at")
    def ends(self, share: ReportShare) -> str:
        return show_deadline(share.expires_at, share.organization)

    @admin.display(ordering="opened_count")
    def opened(self, share: ReportShare) -> str:
        return f"{share.opened_count} ×" if share.opened_count else "never"

    @admin.display(description="copy or revoke")
    def links(self, share: ReportShare) -> str:
        report = getattr(share.session, "report", None)
        return draw_link("reports_interviewreport_links", report.pk, "the report's links") if report else "no report"

    @admin.action(description="Revoke the links …", permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ReportShare]) -> HttpResponse | None:
        chosen = list(queryset)
        own = [share for share in chosen if get_reach(request).may(CHANGE, share.organization_id)]
        form = ReasonForm(request.POST if is_confirmed(request) else None)
        left_out = [(self.name_row(share), NOT_YOURS) for share in chosen if share not in own]
        asked = ask_first(self, request, REVOKE, own, form=form, left_out=left_out) if own else None
        if asked is not None:
            return asked
        done = [share for share in own if revoke_share(share=share, now=timezone.now())]
        for share in done:
            self.log_change(request, share, "Link revoked.", reason=form.cleaned_data["reason"])
        if done:
            count = "1 link opens" if len(done) == 1 else f"{len(done)} links open"
            messages.success(request, f"{count} nothing any more.")
        else:
            messages.warning(request, "Nothing to do: the chosen links are revoked, have ended, or are not yours.")
        return None
