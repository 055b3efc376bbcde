"""What a candidate's page played of this server's voice is in the recording, from when it began until it fell silent.

Priya's page says so below her link; Mallory holds a link of another organization. The voice is a program that says half
a second of tone for each word (tests/voices.py).
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from interviewpanel.engines.flac import decode_audio
from interviewpanel.models import (
    AnswerScore,
    AudioSegment,
    InterviewPanelCandidate,
    InterviewSession,
    Recording,
    SessionStep,
    SpokenAudio,
    SpokenLine,
)
from interviewpanel.selectors.captions import write_mix_captions
from interviewpanel.services import spoken_lines
from interviewpanel.services.invitations import make_token
from interviewpanel.services.session_manager import open_session
from tests.held_interviews import load
from tests.live_interviews import T0, after, agree, close, find_open, invite, make_panel, reload, store_audio
from tests.sockets import FRAME_BYTES, Message, Page, in_database
from tests.speech import read_clip
from tests.spoken_interviews import find_loud, store_at
from tests.work import do_due, do_row

ADDRESS = "/i/{}/{}/{}"


def tell(invitation: InterviewPanelCandidate, address: str, moment: str = "begun", *, at: float | None = None) -> int:
    """As the page does; `at`: seconds after T0. Returns the answer's status."""
    if at is not None:
        with time_machine.travel(after(at), tick=False):
            return tell(invitation, address, moment)
    return Client().post(ADDRESS.format(make_token(invitation), address, moment)).status_code


# --- Over the socket --------------------------------------------------------------------------------------------------


def do_all_due() -> None:
    while do_due(SessionStep, AnswerScore, SpokenAudio) + sum(
        do_row(one) for one in AudioSegment.objects.filter(work_status="queued")
    ):
        pass


def mix() -> Recording:
    ended_at = InterviewSession.objects.get().ended_at
    assert ended_at is not None
    do_due(Recording, now=ended_at + timedelta(seconds=60))
    return Recording.objects.get(kind="mix")


def read_captions() -> list[tuple[str, str]]:
    return re.findall(r"^<v (\w+)>(.*)$", write_mix_captions(InterviewSession.objects.get()), re.MULTILINE)


async def hold(speaker: str) -> list[Message]:
    """A whole interview with one question, answered aloud; what the page was told, of which it plays what is sound."""
    invitation = await in_database(lambda: invite(make_panel(questions=1, interviewer_voice=speaker)))
    page = await Page.open(invitation)
    await in_database(do_all_due)
    await page.say("start", consent={"document_version": "2026-1", "accepted": True})
    await page.settle()
    await in_database(do_all_due)
    told = [await page.expect("greeting"), await page.expect("next_question")]
    for one in told:
        if "audio" in one:
            assert await in_database(tell, invitation, one["audio"]["address"]) == 204
    await page.say("playback_finished", sequence=told[1]["sequence"])
    await page.expect("turn_update", state="listening")
    speech = read_clip("speech_rms").astype("<i2").tobytes()
    for sequence, start in enumerate(range(0, len(speech), FRAME_BYTES)):
        await page.send_audio(1, sequence, speech[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))
    await page.say("end_turn")
    await page.expect("turn_update", state="closed")
    await page.say("client_event", kind="any")
    await page.settle()
    await in_database(do_all_due)
    told.append(await page.expect("interview_completed", reason="all_asked"))
    assert await page.expect_close() == 1000
    await page.leave()
    if "audio" in told[-1]:
        assert await in_database(tell, invitation, told[-1]["audio"]["address"]) == 204
    return told


@pytest.mark.django_db(transaction=True)
async def test_an_interview_in_the_servers_voice_is_recorded_with_both_voices(voice: Path) -> None:
    told = await hold("server")
    whole = await in_database(mix)
    assert (whole.voices, whole.lines_said, whole.lines_heard) == (["candidate", "interviewer"], 3, 3)
    lines = await in_database(lambda: list(SpokenLine.objects.order_by("started_at").values_list("text", "seconds")))
    assert lines == [(one["message"], pytest.approx(one["audio"]["seconds"], abs=0.06)) for one in told]
    captions = await in_database(read_captions)
    assert {who for who, _ in captions} == {"Interviewer", "Candidate"}
    assert ("Interviewer", told[1]["message"]) in captions


