"""Reports in the admin: read, download, make again. Cut to the organizations of whoever is signed in.

The files lie under unguessable names that no URL serves; they leave through the views here, which ask for the same
permission as the page and find only reports of one's own organizations.
"""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from interviewpanel.admin.decisions import PERMISSION as DECIDE
from interviewpanel.admin.decisions import DecidedAdmin, DecisionFilter
from interviewpanel.admin.home_filters import DOING_LABEL, DUE_LABEL, GIVEN_UP_LABEL, NeedsFilter, OfferedFilter
from interviewpanel.admin.review_links import ReviewLinkedAdmin, link_review
from interviewpanel.admin.trials import TrialFilter, warn_of_trial
from interviewpanel.admin.ways import TEMPLATE as WAYS
from interviewpanel.admin.ways import list_ways
from interviewpanel.domain.score_calculator import Recommendation
from interviewpanel.interview_urls import interview_url
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.blind_ratings import leave_out_hidden_interviews
from interviewpanel.selectors.waiting import list_being_done, list_due, list_given_up
from organizations.admin.act_pages import Words, ask_first
from organizations.admin.scope import get_reach
from organizations.admin.tables import NOTHING, draw_badge, draw_link, show_moment
from reports.admin.review import ReviewingAdmin
from reports.admin.shares import SharingAdmin
from reports.domain.home_figures import WAITS
from reports.models import InterviewReport
from reports.selectors.home.periods import PERIODS, find_first_day
from reports.selectors.home.sight import Sight
from reports.selectors.home.tasks import list_own_to_rate, list_to_decide
from reports.selectors.reviews import INVITATION, find_next, list_made, list_reviewed, list_reviewed_within
from reports.services.remaking import remake_report

MAKE_AGAIN = Words(
    "Make the report again",
    "Make {count} reports again",
    ["From what is stored now, in place of the files that are there. Decisions and judgements stay."],
)
FILES = {"pdf": "application/pdf", "json": "application/json"}


class ReportDecisionFilter(DecisionFilter):
    session_path = "session"


class ReviewFilter(OfferedFilter):
    title = "review"
    parameter_name = "review"
    offers = (
        ("done", "A person has decided", lambda rows, now: list_reviewed(rows)),
        ("made", "Made, decided or not", lambda rows, now: list_made(rows)),
    )


class ReviewWaitFilter(OfferedFilter):
    """How long the review took: what the home page's bars count."""

    title = "review after"
    parameter_name = "wait"
    offers = tuple(
        (f"{number}", label.capitalize(), partial(list_reviewed_within, number))
        for number, (_, label) in enumerate(WAITS)
    )


class ReportNeedsFilter(NeedsFilter):
    offers = (
        ("failed", GIVEN_UP_LABEL, lambda rows, now: list_given_up(rows, INVITATION, now)),
        ("due", DUE_LABEL, lambda rows, now: list_due(rows, INVITATION, now)),
        ("doing", DOING_LABEL, lambda rows, now: list_being_done(rows, INVITATION, now)),
    )


class InvitedFilter(admin.SimpleListFilter):
    """By when the candidate was invited: what the home page's funnel counts from."""

    title = "invited"
    parameter_name = "invited"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(f"{days}", f"In the last {days} days") for days in PERIODS]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in [f"{days}" for days in PERIODS]:
            return queryset
        since = find_first_day(timezone.now(), int(self.value() or 0))
        return queryset.filter(session__invitation__created_at__gte=since)


