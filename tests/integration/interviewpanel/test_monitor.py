"""What a monitor is told: rows by their numbers, the moment while a candidate is connected, nothing that is hidden."""

import asyncio
import time
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.consumers import monitor_watches
from interviewpanel.models import AnswerScore, InterviewSession
from interviewpanel.selectors.watchers import find_watcher
from interviewpanel.services import monitoring, steering
from interviewpanel.services.answers import close_answer
from interviewpanel.services.events import lock_session, record_event
from tests.live_interviews import begin_now, find_open, invite, make_panel, store_audio
from tests.sockets import Message, Page, VirtualClock, in_database
from tests.staff import HASHER, make_member
from tests.watchers import Monitor, sign_in_by_cookie
from tests.work import do_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(25)]
TEXT = "An index is a sorted copy of some columns, so that rows are found without reading all of them."


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = HASHER


class World:
    """Priya is interviewed by Fernbrook; its recruiter and its reviewer may watch."""

    def __init__(self) -> None:
        self.panel = make_panel("Fernbrook")
        self.invitation = invite(self.panel, now=timezone.now())
        self.session = begin_now(self.invitation)
        organization = self.panel.organization
        self.recruiter = sign_in_by_cookie(make_member("recruiter@fernbrook.example", {organization: "hr"}))
        self.reviewer = sign_in_by_cookie(make_member("reviewer@fernbrook.example", {organization: "reviewer"}))

    @property
    def uuid(self) -> str:
        return str(self.session.uuid)

    def answer(self) -> None:
        """Priya speaks, and is heard and scored."""
        answer = find_open(self.session)
        store_audio(answer, now=timezone.now())
        close_answer(session_id=self.session.pk, epoch=None, answer_id=answer.pk, reason="done", now=timezone.now())
        do_due()


@pytest.fixture
async def world() -> World:
    made: World = await in_database(World)
    return made


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(time.time())


async def watch(cookie: str, uuid: str, *, last_sequence: int = 0, clock: VirtualClock | None = None) -> Monitor:
    monitor = await Monitor.open(cookie, clock)
    await monitor.say("watch_session", session=uuid, last_sequence=last_sequence)
    await monitor.expect("session_state")
    return monitor


def list_events(monitor: Monitor) -> list[tuple[int, str]]:
    return [(one["sequence"], one["type"]) for one in monitor.received if "sequence" in one]


def pick(message: Message, *names: str) -> list[Any]:
    return [message[name] for name in names]


# --- Rows -------------------------------------------------------------------------------------------------------------


async def test_how_an_interview_stands_comes_first(world: World) -> None:
    """A whole frame."""
    monitor = await watch(world.recruiter, world.uuid)
    state = monitor.received[0]
    used = state["clock"].pop("used_seconds")
    started = await in_database(lambda: monitoring.write_time(InterviewSession.objects.get().started_at))
    assert state == {
        "type": "session_state",
        "at": state["at"],
        "session": world.uuid,
        "candidate": "Priya Raghunathan",
        "panel": "Screening",
        "job_title": "Backend engineer",
        "organization": "Fernbrook",
        "status": "in_progress",
        "started_at": started,
        "ended_at": None,
        "end_reason": "",
        "pause_reason": "",
        "sees_scores": True,
        "last_sequence": 2,
        "clock": {"limit_seconds": 1800, "is_running": True},
        "connection": {"is_connected": True, "interrupted_at": None, "reconnects": 0, "stored_at": None},
        "work": {"unheard": 0, "unheard_since": None, "unscored": 0},
        "answers": [{"answer": 1, "status": "asked"}],
    }
    assert 0 <= used < 20
    await monitor.leave()


async def test_every_event_is_told_as_it_happens_and_scores_with_their_numbers(world: World) -> None:
    monitor = await watch(world.recruiter, world.uuid)
    greeting = await monitor.expect("greeting")
    assert greeting == {
        "type": "greeting",
        "at": greeting["at"],
        "session": world.uuid,
        "sequence": 1,
        "message": greeting["message"],
    }
    question = await monitor.expect("next_question", answer=1)
    assert question == {
        "type": "next_question",
        "at": question["at"],
        "session": world.uuid,
        "sequence": 2,
        "answer": 1,
        "answer_uuid": question["answer_uuid"],
        "message": question["message"],
        "number": 1,
        "of": 3,
        "kind": "question",
    }
    await in_database(world.answer)
    partial = await monitor.expect("transcription_update", is_partial=True)
    final = await monitor.expect("transcription_update", is_partial=False)
    words = {"message": "an index makes reads fast and writes slow", "is_rough": False, "session": world.uuid}
    told = {"type": "transcription_update", "answer_uuid": question["answer_uuid"], **words}
    assert partial == {**told, "at": partial["at"], "sequence": 3, "is_partial": True}
    assert final == {**told, "at": final["at"], "sequence": 4, "is_partial": False}
    await monitor.expect("next_question", answer=2)
    scored = await monitor.expect("scoring_update")
    score: AnswerScore = await in_database(AnswerScore.objects.get)
    assert scored == {
        "type": "scoring_update",
        "at": scored["at"],
        "session": world.uuid,
        "sequence": scored["sequence"],
        "answer_uuid": question["answer_uuid"],
        "status": score.state,
        "is_hidden": False,
        "score": score.composite,
        "rationale": score.rationale,
        "reasons": score.reasons,
    }
    assert score.reasons
    await monitor.leave()


