"""What everything stands on: database, files, work, live messages, places for interviews."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from channels.layers import get_channel_layer
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.utils.url import maybe_sanitize_url
from redis import Redis, RedisError

from config.celery import app
from config.database import explain_database
from config.stored_files import find_bucket
from organizations.append_only import is_history_guarded
from organizations.tenancy import list_missing_guards
from reports.selectors.place_figures import read_places
from reports.services.diagnosis.findings import Finding, Health


def look_at_database() -> Iterator[Finding]:
    name = f"{connection.vendor}, {settings.STACK} stack"
    if explanation := explain_database():
        yield Finding("Database", Health.BROKEN, explanation)
    elif unguarded := list_missing_guards(connection):
        detail = f"{name}: {len(unguarded)} guard(s) between tenants are missing: {', '.join(unguarded)}."
        detail += " Run: python manage.py migrate"
        yield Finding("Database", Health.BROKEN, detail)
    elif not is_history_guarded(connection):
        detail = f"{name}: the history can be rewritten: its guard is missing. Run: python manage.py migrate"
        yield Finding("Database", Health.BROKEN, detail)
    else:
        yield Finding("Database", Health.GOOD, f"{name}, migrated")


def try_storage() -> None:
    """Writes a small file, reads it and takes it away again. Raises what the storage raises, or OSError."""
    with _keep_file():
        pass


@contextmanager
def _keep_file() -> Iterator[str]:
    """The name of a small file in storage, while the block runs."""
    content = uuid.uuid4().bytes
    name = default_storage.save(f"doctor-{uuid.uuid4().hex}", ContentFile(content))
    try:
        with default_storage.open(name) as file:
            if file.read() != content:
                raise OSError("what was read is not what was written")
        yield name
    finally:
        default_storage.delete(name)
    if default_storage.exists(name):
        raise OSError("what was removed is still there")


def try_broker() -> None:
    """Raises OperationalError or OSError within seconds: a frozen broker must not hold us."""
    limits = {"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 0}
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=2, transport_options=limits) as broker:
        broker.ensure_connection(max_retries=1)


def try_redis() -> None:
    """Raises RedisError."""
    Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()


def look_at_storage() -> Iterator[Finding]:
    bucket = find_bucket()
    if bucket is None:
        try_storage()
        yield Finding("Storage", Health.GOOD, f"written, read and removed: {settings.MEDIA_ROOT}")
        return
    with _keep_file() as name:
        is_public = bucket.is_public(name)
    yield judge_bucket(bucket.place, is_public=is_public, keeps_versions=bucket.keeps_versions())


def judge_bucket(place: str, *, is_public: bool, keeps_versions: bool | None) -> Finding:
    """Of one that was written to, read and cleaned up; `keeps_versions` is None where our key may not ask."""
    if is_public:
        detail = f"Anybody can read the {place}. Block public access to it: recordings and résumés lie there."
        return Finding("Storage", Health.BROKEN, detail)
    worked = f"{place}: written, read and removed"
    if keeps_versions:
        detail = f"{worked}; but it keeps versions, so what is erased stays as an old one. "
        return Finding("Storage", Health.FALLBACK, f"{detail}Give it a rule that ends old versions after a day.")
    return Finding("Storage", Health.GOOD, f"{worked}; nobody reads it without a key")


def look_at_work() -> Iterator[Finding]:
    if settings.WORK_TRANSPORT == "threads":
        yield Finding("Work", Health.GOOD, "threads of the server's own process, while it runs")
        return
    if settings.WORK_TRANSPORT == "sweeper":
        yield Finding("Work", Health.BROKEN, "WORK_TRANSPORT=sweeper: nothing is worked until a server's sweeper runs")
        return
    try:
        try_broker()
    except (OperationalError, OSError) as error:
        yield describe_silence("Work", settings.CELERY_BROKER_URL, "CELERY_BROKER_URL", error)
        return
    answers = app.control.ping(timeout=2.0)
    if answers:
        workers = ", ".join(sorted(name for answer in answers for name in answer))
        yield Finding("Work", Health.GOOD, f"broker answers; workers: {workers}")
    else:
        detail = "The broker answers, but no worker does. Start one: celery -A config worker"
        yield Finding("Work", Health.BROKEN, detail)


def look_at_live_messages() -> Iterator[Finding]:
    layer = type(get_channel_layer()).__name__
    if settings.STACK == "full":
        try:
            try_redis()
        except RedisError as error:
            yield describe_silence("Live messages", settings.REDIS_URL, "REDIS_URL", error)
            return
    yield Finding("Live messages", Health.GOOD, layer)


def look_at_places() -> Iterator[Finding]:
    """How many interviews may go on at once, and whether anybody new is let in."""
    places = read_places(timezone.now())
    booked = f"{settings.SLOT_PLACES} may book the same start time" if settings.SLOT_PLACES else "no time can be booked"
    absent = f", {places.absent} with their page closed" if places.absent else ""
    detail = f"{places.taken} of {places.limit} taken, {places.waiting} waiting{absent}; {booked}"
    if places.is_drained:
        detail += ". Nobody new is let in since `manage.py drain`. To let them in again: python manage.py undrain"
    yield Finding("Places", Health.FALLBACK if places.is_drained else Health.GOOD, detail)


def describe_silence(subject: str, url: str, name: str, error: Exception) -> Finding:
    """Redis does not answer: at which address (without its password), what it said, what to do."""
    detail = f"No answer from {maybe_sanitize_url(url)}: {error}. Start Redis there, or set REDIS_HOST and REDIS_PORT"
    return Finding(subject, Health.BROKEN, f"{detail} (or {name}, the whole address) to another.")
