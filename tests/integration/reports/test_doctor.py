"""`manage.py doctor` on the stack that the tests run on: what works, what falls back, what is broken and why."""

import socket
from dataclasses import replace
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from config.language_models import Choice, Service
from organizations.tenancy import install_tenant_guards, list_missing_guards
from questionbank.engines.llm import load_language_model
from reports.services.diagnosis import diagnose
from reports.services.diagnosis.doors import look_at_phone
from reports.services.diagnosis.engines import look_at_embeddings, look_at_language_models
from reports.services.diagnosis.findings import Finding, Health
from tests.model_servers import OllamaServer, OpenAIServer
from tests.processes import find_free_port


@pytest.mark.django_db
def test_every_part_is_looked_at_in_the_order_an_interview_needs_it() -> None:
    subjects = list(dict.fromkeys(finding.subject for finding in diagnose()))
    assert subjects == [
        "Database",
        "Storage",
        "Work",
        "Live messages",
        "Places",
        "Voice detector",
        "Transcription",
        "Voice",
        "Scoring",
        "Conversation",
        "Report texts",
        "Generation",
        "Embeddings",
        "PDF",
        "Phone",
        "Rooms",
    ]


def test_calling_in_and_how_answers_are_heard_are_told(settings: Settings) -> None:
    def tell() -> str:
        return list(look_at_phone())[-1].detail

    heard = "answers are heard as they are said (PHONE_LISTENS_BY)"
    assert tell() == f"nobody can call in (PHONE_TAKES_CALLS); {heard}"
    settings.PHONE_TAKES_CALLS, settings.PHONE_LISTENS_BY = True, "record"
    heard = "answers are recorded by Twilio, and heard when they are fetched (PHONE_LISTENS_BY)"
    assert tell() == f"candidates may call in with their PIN (PHONE_TAKES_CALLS); {heard}"


@pytest.mark.django_db
def test_a_machine_without_models_says_what_falls_back_to_what(settings: Settings) -> None:
    settings.OLLAMA_MODEL = ""
    load_language_model.cache_clear()
    because = "Because: no language model is configured"
    assert list(look_at_language_models()) == [
        Finding(
            "Scoring",
            Health.FALLBACK,
            f"embedded scorer: measures coverage, not truth; depth and clarity are not assessed. {because}",
        ),
        Finding("Conversation", Health.FALLBACK, f"the bank's questions are asked as they stand. {because}"),
        Finding("Report texts", Health.FALLBACK, f"a plain template says what was measured, and no more. {because}"),
        Finding("Generation", Health.FALLBACK, f"nothing is generated: who asks for it is refused. {because}"),
    ]
    load_language_model.cache_clear()


@pytest.mark.django_db
def test_a_machine_without_an_embedding_model_says_what_falls_back(settings: Settings) -> None:
    settings.EMBEDDING_MODEL, settings.EMBEDDING_DOWNLOAD = "owner/missing", False
    assert list(look_at_embeddings()) == [
        Finding(
            "Embeddings",
            Health.FALLBACK,
            "The embedding model owner/missing is not on this disk and EMBEDDING_DOWNLOAD is off. Put onnx/model.onnx "
            "and tokenizer.json into a folder and give it as EMBEDDING_MODEL. The embedded scorer compares stems only.",
        )
    ]
    settings.EMBEDDING_MODEL = "off"
    assert list(look_at_embeddings()) == [
        Finding("Embeddings", Health.GOOD, "EMBEDDING_MODEL is off. The embedded scorer compares stems only.")
    ]


