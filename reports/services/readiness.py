"""Whether this server can do its work now, part by part, for /health/ready: asked often, by whoever can reach it.

So it is cheap (what was seen is believed for some seconds, however many ask), it answers in two seconds whatever hangs,
and says nothing of where things are: addresses, paths and what to do are told by `manage.py doctor`, which stands on
the same looks (services/diagnosis/).
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.database import explain_missing_migrations
from config.work.heartbeats import EXPECTED_SECONDS, list_hearts, read_heartbeats
from interviewpanel.engines.transcription import describe_engines
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import load_language_model
from reports.services.diagnosis.findings import Health
from reports.services.diagnosis.foundations import try_broker, try_redis, try_storage

logger = logging.getLogger(__name__)
Look = Callable[[datetime], tuple[Health, str]]
LONGEST_SECONDS = 2.0
GIVEN_UP_SECONDS = 5.0  # then a look that hangs is left to itself, and another begins …
MOST_UNDER_WAY = 4  # … unless so many of one part hang: each keeps a thread, and perhaps a connection
REALTIME = "realtime"  # its workers ask the next question: without them no interview goes on


@dataclass(frozen=True)
class Part:
    """`is_needed`: without it this server cannot work. What is not needed makes it do less well at most, and is not
    waited for."""

    name: str
    look: Look
    is_needed: bool = True
    believed_seconds: float = 5.0


@dataclass(frozen=True)
class State:
    status: Health
    detail: str
    checked_at: datetime | None


class Watch:
    """One part, looked at by one thread at a time. One that hangs is given up after five seconds: what it asked may
    never answer, though another would be answered now. What it says at last is no news then.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self._lock = threading.Lock()
        self._began_at = float("-inf")
        self._number = 0  # of the look that counts
        self._under_way: set[int] = set()
        self._is_over = threading.Event()
        self._is_over.set()
        self._seen = State(Health.FALLBACK, "It is being looked at; ask again.", None)

    def refresh(self) -> None:
        """Begins a look, unless one is under way or the last is still believed. Waits for nothing, raises nothing."""
        with self._lock:
            seconds = time.monotonic() - self._began_at
            if seconds < self.part.believed_seconds:
                return
            if not self._is_over.is_set():
                if seconds < GIVEN_UP_SECONDS or len(self._under_way) >= MOST_UNDER_WAY:
                    return
                self._seen = self._tell_silence()
            self._number += 1
            number = self._number
            self._under_way.add(number)
            self._began_at = time.monotonic()
            self._is_over.clear()
        try:
            name = f"look at {self.part.name}"
            threading.Thread(target=self._look, args=(number,), name=name, daemon=True).start()
        except RuntimeError as error:
            logger.warning("%s cannot be looked at: %s", self.part.name, error)
            self._end(number, Health.BROKEN, "No thread could be started to look at it.", timezone.now())

    def read(self) -> State:
        """The last that was seen. What is needed is waited for, until its time is over."""
        left = max(0.0, self._began_at + LONGEST_SECONDS - time.monotonic())
        self._is_over.wait(left if self.part.is_needed else 0)
        with self._lock:
            if self._is_over.is_set() or time.monotonic() < self._began_at + LONGEST_SECONDS:
                return self._seen
            return self._tell_silence()

    def _tell_silence(self) -> State:
        health = Health.BROKEN if self.part.is_needed else Health.FALLBACK
        return State(health, f"No answer in {LONGEST_SECONDS:g} s.", self._seen.checked_at)

    def _look(self, number: int) -> None:
        now = timezone.now()
        health, detail = Health.BROKEN, "It cannot be used; the log and `manage.py doctor` say why."
        try:
            try:
                health, detail = self.part.look(now)
            finally:
                connection.close()
        except Exception as error:
            logger.warning("%s cannot be used: %s: %s", self.part.name, type(error).__name__, error)
        finally:
            self._end(number, health, detail, now)

    def _end(self, number: int, health: Health, detail: str, now: datetime) -> None:
        if health is Health.BROKEN and not self.part.is_needed:
            health = Health.FALLBACK
        with self._lock:
            self._under_way.discard(number)
            if number == self._number:
                self._seen = State(health, detail, now)
                self._is_over.set()


