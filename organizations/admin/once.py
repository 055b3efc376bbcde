"""A form with `{% once_key %}` is done once: sent again just as it was, by a second press or by a browser that tries
again, it is answered as the first time, and nothing more happens. Named in settings.MIDDLEWARE.

What somebody changes in it is another form, and what was refused may be sent again: the form with what is wrong, or
another page that says complaints and nothing else (messages of the levels warning and error; what was done is told as
success or info). A view that did it and answers with a page of its own says so (`keep_done`). Buttons are switched off
besides (static/organizations/submit_once.js); this is for who is quicker, or has no scripts.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from authentication.models import User
from organizations.services.posts import begin_post, end_post, find_answer, forget_post

BELOW = "/admin/"
FIELD = "once"
LEADS_TO = "_once_leads_to"  # of the request
NOT_OURS = "csrfmiddlewaretoken"
DONE = "This was done by your first press, and is not done twice. To do it once more, open its page again."
UNDER_WAY = (
    "Your first press is not done with this yet, and nothing is begun twice. Look here again in a moment; if nothing "
    "came of it, open its page again."
)
Answer = Callable[[HttpRequest], HttpResponseBase]


class AnswerOnce:
    sync_capable, async_capable = True, False

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        digest = read_digest(request)
        if not digest or not isinstance(request.user, User):
            return self._get_response(request)
        posted = begin_post(user=request.user, digest=digest, now=timezone.now())
        if posted is None:
            return answer_again(request, request.user, digest)
        response = self._get_response(request)
        if led_to := find_end(request, response):
            end_post(posted=posted, led_to=led_to)
        else:
            forget_post(posted=posted)
        return response


def keep_done(request: HttpRequest, leads_to: str) -> None:
    """Of a deed that is answered with a page, such as a link that is shown once: sent again, it leads there instead."""
    setattr(request, LEADS_TO, leads_to)


def find_end(request: HttpRequest, response: HttpResponseBase) -> str:
    """Where the form leads when it is sent again; empty where nothing was done, or was a fault."""
    if kept := getattr(request, LEADS_TO, ""):
        return str(kept) if response.status_code < HTTPStatus.BAD_REQUEST else ""
    return response.url if isinstance(response, HttpResponseRedirect) and not is_refused(request) else ""


def is_refused(request: HttpRequest) -> bool:
    """Whether all that was said during this request are complaints."""
    said = getattr(getattr(request, "_messages", None), "_queued_messages", ())
    return bool(said) and all(one.level >= messages.WARNING for one in said)


def read_digest(request: HttpRequest) -> str:
    """Of the page's key, the address and all that was sent; empty where a form has no key of ours."""
    if request.method != "POST" or not request.path_info.startswith(BELOW):
        return ""
    try:
        uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return ""
    sent = sorted((name, values) for name, values in request.POST.lists() if name != NOT_OURS)
    files = sorted((name, [(one.name, one.size) for one in given]) for name, given in request.FILES.lists())
    return hashlib.sha256(json.dumps([request.get_full_path(), sent, files]).encode()).hexdigest()


def answer_again(request: HttpRequest, user: User, digest: str) -> HttpResponseBase:
    """Where the first led; to the list, with a word, while that is worked on. Nobody is kept waiting here."""
    led_to = find_answer(user=user, digest=digest)
    if led_to is None:  # refused meanwhile: the page says why when it is sent again
        return HttpResponseRedirect(request.get_full_path())
    messages.info(request, DONE if led_to else UNDER_WAY)
    return HttpResponseRedirect(led_to or find_list(request.path))


def find_list(path: str) -> str:
    """The list below which a page of the admin stands: /admin/app/model/…"""
    return "/".join([*path.split("/")[:4], ""])
