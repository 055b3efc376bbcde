"""What a phone is refused, or refuses: strangers, tokens used twice, garbage, consent that is not given."""

import json
from functools import partial
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.asgi import application
from interviewpanel.models import AudioSegment, CallOptOut, InterviewPanel, InterviewSession, PhoneCall, PhoneStream
from interviewpanel.selectors.consent import write_invitation_consent
from interviewpanel.services.invitations import revoke_invitation
from interviewpanel.services.phone_calls import find_call_urls
from interviewpanel.services.phone_streams import issue_stream, take_stream
from tests.phone_lines import LineServer, Phone
from tests.phone_sites import (
    CANDIDATE,
    InProcessSocket,
    answer_call,
    begin_by_phone,
    find_phone,
    make_outbound,
    post,
    read_session,
    speak,
)
from tests.sockets import in_database
from tests.work_rows import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


async def answer(server: LineServer, **changes: Any) -> Phone:
    return await answer_call(server, await in_database(make_outbound, server, **changes))


# --- Who may ask -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["voice", "identity", "reading", "consent", "say", "said", "key", "wait"])
async def test_only_twilio_is_answered(server: LineServer, place: str) -> None:
    call = await in_database(make_outbound, server)
    path = f"/phone/{call.uuid}/{place}/"
    fields = {"CallSid": call.sid, "Digits": "1"}
    unsigned = await in_database(lambda: Client().post(path, fields, secure=True))
    forged = await in_database(
        lambda: Client().post(path, fields, headers={"X-Twilio-Signature": "no such thing"}, secure=True)
    )
    fetched = await in_database(lambda: Client().get(path, secure=True))
    assert [one.status_code for one in (unsigned, forged, fetched)] == [403, 403, 405]
    assert await in_database(lambda: PhoneCall.objects.get().confirmed_at) is None


async def test_a_signature_is_of_one_address_and_its_fields(server: LineServer) -> None:
    """What was signed for one key opens nothing with another, nor another call."""
    first = await in_database(make_outbound, server)
    other = await in_database(lambda: make_outbound(server, name="Harrow"))
    voice = find_call_urls(first).voice
    assert (await post(voice, {"CallSid": str(first.sid)}))[0] == 200
    assert (await post(voice, {"CallSid": str(other.sid)}))[0] == 404
    assert (await post(voice.replace(str(first.uuid), str(other.uuid)), {"CallSid": str(first.sid)}))[0] == 404


# --- Who may speak ---------------------------------------------------------------------------------------------------


async def test_a_token_opens_one_socket_and_only_from_its_own_call(server: LineServer) -> None:
    phone = await begin_by_phone(server)
    again = await phone.open_stream("wss://interviews.example/ws/phone/", {"token": phone.tokens[0]})
    assert isinstance(again, InProcessSocket)
    assert await again.expect_close() == 4401
    stream = await in_database(PhoneStream.objects.get)
    assert phone.tokens[0] not in str(stream.__dict__)  # only its hash is kept
    await in_database(lambda: PhoneStream.objects.update(used_at=None))
    foreign = await phone.open_stream(
        "wss://interviews.example/ws/phone/", {"token": phone.tokens[0]}, callSid="CA" + "9" * 32
    )
    assert isinstance(foreign, InProcessSocket)
    assert await foreign.expect_close() == 4401
    assert (await read_session()).status == "in_progress"
    await phone.hang_up()


def test_of_many_who_bring_a_token_at_once_one_gets_its_socket(server: LineServer) -> None:
    call = make_outbound(server)
    now = timezone.now()
    token = issue_stream(call=call, now=now)
    take = partial(take_stream, token=token, call_sid=str(call.sid), now=now)
    for _ in range(10):
        PhoneStream.objects.update(used_at=None)
        assert sum(one is not None for one in run_at_once([take] * 4)) == 1


async def test_a_token_that_nobody_used_within_a_minute_opens_nothing(server: LineServer) -> None:
    phone = await begin_by_phone(server)
    await in_database(lambda: PhoneStream.objects.update(used_at=None, expires_at="2020-01-01T00:00Z"))
    late = await phone.open_stream("wss://interviews.example/ws/phone/", {"token": phone.tokens[0]})
    assert isinstance(late, InProcessSocket)
    assert await late.expect_close() == 4401
    await phone.hang_up()