def test_each_purpose_says_who_answers_and_where(settings: Settings) -> None:
    with OpenAIServer() as hosted, OllamaServer() as own:
        services = {
            "ollama": Service("", ""),
            "openai": Service(hosted.url, "large", "sk-test-0123456789"),
            "anthropic": Service("", ""),
        }
        purposes = {**settings.LLM.purposes, "generate": Choice("openai"), "converse": Choice("none")}
        settings.LLM = replace(settings.LLM, services=services, purposes=purposes)
        settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = own.url, "tiny"
        load_language_model.cache_clear()
        found = list(look_at_language_models())
        assert own.paths == ["/api/tags"]  # two purposes, one question
        load_language_model.cache_clear()
    there = f"ollama (tiny) at {own.url}: The model is there."
    assert found == [
        Finding("Scoring", Health.GOOD, there),
        Finding(
            "Conversation",
            Health.FALLBACK,
            "the bank's questions are asked as they stand. Because: no language model is configured",
        ),
        Finding("Report texts", Health.GOOD, there),
        Finding(
            "Generation",
            Health.FALLBACK,
            "nothing is generated: who asks for it is refused. "
            "Because: openai (large): The host has no model large. Check OPENAI_MODEL.",
        ),
    ]


def find_work() -> Finding:
    (finding,) = [one for one in diagnose() if one.subject == "Work"]
    return finding


@pytest.mark.django_db
def test_a_broker_that_is_away_is_a_finding(settings: Settings) -> None:
    settings.WORK_TRANSPORT = "celery"
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/redis.sock?virtual_host=0"
    finding = find_work()
    assert finding.health is Health.BROKEN
    assert finding.detail.startswith("No answer from redis+socket:///nowhere/redis.sock: ")
    assert "No such file" in finding.detail
    assert finding.detail.endswith(
        "Start Redis there, or set REDIS_HOST and REDIS_PORT (or CELERY_BROKER_URL, the whole address) to another."
    )


@pytest.mark.django_db
def test_redis_that_is_away_is_named_without_its_password(settings: Settings) -> None:
    settings.STACK = "full"
    settings.REDIS_URL = f"redis://:a-secret@127.0.0.1:{find_free_port()}/1"
    (finding,) = [one for one in diagnose() if one.subject == "Live messages"]
    assert finding.health is Health.BROKEN
    assert finding.detail.startswith(f"No answer from {settings.REDIS_URL.replace('a-secret', '**')}: ")
    assert "Connection refused" in finding.detail


@pytest.mark.django_db
def test_a_database_without_a_migration_is_a_finding() -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    (finding,) = [one for one in diagnose() if one.subject == "Database"]
    assert (finding.health, finding.detail) == (
        Health.BROKEN,
        f"The database {connection.settings_dict['NAME']} lacks 1 migration. Run: python manage.py migrate",
    )


@pytest.mark.django_db
def test_a_broker_that_takes_connections_and_says_nothing_is_a_finding(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        settings.WORK_TRANSPORT = "celery"
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{frozen.getsockname()[1]}/0"
        finding = find_work()
    assert (finding.health, "Timeout" in finding.detail) == (Health.BROKEN, True)


@pytest.mark.django_db
def test_rows_that_nobody_works_are_a_finding(settings: Settings) -> None:
    settings.WORK_TRANSPORT = "sweeper"
    assert find_work().health is Health.BROKEN


@pytest.mark.django_db
def test_a_database_without_its_guards_between_tenants_is_a_finding() -> None:
    name = "tenant_interviewpanel_interviewsession_invitation_id"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {name}_insert")
            name = f"{name}_insert"
        else:
            cursor.execute(f"ALTER TABLE interviewpanel_interviewsession DROP CONSTRAINT {name}")
    assert list_missing_guards(connection) == [name]
    (finding,) = [one for one in diagnose() if one.subject == "Database"]
    assert finding.health is Health.BROKEN
    assert finding.detail.endswith(f"1 guard(s) between tenants are missing: {name}. Run: python manage.py migrate")
    install_tenant_guards(apps.get_app_config("interviewpanel"), "default")
    assert list_missing_guards(connection) == []


@pytest.mark.django_db
def test_what_is_broken_makes_the_command_fail(settings: Settings) -> None:
    settings.MEDIA_ROOT = "/proc/nowhere"
    printed = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--width", "200", stdout=printed)
    assert ended.value.code == 1
    assert "✗  Storage" in printed.getvalue()


@pytest.mark.django_db
def test_what_looks_like_markup_is_printed_as_it_is(settings: Settings) -> None:
    settings.MEDIA_ROOT = "/proc/[bold]"
    printed = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--width", "200", stdout=printed)
    assert "'/proc/[bold]'" in printed.getvalue()
