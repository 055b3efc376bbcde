"""/health/live and /health/ready: each part, what is needed and what is not, in two seconds whatever hangs."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.celery import QUEUES
from config.work import heartbeats
from config.work.heartbeats import note_heartbeat, read_heartbeats
from reports.services import readiness as services
from reports.services.diagnosis.findings import Health
from reports.services.readiness import Look, Part, Readiness, State, Watch, look_at_storage, look_at_workers
from reports.views import health
from tests.frozen_server import FrozenServer
from tests.processes import wait_until

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
AGES = [heartbeats.EXPECTED_SECONDS - 1, heartbeats.EXPECTED_SECONDS + 1]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What other tests have looked at and noted is not believed here."""
    monkeypatch.setattr(health, "readiness", Readiness(services.PARTS))
    forget_heartbeats()
    yield
    forget_heartbeats()


def forget_heartbeats() -> None:
    heartbeats._memory.clear()
    if site.STACK != "embedded":
        heartbeats._find_redis(site.REDIS_URL).delete(heartbeats.KEY)


def hear_all(settings: Settings, now: datetime) -> None:
    settings.WORK_TRANSPORT = "threads" if settings.STACK == "embedded" else "celery"
    for name in heartbeats.list_hearts():
        note_heartbeat(name, now)


def test_alive_is_said_without_the_database() -> None:
    answer = Client().get("/health/live")
    assert (answer.status_code, answer.content) == (200, b"alive\n")


@pytest.mark.django_db(transaction=True)
def test_ready_tells_every_part(settings: Settings) -> None:
    hear_all(settings, timezone.now())
    answer = Client().get("/health/ready")
    told = answer.json()
    assert (answer.status_code, told["status"], answer["Cache-Control"]) == (200, "ready", "no-store")
    needed = {name: told["parts"][name]["status"] for name in ("database", "storage", "broker", "workers")}
    assert set(needed.values()) == {"good"}, told
    assert list(told["parts"]) == [part.name for part in services.PARTS]
    assert {tuple(part) for part in told["parts"].values()} == {("status", "detail", "checked_at")}
    assert timezone.now() - datetime.fromisoformat(told["parts"]["database"]["checked_at"]) < timedelta(seconds=60)


@pytest.mark.django_db(transaction=True)
def test_what_is_needed_and_broken_is_503_and_no_address_is_told(settings: Settings) -> None:
    hear_all(settings, timezone.now())
    settings.MEDIA_ROOT = "/proc/nowhere"
    settings.WORK_TRANSPORT = "celery"
    settings.CELERY_BROKER_URL = "redis://:a-secret@127.0.0.1:9/0"
    settings.OLLAMA_BASE_URL = "http://a-host.example:9"
    answer = Client().get("/health/ready")
    told = answer.json()
    assert (answer.status_code, told["status"]) == (503, "not ready")
    assert {name for name, part in told["parts"].items() if part["status"] == "broken"} >= {"storage", "broker"}
    for secret in ("a-secret", "/proc", "127.0.0.1", "a-host", str(settings.VAR_DIR)):
        assert secret not in answer.content.decode()


def test_models_only_make_it_do_less_well() -> None:
    def break_down(now: datetime) -> tuple[Health, str]:
        raise OSError("no model")

    parts = Readiness([Part("models", break_down, is_needed=False), Part("needed", break_down)])
    parts.read()
    seen = wait_for(parts, "models")
    assert (seen.status, parts.read()["needed"].status) == (Health.FALLBACK, Health.BROKEN)
    assert "no model" not in seen.detail


def wait_for(parts: Readiness, name: str) -> State:
    give_up_at = time.monotonic() + 10
    while (seen := parts.read()[name]).checked_at is None:
        assert time.monotonic() < give_up_at
    return seen


def test_what_hangs_is_broken_after_two_seconds_and_asked_once() -> None:
    hangs, asked = threading.Event(), []

    def hang(now: datetime) -> tuple[Health, str]:
        asked.append(now)
        hangs.wait(30)
        return Health.GOOD, "At last."

    parts = Readiness(
        [Part("needed", hang, believed_seconds=0), Part("model", hang, is_needed=False, believed_seconds=0)]
    )
    began = time.monotonic()
    first = parts.read()
    assert 1.9 < time.monotonic() - began < 4
    assert first["needed"] == State(Health.BROKEN, "No answer in 2 s.", None)
    began = time.monotonic()
    again = parts.read()
    assert (again["needed"], again["model"].status) == (first["needed"], Health.FALLBACK)
    assert (time.monotonic() - began < 1, len(asked)) == (True, 2), "nobody waits twice, nobody is asked twice"
    hangs.set()
    assert wait_for(parts, "needed").detail == "At last."


def hang_at_first(hangs: threading.Event, times: int) -> tuple[Look, list[datetime]]:
    """A look that hangs, however often, until the event comes, and is good from then on, and the times it was asked."""
    asked: list[datetime] = []

    def look(now: datetime) -> tuple[Health, str]:
        asked.append(now)
        number = len(asked)
        if number <= times:
            hangs.wait(30)
            return Health.FALLBACK, f"Number {number}, at last."
        return Health.GOOD, "It answers."

    return look, asked