class Readiness:
    def __init__(self, parts: Sequence[Part]) -> None:
        self._watches = [Watch(part) for part in parts]

    def read(self) -> dict[str, State]:
        """Every part, in two seconds at most."""
        for watch in self._watches:
            watch.refresh()
        return {watch.part.name: watch.read() for watch in self._watches}


# --- The parts --------------------------------------------------------------------------------------------------------

_migrated: set[str] = set()  # databases that had every migration: none is taken back while a server runs


def look_at_database(now: datetime) -> tuple[Health, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    name = str(connection.settings_dict["NAME"])
    if name not in _migrated:
        if explain_missing_migrations(connection):
            return Health.BROKEN, "It answers, and lacks migrations."
        _migrated.add(name)
    return Health.GOOD, "It answers, and has every table."


def look_at_broker(now: datetime) -> tuple[Health, str]:
    if settings.WORK_TRANSPORT != "celery":
        return Health.GOOD, "None is needed: this process does its own work."
    try_broker()
    return Health.GOOD, "It answers."


def look_at_live_messages(now: datetime) -> tuple[Health, str]:
    if settings.STACK == "embedded":
        return Health.GOOD, "Within this process."
    try_redis()
    return Health.GOOD, "Redis answers."


def look_at_storage(now: datetime) -> tuple[Health, str]:
    try_storage()
    return Health.GOOD, "A file was written, read and removed."


def look_at_workers(now: datetime) -> tuple[Health, str]:
    """Each queue's by its own note. Without those of the realtime queue nothing goes on; the others may be busy."""
    noted = read_heartbeats()
    ages = {name: (now - noted[name]).total_seconds() if name in noted else None for name in list_hearts()}
    late = {name: age for name, age in ages.items() if age is None or age > EXPECTED_SECONDS}
    if not late:
        heard = ", ".join(f"{name} {max(0, age or 0):.0f} s ago" for name, age in ages.items())
        return Health.GOOD, f"Heard: {heard}."
    told = ", ".join(name + (" never" if age is None else f" {age:.0f} s ago") for name, age in late.items())
    is_stuck = len(late) == len(ages) or REALTIME in late
    return Health.BROKEN if is_stuck else Health.FALLBACK, f"Not heard for {EXPECTED_SECONDS:g} s: {told}."


def look_at_recogniser(now: datetime) -> tuple[Health, str]:
    chosen = next(engine for engine in describe_engines() if engine.is_chosen)
    if not chosen.is_available:
        return Health.BROKEN, f"{chosen.name} is chosen and cannot be used."
    if chosen.is_rough:
        return Health.FALLBACK, f"{chosen.name}: rough, about one word in four is wrong."
    return Health.GOOD, f"{chosen.name} ({chosen.model.rsplit('/', 1)[-1]})."


WITHOUT_MODEL = {
    Purpose.SCORE: "The embedded scorer scores.",
    Purpose.CONVERSE: "The bank's questions are asked as they stand.",
    Purpose.NARRATE: "Reports say it by a plain template.",
    Purpose.GENERATE: "Nothing is generated.",
}


def look_at_language_models(now: datetime) -> tuple[Health, str]:
    """Which answer, and what happens without the others. What several purposes share is asked once."""
    answers: dict[tuple[str, str, str], bool] = {}
    missing: list[str] = []
    for purpose, without in WITHOUT_MODEL.items():
        model = load_language_model(purpose)
        if model is None:
            missing.append(without)
            continue
        key = (model.engine, model.address, model.model)
        if key not in answers:
            answers[key] = model.is_reachable()
        if not answers[key]:
            missing.append(without)
    told = [
        f"{engine} ({model}){'' if is_there else ' cannot be reached'}"
        for (engine, _, model), is_there in answers.items()
    ]
    names = ", ".join(told) or "None is configured"
    if not missing:
        return Health.GOOD, f"{names}."
    return Health.FALLBACK, f"{names}. {' '.join(missing)}"


PARTS = (
    Part("database", look_at_database),
    Part("storage", look_at_storage),
    Part("broker", look_at_broker),
    Part("workers", look_at_workers),
    Part("live_messages", look_at_live_messages, is_needed=False),
    Part("recogniser", look_at_recogniser, is_needed=False, believed_seconds=60),
    Part("language_model", look_at_language_models, is_needed=False, believed_seconds=30),
)
readiness = Readiness(PARTS)
