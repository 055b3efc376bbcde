"""What every page below a candidate's link has in common: whose link it is, its language. Used by the other views here.

What keeps the pages private is a middleware, config/private_links.py: it also sees the answers that no view gives.
"""

from collections.abc import Mapping
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitations import find_invitation


def find_link(token: str) -> InterviewPanelCandidate | None:
    """The invitation behind a link with its panel, candidate and organization, whatever its state; None for no link."""
    return find_invitation(token)


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
