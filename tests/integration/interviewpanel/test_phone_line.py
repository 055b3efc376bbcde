"""Interviews by phone, in one process: Twilio's documents, its signed requests, its media socket, real speech."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.models import Answer, CallUpkeep, InterviewSession, PhoneCall
from interviewpanel.selectors.consent import write_invitation_consent
from reports.models import InterviewReport
from tests.live_interviews import begin_now, invite, make_panel
from tests.phone_lines import LineServer, make_line_noise
from tests.phone_sites import (
    SPEECH_SECONDS,
    InProcessSocket,
    answer_call,
    begin_by_phone,
    call_again,
    do_work,
    make_outbound,
    measure_kept,
    read_session,
    speak,
)
from tests.sockets import in_database

pytestmark = pytest.mark.django_db(transaction=True)

DISCLOSURE = (
    "Hello. This is the automated interviewer of Fernbrook. I am a computer program, and this is about an interview "
    "you were invited to."
)
IDENTITY = (
    "Am I speaking with Priya Raghunathan? Press 1 or say yes. If not, press 2 or say no. If you do not want to be "
    "called again, press 9."
)
GREETING = (
    "Hello Priya, and welcome. I am the automated interviewer of Fernbrook, and this is your interview for Backend "
    "engineer. We have up to 30 minutes. Take the time you need: you can ask me to repeat a question, to say it in "
    "other words, to give you a moment to think, or to pause. Say when you are done, or simply stop speaking. Let us "
    "begin."
)
KEYS = (
    "You can answer as soon as a question has been asked. Press 1 to hear it again, 2 to hear it in other words, 3 for "
    "a moment to think, 4 to skip it, 5 to pause, 9 to end the interview, and the hash key when you are done. Press "
    "0 to hear this again."
)


async def test_an_interview_is_held_by_phone_to_its_report(server: LineServer) -> None:
    call = await in_database(make_outbound, server)
    phone = await answer_call(server, call)
    assert phone.heard == [DISCLOSURE, IDENTITY]
    await phone.say_word("Yes, speaking.")
    await phone.hear_out()
    consent = await in_database(lambda: write_invitation_consent(call.invitation, "en"))
    assert phone.heard[3:-1] == list(consent.paragraphs)  # every word that is agreed to
    await phone.press("1")
    assert await phone.listen() == f"{GREETING} {KEYS}"
    asked = [await phone.listen()]
    await speak(phone)
    await phone.press("#")
    asked.append(await phone.listen())
    await speak(phone)
    await phone.press("#")
    assert await phone.listen() == (
        "That was my last question, Priya. Thank you for your answers. They are saved, and a person will read them. "
        "Fernbrook reads your answers and a person decides what happens next."
    )
    assert phone.is_over
    await do_work()
    session = await in_database(InterviewSession.objects.get)
    assert (session.status, session.end_reason) == ("completed", "all_asked")
    assert (session.consent_version, session.consent_hash) == (consent.version, consent.hash)
    answers = await in_database(lambda: list(Answer.objects.order_by("number")))
    assert [one.question_text for one in answers] == asked
    assert [(one.status, one.closed_reason) for one in answers] == [("scored", "done")] * 2
    for answer in answers:
        assert len(answer.transcript.split()) >= 5
        assert await in_database(measure_kept, answer) >= SPEECH_SECONDS - 0.1
    report = await in_database(InterviewReport.objects.get)
    stored = await in_database(PhoneCall.objects.get)
    assert (report.session_id, stored.session_id) == (session.pk, session.pk)
    assert stored.confirmed_at is not None


async def test_a_call_that_drops_is_called_back_and_goes_on_where_it_was(server: LineServer) -> None:
    """What was said before the line broke is kept to its last whole frame, though nobody sends it again."""
    phone = await begin_by_phone(server, questions=1)
    await speak(phone)
    await phone.hang_up()
    session = await read_session()
    assert session.status == "interrupted"
    answer = await in_database(Answer.objects.get)
    assert await in_database(measure_kept, answer) >= SPEECH_SECONDS - 0.1

    call = await in_database(lambda: call_again(server, InterviewSession.objects.get().invitation))
    again = await answer_call(server, call)
    await again.press("1")  # who it is; consent was given
    assert await again.listen() == f"We go on where we were. Press 0 to hear the keys. {answer.question_text}"
    await speak(again)
    await again.press("#")
    await again.listen()
    await do_work()
    answer = await in_database(Answer.objects.get)
    assert (answer.status, answer.closed_reason, again.is_over) == ("scored", "done", True)
    assert await in_database(measure_kept, answer) >= 2 * SPEECH_SECONDS - 0.2
    assert len(answer.transcript.split()) >= 10  # the same sentence twice, by a rough recogniser
    assert (await read_session()).status == "completed"


async def test_a_socket_that_breaks_is_opened_again_in_the_same_call(server: LineServer) -> None:
    """As when the server is restarted: the waiting line asks, and is given another socket by another token."""
    phone = await begin_by_phone(server, questions=1)
    await speak(phone)
    await phone.lose_socket()
    assert (await read_session()).status == "interrupted"
    await phone.stay_silent()
    assert len(set(phone.tokens)) == 2
    assert (await phone.listen()).startswith("We go on where we were.")
    await phone.press("#")
    await phone.listen()
    assert (await read_session()).end_reason == "all_asked"


@pytest.mark.parametrize("is_taken", [True, False])
async def test_a_call_is_recorded_when_its_interview_begins_and_not_while_it_waits(
    server: LineServer, settings: Settings, is_taken: bool
) -> None:
    settings.INTERVIEW_LIMIT = 1
    if is_taken:
        await in_database(lambda: begin_now(invite(make_panel(name="Harrow"), "Ada Lind", now=timezone.now())))
    phone = await answer_call(server, await in_database(make_outbound, server))
    await phone.agree()
    assert isinstance(phone.socket, InProcessSocket)
    await phone.socket.settle()
    call = await in_database(PhoneCall.objects.select_related("session").get)
    assert (call.session is not None and call.session.status == "pending") is is_taken
    assert await in_database(CallUpkeep.objects.filter(records=True).exists) is not is_taken
    await phone.hang_up()


async def test_keys_repeat_pause_resume_and_skip(server: LineServer) -> None:
    phone = await begin_by_phone(server, questions=2)
    question = phone.heard[-1]
    await phone.press("1")
    assert await phone.listen() == question
    await phone.press("0")
    assert await phone.listen() == f"{KEYS} {question}"
    await phone.press("3")
    await phone.press("2")
    assert await phone.listen() == question  # no other words were prepared: the same again
    await phone.press("5")
    assert await phone.listen() == "The interview is paused. Press 5 to go on."
    assert (await read_session()).status == "paused"
    await speak(phone)  # not recorded
    await phone.press("5")
    assert await phone.listen() == f"We go on. {question}"
    await phone.press("4")
    assert (await phone.listen()).startswith("What do you know about")
    await phone.press("9")
    assert await phone.listen() == "Press 9 again to end the interview here, or any other key to go on."
    await phone.press("9")
    assert (await phone.listen()).startswith("We end here, as you wished, Priya.")
    answers = await in_database(lambda: list(Answer.objects.order_by("number")))
    assert (answers[0].status, answers[0].closed_reason) == ("skipped", "skipped")
    assert await in_database(measure_kept, answers[0]) < SPEECH_SECONDS / 2  # the line's own noise
    assert phone.is_over


async def test_silence_is_asked_about_and_a_word_goes_on(server: LineServer) -> None:
    rules = {"no_speech_seconds": 4, "min_turn_seconds": 2, "silence_seconds": 3}
    phone = await begin_by_phone(server, questions=3, turn_settings=rules)
    muted = "I have not heard anything yet. Is your phone muted? Press 3 if you need a moment."
    for _ in range(2):
        await speak(phone, make_line_noise(5))
        assert await phone.listen() == muted
        await speak(phone, make_line_noise(60))
        said = await phone.listen()
    assert said == "Are you still there? Say something, or press 5, to go on."
    assert (await read_session()).pause_reason == "are_you_there"
    await phone.say_word("Yes, I am here.")
    assert await phone.listen() == "We go on."
    assert (await phone.listen()).startswith("What do you know about")
    await phone.hang_up()
    answers = await in_database(lambda: list(Answer.objects.order_by("number").values_list("closed_reason", flat=True)))
    assert answers[:2] == ["no_speech_timeout"] * 2


async def test_whoever_talks_over_a_question_is_heard_and_it_stops(server: LineServer) -> None:
    phone = await answer_call(server, await in_database(make_outbound, server, questions=1))
    await phone.agree()
    await phone.listen()
    await phone.follow_lead()  # the question is being said
    await speak(phone)
    assert await phone.follow_lead() == ""
    assert (await in_database(Answer.objects.get)).status == "answering"
    await phone.press("#")
    await phone.listen()
    await do_work()
    assert await in_database(measure_kept, await in_database(Answer.objects.get)) >= SPEECH_SECONDS - 0.1
