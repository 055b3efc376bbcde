"""Looks at everything an interview stands on, from the database to the fonts. Called by `manage.py doctor`.

services/readiness.py tries some of it every few seconds, for /health/ready.

Each finding says what was looked at, whether it works, and what happens or what to do if it does not.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

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
from config.rooms import NEEDED
from config.stored_files import find_bucket
from interviewpanel.engines.embeddings import describe_embeddings
from interviewpanel.engines.rooms import RoomsRefused, RoomsUnavailable, explain_rooms
from interviewpanel.engines.rooms.calls import list_occupied
from interviewpanel.engines.speech import describe_speech
from interviewpanel.engines.telephony import describe_telephony
from interviewpanel.engines.transcription import describe_engines
from interviewpanel.engines.vad import load_speech_detector
from interviewpanel.selectors.rooms import count_left_alone
from interviewpanel.services.voices import list_panels_without_voice
from organizations.append_only import is_history_guarded
from organizations.tenancy import list_missing_guards
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import ModelStatus, load_language_model
from reports.checks import check_report_rendering
from reports.selectors.place_figures import read_places


class Health(StrEnum):
    GOOD = "good"
    FALLBACK = "fallback"  # something else does its work, less well
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    subject: str
    health: Health
    detail: str


def diagnose() -> list[Finding]:
    """Everything, in the order in which an interview needs it. Nothing is raised: what fails is a finding."""
    looks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("Database", look_at_database),
        ("Storage", look_at_storage),
        ("Work", look_at_work),
        ("Live messages", look_at_live_messages),
        ("Places", look_at_places),
        ("Voice detector", look_at_voice_detector),
        ("Transcription", look_at_transcription),
        ("Voice", look_at_voice),
        ("Scoring", look_at_language_models),
        ("Embeddings", look_at_embeddings),
        ("PDF", look_at_pdf),
        ("Phone", look_at_phone),
        ("Rooms", look_at_rooms),
    ]
    findings: list[Finding] = []
    for subject, look in looks:
        try:
            findings += look()
        except Exception as error:
            findings.append(Finding(subject, Health.BROKEN, f"{type(error).__name__}: {error}"))
    return findings


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
    detail = f"{places.taken} of {places.limit} taken, {places.waiting} waiting; {booked}"
    if places.is_drained:
        detail += ". Nobody new is let in since `manage.py drain`. To let them in again: python manage.py undrain"
    yield Finding("Places", Health.FALLBACK if places.is_drained else Health.GOOD, detail)


def describe_silence(subject: str, url: str, name: str, error: Exception) -> Finding:
    """Redis does not answer: at which address (without its password), what it said, what to do."""
    detail = f"No answer from {maybe_sanitize_url(url)}: {error}. Start Redis there, or set REDIS_HOST and REDIS_PORT"
    return Finding(subject, Health.BROKEN, f"{detail} (or {name}, the whole address) to another.")


def look_at_voice_detector() -> Iterator[Finding]:
    load_speech_detector()
    yield Finding("Voice detector", Health.GOOD, "Silero, as faster-whisper ships it")


def look_at_transcription() -> Iterator[Finding]:
    """The chosen engine, then the others and why they were not chosen."""
    for engine in sorted(describe_engines(), key=lambda one: not one.is_chosen):
        use = "chosen" if engine.is_chosen else "not used"
        health = Health.GOOD
        if engine.is_chosen:
            health = Health.BROKEN if not engine.is_available else Health.FALLBACK if engine.is_rough else Health.GOOD
        elif not engine.is_available:
            health = Health.FALLBACK
        yield Finding("Transcription", health, f"{engine.name} ({engine.model}), {use}: {engine.detail}")


def look_at_voice() -> Iterator[Finding]:
    """The interviewer's own: nothing is missing where nobody asks for it, since browsers speak."""
    status, missing = describe_speech(), list_panels_without_voice()
    if status.engine is None:
        detail = f"none of this server's own: candidates' browsers speak. {status.why}"
    else:
        counts = [(label, len(status.engine.list_voices(code))) for code, label in settings.LANGUAGES]
        voices = ", ".join(f"{label} {count}" for label, count in counts)
        detail = f"{status.engine.name}, voices: {voices}. Where a sentence is not ready, the browser speaks."
        detail += f" {status.why}" if status.why else ""
    for panel, why in missing:
        yield Finding("Voice", Health.FALLBACK, f"the panel “{panel.title}” is read by browsers. {why}")
    yield Finding("Voice", Health.GOOD, detail)