async def test_a_phones_socket_says_no_origin_and_browsers_still_must(server: LineServer) -> None:
    foreign = WebsocketCommunicator(
        application, "/ws/interview/some-token/", headers=[(b"origin", b"https://evil.example")]
    )
    is_accepted, code = await foreign.connect(timeout=10)
    assert (is_accepted, code) == (False, 1000)  # before it is accepted: a browser sees 403
    phone = WebsocketCommunicator(application, "/ws/phone/")
    assert (await phone.connect(timeout=10))[0]
    await phone.disconnect()


START: dict[str, Any] = {
    "event": "start",
    "streamSid": "MZ" + "1" * 32,
    "start": {
        "callSid": "CA" + "1" * 32,
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": "guessed"},
    },
}


@pytest.mark.parametrize("said", ["no JSON", "[1]", '{"event": "start"}', json.dumps(START)])
async def test_whoever_is_no_call_is_sent_away(server: LineServer, said: str) -> None:
    socket = await InProcessSocket.open("wss://interviews.example/ws/phone/")
    await socket.send(said)
    assert await socket.expect_close() in (4401, 1011)


async def test_garbage_on_a_line_changes_nothing_until_there_is_too_much_of_it(server: LineServer) -> None:
    phone = await begin_by_phone(server, questions=1)
    socket = phone.socket
    assert isinstance(socket, InProcessSocket)
    for nonsense in ("{", '{"event": "media", "media": {"payload": "%%"}}', '{"event": "party"}', "x" * 40_000):
        await socket.send(nonsense)
    await speak(phone)
    assert (await read_session()).status == "in_progress"
    for _ in range(20):
        await socket.send("{")
    assert await socket.expect_close() == 1011
    await phone.lose_socket()
    await phone.stay_silent()  # the call asks, and is given another socket
    assert len(phone.tokens) == 2
    assert (await phone.listen()).startswith("We go on where we were.")
    await phone.hang_up()


# --- Who does not want to --------------------------------------------------------------------------------------------


async def test_without_consent_nothing_is_begun_or_recorded(server: LineServer) -> None:
    phone = await answer(server)
    await phone.press("1")
    await phone.hear_out()
    await phone.say_word("no")
    assert phone.is_over
    assert phone.heard[-1] == (
        "Then there is no recording and no interview. You can ask for an interview by a person: your invitation says "
        "how. That is not held against you. Goodbye."
    )
    assert (phone.tokens, await in_database(InterviewSession.objects.count)) == ([], 0)
    assert await in_database(AudioSegment.objects.count) == 0


async def test_nothing_is_agreed_to_before_all_of_it_was_heard(server: LineServer) -> None:
    """Words are not listened to while it is read, and a key repeats its paragraph; 2 counts at once."""
    phone = await answer(server)
    await phone.press("1")
    with pytest.raises(AssertionError, match="no word is waited for"):
        await phone.say_word("okay")
    consent = await in_database(lambda: write_invitation_consent(PhoneCall.objects.get().invitation, "en"))
    await phone.press("1")
    intro = "Before we begin, please listen to what you agree to. If you do not want to, press 2 at any time."
    assert phone.heard[2:] == [intro, intro]
    await phone.stay_silent()
    await phone.press("1")
    assert phone.heard[4:] == [consent.paragraphs[0], consent.paragraphs[0]]
    await phone.hear_out()
    question = "Do you agree? Press 1 or say yes. If you do not, press 2 or say no."
    assert phone.heard[5:] == [*consent.paragraphs, question]
    assert await in_database(PhoneStream.objects.count) == 0
    await phone.say_word("okay")  # is no yes
    assert phone.heard[-2:] == ["I did not understand that.", question]
    await phone.say_word("I agree.")
    stream = await in_database(PhoneStream.objects.get)
    assert (stream.consent_hash, stream.agreed_by) == (consent.hash, "voice")
    await phone.hang_up()


@pytest.mark.parametrize(
    ("key", "word", "opted_out"),
    [
        ("2", "Then there is no recording and no interview.", 0),
        ("9", "This number will not be called again.", 1),
    ],
)
async def test_a_no_counts_before_the_agreement_was_read_to_its_end(
    server: LineServer, key: str, word: str, opted_out: int
) -> None:
    phone = await answer(server)
    await phone.press("1")
    await phone.stay_silent()
    await phone.press(key)
    assert (phone.heard[-1].startswith(word), phone.is_over) == (True, True)
    assert (await in_database(CallOptOut.objects.count), phone.tokens) == (opted_out, [])


