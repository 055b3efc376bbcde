"""A whole interview in a room: LiveKit's own frames in, speech and texts out, through the real session engine."""

import numpy as np
import pytest

from interviewpanel.engines.flac import decode_audio
from interviewpanel.engines.rooms.lines import CHAT_TOPIC
from interviewpanel.models import Answer, AudioSegment, InterviewPanel, InterviewSession, Room
from interviewpanel.room_agents.agent import load_place
from interviewpanel.room_agents.phrases import write_phrase
from interviewpanel.selectors.consent import write_invitation_consent
from interviewpanel.services.room_agents import Leaving
from reports.models import InterviewReport
from tests.live_interviews import begin_now
from tests.room_lines import Voice, be_mute
from tests.room_visits import Visit, do_all_due, open_room
from tests.sockets import in_database
from tests.speech import read_clip

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("server")]
START = {"document_version": "2026-1", "accepted": True}


async def test_an_interview_in_a_room_is_spoken_heard_scored_and_reported() -> None:
    room = await open_room(questions=2)
    visit = Visit()
    await visit.begin(room.pk)
    there, voice = visit.room, visit.voice
    assert (await there.expect("session_state"))["status"] == "pending"
    await there.say("start", consent=START)
    await there.settle()
    await in_database(do_all_due)
    question = await there.expect("next_question", number=1)
    await there.expect("turn_update", state="listening")  # the question was spoken to its end
    assert isinstance(voice, Voice)
    assert voice.said[-1] == (question["message"], True)
    assert sum(one.samples_per_channel for one in there.heard) / 48_000 > sum(len(t) for t, _ in voice.said[-2:]) / 100
    await there.speak(read_clip("speech_rms"))
    await there.expect("turn_update", state="speaking")
    await there.say("end_turn")
    await there.expect("turn_update", state="closed", reason="done")
    await there.rest()
    await in_database(do_all_due)
    heard = await there.expect("transcription_update", is_partial=False)
    assert len(heard["message"].split()) >= 5
    await there.expect("next_question", number=2)
    await there.say("answer_text", text="All that matters.")
    await there.expect("turn_update", state="closed")
    await there.rest()
    await in_database(do_all_due)
    done = await there.expect("interview_completed", reason="all_asked")
    assert await visit.end() is Leaving.DONE
    assert there.has_left.is_set()
    assert voice.said[-1] == (f"{done['message']} {done['what_next']}", False)
    await in_database(do_all_due)
    assert visit.asked == [(room.name, room.candidate_identity)]
    answers = await in_database(lambda: list(Answer.objects.order_by("number").values_list("status", "closed_reason")))
    assert answers == [("scored", "done"), ("scored", "typed")]
    report = await in_database(InterviewReport.objects.get)
    row = await in_database(lambda: Room.objects.select_related("session").get())
    assert (report.session_id, row.session.status) == (row.session_id, "completed")
    assert (row.needs_agent, row.agent_owner, row.agent_until) == (False, "", None)


async def test_the_recording_is_what_was_said_whatever_the_tracks_rate() -> None:
    """Two channels of 44.1 kHz, as 16 kHz mono, to within what resampling takes."""
    room = await open_room(questions=1)
    session = await in_database(lambda: begin_now(room.session.invitation))
    visit = Visit(voice=be_mute)
    await visit.begin(room.pk)
    state = await visit.room.expect("session_state")
    await visit.room.say("playback_finished", sequence=state["question"]["sequence"])
    await visit.room.expect("turn_update", state="listening")
    said = read_clip("speech_rms")[: 4 * 16_000]
    await visit.room.speak(said, rate=44_100, channels=2)
    await visit.room.say("end_turn")
    await visit.room.expect("turn_update", state="closed")
    await visit.room.rest()
    await visit.agent.hand_over()
    assert await visit.end() is Leaving.HANDED_OVER

    def read() -> np.ndarray:
        pieces = []
        for one in AudioSegment.objects.filter(answer__session=session).order_by("number"):
            with one.file.open("rb") as file:
                pieces.append(decode_audio(file.read()))
        return np.concatenate(pieces)

    heard = await in_database(read)
    assert len(said) - 1_536 < len(heard) <= len(said)  # the last piece was not whole
    assert np.corrcoef(said[: len(heard)], heard)[0, 1] > 0.99


