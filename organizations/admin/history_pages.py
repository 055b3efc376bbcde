"""The page “History” of a row: who did what to it, when and why. Base of every page of the admin (scope.py)."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from organizations.admin.change_lines import draw_line
from organizations.admin.recording import RecordingAdmin
from organizations.selectors import list_changes_of, load_reach

LINES_ON_A_PAGE = 50


class HistoryPages(RecordingAdmin):
    object_history_template = "admin/organizations/row_history.html"

    def may_read_history(self, request: HttpRequest, row: Any) -> bool:
        """Whether who may see the row may read what was done to it as well."""
        return True

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row) or not self.may_read_history(request, row):
            raise PermissionDenied
        lines = list_changes_of(row, request.user.pk, load_reach(request.user))
        pages = self.get_paginator(request, lines, LINES_ON_A_PAGE)
        page = pages.get_page(request.GET.get(PAGE_VAR, 1))
        context = {
            **self.admin_site.each_context(request),
            "title": "History",
            "subtitle": str(row),
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "lines": [draw_line(change) for change in page.object_list],
            "page": page,
            "page_var": PAGE_VAR,
            "object": row,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)
