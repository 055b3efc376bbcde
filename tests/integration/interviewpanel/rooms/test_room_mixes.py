"""An interview in a room, as it is heard afterwards: both voices, each line as far as it was said."""

from datetime import timedelta

import numpy as np
import pytest

from interviewpanel.engines.flac import Pcm, decode_audio
from interviewpanel.models import InterviewSession, Recording, SpokenLine
from interviewpanel.selectors.timelines import read_timeline
from interviewpanel.services.room_agents import Leaving
from tests.held_interviews import load
from tests.live_interviews import begin_now
from tests.room_visits import Visit, do_all_due, open_room
from tests.sockets import in_database
from tests.speech import read_clip
from tests.spoken_interviews import make_tone
from tests.work import do_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("server")]
START = {"document_version": "2026-1", "accepted": True}
RATE = 16_000


def mix() -> dict[str, Recording]:
    ended_at = InterviewSession.objects.get().ended_at
    assert ended_at is not None
    do_due(Recording, now=ended_at + timedelta(seconds=60))
    return {row.kind: row for row in Recording.objects.filter(answer__isnull=True)}


def hear(row: Recording) -> Pcm:
    return decode_audio(load(str(row.file.name)))


async def test_the_recording_has_both_voices_where_each_was_heard() -> None:
    room = await open_room(questions=1)
    visit = Visit()
    await visit.begin(room.pk)
    there = visit.room
    await there.expect("session_state", status="pending")
    await there.listen()
    await there.say("start", consent=START)
    await there.settle()
    await in_database(do_all_due)
    greeting = await there.expect("greeting")
    question = await there.expect("next_question", number=1)
    await there.expect("turn_update", state="listening")
    await there.speak(read_clip("speech_rms"))
    await there.expect("turn_update", state="speaking")
    await there.say("end_turn")
    await there.expect("turn_update", state="closed", reason="done")
    await there.rest()
    await in_database(do_all_due)
    done = await there.expect("interview_completed", reason="all_asked")
    assert await visit.end() is Leaving.DONE
    lines = await in_database(lambda: list(SpokenLine.objects.order_by("started_at", "id")))
    closing = f"{done['message']} {done['what_next']}"
    assert [line.text for line in lines] == [greeting["message"], question["message"], closing]  # not: "do you agree?"
    assert [line.ended_at for line in lines] == [None] * 3
    made = await in_database(mix)
    whole = made["mix"]
    assert (whole.voices, whole.lines_said, whole.lines_heard) == (["candidate", "interviewer"], 3, 3)
    both, candidate, interviewer = await in_database(
        lambda: [hear(made[kind]) for kind in ("mix", "candidate_track", "interviewer_track")]
    )
    places = (await in_database(lambda: read_timeline(InterviewSession.objects.get()))).lines
    last = places[-1][0]
    assert np.array_equal(interviewer[last.start_sample : last.end_sample], make_tone(len(closing) / 100))
    assert np.count_nonzero(candidate) > 2 * RATE
    assert np.array_equal(both, np.clip(candidate.astype(int) + interviewer, -32_768, 32_767))


async def test_a_question_that_is_talked_over_is_noted_as_far_as_it_was_said() -> None:
    room = await open_room()
    session = await in_database(lambda: begin_now(room.session.invitation))
    visit = Visit()
    visit.room.is_quick.clear()  # still being heard
    await visit.begin(room.pk)
    there = visit.room
    question = await there.expect("session_state")
    await there.listen()
    await there.speak(read_clip("speech_rms"))
    await there.expect("turn_update", state="speaking")
    await there.settle()
    await visit.agent.hand_over()
    assert await visit.end() is Leaving.HANDED_OVER
    line = await in_database(SpokenLine.objects.get, session=session)
    assert line.text == question["question"]["message"]
    assert line.ended_at is not None
    assert line.ended_at > line.started_at


async def test_who_leaves_in_the_middle_of_a_sentence_has_heard_no_more_of_it() -> None:
    room = await open_room()
    await in_database(lambda: begin_now(room.session.invitation))
    visit = Visit()
    visit.room.is_quick.clear()
    await visit.begin(room.pk)
    await visit.room.expect("session_state")
    await visit.room.listen()
    await visit.agent.hand_over()
    await visit.end()
    assert await in_database(lambda: SpokenLine.objects.get().ended_at) is not None