async def test_a_text_that_changes_while_it_is_read_is_read_again(server: LineServer) -> None:
    phone = await answer(server)
    await phone.press("1")
    await phone.hear_out()
    heard = len(phone.heard)
    await in_database(lambda: InterviewPanel.objects.update(consent_addition="Calls are made by Harrow."))
    await phone.press("1")
    assert phone.tokens == []
    await phone.hear_out()
    consent = await in_database(lambda: write_invitation_consent(PhoneCall.objects.get().invitation, "en"))
    assert phone.heard[heard] == "The text you agreed to has changed meanwhile. Please listen to it again."
    assert phone.heard[heard + 2 : -1] == list(consent.paragraphs)
    assert consent.paragraphs[-1] == "Calls are made by Harrow."
    await phone.press("1")
    assert (await in_database(PhoneStream.objects.get)).consent_hash == consent.hash
    await phone.hang_up()


async def test_a_stranger_on_the_phone_learns_nothing_more(server: LineServer) -> None:
    phone = await answer(server)
    await phone.press("2")
    assert (phone.heard[-1], phone.is_over) == ("Please excuse the disturbance. Goodbye.", True)
    assert await in_database(lambda: PhoneCall.objects.get().confirmed_at) is None


@pytest.mark.parametrize("words", ["", "Don't ever call me again."])
async def test_a_number_that_wants_no_calls_gets_none(server: LineServer, words: str) -> None:
    phone = await answer(server)
    if words:
        await phone.say_word(words)  # a mailbox may say that too: only the key counts
        assert phone.heard[-1] == "If you do not want to be called again, press 9 now."
        assert await in_database(CallOptOut.objects.count) == 0
    await phone.press("9")
    assert (phone.heard[-1], phone.is_over) == ("This number will not be called again. Goodbye.", True)
    opted_out = await in_database(CallOptOut.objects.get)
    assert (opted_out.way, CANDIDATE in str(opted_out.__dict__)) == ("call", False)


async def test_a_mailbox_that_is_spoken_to_opts_nobody_out_and_is_no_person(server: LineServer) -> None:
    phone = await answer(server)
    for said in ("Sorry, I can't take your call right now.", "Please don't call this number.", ""):
        await (phone.say_word(said) if said else phone.stay_silent())
    assert phone.heard[-2:] == ["I did not understand that.", phone.heard[1]]
    await phone.say_word("Leave a message, and I will get right back to you.")
    assert (phone.heard[-1], phone.is_over) == (
        "We could not understand an answer, so this call ends. Goodbye.",
        True,
    )
    call = await in_database(PhoneCall.objects.get)
    assert (call.confirmed_at, await in_database(CallOptOut.objects.count)) == (None, 0)


async def test_what_is_not_understood_is_asked_three_times(server: LineServer) -> None:
    phone = await answer(server)
    await phone.say_word("Who is there?")
    await phone.stay_silent()
    assert phone.heard[-2:] == ["I did not understand that.", phone.heard[1]]
    await phone.say_word("yes", confidence=0.2)  # a guess is nobody's word
    assert phone.heard[-1] == "We could not understand an answer, so this call ends. Goodbye."
    assert phone.is_over


async def test_an_invitation_that_opens_nothing_says_why(server: LineServer, settings: Settings) -> None:
    call = await in_database(make_outbound, server)
    await in_database(lambda: revoke_invitation(invitation=call.invitation, now=call.requested_at))
    phone = find_phone(server, call)
    await phone.ask(find_call_urls(call).voice)
    assert phone.heard == ["This invitation was withdrawn. Please ask the people who invited you. Goodbye."]
    assert phone.is_over


async def test_a_link_withdrawn_in_mid_interview_ends_the_call_with_its_reason(server: LineServer) -> None:
    phone = await begin_by_phone(server)
    invitation = (await in_database(PhoneCall.objects.select_related("invitation").get)).invitation
    await in_database(lambda: revoke_invitation(invitation=invitation, now=invitation.created_at))
    assert await phone.follow_lead() == (
        "This invitation was withdrawn. Please ask the people who invited you. Goodbye."
    )
    assert phone.is_over
