"""The whole catalogue on one page, with how many questions stand where; added to, renamed and moved in place.

Part of CategoryAdmin. The forms are one dialog that a script opens; without it each name leads to the row's own page.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode

from organizations.admin.scope import TenantAdmin, get_reach
from organizations.models import Organization
from questionbank.models import Category, Question, Subtopic, Topic
from questionbank.selectors.catalogue_tree import DIFFICULTIES, Node, load_tree
from questionbank.services.catalogue import (
    CatalogueRefused,
    add_category,
    add_subtopic,
    add_topic,
    find_owner_id,
    move_subtopic,
    move_topic,
    rename_node,
)

TEMPLATE = "admin/questionbank/category/tree.html"
LEVELS: dict[str, type[Category] | type[Topic] | type[Subtopic]] = {
    "category": Category,
    "topic": Topic,
    "subtopic": Subtopic,
}
PARENTS = {"topic": "category", "subtopic": "topic"}
OTHER_STATUSES = ("review", "draft", "retired")
OPEN_UP_TO = 30
"""So many subtopics are all shown at once; of more, only the topics, unless something is searched for."""


class CatalogueTree(TenantAdmin):
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.tree_view)
        return [path("tree/", view, name="questionbank_category_tree"), *super().get_urls()]

    def tree_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._change(request)
        search = request.GET.get("q", "").strip()
        questions: QuerySet[Question] = self.admin_site.get_model_admin(Question).get_queryset(request)
        tree, totals = load_tree(self.get_queryset(request), questions, search)
        changeable = self.list_changeable_owners(request)
        count = sum(len(topic.children) for category in tree for topic in category.children)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Catalogue",
            "tree": [self._describe(node, changeable) for node in tree],
            "totals": [(status, totals[status], question_list(status__exact=status)) for status in totals],
            "q": search,
            "is_open": bool(search) or count <= OPEN_UP_TO,
            "difficulties": DIFFICULTIES,
            "owners": self.list_owner_choices(request),
            "can_change": bool(changeable) or get_reach(request).sees_all,
            "places": list_places(tree, changeable),
        }
        return TemplateResponse(request, TEMPLATE, context)

    def list_changeable_owners(self, request: HttpRequest) -> set[int | None] | None:
        """The organizations whose part of the catalogue the user may change; None: everything, what is for all too."""
        reach = get_reach(request)
        if reach.sees_all:
            return None
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            return set()
        return set(reach.list_organizations(self.name_permission("change")))

    def list_owner_choices(self, request: HttpRequest) -> list[tuple[str, str]]:
        reach = get_reach(request)
        if reach.sees_all:
            return [("", "All organizations"), *((str(one.pk), one.name) for one in Organization.objects.all())]
        ids = reach.list_organizations(self.name_permission("add"))
        return [(str(one.pk), one.name) for one in Organization.objects.filter(pk__in=ids)]

    def _describe(self, node: Node, changeable: set[int | None] | None) -> dict[str, Any]:
        """For the template: each cell as the count of live questions, and of others where there are any."""
        lookup = f"{node.level}__id__exact"
        cells = []
        for difficulty in DIFFICULTIES:
            others = [
                (status, node.count(difficulty, status), list_link(node, difficulty, status))
                for status in OTHER_STATUSES
                if node.count(difficulty, status)
            ]
            live = node.count(difficulty, "live")
            cells.append((difficulty, live, list_link(node, difficulty, "live"), others))
        return {
            "node": node,
            "cells": cells,
            "url": question_list(**{lookup: node.pk}),
            "edit_url": reverse(f"admin:questionbank_{node.level}_change", args=[node.pk]),
            "may_change": changeable is None or node.owner_id in changeable,
            "owner": str(node.row.organization or "") if node.level == "category" else "",
            "is_common": node.owner_id is None,
            "children": [self._describe(child, changeable) for child in node.children],
        }

    # --- Changing it ------------------------------------------------------------------------------------------------

    def _change(self, request: HttpRequest) -> HttpResponse:
        act = {"add": self._add, "rename": self._rename, "move": self._move}.get(request.POST.get("act", ""))
        level = request.POST.get("level", "")
        if act is None or level not in LEVELS:
            raise Http404("There is no such change.")
        try:
            said = act(request, level)
        except CatalogueRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:questionbank_category_tree"))

    def _add(self, request: HttpRequest, level: str) -> str:
        name = request.POST.get("name", "")
        made: Category | Topic | Subtopic
        if level == "category":
            made = add_category(name=name, organization=self._find_new_owner(request))
        else:
            parent = self._find(request, PARENTS[level], request.POST.get("parent"))
            self._check_may_change(request, parent)
            if isinstance(parent, Category):
                made = add_topic(name=name, category=parent)
            else:
                assert isinstance(parent, Topic)
                made = add_subtopic(name=name, topic=parent)
        self._page(level).log_addition(request, made, "Added in the catalogue.")
        return f"“{made.name}” is there."

    def _rename(self, request: HttpRequest, level: str) -> str:
        node = self._find(request, level, request.POST.get("pk"))
        self._check_may_change(request, node)
        before = node.name
        rename_node(node=node, name=request.POST.get("name", ""))
        self._page(level).log_change(request, node, f"Renamed; it was “{before}”.")
        return f"“{before}” is called “{node.name}” now."

    def _move(self, request: HttpRequest, level: str) -> str:
        if level not in PARENTS:
            raise Http404("A category stands in nothing.")
        node = self._find(request, level, request.POST.get("pk"))
        parent = self._find(request, PARENTS[level], request.POST.get("parent"))
        self._check_may_change(request, node)
        self._check_may_change(request, parent)
        before = node.category if isinstance(node, Topic) else node.topic
        self.move_node(request, node, parent)
        self._page(level).log_change(request, node, f"Moved from “{before.name}” to “{parent.name}”.")
        return f"“{node.name}” stands in “{parent.name}” now, with its questions."

    def move_node(self, request: HttpRequest, node: Any, parent: Any) -> None:
        """Raises CatalogueRefused. What names the place elsewhere is moved by whoever knows of it."""
        if isinstance(node, Topic):
            move_topic(topic=node, category=parent)
        else:
            move_subtopic(subtopic=node, topic=parent)

    def _page(self, level: str) -> TenantAdmin:
        page = self.admin_site.get_model_admin(LEVELS[level])
        assert isinstance(page, TenantAdmin)
        return page

    def _find(self, request: HttpRequest, level: str, pk: str | None) -> Any:
        """Raises Http404 for what the user does not see."""
        related = {"category": (), "topic": ("category",), "subtopic": ("topic__category",)}[level]
        rows = self._page(level).get_queryset(request)
        found = rows.select_related(*related).filter(pk=int(pk)).first() if pk and pk.isdecimal() else None
        if found is None:
            raise Http404("There is no such place in the catalogue.")
        return found

    def _check_may_change(self, request: HttpRequest, node: Any) -> None:
        changeable = self.list_changeable_owners(request)
        if changeable is not None and find_owner_id(node) not in changeable:
            raise PermissionDenied

    def _find_new_owner(self, request: HttpRequest) -> Organization | None:
        chosen = request.POST.get("organization", "")
        if chosen not in dict(self.list_owner_choices(request)):
            raise PermissionDenied
        return Organization.objects.get(pk=chosen) if chosen else None


def question_list(**filters: Any) -> str:
    return f"{reverse('admin:questionbank_question_changelist')}?{urlencode(filters)}"


def list_link(node: Node, difficulty: str, status: str) -> str:
    return question_list(
        **{f"{node.level}__id__exact": node.pk, "difficulty__exact": difficulty, "status__exact": status}
    )


def list_places(tree: list[Node], changeable: set[int | None] | None) -> dict[str, list[dict[str, Any]]]:
    """Where something can be moved to, for the dialog: of the same owner only."""
    mine = [node for node in tree if changeable is None or node.owner_id in changeable]
    return {
        "topic": [{"pk": node.pk, "name": node.name, "owner": node.owner_id} for node in mine],
        "subtopic": [
            {"pk": topic.pk, "name": f"{node.name} › {topic.name}", "owner": node.owner_id}
            for node in mine
            for topic in node.children
        ],
    }
