"""A document that Twilio could not get once: the call goes on at the waiting line, and loses nothing by it."""

import pytest
from pytest_django import Settings

from interviewpanel.models import Answer, PhoneCall
from tests.phone_lines import LineServer, Phone
from tests.phone_sites import (
    SPEECH,
    SPEECH_SECONDS,
    InProcessSocket,
    do_work,
    find_phone,
    make_outbound,
    measure_kept,
    post,
    read_session,
)
from tests.sockets import in_database
from tests.twilio_rows import Fields

pytestmark = pytest.mark.django_db(transaction=True)


async def call(server: LineServer, place: str) -> tuple[Phone, list[str]]:
    """Somebody's phone, for which the site is away the first time that it asks for this document; and what was lost."""
    lost: list[str] = []

    async def post_unless_away(url: str, fields: Fields) -> tuple[int, str]:
        if f"/{place}/" in url and not lost:
            lost.append(url)
            return 502, "Bad Gateway"
        return await post(url, fields)

    twilio = find_phone(server, await in_database(make_outbound, server, questions=1)).call
    phone = Phone(server, twilio, post=post_unless_away, open_socket=InProcessSocket.open, meanwhile=do_work)
    await phone.ask(twilio.asked["Url"])
    return phone, lost


@pytest.mark.parametrize("place", ["voice", "identity", "consent"])
async def test_what_was_asked_is_asked_again(server: LineServer, place: str) -> None:
    phone, lost = await call(server, place)
    while not phone.tokens:
        await phone.hear_out()
        await phone.press("1")
    assert len(lost) == 1
    assert (await phone.listen()).startswith("Hello Priya, and welcome.")
    assert await in_database(lambda: PhoneCall.objects.get().confirmed_at) is not None
    assert (await read_session()).consented_at is not None
    await phone.hang_up()


async def test_nobody_is_taken_for_the_candidate_by_a_document_that_failed(server: LineServer) -> None:
    phone, lost = await call(server, "voice")
    assert len(lost) == 1
    assert phone.heard[-1].startswith("Am I speaking with Priya Raghunathan?")
    assert (phone.tokens, await in_database(lambda: PhoneCall.objects.get().confirmed_at)) == ([], None)


async def test_a_recorded_line_goes_on_where_it_was(server: LineServer, settings: Settings) -> None:
    settings.PHONE_LISTENS_BY = "record"
    phone, lost = await call(server, "recorded/next")
    await phone.agree()
    assert len(lost) == 1
    assert phone.heard[-1].startswith("What do you know about")
    assert (await read_session()).status == "in_progress"


async def test_what_was_said_before_a_document_failed_counts(server: LineServer, settings: Settings) -> None:
    settings.PHONE_LISTENS_BY = "record"
    phone, lost = await call(server, "recorded/answer")
    await phone.agree()
    question = phone.heard[-1]
    await phone.record(SPEECH, key="#")
    assert (len(lost), phone.heard[-1]) == (1, question)  # it is asked again, and goes on
    await do_work()
    answer = await in_database(Answer.objects.get)
    assert (answer.is_open, await in_database(measure_kept, answer)) == (True, pytest.approx(SPEECH_SECONDS, abs=0.01))
    await phone.record(SPEECH, key="#")
    assert phone.is_over
    answer = await in_database(Answer.objects.get)
    assert (answer.status, answer.closed_reason) == ("scored", "done")
    assert await in_database(measure_kept, answer) == pytest.approx(2 * SPEECH_SECONDS, abs=0.01)
