"""/metrics: each figure from rows made here, who may read them, at what cost; and the alerts that stand on them."""

import math
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as site
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from config.celery import QUEUES
from interviewpanel.models import AnswerScore, AudioSegment, CalibrationRun, InterviewSession
from reports.models import InterviewReport
from reports.selectors import figures
from reports.services import metrics
from tests.interview_rows import World, add_answer, add_score, make_session, make_world
from tests.rows_besides import add_rated_set
from tests.work_rows import add_segment

ALERTS = Path(site.BASE_DIR) / "docs" / "operations" / "alerts.yml"
NOW = timezone.now()
TOKEN = "a long token"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    settings.METRICS_TOKEN = TOKEN
    metrics.forget_written()
    monkeypatch.setattr(metrics.registry, "_collector_to_names", {metrics.SiteCollector(lambda: NOW): []})
    yield
    metrics.forget_written()


def read() -> dict[str, dict[str, float]]:
    """Every figure as `name` → {`label,label`: value}."""
    answer = Client().get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert answer.status_code == 200, answer.content
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        found[family.name] = {",".join(sample.labels.values()): sample.value for sample in family.samples}
    return found


def hold(world: World, number: int, *, latency_seconds: float, status: str = "in_progress") -> InterviewSession:
    """An interview that asked its second question a minute ago, so many seconds after the first answer was closed."""
    live: dict[str, Any] = {"status": status, "started_at": NOW - timedelta(minutes=20), "ended_at": None}
    session = make_session(world, candidate=f"P{number:04}", **live)
    asked_at = NOW - timedelta(minutes=1)
    closed_at = asked_at - timedelta(seconds=latency_seconds)
    first = add_answer(session, world, 1, asked_at=NOW - timedelta(minutes=3), closed_at=closed_at)
    add_answer(session, world, 2, asked_at=asked_at, closed_at=NOW)
    made = AnswerScore.objects.filter(pk=add_score(first, 70).pk)
    made.update(finished_at=NOW - timedelta(minutes=1), provenance={"engine": "embedded" if number else "ollama"})
    return session


@pytest.mark.django_db
def test_an_empty_site_has_figures_too() -> None:
    found = read()
    assert found["interviewbot_database_up"] == {"": 1}
    assert found["interviewbot_sessions_live"] == dict.fromkeys(["greeting", "in_progress", "interrupted", "paused"], 0)
    assert (found["interviewbot_turn_latency_seconds"], found["interviewbot_turns_recent"]) == ({}, {"": 0})
    assert set(found["interviewbot_work_oldest_due_seconds"]) == set(figures.list_kinds())
    assert {"audio_segment", "interview_report", "message", "session_step"} <= set(figures.list_kinds())


@pytest.mark.django_db
def test_each_figure_is_of_the_rows() -> None:
    world = make_world()
    sessions = [hold(world, number, latency_seconds=number + 1) for number in range(3)]
    InterviewSession.objects.filter(pk=sessions[2].pk).update(status="paused")
    answer = sessions[0].answers.get(number=2)
    waiting = add_segment(answer, 1, due_at=NOW - timedelta(seconds=40))
    heard = add_segment(answer, 2, work_status="done", finished_at=NOW - timedelta(seconds=10))
    AudioSegment.objects.filter(pk=waiting.pk).update(created_at=NOW - timedelta(seconds=45))
    AudioSegment.objects.filter(pk=heard.pk).update(created_at=NOW - timedelta(seconds=14))
    add_segment(answer, 3, work_status="dead", finished_at=NOW - timedelta(minutes=5))
    add_segment(answer, 4, work_status="dead", finished_at=NOW - timedelta(days=5))
    InterviewReport.objects.create(organization=world.organization, session=sessions[1])
    rated_set = add_rated_set(world.organization)
    for alarms in ([], ["Scores differ."]):
        CalibrationRun.objects.create(organization=world.organization, rated_set=rated_set, alarms=alarms)

    found = read()
    assert found["interviewbot_sessions_live"] == {"greeting": 0, "in_progress": 2, "interrupted": 0, "paused": 1}
    assert found["interviewbot_turn_latency_seconds"] == {"0.5": 2, "0.95": 3}
    assert found["interviewbot_turns_recent"] == {"": 3}
    assert found["interviewbot_transcription_lag_seconds"] == {"": 45}
    assert found["interviewbot_transcription_seconds"] == {"0.5": 4, "0.95": 4}
    assert found["interviewbot_work_oldest_due_seconds"]["audio_segment"] == 40
    assert found["interviewbot_work_open"]["audio_segment,queued"] == 1
    assert found["interviewbot_work_given_up"]["audio_segment,dead"] == 2
    assert found["interviewbot_work_given_up_last_hour"]["audio_segment"] == 1
    assert found["interviewbot_scores_last_hour"] == {"embedded,scored": 2, "ollama,scored": 1}
    assert found["interviewbot_reports_waiting"] == {"": 1}
    assert found["interviewbot_calibration_alarms"] == {"": 1}
    assert found["interviewbot_broker_up"] == {"": 1}