async def test_consent_is_read_and_given_in_the_chat_and_so_is_all_else() -> None:
    """In any LiveKit client, which has a chat and nothing of ours."""
    room = await open_room(questions=2, language="de")
    visit = Visit()
    await visit.begin(room.pk)
    there = visit.room
    await there.expect("session_state", status="pending")
    await there.write(CHAT_TOPIC, "Guten Morgen!")
    await there.settle()
    assert await in_database(lambda: InterviewSession.objects.get().consented_at) is None
    await there.write(CHAT_TOPIC, "Zustimmen.")
    await there.settle()
    session = await in_database(InterviewSession.objects.get)
    agreed = await in_database(lambda: write_invitation_consent(room.session.invitation, "de"))
    assert there.chat[0] == write_phrase("consent_chat", "de", text=agreed.text)
    assert (session.consent_language, session.consent_hash) == ("de", agreed.hash)
    await in_database(do_all_due)
    await there.expect("interview_completed")  # the bank of this test has no question in German
    assert await visit.end() is Leaving.DONE


async def test_a_text_that_changes_while_it_is_read_is_shown_again_and_not_agreed_to_unseen() -> None:
    room = await open_room()
    visit = Visit()
    await visit.begin(room.pk)
    there = visit.room
    await there.expect("session_state", status="pending")
    await in_database(lambda: InterviewPanel.objects.update(consent_addition="Rooms are kept by Harrow."))
    await there.write(CHAT_TOPIC, "agree")
    await there.expect("error", code="consent.version")
    await there.settle()
    place = await in_database(load_place, room.pk)
    shown = write_phrase("consent_chat", "en", text=place.consent.text)
    assert "Rooms are kept by Harrow." in shown
    assert there.chat[1:] == [write_phrase("consent_changed", "en"), shown]
    assert await in_database(lambda: InterviewSession.objects.get().consented_at) is None
    await there.write(CHAT_TOPIC, "agree")
    await there.settle()
    assert await in_database(lambda: InterviewSession.objects.get().consent_hash) == place.consent.hash
    await visit.agent.hand_over()
    await visit.end()


async def test_what_is_written_in_the_chat_is_done() -> None:
    room = await open_room(questions=2)
    await in_database(lambda: begin_now(room.session.invitation))
    visit = Visit()
    await visit.begin(room.pk)
    there = visit.room
    state = await there.expect("session_state", status="in_progress")
    await there.expect("turn_update", state="listening")
    await there.write(CHAT_TOPIC, "pause")
    await there.expect("paused")
    await there.write(CHAT_TOPIC, "skip?")
    await there.write(CHAT_TOPIC, "go on")
    await there.expect("resumed")
    await there.write(CHAT_TOPIC, "REPEAT")
    await there.expect("turn_update", reason="thinking")
    await visit.expect_said([(state["question"]["message"], True)] * 2)
    await there.write(CHAT_TOPIC, "done")
    await there.expect("turn_update", state="closed", reason="done")
    await there.write(CHAT_TOPIC, "end")
    await there.expect("interview_completed", reason="ended_by_candidate")
    assert await visit.end() is Leaving.DONE


async def test_nothing_is_heard_before_consent_nor_in_a_pause() -> None:
    room = await open_room()
    visit = Visit()
    await visit.begin(room.pk)
    there = visit.room
    await there.expect("session_state")
    await there.speak(read_clip("speech_rms"))
    await there.say("start", consent=START)
    await there.settle()
    await in_database(do_all_due)
    await there.expect("turn_update", state="listening")
    await there.say("pause")
    await there.expect("paused")
    await there.speak(read_clip("speech_rms"))
    await there.settle()
    await visit.agent.hand_over()
    await visit.end()
    assert not any(one["type"] == "error" for one in there.received)
    assert await in_database(AudioSegment.objects.count) == 0


async def test_the_interviewer_gives_way_to_who_talks_over_the_question() -> None:
    room = await open_room()
    await in_database(lambda: begin_now(room.session.invitation))
    visit = Visit()
    visit.room.is_quick.clear()  # still being heard
    await visit.begin(room.pk)
    there = visit.room
    await there.expect("session_state")
    await there.settle()
    await there.speak(read_clip("speech_rms"))
    await there.expect("turn_update", state="speaking")
    assert there.stops == 1
    await visit.agent.hand_over()
    await visit.end()


async def test_a_malformed_message_is_answered_as_on_the_socket() -> None:
    room = await open_room()
    visit = Visit()
    await visit.begin(room.pk)
    await visit.room.expect("session_state")
    for text, code in (
        ("no JSON", "message.malformed"),
        ('{"type":"sing"}', "message.unknown_type"),
        ("x" * 40_000, "message.too_large"),
        ('{"type":"start","consent":{"accepted":false}}', "consent.declined"),
    ):
        await visit.room.write("interview", text)
        await visit.room.expect("error", code=code)
    assert await visit.end() is Leaving.DONE  # who declines is sent away
