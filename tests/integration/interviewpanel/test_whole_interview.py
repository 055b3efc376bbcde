"""One whole interview through the socket: real speech, the real rough recogniser, to the report's row."""

import pytest

from interviewpanel.models import Answer, AnswerScore, AudioSegment, InterviewSession, SessionStep
from reports.models import InterviewReport
from tests.live_interviews import invite, make_panel
from tests.sockets import FRAME_BYTES, Page, in_database
from tests.speech import read_clip
from tests.work import do_due, do_row

pytestmark = pytest.mark.django_db(transaction=True)


def do_all_due() -> None:
    """Segments by the process's own recogniser, everything else as it comes."""
    while do_due(SessionStep, AnswerScore) + sum(
        do_row(one) for one in AudioSegment.objects.filter(work_status="queued")
    ):
        pass


async def test_an_interview_is_spoken_heard_scored_and_reported() -> None:
    page = await Page.open(await in_database(lambda: invite(make_panel(questions=2))))
    await page.say("start", consent={"document_version": "2026-1", "accepted": True})
    await page.settle()
    await in_database(do_all_due)
    question = await page.expect("next_question", number=1)
    await page.say("playback_finished", sequence=question["sequence"])
    await page.expect("turn_update", state="listening")
    speech = read_clip("speech_rms").astype("<i2").tobytes()
    frames = [speech[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for at in range(0, len(speech), FRAME_BYTES)]
    for sequence, pcm in enumerate(frames):
        await page.send_audio(1, sequence, pcm)
    await page.say("end_turn")
    await page.expect("audio_ack", through=len(frames) - 1)
    await page.say("client_event", kind="any")  # behind everything that is queued
    await page.settle()
    await in_database(do_all_due)
    heard = await page.expect("transcription_update", is_partial=False)
    assert len(heard["message"].split()) >= 5
    assert all(one["is_rough"] for one in heard["segments"])
    await page.expect("next_question", number=2)
    await page.say("answer_text", text="All that matters.")
    await page.expect("turn_update", state="closed")
    await page.say("client_event", kind="any")
    await page.settle()
    await in_database(do_all_due)
    await page.expect("interview_completed", reason="all_asked")
    assert await page.expect_close() == 1000
    await page.leave()
    await in_database(do_all_due)
    sequences = [one["sequence"] for one in page.received if "sequence" in one]
    assert sequences == list(range(1, len(sequences) + 1))
    answers = await in_database(lambda: list(Answer.objects.order_by("number").values_list("status", "closed_reason")))
    assert answers == [("scored", "done"), ("scored", "typed")]
    report = await in_database(InterviewReport.objects.get)
    session = await in_database(InterviewSession.objects.get)
    assert (report.session_id, report.work_status, session.status) == (session.pk, "queued", "completed")
