"""`manage.py doctor` on the stack that the tests run on: what works, what falls back, what is broken and why."""

from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from questionbank.engines.llm import load_language_model
from reports.services.diagnosis import Finding, Health, diagnose, look_at_scoring, look_at_work


@pytest.mark.django_db
def test_every_part_is_looked_at_in_the_order_an_interview_needs_it() -> None:
    subjects = list(dict.fromkeys(finding.subject for finding in diagnose()))
    assert subjects == [
        "Database",
        "Storage",
        "Work",
        "Live messages",
        "Voice detector",
        "Transcription",
        "Scoring",
        "PDF",
    ]


@pytest.mark.django_db
def test_a_machine_without_models_says_what_falls_back_to_what(settings: Settings) -> None:
    settings.OLLAMA_MODEL = ""
    load_language_model.cache_clear()
    assert list(look_at_scoring()) == [
        Finding(
            "Scoring",
            Health.FALLBACK,
            "embedded scorer: measures coverage, not truth; depth and clarity are not assessed. "
            "Because: no language model is configured",
        )
    ]
    load_language_model.cache_clear()


def test_a_broker_that_is_away_is_a_finding_and_the_command_exits_with_one(settings: Settings) -> None:
    settings.WORK_TRANSPORT = "celery"
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/redis.sock?virtual_host=0"
    with pytest.raises(Exception, match=r"nowhere|No such file"):
        list(look_at_work())


@pytest.mark.django_db
def test_what_is_broken_makes_the_command_fail(settings: Settings) -> None:
    settings.MEDIA_ROOT = "/proc/nowhere"
    printed = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--width", "200", stdout=printed)
    assert ended.value.code == 1
    assert "✗  Storage" in printed.getvalue()
