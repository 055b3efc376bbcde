"""One URL, and a secret if wanted, that a single interview brings: part of the bodies of calls that invite."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from organizations.api.callers import get_reach
from organizations.models import Organization
from organizations.services.webhook_endpoints import WebhookRefused, set_single_endpoint

EXAMPLE = {"url": "https://ats.example.com/interviews"}
MADE_EXAMPLE = {"url": EXAMPLE["url"], "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}


RESULTS = "reports.view_interviewreport"  # of the app above, which makes the report
HELP = "Where this interview's events go, besides. Scores are among them: only for who may read results."


class SingleWebhookSerializer(serializers.Serializer):
    """Told of this interview alone, signed as Standard Webhooks has it."""

    url = serializers.CharField(max_length=2000)
    secret = serializers.CharField(
        max_length=100, required=False, help_text="`whsec_` and 24 to 64 bytes in base64; left out, one is made."
    )


def check_may_bring(request: Request, organization: Organization, data: Mapping[str, Any]) -> None:
    """Raises PermissionDenied where the body brings a webhook and the caller may not read what it would be told."""
    if data.get("webhook") and not get_reach(request).may(RESULTS, organization.pk):
        raise PermissionDenied(
            "A webhook is told the scores: bring one where you may read results. A key needs the scope results:read."
        )


def set_webhook(*, organization: Organization, subject: UUID, wanted: dict[str, Any], now: datetime) -> dict[str, str]:
    """Effect: the endpoint. Returns what the caller is told, the secret now and never again.

    Raises ValidationError, pointing below `webhook`.
    """
    try:
        endpoint, secret = set_single_endpoint(
            organization=organization, subject=subject, url=wanted["url"], secret=wanted.get("secret"), now=now
        )
    except WebhookRefused as refusal:
        told = {refusal.field or "url": str(refusal)}
        raise serializers.ValidationError({"webhook": told}) from refusal
    return {"url": endpoint.url, "secret": secret}
