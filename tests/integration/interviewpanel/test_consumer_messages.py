"""What a candidate may say in an interview, and what comes of it: whole frames, in their order."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from interviewpanel.models import Answer, AudioSegment, ClientEvent, InterviewSession
from tests.live_interviews import begin_now, invite, make_panel
from tests.sockets import Page, in_database
from tests.work import ScriptedEngine, do_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A tab in an interview whose first question is open."""
    page = await Page.open(await in_database(_begin))
    yield page
    await page.leave()


def _begin(**changes: Any) -> Any:
    invitation = invite(make_panel(**changes))
    begin_now(invitation)
    return invitation


async def read_session() -> InterviewSession:
    session: InterviewSession = await in_database(InterviewSession.objects.get)
    return session


async def read_answer(number: int = 1) -> Answer:
    answer: Answer = await in_database(Answer.objects.get, number=number)
    return answer


def strip(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "at"}


async def test_a_start_is_answered_by_greeting_and_question_in_order() -> None:
    page = await Page.open(await in_database(lambda: invite(make_panel())))
    await page.say("start", consent={"document_version": "2026-1", "accepted": True})
    await page.settle()
    await in_database(do_due)
    greeting, question = await page.expect("greeting"), await page.expect("next_question")
    answer = await read_answer()
    assert greeting["message"].startswith("Hello Priya, and welcome. I am the automated interviewer of Fernbrook")
    assert strip(question) == {
        "type": "next_question",
        "sequence": 2,
        "question_uuid": question["question_uuid"],
        "answer": 1,
        "answer_uuid": str(answer.uuid),
        "message": answer.question_text,
        "number": 1,
        "of": 3,
        "kind": "question",
        "expected_seconds": 90,
        "think_seconds": 30,
        "suggestions": [],
    }
    await page.leave()
    assert (await read_session()).status == "interrupted"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", "message.malformed"),
        ('{"type": "fly"}', "message.unknown_type"),
        ('{"type": "sync"}', "message.malformed"),
        ("x" * 40_000, "message.too_large"),
        ('{"type": "answer_text", "text": "\\u0000"}', "message.malformed"),
    ],
)
async def test_what_is_no_message_gets_an_error_and_changes_nothing(page: Page, text: str, code: str) -> None:
    before = await in_database(lambda: InterviewSession.objects.values().get())
    await page.say_raw(text)
    error = await page.expect("error")
    assert (error["code"], error["fatal"]) == (code, False)
    await page.settle()
    assert await in_database(lambda: InterviewSession.objects.values().get()) == before


async def test_the_turn_begins_when_the_question_was_heard_and_only_then(page: Page) -> None:
    question = page.received[0]["question"]
    for sequence in (1, question["sequence"] + 5):
        await page.say("playback_finished", sequence=sequence)
    await page.settle()
    assert (await read_answer()).status == "asked"
    await page.say("playback_finished", sequence=question["sequence"])
    assert strip(await page.expect("turn_update")) == {"type": "turn_update", "state": "listening", "reason": ""}
    await page.say("playback_finished", sequence=question["sequence"])
    await page.say("need_time")
    assert (await page.expect("turn_update"))["reason"] == "thinking"
    await page.say("client_event", kind="any")  # behind everything that is queued
    await page.settle()
    assert (await read_answer()).status == "answering"


async def test_a_typed_answer_is_closed_transcribed_scored_and_followed_by_the_next_question(page: Page) -> None:
    await page.say("answer_text", text="All that matters.")
    assert strip(await page.expect("turn_update")) == {"type": "turn_update", "state": "closed", "reason": "typed"}
    await page.say("pause")  # behind everything that is queued
    await page.expect("paused")
    await page.say("resume")
    await page.expect("resumed")
    await in_database(do_due)
    heard = await page.expect("transcription_update")
    assert (heard["message"], heard["is_partial"], heard["segments"]) == ("All that matters.", False, [])
    assert (await page.expect("next_question"))["number"] == 2
    assert strip(await page.expect("scoring_update")) == {
        "type": "scoring_update",
        "sequence": 7,
        "answer_uuid": heard["answer_uuid"],
        "status": (await in_database((await read_answer()).scores.get)).state,
    }


async def test_what_needs_an_open_question_says_so_where_there_is_none(page: Page) -> None:
    await page.say("skip_question")
    await page.expect("turn_update", state="closed", reason="skipped")
    for type_ in ("end_turn", "skip_question", "need_time", "repeat_question"):
        await page.say(type_, id=type_)
        assert (await page.expect("error", re=type_))["code"] == "answer.none_open"
    await page.say("answer_text", text="Late.", id="late")
    assert (await page.expect("error", re="late"))["code"] == "answer.none_open"