def refresh(watch: Watch) -> bool:
    watch.refresh()
    return True


def test_what_hung_is_asked_anew_and_its_late_answer_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LONGEST_SECONDS", 0.05)
    monkeypatch.setattr(services, "GIVEN_UP_SECONDS", 0.1)
    hangs = threading.Event()
    look, asked = hang_at_first(hangs, 1)
    watch = Watch(Part("needed", look, believed_seconds=0))
    watch.refresh()
    assert watch.read().detail == "No answer in 0.05 s."
    wait_until("it is asked anew", lambda: refresh(watch) and len(asked) > 1, seconds=10)
    wait_until("it is good again", lambda: refresh(watch) and watch.read().status is Health.GOOD, seconds=10)
    hangs.set()
    wait_until("the first has ended", lambda: 1 not in watch._under_way, seconds=10)
    assert watch.read().detail == "It answers."


def test_looks_that_hang_are_bounded_and_one_that_ends_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LONGEST_SECONDS", 0.01)
    monkeypatch.setattr(services, "GIVEN_UP_SECONDS", 0.02)
    hangs = threading.Event()
    look, asked = hang_at_first(hangs, services.MOST_UNDER_WAY)
    watch = Watch(Part("needed", look, believed_seconds=0))
    wait_until("all of them hang", lambda: refresh(watch) and len(asked) == services.MOST_UNDER_WAY, seconds=10)
    watch._began_at -= 3600  # an hour ago
    watch.refresh()
    assert (len(asked), watch.read().status) == (services.MOST_UNDER_WAY, Health.BROKEN)
    hangs.set()
    wait_until("it is good again", lambda: refresh(watch) and watch.read().status is Health.GOOD, seconds=10)


@pytest.mark.parametrize("is_needed", [True, False])
def test_a_thread_that_cannot_start_is_told_and_another_is_tried(
    monkeypatch: pytest.MonkeyPatch, is_needed: bool
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    watch = Watch(Part("part", lambda now: (Health.GOOD, "Yes."), is_needed, believed_seconds=0))
    with monkeypatch.context() as none_left:
        none_left.setattr(threading.Thread, "start", refuse)
        watch.refresh()
    told = watch.read()
    assert told.status is (Health.BROKEN if is_needed else Health.FALLBACK)
    assert told.detail == "No thread could be started to look at it."
    wait_until("it is good again", lambda: refresh(watch) and watch.read().status is Health.GOOD, seconds=10)


def test_a_connection_that_cannot_be_closed_ends_the_look_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck:
        def close(self) -> None:
            raise OSError("broken pipe")

    monkeypatch.setattr(services, "connection", Stuck())
    watch = Watch(Part("needed", lambda now: (Health.GOOD, "Yes."), believed_seconds=0))
    watch.refresh()
    wait_until("it is over", watch._is_over.is_set, seconds=10)
    assert watch.read().detail == "Yes."


def test_however_many_ask_it_is_looked_at_once() -> None:
    asked = []

    def look(now: datetime) -> tuple[Health, str]:
        asked.append(now)
        return Health.GOOD, "Yes."

    parts = Readiness([Part("one", look)])
    threads = [threading.Thread(target=parts.read) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(asked), parts.read()["one"].detail) == (1, "Yes.")


def test_a_broker_that_takes_connections_and_says_nothing_is_broken_in_time(settings: Settings) -> None:
    frozen = FrozenServer()
    settings.WORK_TRANSPORT = "celery"
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{frozen.port}/0"
    began = time.monotonic()
    told = Readiness([Part("broker", services.look_at_broker)]).read()
    frozen.close()
    assert (told["broker"].status, time.monotonic() - began < 4) == (Health.BROKEN, True)


def test_storage_leaves_nothing_behind(settings: Settings) -> None:
    settings.MEDIA_ROOT.mkdir()
    assert look_at_storage(NOW)[0] is Health.GOOD
    assert list(settings.MEDIA_ROOT.iterdir()) == []


@pytest.mark.parametrize(("age", "expected"), [(AGES[0], Health.GOOD), (AGES[1], Health.BROKEN)])
def test_workers_are_heard_or_not(settings: Settings, age: float, expected: Health) -> None:
    hear_all(settings, NOW - timedelta(seconds=age))
    assert look_at_workers(NOW)[0] is expected


def test_who_was_never_heard_is_named(settings: Settings) -> None:
    settings.WORK_TRANSPORT = "celery"
    assert look_at_workers(NOW)[0] is Health.BROKEN
    for queue in QUEUES:
        note_heartbeat(queue, NOW - timedelta(seconds=1))
    note_heartbeat("transcription", NOW - timedelta(seconds=300))
    assert look_at_workers(NOW) == (
        Health.FALLBACK,
        f"Not heard for {heartbeats.EXPECTED_SECONDS:g} s: transcription 300 s ago.",
    )
    note_heartbeat("realtime", NOW - timedelta(seconds=300))
    assert look_at_workers(NOW)[0] is Health.BROKEN, "no question is asked without them"


def test_a_note_is_read_as_it_was_written() -> None:
    note_heartbeat("realtime", NOW)
    assert read_heartbeats() == {"realtime": NOW}
