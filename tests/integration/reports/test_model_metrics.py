"""/metrics on language models: calls, tokens and seconds of the last hour, each from rows made here."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from reports.services.metrics import SiteCollector
from tests.interview_rows import make_world
from tests.model_usage_rows import add_call

NOW = timezone.now()
LATELY = NOW - timedelta(minutes=5)


def read() -> dict[str, dict[str, float]]:
    """Every figure as `name` → {`label,label`: value}."""
    families: list[GaugeMetricFamily] = list(SiteCollector(lambda: NOW).collect())
    return {
        family.name: {",".join(sample.labels.values()): sample.value for sample in family.samples}
        for family in families
    }


@pytest.mark.django_db
def test_calls_of_language_models_are_told_by_purpose_engine_and_outcome() -> None:
    organization = make_world().organization
    for seconds in (1.0, 3.0):
        add_call(organization, LATELY, seconds=seconds)
    add_call(organization, LATELY, outcome="retry", seconds=60.0)
    add_call(organization, LATELY, purpose="converse", engine="openai", seconds=0.5)
    add_call(organization, NOW - timedelta(minutes=61))
    found = read()
    assert found["interviewbot_model_calls_last_hour"] == {
        "score,ollama,done": 2,
        "score,ollama,retry": 1,
        "converse,openai,done": 1,
    }
    assert found["interviewbot_model_tokens_last_hour"] == {
        "score,ollama,read": 1800,
        "score,ollama,written": 1200,
        "converse,openai,read": 600,
        "converse,openai,written": 400,
    }
    assert found["interviewbot_model_call_seconds"] == {
        "score,0.5": 3,
        "score,0.95": 3,
        "converse,0.5": 0.5,
        "converse,0.95": 0.5,
    }