@pytest.mark.django_db
def test_it_costs_the_same_for_many_and_is_told_again_for_some_seconds() -> None:
    world = make_world()
    hold(world, 0, latency_seconds=1)
    with CaptureQueriesContext(connection) as few:
        read()
    for number in range(1, 6):
        hold(world, number, latency_seconds=1)
    with CaptureQueriesContext(connection) as none:
        read()
    metrics.forget_written()
    with CaptureQueriesContext(connection) as many:
        read()
    counts = [sum(one["sql"].startswith(("SELECT", "(SELECT")) for one in asked) for asked in (few, none, many)]
    assert counts == [13, 0, 13]


@pytest.mark.django_db
def test_without_a_token_a_real_site_tells_nobody(settings: Settings) -> None:
    """A proxy on this machine that tells nothing of whom it asks for looks like this machine itself."""
    settings.METRICS_TOKEN, settings.DEBUG = "", False
    for headers in ({}, {"HTTP_AUTHORIZATION": "Bearer "}, {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}):
        answer = Client().get("/metrics", **headers)
        assert (answer.status_code, answer.content) == (403, b"Nobody reads these before METRICS_TOKEN is set.\n")


@pytest.mark.django_db
def test_without_a_token_in_development_only_this_machine_reads_them_directly(settings: Settings) -> None:
    settings.METRICS_TOKEN, settings.DEBUG = "", True
    client = Client()
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
    for elsewhere in (
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ):
        assert client.get("/metrics", **elsewhere).status_code == 401, elsewhere


@pytest.mark.django_db
def test_with_a_token_whoever_has_it_reads_them_from_anywhere(settings: Settings) -> None:
    client = Client()
    assert client.get("/metrics").status_code == 401
    for wrong in ("Bearer a long toke", "Bearer ä", "Basic a long token", "a long token", "Bearer"):
        assert client.get("/metrics", HTTP_AUTHORIZATION=wrong).status_code == 401, wrong
    right = client.get("/metrics", HTTP_AUTHORIZATION="Bearer a long token", REMOTE_ADDR="203.0.113.7")
    assert (right.status_code, right["Content-Type"].split(";")[0]) == (200, "text/plain")
    assert client.post("/metrics", HTTP_AUTHORIZATION="Bearer a long token").status_code == 405


