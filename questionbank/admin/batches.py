"""Having questions written for the bank: the page that asks for them, and the one that shows what became of them.

Part of GenerationAdmin, whose permissions these are. The work: services/generation/batches.py.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from organizations.admin.scope import NamedRow, TenantAdmin, get_reach, get_user
from organizations.admin.tables import draw_badge, show_moment
from organizations.models import Organization
from questionbank.admin.batch_forms import ROWS_AT_FIRST, BatchForm, GridRow, make_wish, place_faults, read_grid
from questionbank.admin.progress import GENERATE, draw_status, show_progress
from questionbank.admin.question_pages import BADGES
from questionbank.domain.bank_format import DIFFICULTIES
from questionbank.domain.batches import MOST_OF_A_BATCH, MOST_ROWS
from questionbank.models import Category, Generation, Question, Subtopic
from questionbank.selectors.batches import BatchState, Measured, measure_questions, read_batch
from questionbank.selectors.catalogue_tree import Node, load_tree
from questionbank.selectors.model_usage import count_month_tokens
from questionbank.services.generation.batches import BatchRefused, start_batch
from questionbank.services.generation.requests import GenerationRefused, tell_missing_model
from questionbank.services.model_calls import find_budget
from questionbank.services.question_cache import is_cache_on

NEW, SHOWN, NOW = (f"admin/questionbank/generation/{name}.html" for name in ("new_batch", "batch", "batch_now"))
MOST_PLACES = 1000
"""Offered while somebody types; every place can be typed."""


class BatchPages(TenantAdmin):
    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("questions/", wrap(self.new_batch_view), name="questionbank_generation_new_batch"),
            path("<int:pk>/questions/", wrap(self.batch_view), name="questionbank_generation_batch"),
            path("<int:pk>/questions/now/", wrap(self.batch_now_view), name="questionbank_generation_batch_now"),
            *super().get_urls(),
        ]

    def find(self, request: HttpRequest, pk: int) -> Generation:
        raise NotImplementedError

    # --- Asking -----------------------------------------------------------------------------------------------------

    def new_batch_view(self, request: HttpRequest) -> HttpResponse:
        owners = self.list_generating(request)
        if not owners:
            raise PermissionDenied
        choices = [(str(one.pk), one.name) for one in owners]
        form = BatchForm(choices, request.POST or None, is_cache_on=is_cache_on(wanted=True))
        grid = read_grid(request.POST) if request.method == "POST" else []
        refusal = ""
        if request.method == "POST" and form.is_valid():
            owner = next(one for one in owners if str(one.pk) == form.cleaned_data["organization"])
            made, grid, refusal = self._ask(request, owner, form, grid)
            if made is not None:
                return HttpResponseRedirect(reverse("admin:questionbank_generation_batch", args=[made.pk]))
        wanted = request.POST.get("organization") or request.GET.get("organization", "")
        owner = next((one for one in owners if str(one.pk) == wanted), owners[0])
        if request.method == "GET":
            form.initial["organization"] = str(owner.pk)
            grid = self._read_wanted(request, owner)
        blank = [GridRow()] * max(1, ROWS_AT_FIRST - len(grid))
        places, measured, budget = list_places(owner), measure_questions(owner.pk), describe_budget(owner)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Generate questions",
            "form": form,
            "grid": [*grid, *blank],
            "blank": GridRow(),
            "difficulties": DIFFICULTIES,
            "refusal": refusal or tell_missing_model(),
            "measured": measured,
            "measured_tokens": f"{measured.tokens:,}" if measured else "",
            "budget": budget,
            "names": name_places(places),
            "facts": list_facts(places, measured, budget["left"]),
        }
        return TemplateResponse(request, NEW, context)

    def list_generating(self, request: HttpRequest) -> list[Organization]:
        """The organizations for which the user may have questions written."""
        reach = get_reach(request)
        if reach.sees_all:
            return list(Organization.objects.order_by("name"))
        if not request.user.has_perm(GENERATE):
            return []
        return list(Organization.objects.filter(pk__in=reach.list_organizations(GENERATE)).order_by("name"))

    def _ask(
        self, request: HttpRequest, owner: Organization, form: BatchForm, grid: list[GridRow]
    ) -> tuple[Generation | None, list[GridRow], str]:
        """The batch; else the grid with what is wrong in it, and why the whole was refused."""
        wish, belongs, grid = make_wish(grid, form.cleaned_data)
        if any(row.errors for row in grid):
            return None, grid, ""
        tell_missing_model()  # before anything is locked
        try:
            with transaction.atomic():
                batch = start_batch(organization=owner, wish=wish, user=get_user(request), now=timezone.now())
                self.log_addition(request, batch, f"Asked for {batch.steps} questions.")
        except BatchRefused as refused:
            grid, others = place_faults(refused.faults, grid, belongs)
            for name, told in others.items():
                if name in form.fields:
                    form.add_error(name, told)
            return None, grid, " ".join(others.get("", []))
        except GenerationRefused as refusal:
            return None, grid, str(refusal)
        return batch, grid, ""

    def _read_wanted(self, request: HttpRequest, owner: Organization) -> list[GridRow]:
        """A row for the subtopic that somebody comes from, if it is theirs to see."""
        key = request.GET.get("subtopic", "")
        mine = Q(topic__category__organization=owner) | Q(topic__category__organization=None)
        rows = Subtopic.objects.filter(mine).select_related("topic__category")
        one = rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
        if one is None:
            return []
        return [GridRow({"category": one.topic.category.name, "topic": one.topic.name, "subtopic": one.name})]

    # --- What became of it ------------------------------------------------------------------------------------------

    def batch_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = self._describe(request, self._find_batch(request, pk))
        batch = context["state"].batch
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Questions for the bank",
            "original": NamedRow(batch, "Questions for the bank"),
            "asked_at": show_moment(batch.created_at),
        }
        return TemplateResponse(request, SHOWN, context)

    def batch_now_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that is drawn anew while somebody waits."""
        response = TemplateResponse(request, NOW, self._describe(request, self._find_batch(request, pk)))
        response["Cache-Control"] = "private, no-store"
        return response

    def _find_batch(self, request: HttpRequest, pk: int) -> Generation:
        batch = self.find(request, pk)
        if batch.kind != Generation.Kind.BATCH:
            raise Http404("There is no such batch.")
        return batch

    def _describe(self, request: HttpRequest, batch: Generation) -> dict[str, Any]:
        questions: QuerySet[Question] = self.admin_site.get_model_admin(Question).get_queryset(request)
        state = read_batch(batch, questions)
        progress = {
            **show_progress(request, batch),
            "badge": draw_state(state),
            "is_partial": state.made > 0,
            "url": reverse("admin:questionbank_generation_batch_now", args=[batch.pk]),
            "now": NOW,
            "again": "Make the missing ones again",
            "text": f"{state.made} of {state.asked} question{'' if state.asked == 1 else 's'}",
            "percent": round(100 * state.made / max(1, state.asked)),
        }
        return {
            "progress": progress,
            "state": state,
            "parts": [(one, draw_status(one.part), draw_links(one.made)) for one in state.parts],
            "review_url": list_to_review(state),
        }


