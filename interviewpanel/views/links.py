"""What every page below a candidate's link has in common: whose link it is, its language. Used by the other views here.

What keeps the pages private is a middleware, config/page_headers.py: it also sees the answers that no view gives.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation

from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitations import find_invitation

View = Callable[..., HttpResponseBase]


class InterviewErased(Exception):
    """Everything behind this link was erased."""

    def __init__(self, invitation: InterviewPanelCandidate) -> None:
        super().__init__("Everything about this interview was erased.")
        self.invitation = invitation


def find_link(token: str) -> InterviewPanelCandidate | None:
    """The invitation behind a link with its panel, candidate and organization, whatever its state; None for no link.

    Raises InterviewErased, which `tell_erased` around every view turns into the page that says so.
    """
    invitation = find_invitation(token)
    if invitation is not None and invitation.erased_at is not None:
        raise InterviewErased(invitation)
    return invitation


def tell_erased(view: View) -> View:
    """The view; where everything behind the link was erased, a page that says when and why instead."""

    @wraps(view)
    def show(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except InterviewErased as erased:
            invitation = erased.invitation
            context = {"organization": invitation.organization, "invitation": invitation}
            language = choose_language(request, invitation)
            return show_page(request, "link_erased.html", context, language=language, status=HTTPStatus.GONE)

    return show


def choose_language(request: HttpRequest, invitation: InterviewPanelCandidate) -> str:
    """What the candidate asked for (`?language=de`), else the language in which they are interviewed, else English.

    A panel may be in a language that the page does not speak: of an older version, or set past its form.
    """
    spoken = dict(settings.LANGUAGES)
    wanted = (request.GET.get("language", ""), invitation.panel.language)
    return next((language for language in wanted if language in spoken), settings.LANGUAGE_CODE)


def show_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    language: str,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """A template of this app in `language`."""
    with translation.override(language):
        page = render_to_string(f"interviewpanel/{template}", {**context, "language": language}, request)
    return HttpResponse(page, status=status, headers={"Content-Language": language})


def show_unknown_link(request: HttpRequest) -> HttpResponse:
    """One and the same page for whatever is no link of ours: a stranger learns nothing."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return show_page(request, "link_unknown.html", {}, language=language, status=HTTPStatus.NOT_FOUND)
