"""What a monitor is told of an interview: how it stands, and its events, by their numbers."""

import pytest
from django.db import transaction
from django.utils import timezone

from interviewpanel.models import AnswerScore, InterviewSession
from interviewpanel.services import monitoring, steering
from interviewpanel.services.events import lock_session, record_event
from tests.live_interviews import find_open, store_audio
from tests.sockets import Page, in_database
from tests.watchers import WatchedInterview, list_events, pick, watch
from tests.work import do_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(25)]


async def test_how_an_interview_stands_comes_first(world: WatchedInterview) -> None:
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


async def test_every_event_is_told_as_it_happens_and_scores_with_their_numbers(world: WatchedInterview) -> None:
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


async def test_of_a_score_that_was_made_again_the_newest_is_told(world: WatchedInterview) -> None:
    await in_database(world.answer)
    await in_database(lambda: AnswerScore.objects.update(state="scored", composite=80, reasons=[]))
    monitor = await watch(world.recruiter, world.uuid)
    told = await monitor.expect("scoring_update")
    assert pick(told, "score", "reasons", "is_hidden") == [80, [], False]
    await monitor.leave()


async def test_who_comes_back_misses_nothing_and_hears_nothing_twice(world: WatchedInterview) -> None:
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


async def test_a_long_interview_is_replayed_whole(world: WatchedInterview) -> None:
    def fill() -> None:
        for _ in range(70):
            with transaction.atomic():
                record_event(lock_session(world.session.pk), "resumed", {"reason": "candidate"}, timezone.now())

    await in_database(fill)
    monitor = await watch(world.recruiter, world.uuid)
    await monitor.expect("resumed", sequence=72)
    assert [number for number, _ in list_events(monitor)] == list(range(1, 73))
    await monitor.leave()


async def test_pauses_and_lost_connections_are_seen(world: WatchedInterview) -> None:
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


async def test_words_that_wait_are_counted(world: WatchedInterview) -> None:
    await in_database(lambda: store_audio(find_open(world.session), now=timezone.now()))
    monitor = await watch(world.recruiter, world.uuid)
    work = monitor.received[0]["work"]
    assert (work["unheard"], work["unscored"], work["unheard_since"] is not None) == (1, 0, True)
    assert monitor.received[0]["connection"]["stored_at"] is not None
    await in_database(do_due)
    await monitor.expect("session_state", work={"unheard": 0, "unheard_since": None, "unscored": 0})
    await monitor.leave()


async def test_one_connection_watches_one_thing_at_a_time(world: WatchedInterview) -> None:
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
