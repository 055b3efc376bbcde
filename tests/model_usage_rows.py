"""Calls of language models as rows, for the tests of what is told of them."""

from datetime import datetime
from typing import Any

from organizations.models import Organization
from questionbank.models import ModelCall


def add_call(organization: Organization, at: datetime, **values: Any) -> ModelCall:
    """600 tokens read and 400 written in two seconds for a score, without a price, unless said otherwise."""
    told: dict[str, Any] = {
        "purpose": "score",
        "operation": "score_answer",
        "engine": "ollama",
        "model": "tiny",
        "prompt_version": "score_answer/3+0123456789ab",
        "prompt_tokens": 600,
        "completion_tokens": 400,
        "attempts": 1,
        "seconds": 2.0,
        "outcome": "done",
    }
    call = ModelCall.objects.create(organization=organization, **{**told, **values})
    ModelCall.objects.filter(pk=call.pk).update(created_at=at)
    return call