@admin.register(InterviewReport)
class InterviewReportAdmin(ReviewingAdmin, ReviewLinkedAdmin, DecidedAdmin, SharingAdmin):
    session_path = "session"
    trial_path = "session__invitation__is_trial"
    change_form_outer_before_template = WAYS
    list_display = ("candidate", "job", "result", "advice", "decision", "progress", "files", "made")
    list_filter = (
        *(TrialFilter, ReviewFilter, ReviewWaitFilter, ReportNeedsFilter, InvitedFilter, ReportDecisionFilter),
        *("state", "work_status", "recommendation", "grade"),
    )
    search_fields = ("session__invitation__candidate__full_name", "session__invitation__panel__title")
    list_select_related = ("organization", "session__invitation__candidate", "session__invitation__panel")
    date_hierarchy = "created_at"
    actions = ("decide_chosen", "make_again")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *(("candidate", "job"), ("interview", "files"), "made", "decided", "shared"),
                    "organization",
                )
            },
        ),
        (
            "Scores",
            {
                "fields": (
                    *(("overall", "grade"), ("advice", "progress")),
                    *(("technical", "communication"), ("problem_solving", "role_fit")),
                )
            },
        ),
        (
            "Work",
            {
                "fields": ("kind", "state", "work_status", "attempts", "due_at", "last_error", "uuid"),
                "classes": ("collapse",),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[InterviewReport]:
        """Without those that this user has to rate first: no column, filter, order or file tells of their scores."""
        rows = super().get_queryset(request).defer("document")
        return leave_out_hidden_interviews(rows, request.user.pk, get_reach(request))

    def get_fieldsets(self, request: HttpRequest, obj: InterviewReport | None = None) -> Any:
        """How often a report is shared is for who may share it."""
        if obj is None or self.may_share(request, obj):
            return self.fieldsets
        return tuple(
            (title, {**options, "fields": tuple(one for one in options["fields"] if one != "shared")})
            for title, options in self.fieldsets
        )

    def get_readonly_fields(self, request: HttpRequest, obj: InterviewReport | None = None) -> list[str]:
        own = ("candidate", "job", "interview", "files", "advice", "progress", "made", "decided", "shared")
        return [*(field.name for field in self.opts.fields), *own]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        invitation = kwargs["obj"].session.invitation
        warn_of_trial(request, invitation.is_trial)
        context["ways"] = list_ways(request, invitation)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        own = [
            path(
                f"<int:pk>/scorecard.{kind}",
                self.admin_site.admin_view(self.send_file),
                {"kind": kind},
                name=f"reports_interviewreport_{kind}",
            )
            for kind in FILES
        ]
        return [*own, *super().get_urls()]

    def send_file(self, request: HttpRequest, pk: int, kind: str) -> FileResponse:
        """The report's file, to whoever may see the report; for everyone else there is no such report."""
        report = self.get_object(request, str(pk))
        if report is None or not self.has_view_permission(request, report):
            raise Http404("There is no such report.")
        stored: FieldFile = getattr(report, kind)
        try:
            file = stored.open("rb")
        except (ValueError, FileNotFoundError):
            raise Http404(
                "The report has no such file yet. If it was lost, choose “Make again …” in the list."
            ) from None
        name = f"scorecard-{slugify(str(report.session.invitation.candidate)) or report.uuid}.{kind}"
        response = FileResponse(file, filename=name, content_type=FILES[kind])
        response["Cache-Control"] = "private, no-store"
        return response

    def describe_ways_on(
        self, request: HttpRequest, session: InterviewSession, report: InterviewReport | None
    ) -> dict[str, Any]:
        """The decision in force with the way to decide, and the page of private links to the report."""
        sessions: Any = self.admin_site.get_model_admin(InterviewSession)
        ways: dict[str, Any] = {
            "decided": sessions.decided(session),
            "may_decide": getattr(session, "may_be_decided", False),
            "next": self.find_next(request, session),
        }
        if report is not None and report.is_made and self.may_share(request, report):
            ways["links_url"] = reverse("admin:reports_interviewreport_links", args=[report.pk])
        return ways

    def find_interview(self, row: Any) -> Any:
        return row.session

    def find_next(self, request: HttpRequest, session: InterviewSession) -> dict[str, str] | None:
        """The next interview that waits for this reader's decision, or, for who only rates, for their ratings."""
        sight = Sight(request.user.pk, get_reach(request), request.user.has_perm)
        what, rows = ("review", list_to_decide(sight)) if sight.may(DECIDE) else ("rate", list_own_to_rate(sight))
        found, count = find_next(rows, session)
        return {"text": f"Next to {what} ({count} waiting)", "url": interview_url(found)} if found else None

    @admin.display(ordering="session__invitation__candidate__full_name")
    def candidate(self, report: InterviewReport) -> str:
        return str(report.session.invitation.candidate)

    @admin.display(ordering="session__invitation__panel__job_title")
    def job(self, report: InterviewReport) -> str:
        return report.session.invitation.panel.job_title

    def name_row(self, row: Any) -> str:
        return f"{self.candidate(row)}, {self.job(row)}"

    def interview(self, report: InterviewReport) -> SafeString:
        text = f"{report.session.get_status_display()}: answers, scores and what was said"
        record = draw_link("interviewpanel_interviewsession_change", report.session_id, text)
        return format_html("{} · {}", link_review(report.session_id, "Review"), record)

    @admin.display(description="overall", ordering="overall")
    def result(self, report: InterviewReport) -> str:
        return NOTHING if report.overall is None else f"{report.overall} · {report.grade}"

    @admin.display(description="recommendation", ordering="overall")
    def advice(self, report: InterviewReport) -> str:
        """In the words of the report; it advises whoever decides."""
        return Recommendation(report.recommendation).label if report.recommendation else NOTHING

    @admin.display(description="state", ordering="work_status")
    def progress(self, report: InterviewReport) -> str:
        """What the report is; where it is not made (or being made again), how the work stands."""
        if report.work_status != report.WorkStatus.DONE:
            is_bad = report.work_status in (report.WorkStatus.FAILED, report.WorkStatus.DEAD)
            return draw_badge(report.get_work_status_display(), "is-bad" if is_bad else "is-info")
        return draw_badge(report.state, "is-good" if report.state == report.State.FINAL else "is-warning")

    @admin.display(ordering="made_at")
    def made(self, report: InterviewReport) -> str:
        return show_moment(report.made_at)

    @admin.display(description="scorecard")
    def files(self, report: InterviewReport) -> SafeString | str:
        if not report.pdf:
            return "not made yet"
        return format_html(
            '<a href="{}" target="_blank">PDF</a> · <a href="{}" target="_blank">JSON</a>',
            *(reverse(f"admin:reports_interviewreport_{kind}", args=[report.pk]) for kind in FILES),
        )

    def shared(self, report: InterviewReport) -> str:
        return self.show_sharing(report)

    @admin.action(description="Make again …", permissions=["view"])
    def make_again(self, request: HttpRequest, queryset: QuerySet[InterviewReport]) -> HttpResponse | None:
        asked = ask_first(self, request, MAKE_AGAIN, queryset)
        if asked is not None:
            return asked
        again = [one for one in queryset if remake_report(report_id=one.pk, now=timezone.now())]
        for report in again:
            self.log_change(request, report, "To be made again.")
        if again:
            messages.success(request, f"{len(again)} of the chosen reports will be made again.")
        else:
            why = "the chosen reports are being made already, or their candidates have withdrawn"
            messages.warning(request, f"Nothing to do: {why}.")
        return None
