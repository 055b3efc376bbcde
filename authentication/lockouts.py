"""What is told to who has guessed too many passwords (django-axes). Named in settings.AXES_LOCKOUT_CALLABLE."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.exceptions import Throttled

from authentication.views import SitePage
from config.api.problems import MEDIA_TYPE, describe_problem

DETAIL = "Too many wrong passwords. Try again in {minutes} minutes, or ask whoever runs this site."


def tell_locked_out(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """In the place of what was answered, whatever the next guess is: a problem to programs, a page to people."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    detail = DETAIL.format(minutes=seconds // 60)
    if request.path.startswith("/api/"):
        problem = describe_problem(Throttled(detail=detail))
        answer = HttpResponse(json.dumps(problem), content_type=MEDIA_TYPE, status=429)
    else:
        context = SitePage.make_context(request, title="Please wait", detail=detail)
        answer = render(request, "authentication/locked_out.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
