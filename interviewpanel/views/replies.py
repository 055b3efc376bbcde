"""What the candidate's forms have in common: how they are read, and how they are answered. Used by the views here.

A browser without scripts is sent on to a page (303), scripts are answered in JSON (`Accept: application/json`). The
forms need no CSRF token: what lets them in is the secret in the address, and no cookie that another site could borrow.
"""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.views.privacy import SAID, find_privacy_url, show_privacy

Values = dict[str, list[str]]


def read_values(request: HttpRequest) -> Values:
    """What was sent, of a form or of a JSON object. Texts only; line ends as one character, as browsers count them."""
    if request.content_type == "application/json":
        return _read_json(request.body)
    return {name: [_clean(value) for value in request.POST.getlist(name)] for name in request.POST}


def _read_json(body: bytes) -> Values:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    fields: dict[str, Any] = sent if isinstance(sent, dict) else {}
    lists = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
    return {name: [_clean(str(one)) for one in value if isinstance(one, str | int)] for name, value in lists.items()}


def _clean(text: str) -> str:
    """No database keeps a NUL, and half a surrogate pair is no character."""
    whole = text.encode("utf-8", "ignore").decode()
    return whole.replace("\x00", "").replace("\r\n", "\n")


def read_text(values: Values, name: str) -> str:
    return values.get(name, [""])[0] if values.get(name) else ""


def say_done(request: HttpRequest, token: str, values: Values, said: str, **facts: object) -> HttpResponse:
    """It is kept. `said` names the sentence that the candidate reads; `facts` are for scripts."""
    if wants_json(request):
        return JsonResponse({"said": said, "message": str(SAID[said]), **facts})
    query = {"said": said}
    if "language" in request.GET:
        query["language"] = request.GET["language"]
    target = _find_next(request, token, read_text(values, "next")) or find_privacy_url(token, **query)
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": target})


def say_refused(
    request: HttpRequest, invitation: InterviewPanelCandidate, token: str, refusal: Exception
) -> HttpResponse:
    """It is not kept: why, and what to do."""
    status = HTTPStatus.BAD_REQUEST
    if wants_json(request):
        return JsonResponse({"code": "refused", "message": str(refusal)}, status=status)
    return show_privacy(request, invitation, token, alert=str(refusal), status=status)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _find_next(request: HttpRequest, token: str, wanted: str) -> str:
    """Where the form wants to be sent on to: the page, with any question and place in it. Anywhere else: nowhere."""
    try:
        address = urlsplit(urljoin(request.path, wanted))
    except ValueError:  # no address at all, such as http://[
        return ""
    if not wanted or address.scheme or address.netloc or address.path != reverse("join", args=[token]):
        return ""
    return address.geturl()
