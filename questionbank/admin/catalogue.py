"""Category → Topic → Subtopic: an organization's own, and the global ones that only superadmins change."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin

from organizations.admin.scope import TenantAdmin
from questionbank.admin.catalogue_tree import CatalogueTree
from questionbank.models import Category, Subtopic, Topic


class CatalogueAdmin(TenantAdmin):
    has_global_rows = True
    prepopulated_fields = {"slug": ("name",)}

    def get_prepopulated_fields(self, request: Any, obj: Any = None) -> dict[str, Sequence[str]]:
        return {"slug": ("name",)} if obj is None else {}

    def show_owner(self, organization: Any) -> str:
        return str(organization) if organization else "all organizations"


@admin.register(Category)
class CategoryAdmin(CatalogueTree, CatalogueAdmin):
    list_display = ("name", "owner")
    list_filter = (("organization", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("organization",)
    search_fields = ("name",)
    fields = ("organization", "name", "slug")

    @admin.display(description="for", ordering="organization__name")
    def owner(self, category: Category) -> str:
        return self.show_owner(category.organization)


@admin.register(Topic)
class TopicAdmin(CatalogueAdmin):
    tenant_path = "category__organization"
    list_display = ("name", "category", "owner")
    list_filter = (("category", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("category__organization",)
    search_fields = ("name", "category__name")
    fields = ("category", "name", "slug")

    @admin.display(description="for")
    def owner(self, topic: Topic) -> str:
        return self.show_owner(topic.category.organization)


@admin.register(Subtopic)
class SubtopicAdmin(CatalogueAdmin):
    tenant_path = "topic__category__organization"
    list_display = ("name", "topic", "category", "owner")
    list_filter = (("topic", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("topic__category__organization",)
    search_fields = ("name", "topic__name", "topic__category__name")
    fields = ("topic", "name", "slug")

    @admin.display(ordering="topic__category__name")
    def category(self, subtopic: Subtopic) -> str:
        return subtopic.topic.category.name

    @admin.display(description="for")
    def owner(self, subtopic: Subtopic) -> str:
        return self.show_owner(subtopic.topic.category.organization)
