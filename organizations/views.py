"""What the outside world tells the site and is shown by it: what became of an SMS, an organization's logo. Routed by
urls.py."""

from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from organizations.engines.mail import Logo
from organizations.engines.sms import is_signed
from organizations.models import Organization
from organizations.services.message_words import read_logo
from organizations.services.messages import report_bounced, report_delivered

DELIVERED = frozenset({"delivered", "read"})
FAILED = frozenset({"undelivered", "failed"})
LOGO_SECONDS = 300  # a new logo is seen by everybody after that


@csrf_exempt  # signed by Twilio instead
@require_POST
def take_sms_report(request: HttpRequest, message: UUID) -> HttpResponse:
    """403 unless Twilio has signed it for the address by which this site is known outside."""
    fields = {name: str(value) for name, value in request.POST.items()}
    url = f"{settings.PUBLIC_URL}{request.path}"
    if not is_signed(url, fields, request.headers.get("X-Twilio-Signature", "")):
        return HttpResponse("The signature is not right.\n", status=403, content_type="text/plain")
    status, now = fields.get("MessageStatus", ""), timezone.now()
    if status in DELIVERED:
        report_delivered(uuid=message, now=now)
    elif status in FAILED:
        report_bounced(uuid=message, words=explain_failure(fields.get("ErrorCode", "")), now=now)
    return HttpResponse(status=204)


def explain_failure(code: str) -> str:
    if not code.isdigit():
        return "Twilio could not deliver it."
    return f"Twilio could not deliver it: error {code} (https://www.twilio.com/docs/api/errors/{code})."


@require_safe
def show_logo(request: HttpRequest, organization: UUID) -> HttpResponse:
    """To anybody: it stands on pages and in e-mail that candidates get. 404 where there is none."""
    found = Organization.objects.filter(uuid=organization).exclude(logo="").first()
    if found is None:
        raise Http404
    # Storage may be a bucket, and whoever asks again and again must not keep it busy.
    logo = cache.get_or_set(f"logo:{found.logo.name}", lambda: read_logo(found) or "none", LOGO_SECONDS)
    if not isinstance(logo, Logo):
        raise Http404
    headers = {"Cache-Control": f"public, max-age={LOGO_SECONDS}", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(logo.content, content_type=f"image/{logo.subtype}", headers=headers)
