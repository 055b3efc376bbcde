"""The catalogue's page with what plans of panels know: a part that is moved takes the rows of plans with it.

Registered in place of questionbank's own, which may not know panels.
"""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from interviewpanel.models import InterviewPanel
from interviewpanel.selectors.question_supply import list_missing
from interviewpanel.services.catalogue_moves import move_planned_subtopic, move_planned_topic
from questionbank.admin.catalogue import CategoryAdmin
from questionbank.models import Category, Topic

MOST_PANELS = 20

admin.site.unregister(Category)


@admin.register(Category)
class PlannedCategoryAdmin(CategoryAdmin):
    def move_node(self, request: HttpRequest, node: Any, parent: Any) -> None:
        """Raises CatalogueRefused. Warns of published panels that asked for questions of the place left behind."""
        if isinstance(node, Topic):
            left = {"topic__isnull": True, "category": node.category}
            moved = move_planned_topic(topic=node, category=parent)
        else:
            left = {"subtopic__isnull": True, "category": node.topic.category}
            moved = move_planned_subtopic(subtopic=node, topic=parent)
        if moved:
            rows = "1 row of a plan names it and" if moved == 1 else f"{moved} rows of plans name it and"
            self.message_user(request, f"{rows} moved with it.")
        self._warn_of_short_panels(request, left)

    def _warn_of_short_panels(self, request: HttpRequest, left: dict[str, Any]) -> None:
        concerned = {f"distribution__{name}": value for name, value in left.items()}
        seen = self.admin_site.get_model_admin(InterviewPanel).get_queryset(request).order_by().values("pk")
        published = InterviewPanel.objects.filter(pk__in=seen, status=InterviewPanel.Status.PUBLISHED)
        for panel in published.filter(**concerned).distinct()[:MOST_PANELS]:
            if missing := list_missing(panel):
                said = f"The bank does not fill the panel “{panel}” now: {'; '.join(missing)}."
                self.message_user(request, said, messages.WARNING)