@pytest.mark.django_db
def test_a_database_that_is_away_is_a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(now: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(metrics, "read_figures", fail)
    assert read()["interviewbot_database_up"] == {"": 0}


def test_while_one_hangs_the_others_are_told_so_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs, reads = threading.Event(), threading.Event()

    def hang(registry: object) -> bytes:
        reads.set()
        hangs.wait(30)
        return b"at last\n"

    monkeypatch.setattr(metrics, "choose_encoder", lambda accepted: (hang, "text/plain"))
    monkeypatch.setattr(metrics, "LONGEST_WAIT_SECONDS", 0.05)
    told: list[tuple[bytes, str]] = []
    first = threading.Thread(target=lambda: told.append(metrics.write_metrics("")))
    first.start()
    assert reads.wait(10)
    for _ in range(3):
        answer = Client().get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    hangs.set()
    first.join(10)
    assert told == [(b"at last\n", "text/plain")]
    assert Client().get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").content == b"at last\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(site.STACK == "embedded", reason="SQLite ends no statement for its length")
def test_a_statement_that_takes_long_is_ended_and_only_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(now: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")

    monkeypatch.setattr(metrics, "read_figures", sleep)
    monkeypatch.setattr(metrics, "LONGEST_STATEMENT_SECONDS", 0.05)
    began = time.monotonic()
    assert read()["interviewbot_database_up"] == {"": 0}
    assert time.monotonic() - began < 10
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db
def test_a_broker_that_is_away_is_a_figure(settings: Settings) -> None:
    settings.WORK_TRANSPORT = "celery"
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    found = read()
    assert (found["interviewbot_broker_up"], found["interviewbot_database_up"]) == ({"": 0}, {"": 1})


@pytest.mark.django_db
@pytest.mark.skipif(site.STACK == "embedded", reason="there is no broker on this stack")
def test_what_lies_on_the_broker_is_counted(settings: Settings) -> None:
    from config.work.transports import publish

    settings.WORK_TRANSPORT = "celery"
    before = read()["interviewbot_broker_messages"]
    assert set(before) == set(QUEUES)
    assert publish(AudioSegment.task_name, "transcription", 1)
    metrics.forget_written()
    assert read()["interviewbot_broker_messages"]["transcription"] == before["transcription"] + 1


def test_workers_that_were_never_heard_are_silent_too(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.WORK_TRANSPORT = "celery"
    heard = {"realtime": NOW - timedelta(seconds=7)}
    monkeypatch.setattr(metrics, "read_heartbeats", lambda: heard)
    monkeypatch.setattr(metrics, "count_announcements", lambda queues: {})
    families = {family.name: family for family in metrics.describe_redis(NOW)}
    ages = {sample.labels["queue"]: sample.value for sample in families["interviewbot_heartbeat_age_seconds"].samples}
    assert ages == dict.fromkeys(QUEUES, math.inf) | {"realtime": 7}


# --- Alerts -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_alerts_ask_for_figures_that_there_are(settings: Settings) -> None:
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert {tuple(sorted(group)) for group in groups} == {("name", "rules")}
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 8
    for rule in rules:
        assert sorted(rule) == ["alert", "annotations", "expr", "for", "labels"], rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "description"}
        assert re.fullmatch(r"\d+[smh]", rule["for"])
    settings.WORK_TRANSPORT = "celery" if settings.STACK == "full" else "threads"
    known = set(read()) | {"interviewbot_broker_messages", "interviewbot_heartbeat_age_seconds"}
    asked = {name for rule in rules for name in re.findall(r"interviewbot_\w+", rule["expr"])}
    assert asked - known == set()


def test_another_systems_failures_call_no_operator() -> None:
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    of_work = [rule["expr"] for rule in rules if "interviewbot_work_" in rule["expr"]]
    assert len(of_work) == 2
    assert [expr for expr in of_work if '{kind!="webhook_delivery"}' not in expr] == []
    assert "webhook_delivery" in figures.list_kinds()


@pytest.mark.django_db
def test_the_page_of_operations_names_every_figure() -> None:
    page = (Path(site.BASE_DIR) / "docs" / "operations.md").read_text()
    assert [name for name in read() if f"`{name}" not in page] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_takes_the_alerts() -> None:
    subprocess.run(["promtool", "check", "rules", str(ALERTS)], check=True)