def draw_state(state: BatchState) -> SafeString:
    """A batch of which something was made has not failed, whatever is missing; while its parts are done, it is too."""
    if not state.batch.is_over:
        return draw_badge("in progress", "is-info")
    if state.missing and state.made:
        return draw_badge("partly done", "is-warning")
    return draw_status(state.batch)


def draw_links(made: Any) -> list[tuple[Any, str, str]]:
    """Each question with its page and the look of its state; no page where it was deleted."""
    return [
        (
            one,
            reverse("admin:questionbank_question_change", args=[one.question.pk]) if one.question else "",
            BADGES[one.question.status] if one.question else "",
        )
        for one in made
    ]


def list_to_review(state: BatchState) -> str:
    """The list of the bank, cut to what is to be reviewed of this batch."""
    filters = {"status__exact": Question.Status.REVIEW.value, "batch": str(state.batch.uuid)}
    return f"{reverse('admin:questionbank_question_changelist')}?{urlencode(filters)}"


def list_places(owner: Organization) -> list[list[Any]]:
    """Every subtopic that the organization may use, as names, with how many questions it has of each difficulty."""
    categories = Category.objects.filter(Q(organization=owner) | Q(organization=None))
    questions = Question.objects.filter(Q(organization=owner) | Q(organization=None)).exclude(status="retired")
    tree, _ = load_tree(categories, questions)
    return [
        [category.name, topic.name, subtopic.name, *(count_all(subtopic, one) for one in DIFFICULTIES)]
        for category in tree
        for topic in category.children
        for subtopic in topic.children
    ][:MOST_PLACES]


def count_all(node: Node, difficulty: str) -> int:
    return sum(node.count(difficulty, status) for status in Question.Status.values)


def name_places(places: list[list[Any]]) -> list[tuple[str, list[str]]]:
    """For each column, the names that are offered where no script narrows them."""
    return [
        (name, sorted({place[column] for place in places}))
        for column, name in enumerate(("category", "topic", "subtopic"))
    ]


def list_facts(places: list[list[Any]], measured: Measured | None, left: int | None) -> dict[str, Any]:
    """For static/questionbank/batch-builder.js."""
    return {
        "places": places,
        "tokens": measured.tokens if measured else None,
        "seconds": measured.seconds if measured else None,
        "left": left,
        "most_rows": MOST_ROWS,
        "most": MOST_OF_A_BATCH,
    }


def describe_budget(owner: Organization) -> dict[str, Any]:
    """The tokens of this month: how many are left (None: there is no limit), and what is said of them."""
    limit, used = find_budget(owner), count_month_tokens(owner.pk, timezone.now())
    if not limit:
        return {"left": None, "text": f"{used:,} tokens are used this month; there is no limit."}
    text = (
        f"{used:,} of {limit:,} tokens of this month are used. At the limit what is made stays, and the rest can be "
        "made when there are tokens again."
    )
    return {"left": max(0, limit - used), "text": text}
