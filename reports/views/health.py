"""For whoever watches the site: does the process answer, can it work, and its figures. Routed by config/urls.py."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config.draining import is_draining
from reports.services.diagnosis.findings import Health
from reports.services.metrics import StillReading, write_metrics
from reports.services.readiness import readiness

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


@require_safe
def tell_alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing of databases or engines: a load balancer must not kill it for those."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def tell_ready(request: HttpRequest) -> JsonResponse:
    """503 while something is broken that this server needs, and while it ends. What is merely done less well is told,
    and is ready."""
    states = readiness.read()
    is_ready = all(state.status is not Health.BROKEN for state in states.values()) and not is_draining()
    told = {
        "status": "ready" if is_ready else "draining" if is_draining() else "not ready",
        "parts": {
            name: {"status": state.status.value, "detail": state.detail, "checked_at": state.checked_at}
            for name, state in states.items()
        },
    }
    return JsonResponse(told, status=200 if is_ready else 503, headers={"Cache-Control": "no-store"})


@require_safe
def tell_metrics(request: HttpRequest) -> HttpResponse:
    """For who has METRICS_TOKEN. In development, where none is set, for this machine alone, asking directly; on a real
    site a proxy beside it would be this machine too.
    """
    if not settings.METRICS_TOKEN and not settings.DEBUG:
        return HttpResponse("Nobody reads these before METRICS_TOKEN is set.\n", "text/plain", status=403)
    if not _may_read(request):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("Send METRICS_TOKEN as a bearer token.\n", "text/plain", status=401, headers=headers)
    try:
        text, content_type = write_metrics(request.headers.get("Accept", ""))
    except StillReading:
        words = "The figures are being read for somebody else, which takes long. `manage.py doctor` says why.\n"
        return HttpResponse(words, "text/plain", status=503, headers={"Cache-Control": "no-store", "Retry-After": "5"})
    return HttpResponse(text, content_type=content_type, headers={"Cache-Control": "no-store"})


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        is_same = hmac.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
        return scheme.lower() == "bearer" and is_same
    if any(name in request.META for name in FORWARDED):
        return False  # from a proxy on this machine, for somebody else
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
