"""The figures of the home page with their words and links: each leads to the list of what it counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from reports.admin.home_words import FAILURES, INVITATIONS, QUEUES, REPORTS, SESSIONS, STAGES, TASKS, Words
from reports.domain.home_figures import Column, Queue, Waiting, say_seconds

JUST_NOW_SECONDS = 60


@dataclass(frozen=True)
class Card:
    kind: str
    count: int
    title: str
    meaning: str
    since: str  # how long the oldest has waited, in words
    url: str
    tone: str


@dataclass(frozen=True)
class Stage:
    """A stage of the funnel: how many of those invited came so far."""

    title: str
    count: int
    share: float
    url: str


def link_list(page: str, query: Mapping[str, str]) -> str:
    address = reverse(f"admin:{page}_changelist")
    return f"{address}?{urlencode(query)}" if query else address


def list_cards(tasks: Iterable[Waiting], failures: Iterable[Waiting], now: datetime) -> list[Card]:
    """Only what waits, the longest waiting first; what is still to come (links that end soon) last."""
    found = [(one, TASKS[one.kind], "") for one in tasks if one.count]
    found += [(one, FAILURES[one.kind], "is-bad") for one in failures if one.count]
    found.sort(key=lambda each: each[0].since or now)
    return [_make_card(one, words, tone or words.tone, now) for one, words, tone in found]


def _make_card(one: Waiting, words: Words, tone: str, now: datetime) -> Card:
    return Card(
        kind=one.kind,
        count=one.count,
        title=words.one if one.count == 1 else words.many,
        meaning=words.meaning,
        since=_say_since(one, now),
        url=link_list(words.page, words.query),
        tone=tone,
    )


def _say_since(one: Waiting, now: datetime) -> str:
    if one.since is None:
        return ""
    if one.since > now:
        return f"The first ends in {say_seconds((one.since - now).total_seconds())}."
    seconds = (now - one.since).total_seconds()
    if seconds < JUST_NOW_SECONDS:
        return "It has just come in." if one.count == 1 else "They have just come in."
    waited = say_seconds(seconds)
    if one.kind in FAILURES or one.kind == "expired":
        return f"The first {waited} ago."
    return f"Waits for {waited}." if one.count == 1 else f"The oldest waits for {waited}."


def list_failures(queues: Iterable[Queue], failed_interviews: int) -> list[Waiting]:
    """Of what has a list of its own; the rest is told by the interviews that it belongs to."""
    queues = list(queues)
    own = [Waiting(one.kind, one.given_up, one.given_up_since) for one in queues if one.kind in FAILURES]
    others = [one.given_up_since for one in queues if one.kind not in FAILURES and one.given_up_since]
    return [*own, Waiting("interviews", failed_interviews, min(others, default=None))]


def list_stages(counts: Mapping[str, int], days: int, since: datetime) -> list[Stage]:
    """Invitations up to the end of the interview, then their reports, each stage with its list."""
    by_stage = {
        "reported": link_list(REPORTS, {"review": "made", "invited": f"{days}"}),
        "reviewed": link_list(REPORTS, {"review": "done", "invited": f"{days}"}),
    }
    invited = counts["invited"]
    return [
        Stage(
            title=title,
            count=counts[stage],
            share=round(100 * counts[stage] / invited, 1) if invited else 0.0,
            url=by_stage.get(stage)
            or link_list(INVITATIONS, {"reached": stage, "created_at__gte": since.isoformat(sep=" ")}),
        )
        for stage, title in STAGES.items()
    ]


@dataclass(frozen=True)
class QueueLine:
    title: str
    waiting: int
    running: int
    waits_for: str
    url: str
    running_url: str


def list_queue_lines(queues: Iterable[Queue], now: datetime) -> list[QueueLine]:
    return [
        QueueLine(
            title=QUEUES[one.kind][0],
            waiting=one.waiting,
            running=one.running,
            waits_for=say_seconds((now - one.due_since).total_seconds()) if one.due_since else "",
            url=link_list(QUEUES[one.kind][1], {"needs": "due"}),
            running_url=link_list(QUEUES[one.kind][1], {"needs": "doing"}),
        )
        for one in queues
    ]


def link_days(columns: Sequence[Column]) -> list[tuple[Column, str]]:
    """Each day, or days, with the list of the interviews that were begun then."""
    return [(one, link_list(SESSIONS, _between("started_at", one))) for one in columns]


def link_weeks(columns: Sequence[Column]) -> list[tuple[Column, str]]:
    """Each week with the list of the reports that a person looked at in it."""
    return [(one, link_list(REPORTS, {"review": "done", **_between("reviewed_at", one)})) for one in columns]


def link_lengths(columns: Sequence[Column], since: datetime) -> list[tuple[Column, str]]:
    """Each length with the list of the reports that were reviewed so long after their interviews."""
    period = {"review": "done", "reviewed_at__gte": since.isoformat(sep=" ")}
    return [(one, link_list(REPORTS, {**period, "wait": f"{number}"})) for number, one in enumerate(columns)]


def find_fullest(days: Sequence[tuple[Column, str]]) -> tuple[int, str]:
    """The most interviews of a day, and their list."""
    fullest = max(days, key=lambda day: day[0].value, default=None)
    return (0, "") if fullest is None else (int(fullest[0].value), fullest[1])


def _between(field: str, column: Column) -> dict[str, str]:
    assert column.first is not None
    assert column.last is not None
    begin, end = (timezone.make_aware(datetime.combine(day, time())) for day in (column.first, column.last))
    return {
        f"{field}__gte": begin.isoformat(sep=" "),
        f"{field}__lt": (end + timedelta(days=1)).isoformat(sep=" "),
    }


# The sweeper announces again what is not taken, every minute: what waits twice as long is not being taken.
SLOW_AFTER = timedelta(minutes=1)
STUCK_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class WorkSaid:
    """Whether work is being done, told from the rows: there is no other sign of workers than what they take."""

    text: str
    tone: str


def say_work(queues: Iterable[Queue], now: datetime) -> WorkSaid:
    queues = list(queues)
    running = sum(one.running for one in queues)
    waits = [now - one.due_since for one in queues if one.due_since]
    if not waits:
        done = f"{running} being done now." if running else "Nothing is being done just now."
        return WorkSaid(f"No work waits. {done}", "is-good")
    longest = max(waits)
    if longest < SLOW_AFTER:
        text = "Workers are taking work." if running else "Work has come in within the last minute."
        return WorkSaid(text, "is-good")
    told = [one.announced_at for one in queues if one.announced_at]
    is_swept = bool(told) and now - max(told) < STUCK_AFTER
    waited = say_seconds(longest.total_seconds())
    if running:
        return WorkSaid(
            f"Workers are busy: the oldest work has waited for {waited}. More workers would help.", "is-warning"
        )
    if is_swept:
        return WorkSaid(
            f"No worker takes work: the oldest has waited for {waited}, although it is announced. Start a worker, or "
            "look at its log.",
            "is-bad",
        )
    return WorkSaid(
        f"Nothing takes or announces work: the oldest has waited for {waited}. Start the server, or its worker and "
        "beat.",
        "is-bad",
    )
