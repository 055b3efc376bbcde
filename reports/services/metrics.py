"""The site's figures as Prometheus reads them, at /metrics.

Nothing is counted in this process: each figure is read from rows or from Redis when somebody asks, so that every server
tells the same and a restart forgets nothing.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from config.celery import QUEUES
from config.database import limit_statements
from config.work.heartbeats import list_hearts, read_heartbeats
from config.work.transports import count_announcements
from reports.selectors.figures import QUANTILES, Figures, ModelFigures, read_figures
from reports.selectors.place_figures import PlaceFigures

logger = logging.getLogger(__name__)
PREFIX = "interviewbot_"
BELIEVED_SECONDS = 3.0
LONGEST_STATEMENT_SECONDS = 3.0
LONGEST_WAIT_SECONDS = 2.0


class StillReading(Exception):
    """Somebody else has asked, and what is read for them does not come: there is nothing to tell."""


class SiteCollector(Collector):
    """Reads everything anew each time it is asked."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = self._clock()
        try:
            with limit_statements(LONGEST_STATEMENT_SECONDS):
                figures = read_figures(now)
        except DatabaseError as error:
            logger.warning("The figures cannot be read: %s", error)
            yield gauge("database_up", "1 where the database answers.", {(): 0})
        else:
            yield gauge("database_up", "1 where the database answers.", {(): 1})
            yield from describe(figures)
        yield from describe_redis(now)


def gauge(name: str, explanation: str, values: Mapping[Any, float], labels: Sequence[str] = ()) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, explanation, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family


def describe(figures: Figures) -> Iterator[GaugeMetricFamily]:
    sessions = {(status,): number for status, number in figures.sessions.items()}
    yield gauge("sessions_live", "Interviews that go on now.", sessions, ["status"])
    yield from describe_queue(figures.places)
    yield gauge(
        "turn_latency_seconds",
        "From the end of a turn to the next question, of the last 5 minutes.",
        find_quantiles(figures.turns),
        ["quantile"],
    )
    yield gauge("turns_recent", "Turns in the last 5 minutes.", {(): len(figures.turns)})
    yield gauge(
        "transcription_seconds",
        "From a stored stretch of sound to its words, of the last 5 minutes.",
        find_quantiles(figures.transcriptions),
        ["quantile"],
    )
    lag = {(): figures.transcription_lag_seconds}
    yield gauge("transcription_lag_seconds", "How long the oldest sound waits for its words.", lag)
    yield gauge(
        "scores_last_hour", "Scores made in the last hour; a label engine of `none` says that nobody scored.",
        figures.scores, ["engine", "state"],
    )  # fmt: skip
    yield from describe_models(figures.models)
    yield gauge("reports_waiting", "Reports that are not made yet.", {(): figures.reports_waiting})
    explanation = "Runs of golden sets whose drift nobody has noted yet."
    yield gauge("calibration_alarms", explanation, {(): figures.drifts})
    yield from describe_work(figures)


def describe_queue(places: PlaceFigures) -> Iterator[GaugeMetricFamily]:
    yield gauge("places_limit", "Interviews that may go on at once: INTERVIEW_LIMIT.", {(): places.limit})
    yield gauge(
        "places_taken", "Interviews that go on, and places held for candidates who are called.", {(): places.taken}
    )
    line = {("waiting",): places.waiting, ("absent",): places.absent, ("called",): places.called}
    yield gauge("queue_candidates", "Candidates in the queue.", line, ["state"])
    yield gauge("queue_oldest_seconds", "How long who came first has waited.", {(): places.oldest_seconds})
    yield gauge("queue_admitted_last_hour", "Candidates who began, in the last hour.", {(): places.admitted_last_hour})
    yield gauge("queue_drained", "1 where nobody new is let in: manage.py drain.", {(): int(places.is_drained)})


def describe_models(models: ModelFigures) -> Iterator[GaugeMetricFamily]:
    yield gauge(
        "model_calls_last_hour", "Questions put to language models in the last hour; `done` brought an answer.",
        models.calls, ["purpose", "engine", "outcome"],
    )  # fmt: skip
    yield gauge(
        "model_tokens_last_hour", "Tokens that language models read and wrote in the last hour.",
        models.tokens, ["purpose", "engine", "kind"],
    )  # fmt: skip
    seconds = {
        (purpose, *share): value
        for purpose, took in models.seconds.items()
        for share, value in find_quantiles(took).items()
    }
    explanation = "From a question to a language model to its answer, all tries, of the last hour."
    yield gauge("model_call_seconds", explanation, seconds, ["purpose", "quantile"])


def describe_work(figures: Figures) -> Iterator[GaugeMetricFamily]:
    kinds = figures.work.items()
    still_open = {(kind, status): number for kind, work in kinds for status, number in work.open.items()}
    yield gauge("work_open", "Work that is not over.", still_open, ["kind", "status"])
    oldest = {(kind,): work.oldest_due_seconds for kind, work in kinds}
    yield gauge("work_oldest_due_seconds", "How long what is due waits to be taken.", oldest, ["kind"])
    given_up = {(kind, status): number for kind, work in kinds for status, number in work.given_up.items()}
    yield gauge("work_given_up", "Work that is left to a person.", given_up, ["kind", "status"])
    lately = {(kind,): work.given_up_last_hour for kind, work in kinds}
    yield gauge("work_given_up_last_hour", "Work that was given up in the last hour.", lately, ["kind"])


def describe_redis(now: datetime) -> Iterator[GaugeMetricFamily]:
    """What workers and the broker know; without them only that they do not answer."""
    try:
        noted = read_heartbeats()
        waiting = count_announcements(QUEUES)
    except Exception as error:  # each broker's client has exceptions of its own
        logger.warning("Redis or the broker cannot be asked: %s", error)
        yield gauge("broker_up", "1 where the broker answers, or none is needed.", {(): 0})
        return
    yield gauge("broker_up", "1 where the broker answers, or none is needed.", {(): 1})
    queues = {(queue,): number for queue, number in waiting.items()}
    yield gauge("broker_messages", "Announcements that no worker has taken.", queues, ["queue"])
    ages = {
        (name,): (now - noted[name]).total_seconds() if name in noted else math.inf  # never heard is no less silent
        for name in list_hearts()
    }
    explanation = "Since the workers of a queue were last heard; +Inf where they never were."
    yield gauge("heartbeat_age_seconds", explanation, ages, ["queue"])


def find_quantiles(ordered: Sequence[float]) -> dict[tuple[str, ...], float]:
    """The nearest of the values themselves; nothing where there are none."""
    if not ordered:
        return {}
    return {(f"{share:g}",): ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in QUANTILES}


# --- Asked for --------------------------------------------------------------------------------------------------------

registry = CollectorRegistry()
registry.register(SiteCollector())
_lock = threading.Lock()
_written: dict[str, tuple[float, bytes]] = {}


def write_metrics(accepted: str) -> tuple[bytes, str]:
    """The text and its content type, as whoever asks accepts it; what was read is told again for three seconds.

    One reads at a time. Raises StillReading to the others when that one hangs: old figures would say that all is well.
    """
    encoder, content_type = choose_encoder(accepted)
    if not _lock.acquire(timeout=LONGEST_WAIT_SECONDS):
        raise StillReading
    try:
        at, text = _written.get(content_type, (float("-inf"), b""))
        if time.monotonic() - at >= BELIEVED_SECONDS:
            text = encoder(registry)
            _written[content_type] = (time.monotonic(), text)
    finally:
        _lock.release()
    return text, content_type


def forget_written() -> None:
    with _lock:
        _written.clear()