@pytest.mark.django_db(transaction=True)
async def test_an_interview_in_the_browsers_voice_is_recorded_with_the_candidates_alone(voice: Path) -> None:
    told = await hold("browser")
    assert ["audio" in one for one in told] == [False] * 3
    whole = await in_database(mix)
    assert (whole.voices, whole.lines_said, whole.lines_heard) == (["candidate"], 3, 0)
    assert {who for who, _ in await in_database(read_captions)} == {"Interviewer", "Candidate"}


# --- What the page tells ----------------------------------------------------------------------------------------------


@pytest.fixture
def asked(voice: Path, db: None) -> InterviewSession:
    """Greeted and asked at T0, in the server's voice; everything is said ahead."""
    with time_machine.travel(T0, tick=False):
        session = open_session(invitation=invite(make_panel(questions=1, interviewer_voice="server")), now=T0)
        do_due(SpokenAudio)
        agree(session, now=T0)
        do_due()
        do_due(SpokenAudio)
    return reload(session)


def find_address(session: InterviewSession, kind: str = "next_question") -> str:
    return str(session.events.filter(type=kind).latest("sequence").payload["audio"]["address"])


def end(session: InterviewSession) -> None:
    """Answered aloud from 20 s on; closed at 30 s."""
    store_audio(find_open(session), frames=10, now=after(21))
    store_at(session, number=1, at=(20.96,))
    with time_machine.travel(after(30), tick=False):
        close(session, seconds=30)
        do_due(now=after(31))


def test_a_question_is_heard_again_where_it_is_repeated_and_ends_where_the_page_falls_silent(
    asked: InterviewSession,
) -> None:
    question, who = find_address(asked), asked.invitation
    answers = [
        tell(who, question, at=1.0),
        tell(who, question, "cut", at=2.5),
        tell(who, question, at=10.0),
        tell(who, question, "cut", at=11.0),
        tell(who, question, "cut", at=12.0),
    ]
    assert answers == [204] * 5
    end(asked)
    do_due(Recording, now=after(90))
    sound = decode_audio(load(str(asked.recordings.get(kind="interviewer_track").file.name)))
    assert find_loud(sound) == [(1.0, 2.5), (10.0, 11.0)]
    whole = asked.recordings.get(kind="mix")
    assert (whole.voices, whole.lines_said, whole.lines_heard) == (["candidate", "interviewer"], 3, 1)


def test_closing_words_are_taken_soon_after_the_end_and_never_days_later(asked: InterviewSession) -> None:
    end(asked)
    closing = find_address(asked, "interview_completed")
    answers = [tell(asked.invitation, closing, at=second) for second in (32.0, 31 + 121.0, 3 * 86_400.0)]
    assert answers == [204] * 3
    assert [line.started_at for line in asked.spoken_lines.all()] == [after(32.0)]
    do_due(Recording, now=after(90))
    assert asked.recordings.get(kind="mix").lines_heard == 1


def test_a_page_gone_wild_fills_no_table(asked: InterviewSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken_lines, "MOST_LINES", 2)
    question = find_address(asked)
    assert [tell(asked.invitation, question, at=second) for second in (1.0, 2.0, 3.0)] == [204] * 3
    assert asked.spoken_lines.count() == 2


def test_only_what_was_said_to_this_candidate_was_heard_by_them(asked: InterviewSession) -> None:
    with time_machine.travel(T0, tick=False):
        mallory = open_session(invitation=invite(make_panel("Elsewhere"), "Mallory Quick"), now=T0)
        agree(mallory, now=T0)
    question = find_address(asked)
    unasked = SpokenAudio.objects.filter(use_count=0)[0].uuid
    answers = [
        tell(mallory.invitation, question, at=1.0),
        tell(mallory.invitation, question, "cut", at=1.0),
        tell(asked.invitation, f"spoken/{unasked}", at=1.0),
        tell(asked.invitation, question, "cut", at=1.0),  # of what never began
        Client().get(ADDRESS.format(make_token(asked.invitation), question, "begun")).status_code,
        Client().post(ADDRESS.format("nobody", question, "begun")).status_code,
    ]
    assert answers == [404, 404, 404, 204, 405, 404]
    assert SpokenLine.objects.count() == 0