# What each purpose is called here, and what happens where its model does not answer.
WITHOUT_MODEL = {
    Purpose.SCORE: (
        "Scoring",
        "embedded scorer: measures coverage, not truth; depth and clarity are not assessed. Because: ",
    ),
    Purpose.CONVERSE: ("Conversation", "the bank's questions are asked as they stand. Because: "),
    Purpose.NARRATE: ("Report texts", "a plain template says what was measured, and no more. Because: "),
    Purpose.GENERATE: ("Generation", "nothing is generated: who asks for it is refused. Because: "),
}


def look_at_language_models() -> Iterator[Finding]:
    """By purpose, what matters most to an interview first. What several purposes share is asked once."""
    seen: dict[tuple[str, str, str], ModelStatus] = {}
    for purpose, (subject, without) in WITHOUT_MODEL.items():
        model = load_language_model(purpose)
        if model is None:
            yield Finding(subject, Health.FALLBACK, f"{without}no language model is configured")
            continue
        key = (model.engine, model.address, model.model)
        status = seen[key] = seen.get(key) or model.describe()
        if status.is_ready:
            detail = f"{status.engine} ({status.model}) at {status.address}: {status.detail}"
            yield Finding(subject, Health.GOOD, detail)
        else:
            yield Finding(subject, Health.FALLBACK, f"{without}{status.engine} ({status.model}): {status.detail}")


def look_at_embeddings() -> Iterator[Finding]:
    """Beside the language model: the embedded scorer makes every provisional score."""
    status = describe_embeddings()
    is_fine = status.is_available or status.is_off  # whoever turned it off knows
    yield Finding("Embeddings", Health.GOOD if is_fine else Health.FALLBACK, status.detail)


def look_at_pdf() -> Iterator[Finding]:
    problems = check_report_rendering()
    for problem in problems:
        yield Finding("PDF", Health.BROKEN, f"{problem.msg} {problem.hint}")
    if not problems:
        yield Finding("PDF", Health.GOOD, "WeasyPrint's libraries and fonts are here")


def look_at_phone() -> Iterator[Finding]:
    """Off is as it should be where nobody is to be called."""
    is_fine, detail = describe_telephony()
    yield Finding("Phone", Health.GOOD if is_fine else Health.BROKEN, detail)


def look_at_rooms() -> Iterator[Finding]:
    """LiveKit, where it is set up: that its server answers, and takes our key."""
    rooms = settings.LIVEKIT
    if len(rooms.missing) == len(NEEDED):
        yield Finding("Rooms", Health.GOOD, "off: LIVEKIT_URL is not set. Interviews are held on candidates' pages.")
        return
    if reason := explain_rooms():
        yield Finding("Rooms", Health.BROKEN, reason)
        return
    try:
        list_occupied(["doctor"])
    except (RoomsUnavailable, RoomsRefused) as trouble:
        yield Finding("Rooms", Health.BROKEN, f"{rooms.url}: {trouble}")
        return
    if waiting := count_left_alone(timezone.now()):
        detail = f"{waiting} candidate(s) wait in a room without an interviewer. "
        yield Finding("Rooms", Health.BROKEN, f"{detail}Start one: python manage.py room_agent")
        return
    recorded = {"off": "nothing is recorded there", "file": "recorded into a folder", "s3": "recorded into a bucket"}
    yield Finding("Rooms", Health.GOOD, f"LiveKit answers at {rooms.url}; {recorded[rooms.recording]}")
