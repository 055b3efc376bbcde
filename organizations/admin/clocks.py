"""Whose clock the desk shows: that of the organization. A middleware (settings.MIDDLEWARE), and what pages say of it.

Who works in one organization reads all its times in its time zone. Who sees several reads UTC in lists, and on the
page of one row the time zone of its organization (`TenantAdmin.get_object`, scope.py).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from organizations.admin.scope import get_reach

BELOW = "/admin/"


def use_own_clock(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Stands behind whatever finds out who is signed in."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(BELOW) or not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(get_reach(request).zone):
            return get_response(request)

    return answer