async def test_of_a_score_that_was_made_again_the_newest_is_told(world: World) -> None:
    await in_database(world.answer)
    await in_database(lambda: AnswerScore.objects.update(state="scored", composite=80, reasons=[]))
    monitor = await watch(world.recruiter, world.uuid)
    told = await monitor.expect("scoring_update")
    assert pick(told, "score", "reasons", "is_hidden") == [80, [], False]
    await monitor.leave()


async def test_who_comes_back_misses_nothing_and_hears_nothing_twice(world: World) -> None:
    first = await watch(world.recruiter, world.uuid)
    await first.expect("next_question", answer=1)
    await first.leave()
    await in_database(world.answer)
    second = await watch(world.recruiter, world.uuid, last_sequence=2)
    await second.expect("scoring_update")
    await in_database(steering.end_by_organization, session_id=world.session.pk, now=timezone.now())
    await second.expect("interview_completed", reason="ended_by_organization")
    numbers = [number for number, _ in list_events(first) + list_events(second)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers[-1] == await in_database(lambda: InterviewSession.objects.get().event_sequence)
    await second.leave()


async def test_a_long_interview_is_replayed_whole(world: World) -> None:
    def fill() -> None:
        for _ in range(70):
            with transaction.atomic():
                record_event(lock_session(world.session.pk), "resumed", {"reason": "candidate"}, timezone.now())

    await in_database(fill)
    monitor = await watch(world.recruiter, world.uuid)
    await monitor.expect("resumed", sequence=72)
    assert [number for number, _ in list_events(monitor)] == list(range(1, 73))
    await monitor.leave()


async def test_pauses_and_lost_connections_are_seen(world: World) -> None:
    """An interruption is no event: the row is looked at."""
    page = await Page.open(world.invitation)
    monitor = await watch(world.recruiter, world.uuid)
    assert monitor.received[0]["connection"]["reconnects"] == 1  # the services that began it were the first
    await page.say("pause")
    await monitor.expect("paused", reason="candidate")
    state = await monitor.expect("session_state", status="paused")
    assert pick(state, "pause_reason") == ["candidate"]
    await page.say("resume")
    await monitor.expect("resumed")
    await monitor.expect("session_state", status="in_progress")
    await page.leave()
    gone = await monitor.expect("session_state", status="interrupted")
    assert gone["connection"]["is_connected"] is False
    assert gone["connection"]["interrupted_at"] is not None
    back = await Page.open(world.invitation)
    here = await monitor.expect("session_state", status="in_progress")
    assert here["connection"] == {
        "is_connected": True,
        "interrupted_at": None,
        "reconnects": 2,
        "stored_at": here["connection"]["stored_at"],
    }
    await back.leave()
    await monitor.leave()


async def test_words_that_wait_are_counted(world: World) -> None:
    await in_database(lambda: store_audio(find_open(world.session), now=timezone.now()))
    monitor = await watch(world.recruiter, world.uuid)
    work = monitor.received[0]["work"]
    assert (work["unheard"], work["unscored"], work["unheard_since"] is not None) == (1, 0, True)
    assert monitor.received[0]["connection"]["stored_at"] is not None
    await in_database(do_due)
    await monitor.expect("session_state", work={"unheard": 0, "unheard_since": None, "unscored": 0})
    await monitor.leave()


# --- The moment -------------------------------------------------------------------------------------------------------


async def test_the_turn_is_seen_as_it_happens_and_only_while_somebody_watches(world: World) -> None:
    page = await Page.open(world.invitation)
    await page.say("playback_finished", sequence=2)
    await page.expect("turn_update", state="listening")
    monitor = await watch(world.recruiter, world.uuid)
    first = await monitor.expect("turn_update")
    assert first == {
        "type": "turn_update",
        "at": first["at"],
        "session": world.uuid,
        "answer": 1,
        "state": "listening",
        "reason": "",
        "ends_in_ms": None,
        "heard_at": None,
    }
    await page.say("need_time")
    await monitor.expect("turn_update", reason="thinking")
    await page.say("answer_text", text=TEXT)
    await monitor.expect("turn_update", state="closed", reason="typed")
    await in_database(do_due)
    await monitor.expect("next_question", answer=2)
    await page.leave()
    await monitor.leave()


async def test_a_question_that_is_read_aloud_is_told_as_that(world: World) -> None:
    page = await Page.open(world.invitation)
    monitor = await watch(world.recruiter, world.uuid)
    assert pick(await monitor.expect("turn_update"), "state", "answer") == ["asking", 1]
    await page.leave()
    await monitor.leave()


async def test_when_sound_was_last_heard_is_told_once_a_second(world: World, clock: VirtualClock) -> None:
    page = await Page.open(world.invitation, clock)
    monitor = await watch(world.recruiter, world.uuid)
    await monitor.expect("turn_update", heard_at=None)
    await page.send_audio(1, 0)
    await page.settle()
    await clock.wait_for_sleeper()
    clock.advance(1)
    assert (await monitor.expect("turn_update"))["heard_at"] is not None
    await page.leave()
    await monitor.leave()


async def test_who_watches_already_sees_a_candidate_who_comes_back(world: World) -> None:
    monitor = await watch(world.recruiter, world.uuid)
    page = await Page.open(world.invitation)
    await monitor.expect("turn_update", state="asking")
    await page.leave()
    again = await Page.open(world.invitation)
    await monitor.expect("turn_update", state="asking")
    await again.leave()
    await monitor.leave()


async def test_a_countdown_is_counted_down_here(world: World) -> None:
    """By this server's clock, at the moment it is told."""
    monitor = await watch(world.recruiter, world.uuid)
    layer = monitor_watches.send_group
    moment = {"type": "audience.moment", "answer": 1, "state": "ending", "reason": "silence", "heard_at": None}
    await in_database(layer, world.session.audience_group_name, {**moment, "ends_at": time.time() + 5})
    told = await monitor.expect("turn_update", state="ending")
    assert 4000 < told["ends_in_ms"] <= 5000
    await monitor.leave()


async def test_moments_that_were_not_told_yet_are_dropped_for_the_newest(world: World) -> None:
    monitor = await watch(world.recruiter, world.uuid)
    await monitor.settle()
    for answer in range(1, 60):
        moment = {"type": "audience.moment", "answer": answer, "state": "speaking", "reason": "", "heard_at": None}
        await in_database(monitor_watches.send_group, world.session.audience_group_name, {**moment, "ends_at": None})
    await monitor.expect("turn_update", answer=59)
    assert len([one for one in monitor.received if one["type"] == "turn_update"]) < 30
    await monitor.leave()


async def test_while_nobody_watches_nothing_is_sent(world: World) -> None:
    """But the question whether anybody is there. What is sent is overheard in the channel layer."""
    page = await Page.open(world.invitation)
    sent = {message["type"] for message in await overhear(world, page)}
    assert sent <= {"audience.wanted"}
    await page.leave()


async def overhear(world: World, page: Page) -> list[Message]:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(world.session.audience_group_name, channel)
    await page.say("playback_finished", sequence=2)
    await page.expect("turn_update", state="listening")
    await page.say("need_time")
    await page.expect("turn_update", reason="thinking")
    await page.settle()
    sent: list[Message] = []
    try:
        while True:
            sent.append(await asyncio.wait_for(layer.receive(channel), 0.7))
    except TimeoutError:
        return sent
    finally:
        await layer.group_discard(world.session.audience_group_name, channel)


# --- The list ---------------------------------------------------------------------------------------------------------


async def test_the_list_follows_what_happens(world: World) -> None:
    monitor = await Monitor.open(world.recruiter)
    await monitor.say("watch_list")
    listed = await monitor.expect("live_list")
    used = listed["sessions"][0]["clock"].pop("used_seconds")
    started = await in_database(lambda: monitoring.write_time(InterviewSession.objects.get().started_at))
    assert listed == {
        "type": "live_list",
        "at": listed["at"],
        "total": 1,
        "sessions": [
            {
                "session": world.uuid,
                "candidate": "Priya Raghunathan",
                "panel": "Screening",
                "organization": "Fernbrook",
                "status": "in_progress",
                "started_at": started,
                "number": 1,
                "of": 3,
                "interrupted_at": None,
                "clock": {"limit_seconds": 1800, "is_running": True},
            }
        ],
    }
    assert used >= 0
    await in_database(world.answer)
    assert (await monitor.expect("live_list"))["sessions"][0]["number"] == 2
    await in_database(steering.end_by_organization, session_id=world.session.pk, now=timezone.now())
    over = await monitor.expect("live_list", total=0)
    assert over["sessions"] == []
    await monitor.leave()


async def test_trials_are_not_listed(world: World) -> None:
    def make_trial() -> None:
        type(world.invitation).objects.update(is_trial=True)

    await in_database(make_trial)
    monitor = await Monitor.open(world.recruiter)
    await monitor.say("watch_list")
    assert pick(await monitor.expect("live_list"), "total", "sessions") == [0, []]
    await monitor.leave()


async def test_the_list_takes_as_many_queries_for_many_as_for_one(world: World) -> None:
    def count() -> tuple[int, int]:
        watcher = find_watcher(world.recruiter)
        with CaptureQueriesContext(connection) as queries:
            total = monitoring.view_live(watcher, timezone.now()).facts["total"]
        return len(queries), total  # type: ignore[return-value]

    def add() -> None:
        for name in ("Ada Moreau", "Aiko Mori", "Ben Okafor"):
            begin_now(invite(world.panel, name, now=timezone.now()))

    one = await in_database(count)
    await in_database(add)
    assert [one, await in_database(count)] == [(2, 1), (2, 4)]


async def test_an_interview_takes_as_many_queries_however_long_it_is(world: World) -> None:
    def count() -> tuple[int, int]:
        watcher = find_watcher(world.recruiter)
        with CaptureQueriesContext(connection) as state:
            monitoring.view_session(world.session.pk, watcher, timezone.now())
        with CaptureQueriesContext(connection) as events:
            monitoring.read_events(world.session, watcher, 0)
        return len(state), len(events)

    before = await in_database(count)
    await in_database(world.answer)
    assert [before, await in_database(count)] == [(3, 1), (3, 2)]


# --- What raters do not see -------------------------------------------------------------------------------------------


async def test_raters_learn_nothing_of_time(world: World) -> None:
    def grant() -> None:
        steering.extend_session(
            session_id=world.session.pk, minutes=10, expected_limit_seconds=1800, now=timezone.now()
        )

    await in_database(grant)
    monitor = await watch(world.reviewer, world.uuid)
    assert monitor.received[0]["clock"] is None
    assert "up to … minutes" in (await monitor.expect("greeting"))["message"]
    await monitor.expect("next_question")
    moment = {"type": "audience.moment", "answer": 1, "state": "ending", "reason": "silence", "heard_at": None}
    await in_database(
        monitor_watches.send_group, world.session.audience_group_name, {**moment, "ends_at": time.time() + 5}
    )
    assert (await monitor.expect("turn_update", state="ending"))["ends_in_ms"] is None
    assert [type_ for _, type_ in list_events(monitor)] == ["greeting", "next_question"]  # the third is time_added
    await monitor.say("watch_list")
    assert (await monitor.expect("live_list"))["sessions"][0]["clock"] is None
    await monitor.leave()


async def test_more_time_is_told_to_the_candidate_and_to_who_may_know(world: World, clock: VirtualClock) -> None:
    """Both: the event, and within a second the clock."""
    page = await Page.open(world.invitation, clock)
    monitor = await watch(world.recruiter, world.uuid)

    def extend() -> None:
        steering.extend_session(
            session_id=world.session.pk, minutes=10, expected_limit_seconds=1800, now=timezone.now()
        )

    await in_database(extend)
    added = await page.expect("time_added")
    assert added == {
        "type": "time_added",
        "at": added["at"],
        "sequence": 3,
        "minutes": 10,
        "remaining_seconds": added["remaining_seconds"],
    }
    assert 2390 < added["remaining_seconds"] <= 2400
    await clock.wait_for_sleeper()
    clock.advance(1)
    assert (await page.expect("clock"))["remaining_seconds"] > 2380
    told = await monitor.expect("time_added")
    assert told == {"type": "time_added", "at": told["at"], "session": world.uuid, "sequence": 3, "minutes": 10}
    assert (await monitor.expect("session_state"))["clock"]["limit_seconds"] == 2400
    await page.leave()
    await monitor.leave()


async def test_an_end_by_the_organization_reaches_the_candidate(world: World) -> None:
    page = await Page.open(world.invitation)
    await in_database(steering.end_by_organization, session_id=world.session.pk, now=timezone.now())
    closing = await page.expect("interview_completed")
    assert closing["reason"] == "ended_by_organization"
    assert closing["message"].startswith("Priya, the people of Fernbrook have ended the interview here.")
    assert await page.expect_close() == 1000
    await page.leave()


async def test_one_connection_watches_one_thing_at_a_time(world: World) -> None:
    monitor = await watch(world.recruiter, world.uuid)
    await monitor.expect("next_question")
    await monitor.say("watch_list")
    await monitor.expect("live_list")
    await in_database(world.answer)
    await monitor.expect("live_list")
    assert [type_ for _, type_ in list_events(monitor)] == ["greeting", "next_question"]
    await monitor.say("watch_session", session=world.uuid, last_sequence=2)
    await monitor.expect("scoring_update")
    await monitor.leave()
