"""Which headers go with every answer below an address: pages behind a secret link, and the admin. Named in
settings.MIDDLEWARE.

As a middleware, not in the views: redirects to the slash, wrong methods, faults and what is no page at all have the
secret in their address as well.
"""

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

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
# The admin's theme builds functions from its pages' attributes and writes styles into elements. Both are let through,
# for this server's own files only; no inline script is, and nothing is loaded from elsewhere.
ADMIN_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ADMIN_HEADERS = {"Content-Security-Policy": ADMIN_POLICY}
# An answer of the API is no page: nothing in it is ever run or shown.
API_HEADERS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
# Swagger UI writes styles into elements and has pictures in its sheet; its scripts are files of this server.
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
DOCS_HEADERS = {"Content-Security-Policy": DOCS_POLICY}
# The last that fits counts.
HEADERS_BELOW = {
    "/i/": PRIVATE_HEADERS,
    "/share/": PRIVATE_HEADERS,
    "/admin/": ADMIN_HEADERS,
    "/api/": API_HEADERS,
    "/api/v1/docs/": DOCS_HEADERS,
    "/phone/": PRIVATE_HEADERS,  # nothing said there is kept by Twilio's caches; a document may hold a stream's token
    "/api/v1/recordings/": PRIVATE_HEADERS,  # a signed address is a secret as well, for ten minutes
}
Answer = Callable[[HttpRequest], HttpResponseBase]
AsyncAnswer = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def add_page_headers(get_response: Answer | AsyncAnswer) -> Answer | AsyncAnswer:
    """Both kinds, so that it costs a server of either kind no thread."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            return _add_headers(request, await cast("AsyncAnswer", get_response)(request))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _add_headers(request, cast("Answer", get_response)(request))

    return answer


def _add_headers(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    for below, headers in HEADERS_BELOW.items():
        if request.path_info.startswith(below):
            for name, value in headers.items():
                response[name] = value
    return response
