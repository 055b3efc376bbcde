"""Twilio is busy or away while something is to be said: it is asked again, and what was never said is never heard."""

import asyncio
import time

import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.urls import path

from interviewpanel.consumers.phone import PhoneConsumer
from interviewpanel.models import Answer, AudioSegment, CallUpkeep, InterviewPanelCandidate, SpokenLine
from interviewpanel.selectors.phone_addresses import LineAddresses
from tests.lost_tables import without_table
from tests.phone_lines import LineServer, Phone
from tests.phone_sites import (
    InProcessSocket,
    answer_call,
    call_again,
    do_work,
    find_phone,
    make_outbound,
    post,
    read_session,
    speak,
)
from tests.sockets import VirtualClock, in_database

pytestmark = pytest.mark.django_db(transaction=True)
BUSY = (429, 20429, "Too Many Requests")
AWAY = (503, 20503, "Service Unavailable")
NUMBER_REFUSED = (400, 21211, "Invalid 'To' Phone Number")
QUESTION = "What do you know about"


async def begin(server: LineServer, clock: VirtualClock) -> Phone:
    """Agreed to by key, on a clock of the test's own: a second passes with each round of waiting."""

    async def open_socket(url: str) -> InProcessSocket:
        communicator = WebsocketCommunicator(
            URLRouter([path("ws/phone/", PhoneConsumer.as_asgi(clock=clock))]), "/ws/phone/"
        )
        assert (await communicator.connect(timeout=10))[0]
        return InProcessSocket(communicator)

    async def pass_second() -> None:
        clock.advance(1)
        await do_work()

    twilio = find_phone(server, await in_database(make_outbound, server, questions=1)).call
    phone = Phone(server, twilio, post=post, open_socket=open_socket, meanwhile=pass_second)
    await phone.ask(twilio.asked["Url"])
    await phone.agree()
    return phone


async def expect_close_in_time(phone: Phone, clock: VirtualClock, *, works: bool = True) -> int:
    """By the site, while time goes on."""
    assert isinstance(phone.socket, InProcessSocket)
    closing = asyncio.ensure_future(phone.socket.expect_close())
    while not closing.done():
        clock.advance(1)
        if works:
            await do_work()
        await asyncio.sleep(0.05)
    return await closing


def count_leads(server: LineServer, phone: Phone) -> int:
    return server.requests.count(f"POST /Calls/{phone.call.sid}.json")


async def test_twilio_is_asked_four_times(server: LineServer) -> None:
    server.failures = [BUSY, AWAY, "hang up"]
    phone = await begin(server, VirtualClock(time.time()))
    assert (await phone.follow_lead()).startswith("Hello Priya, and welcome.")
    assert count_leads(server, phone) == 4
    await phone.hang_up()


async def test_a_question_that_was_never_said_is_said_on_the_next_socket(server: LineServer) -> None:
    clock = VirtualClock(time.time())
    phone = await begin(server, clock)
    await phone.follow_lead()
    server.failures = [AWAY] * 4
    await phone.stay_silent()  # the greeting is heard; the question cannot be said
    assert await expect_close_in_time(phone, clock) == 1011
    assert server.failures == []
    await phone.lose_socket()
    assert (await read_session()).status == "interrupted"
    assert (await in_database(Answer.objects.get)).turn_started_at is None
    await phone.stay_silent()
    said = await phone.listen()
    assert said.startswith("We go on where we were. Press 0 to hear the keys. What do you know about")
    assert len(phone.tokens) == 2
    await phone.hang_up()


async def test_a_refusal_that_has_to_do_with_the_number_does_not_end_what_is_said(server: LineServer) -> None:
    server.failures = [NUMBER_REFUSED]
    phone = await begin(server, VirtualClock(time.time()))
    assert (await phone.follow_lead()).startswith(QUESTION)  # the greeting could not be said
    await phone.hang_up()


async def test_a_line_whose_speech_fails_is_opened_again(server: LineServer) -> None:
    """Somebody talks over the question, and where it was cut off cannot be kept: nobody is left in silence."""
    phone = await answer_call(server, await in_database(make_outbound, server, questions=1))
    await phone.agree()
    await phone.listen()
    await phone.follow_lead()  # the question is being said
    assert isinstance(phone.socket, InProcessSocket)
    async with without_table(SpokenLine):
        await speak(phone)
        assert await phone.socket.expect_close() == 1011
    assert await phone.follow_lead() == ""  # it was hushed before
    await phone.lose_socket()
    await phone.stay_silent()
    assert (await phone.listen()).startswith(f"We go on where we were. Press 0 to hear the keys. {QUESTION}")
    await phone.hang_up()


async def test_a_call_whose_recording_could_not_be_asked_for_is_recorded_a_moment_later(server: LineServer) -> None:
    phone = await answer_call(server, await in_database(make_outbound, server, questions=1))
    await phone.press("1")
    await phone.hear_out()
    async with without_table(CallUpkeep):
        await phone.press("1")  # agreed
        assert isinstance(phone.socket, InProcessSocket)
        await phone.socket.settle()
    assert not await in_database(CallUpkeep.objects.filter(records=True).exists)
    await phone.listen()
    assert (await phone.listen()).startswith(QUESTION)
    await phone.press("5")
    assert await phone.listen() == "The interview is paused. Press 5 to go on."
    assert await in_database(CallUpkeep.objects.filter(records=True).exists)
    assert len(phone.tokens) == 1  # on the same socket
    await phone.hang_up()


async def test_the_last_words_are_said_to_a_line_that_could_not_be_led_to_them(server: LineServer) -> None:
    clock = VirtualClock(time.time())
    phone = await begin(server, clock)
    await phone.listen()
    assert (await phone.listen()).startswith(QUESTION)
    await speak(phone)
    server.failures = [AWAY] * 4
    await phone.press("#")
    assert await expect_close_in_time(phone, clock) == 1000
    assert (server.failures, (await read_session()).status, phone.is_over) == ([], "completed", False)
    await phone.stay_silent()  # the line asks by itself
    assert " ".join(phone.heard[-2:]) == (
        "That was my last question, Priya. Thank you for your answers. They are saved, and a person will read them. "
        "Fernbrook reads your answers and a person decides what happens next."
    )
    assert phone.is_over
    # Whoever has not said that they are the candidate is not told.
    stranger = await in_database(lambda: call_again(server, InterviewPanelCandidate.objects.get()))
    other = find_phone(server, stranger)
    await other.ask(LineAddresses(stranger.uuid).wait)
    assert (other.heard, other.is_over) == ([], True)


async def test_an_answer_whose_words_could_not_be_stored_stays_open_and_is_asked_again(server: LineServer) -> None:
    """Storing is tried for some seconds; what can be stored behind it is, but the answer does not count as given."""
    clock = VirtualClock(time.time())
    phone = await begin(server, clock)
    await phone.listen()
    question = await phone.listen()
    async with without_table(AudioSegment):
        await speak(phone)
        await phone.press("#")
        assert await expect_close_in_time(phone, clock, works=False) == 1011
    await phone.lose_socket()
    assert (await read_session()).status == "interrupted"
    assert (await in_database(Answer.objects.get)).status == "answering"
    await phone.stay_silent()
    assert await phone.listen() == f"We go on where we were. Press 0 to hear the keys. {question}"
    await phone.hang_up()