async def test_an_empty_typed_answer_leaves_the_question_open(page: Page) -> None:
    await page.say("answer_text", text="  ", id=1)
    assert (await page.expect("error", re=1))["code"] == "answer.empty"
    assert (await read_answer()).status == "asked"


async def test_a_question_is_repeated_with_all_there_is_to_know(page: Page) -> None:
    first = page.received[0]
    await page.say("repeat_question")
    again = await page.expect("session_state")
    changing = ("at", "clock")
    assert {n: v for n, v in again.items() if n not in changing} == {
        n: v for n, v in first.items() if n not in changing
    }
    assert (again["status"], again["question"]["answer"]) == ("in_progress", 1)


async def test_a_pause_is_told_refuses_audio_and_ends(page: Page) -> None:
    await page.say("pause")
    assert strip(await page.expect("paused")) == {
        "type": "paused",
        "sequence": 3,
        "reason": "candidate",
        "seconds_left": 600,
    }
    await page.send_audio(1, 0)
    assert (await page.expect("error"))["code"] == "audio.paused"
    await page.say("resume")
    assert strip(await page.expect("resumed")) == {"type": "resumed", "sequence": 4, "reason": "candidate"}
    await page.send_audio(1, 0)
    await page.say("end_turn")
    assert (await page.expect("audio_ack"))["through"] == 0


async def test_a_pause_without_budget_is_refused() -> None:
    page = await Page.open(await in_database(_begin, pause_budget_seconds=0))
    await page.say("pause", id="p")
    assert (await page.expect("error", re="p"))["code"] == "pause.budget_spent"
    await page.leave()


async def test_what_the_page_noticed_is_kept_and_not_answered(page: Page) -> None:
    await page.say("client_event", kind="tab_hidden", at="2026-05-04T09:00:01Z")
    await page.settle()
    events = await in_database(lambda: list(ClientEvent.objects.values_list("kind", "client_at")))
    assert events == [("tab_hidden", "2026-05-04T09:00:01Z")]
    assert [message["type"] for message in page.received] == ["session_state", "pong"]


async def test_the_candidate_may_end_and_what_was_heard_is_kept(page: Page) -> None:
    for sequence in range(5):
        await page.send_audio(1, sequence)
    await page.say("end_interview")
    assert (await page.expect("audio_ack"))["through"] == 4
    completed = await page.expect("interview_completed")
    assert completed["message"].startswith("We end here, as you wished, Priya.")
    assert await page.expect_close() == 1000
    session, answer = await read_session(), await read_answer()
    assert (session.status, answer.status, answer.closing_sequence) == ("completed", "technical_failure", 4)
    assert (await in_database(AudioSegment.objects.count), await in_database(Answer.objects.count)) == (1, 1)


async def test_there_is_nothing_to_end_before_the_beginning() -> None:
    page = await Page.open(await in_database(lambda: invite(make_panel())))
    await page.say("end_interview", id=4)
    assert (await page.expect("error", re=4))["code"] == "interview.not_live"
    await page.leave()


async def test_sync_replays_events_by_sequence_and_changes_nothing(page: Page) -> None:
    await page.say("pause")
    await page.expect("paused")
    await page.say("resume")
    await page.expect("resumed")
    for sequence in range(4):
        await page.send_audio(1, sequence)
    await page.say("sync", last_sequence=0)
    replayed = [await page.expect(type_) for type_ in ("greeting", "next_question", "paused", "resumed")]
    assert [message["sequence"] for message in replayed] == [1, 2, 3, 4]
    await page.say("sync", last_sequence=10**30)
    await page.say("sync", last_sequence=3)
    assert (await page.expect("resumed"))["sequence"] == 4
    # The turn that was heard meanwhile is still the same: its first frames are in what is stored at its end.
    for sequence in range(4, 6):
        await page.send_audio(1, sequence)
    await page.say("end_turn")
    await page.expect("audio_ack", through=5)
    segments = await in_database(lambda: list(AudioSegment.objects.values_list("first_sequence", "last_sequence")))
    assert segments == [(0, 5)]


async def test_the_last_answer_ends_the_interview_with_1000() -> None:
    page = await Page.open(await in_database(_begin, questions=1))
    await page.say("answer_text", text="All that matters.")
    await page.expect("turn_update", state="closed")
    await page.say("client_event", kind="any")
    await page.settle()
    await in_database(do_due, engine=ScriptedEngine())
    assert (await page.expect("interview_completed"))["reason"] == "all_asked"
    assert await page.expect_close() == 1000
    await page.leave()
    assert (await read_session()).status == "completed"


async def test_too_many_messages_are_a_flood(page: Page) -> None:
    for _ in range(300):
        await page.say_raw('{"type": "ping"}')
    assert (await page.expect("error"))["code"] == "flood"
    assert await page.expect_close() == 4429
