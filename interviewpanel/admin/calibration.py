"""The calibration desk: how scorers and people agree, an organization's map, and the golden set with its nights.

One page for one organization, and the acts on it. Only administrators see it: who rates is to see no scores.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminFileFieldWidget

from interviewpanel.admin.calibration_charts import draw_map, draw_nights, shade_steps
from interviewpanel.domain.calibration_map import TooFewAnswers
from interviewpanel.domain.rated_sets import MOST_BYTES, RatedSetRefused
from interviewpanel.models import CalibrationMap, CalibrationRun, RatedSet
from interviewpanel.selectors.calibration import PEOPLE, AgreementRow, measure_interviews
from interviewpanel.services.calibration import imports, maps, runs
from interviewpanel.services.calibration.technicals import measure_technicals
from organizations.admin.scope import TenantAdmin, get_reach, get_user
from organizations.admin.themed_forms import offer_organizations, theme_fields
from organizations.models import Organization

TEMPLATES = "admin/interviewpanel/calibration"
MOST_RUNS = 30
COMPARED = (
    ("scorer", "What scores interviews, with people"),
    ("embedded", "The embedded scorer, with people"),
    ("people", "People with each other"),
)
NOT_HERE = "There is no such row, or you may not change it."
PAGES = "interviewpanel_ratedset"
Acts = Mapping[str, tuple[Callable[[], object], str]]


class ImportForm(forms.Form):
    organization = forms.ModelChoiceField(queryset=Organization.objects.none(), empty_label=None)
    name = forms.CharField(max_length=120)
    origin = forms.CharField(
        max_length=300, required=False, help_text="Where answers and ratings come from. They must lead to nobody."
    )
    file = forms.FileField(
        label="CSV file",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"}),
        help_text=(
            "One row for each rating. Needed: answer, rater (a number is best), rating (0 to 100), and either "
            "question_key, as the bank has it, or question and expected_answer. If you have them: expected_elements, "
            "parted by |; kind; language."
        ),
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organizations(self, organizations)
        theme_fields(self.fields)


@admin.register(RatedSet)
class RatedSetAdmin(TenantAdmin):
    """The desk leads to everything; the list of sets and the page of one are only read."""

    list_display = ("name", "is_watched", "imported_at", "organization")
    list_filter = (("organization", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("organization",)
    search_fields = ("name",)
    date_hierarchy = "imported_at"
    fields = ("name", "origin", "is_watched", "digest", "imported_by", "imported_at", "organization")

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"{PAGES}_{name}")

        acts = [
            at("fit/", require_POST(self.fit_view), "fit"),
            at("maps/<int:pk>/<str:act>/", require_POST(self.map_view), "map"),
            at("runs/<int:pk>/<str:act>/", require_POST(self.run_view), "run"),
            at("<int:pk>/<str:act>/do/", require_POST(self.set_view), "act"),
        ]
        return [
            at("desk/", self.desk_view, "desk"),
            at("import/", self.import_view, "import"),
            *acts,
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A set is never edited; its acts ask `may_calibrate`."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def list_calibrated(self, request: HttpRequest) -> QuerySet[Organization]:
        """The organizations whose desk the user may see."""
        reach = get_reach(request)
        if reach.sees_all:
            return Organization.objects.order_by("name")
        permitted = reach.list_organizations(self.name_permission("change"))
        return Organization.objects.filter(pk__in=permitted).order_by("name")

    def _choose(self, request: HttpRequest, wanted: str) -> Organization:
        """The organization by its id, or the first. Raises Http404."""
        organizations = list(self.list_calibrated(request))
        found = [one for one in organizations if wanted in ("", str(one.uuid))]
        if not found:
            raise Http404(NOT_HERE)
        return found[0]

    # --- The desk --------------------------------------------------------------------------------------------------

    def desk_view(self, request: HttpRequest) -> HttpResponse:
        chosen = self._choose(request, request.GET.get("organization", ""))
        is_blind = request.GET.get("ratings") != "all"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Calibration",
            "organizations": self.list_calibrated(request),
            "chosen": chosen,
            "is_blind": is_blind,
            "rows": [describe_row(row) for row in measure_interviews(chosen.pk, blind_only=is_blind)],
            "maps": [(one, draw_map(one.knots)) for one in CalibrationMap.objects.filter(organization=chosen)[:5]],
            "sets": describe_sets(chosen),
        }
        return TemplateResponse(request, f"{TEMPLATES}/desk.html", context)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        organizations = self.list_calibrated(request)
        if not organizations:
            raise Http404(NOT_HERE)
        form = ImportForm(request.POST or None, request.FILES or None, organizations=organizations)
        if request.method == "POST" and form.is_valid():
            refused = self._import(request, form)
            if refused is None:
                return self._back(form.cleaned_data["organization"])
            for problem in refused.problems:
                form.add_error("file", problem)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Import ratings", "form": form}
        return TemplateResponse(request, f"{TEMPLATES}/import.html", context)

    def _import(self, request: HttpRequest, form: ImportForm) -> RatedSetRefused | None:
        data = form.cleaned_data
        try:
            rated_set = imports.import_rated_set(
                organization=data["organization"],
                name=data["name"],
                origin=data["origin"],
                content=data["file"].read(MOST_BYTES + 1),
                user=get_user(request),
                now=timezone.now(),
            )
        except RatedSetRefused as refusal:
            return refusal
        self.log_addition(request, rated_set, "Imported.")
        said = f"“{rated_set}”: {rated_set.answers.count()} answers. Score them now, or watch them every night."
        self.message_user(request, said, messages.SUCCESS)
        return None

    # --- Acts ------------------------------------------------------------------------------------------------------

    def _find(self, request: HttpRequest, model: Any, pk: int) -> Any:
        row = model.objects.filter(pk=pk, organization__in=self.list_calibrated(request)).first()
        if row is None:
            raise Http404(NOT_HERE)
        return row

    def _back(self, organization: Organization) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse(f'admin:{PAGES}_desk')}?organization={organization.uuid}")

    def _do(self, request: HttpRequest, row: Any, acts: Acts, act: str) -> HttpResponse:
        if act not in acts:
            raise Http404(NOT_HERE)
        deed, said = acts[act]
        try:
            deed()
        except (runs.RunRefused, maps.MapRefused) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.log_change(request, row, said, request.POST.get("reason", "")[:300])
            self.message_user(request, said, messages.SUCCESS)
        return self._back(row.organization)

    def fit_view(self, request: HttpRequest) -> HttpResponse:
        wanted = request.POST.get("organization", "")
        organization = self._choose(request, wanted)
        try:
            fitted = maps.fit_organization_map(
                organization=organization,
                measured=measure_technicals(organization.pk),
                user=get_user(request),
                now=timezone.now(),
            )
        except TooFewAnswers as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.log_addition(request, fitted, "Fitted.")
            self.message_user(request, f"{fitted} is fitted, and not in force yet.", messages.SUCCESS)
        return self._back(organization)

    def map_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        row: CalibrationMap = self._find(request, CalibrationMap, pk)
        reason = request.POST.get("reason", "")
        acts: Acts = {
            "start": (
                lambda: maps.put_in_force(calibration_map=row, reason=reason),
                f"{row} is in force: scores made from now on are bent by it.",
            ),
            "stop": (lambda: maps.take_out_of_force(calibration_map=row), f"{row} is out of force."),
        }
        return self._do(request, row, acts, act)

    def set_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        row: RatedSet = self._find(request, RatedSet, pk)
        acts: Acts = {
            "score": (lambda: runs.ask_run(rated_set=row, user=get_user(request)), f"“{row}” is being scored."),
            "watch": (
                lambda: imports.watch_set(rated_set=row, is_watched=True),
                f"“{row}” is the golden set: it is scored every night.",
            ),
            "unwatch": (
                lambda: imports.watch_set(rated_set=row, is_watched=False),
                f"“{row}” is not scored at night any more.",
            ),
        }
        return self._do(request, row, acts, act)

    def run_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        row: CalibrationRun = self._find(request, CalibrationRun, pk)
        user, now = get_user(request), timezone.now()
        acts: Acts = {
            "seen": (lambda: runs.see_alarm(run=row, user=user, now=now), "The alarm is noted as seen."),
            "baseline": (
                lambda: runs.take_as_baseline(run=row, user=user, now=now),
                "Later nights are held against this run.",
            ),
        }
        return self._do(request, row, acts, act)


def describe_row(row: AgreementRow) -> dict[str, Any]:
    name = "People with each other" if row.name == PEOPLE else row.name
    return {"name": name, "is_people": row.name == PEOPLE, "row": row, "steps": shade_steps(row.steps)}


def describe_sets(organization: Organization) -> list[dict[str, Any]]:
    """Each set with its last runs; a query for all sets, and one for all runs, so many of each: a set that was scored
    once is not hidden by another's nights."""
    sets = list(RatedSet.objects.filter(organization=organization))
    by_set: dict[int, list[CalibrationRun]] = {one.pk: [] for one in sets}
    place = Window(RowNumber(), partition_by=[F("rated_set")], order_by=F("pk").desc())
    newest = CalibrationRun.objects.filter(rated_set__in=sets).annotate(place=place).filter(place__lte=MOST_RUNS)
    for run in newest.select_related("seen_by").order_by("-pk"):
        by_set[run.rated_set_id].append(run)
    last = {pk: next((run for run in rows if run.work_status == "done"), None) for pk, rows in by_set.items()}
    return [
        {
            "set": one,
            "runs": by_set[one.pk],
            "last": last[one.pk],
            "figures": [(words, (found := last[one.pk]) and found.agreement.get(name)) for name, words in COMPARED],
            "unscored": count_unscored(last[one.pk]),
            "nights": draw_nights([read_kappa(run) for run in reversed(by_set[one.pk])]),
        }
        for one in sets
    ]


def count_unscored(run: CalibrationRun | None) -> int:
    """Answers that were left to a person, so that no pair has them."""
    return 0 if run is None else sum(one["composite"] is None for one in run.scores.values())


def read_kappa(run: CalibrationRun) -> float | None:
    agreed = run.agreement.get("scorer")
    return agreed["qwk"] if agreed else None
