"""Keeps candidates' links private: the headers of every answer below `/i/`. Named in settings.MIDDLEWARE.

As a middleware, not in the views: redirects to the slash, wrong methods, faults and what is no page at all have the
secret in their address as well.
"""

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

BELOW = "/i/"
# The page runs nothing but its own files, and talks to nobody but its own server.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The address of the page is a secret: it is kept by no cache, told to no other site, listed by no search engine.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "microphone=(self), camera=(self), geolocation=()",
    "Content-Security-Policy": CONTENT_POLICY,
}
Answer = Callable[[HttpRequest], HttpResponseBase]
AsyncAnswer = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def keep_links_private(get_response: Answer | AsyncAnswer) -> Answer | AsyncAnswer:
    """Both kinds, so that it costs a server of either kind no thread."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            return _keep_private(request, await cast("AsyncAnswer", get_response)(request))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _keep_private(request, cast("Answer", get_response)(request))

    return answer


def _keep_private(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if request.path_info.startswith(BELOW):
        for name, value in PRIVATE_HEADERS.items():
            response[name] = value
    return response
