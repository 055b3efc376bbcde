"""Which panels a question is needed for: those that the bank could no longer fill if it were not asked any more.

Called by the admin before questions are retired. The same check as publishing (question_supply.list_missing), on the
bank without these questions.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from interviewpanel.domain.selection import Cell, Missing, find_missing, list_exact_pools, list_open_cells
from interviewpanel.models import InterviewPanel, InterviewPanelQuestionDistribution
from interviewpanel.selectors.pool_queries import load_pools
from interviewpanel.selectors.question_supply import list_cells
from questionbank.models import Question

MOST_PANELS = 50
"""Looked at for one page, published ones and the newest first; one or two queries each."""


@dataclass(frozen=True)
class NeedyPanel:
    """What would be missing, a sentence for each cell; `was_short` where something is missing already."""

    panel: InterviewPanel
    missing: tuple[str, ...]
    was_short: bool


def list_needy_panels(questions: Sequence[Question], among: QuerySet[InterviewPanel]) -> list[NeedyPanel]:
    """Of `among` (cut to what the user sees), the panels not archived that would lack more without these questions.

    Two queries for the panels and one or two for each whose plan names a place of one of the questions.
    """
    live = [one for one in questions if one.status == Question.Status.LIVE]
    if not live:
        return []
    retired = {one.pk for one in live}
    needy: list[NeedyPanel] = []
    for panel in _list_concerned(live, among):
        rows = {row.pk: row for row in panel.distribution.all()}
        cells = [cell for row in rows.values() for cell in list_cells(row)]
        before, after = _list_short(panel, cells, ()), _list_short(panel, cells, retired)
        if after != before:
            sentences = tuple(missing.describe(str(rows[missing.row_id])) for missing in after)
            needy.append(NeedyPanel(panel, sentences, bool(before)))
    return needy


def _list_concerned(questions: Sequence[Question], among: QuerySet[InterviewPanel]) -> QuerySet[InterviewPanel]:
    places = Q()
    for question in questions:
        place = (
            Q(distribution__subtopic=question.subtopic_id)
            | Q(distribution__subtopic__isnull=True, distribution__topic=question.topic_id)
            | Q(distribution__topic__isnull=True, distribution__category=question.category_id)
        )
        owner = Q() if question.organization_id is None else Q(organization=question.organization_id)
        places |= place & owner & Q(language=question.language)
    concerned = among.filter(places).exclude(status=InterviewPanel.Status.ARCHIVED).distinct()
    plan = InterviewPanelQuestionDistribution.objects.select_related("category", "topic", "subtopic__topic")
    # "published" comes after "draft" by alphabet.
    ordered = concerned.select_related("organization").order_by("-status", "-created_at", "-pk")
    return ordered.prefetch_related(Prefetch("distribution", plan))[:MOST_PANELS]


def _list_short(panel: InterviewPanel, cells: Sequence[Cell], without: Collection[int]) -> list[Missing]:
    """What is missing of the cells. As many more questions are read of each pool as are left out of them."""
    limits = [(pool, pool.places + len(without)) for pool in list_exact_pools(list_open_cells(cells, ()))]
    supply = load_pools(limits, language=panel.language, organization_id=panel.organization_id)
    return find_missing(cells, [one for one in supply if one.id not in without])
