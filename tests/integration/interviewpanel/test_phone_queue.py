"""A phone whose interview cannot begin at once: the queue is said, it begins by itself, and a text that has changed
meanwhile is read out again. By a stream, and where answers are recorded."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.models import InterviewSession, PhoneCall, Place
from organizations.models import Organization
from tests.live_interviews import begin_now, invite, make_panel
from tests.phone_lines import LineServer, Phone
from tests.phone_sites import InProcessSocket, answer_call, do_work, find_phone, make_outbound, post
from tests.queues import end
from tests.sockets import in_database

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = [
    "All places are taken just now. You are number 1 in line.",
    "Minutes until it is your turn: about 21.",
    "Please stay on the line: the interview begins by itself.",
]
CHANGED = "The text you agreed to has changed meanwhile. Please listen to it again."
LISTEN = "Before we begin, please listen to what you agree to. If you do not want to, press 2 at any time."


@pytest.fixture(autouse=True)
def one_place(settings: Settings) -> None:
    settings.INTERVIEW_LIMIT = 1


def _fill() -> InterviewSession:
    """Ada, of another organization, has the only place."""
    return begin_now(invite(make_panel("Harrow"), "Ada Lind", now=timezone.now()))


async def free(ada: InterviewSession) -> None:
    await in_database(end, ada, timezone.now())


async def rename() -> None:
    """The text of consent names the organization."""
    await in_database(lambda: Organization.objects.filter(slug="fernbrook").update(name="Fernbrook & Daughters"))


async def read_place() -> str:
    place: Place = await in_database(Place.objects.get, session__invitation__panel__organization__slug="fernbrook")
    return str(place.state)


async def begin_waiting(server: LineServer) -> tuple[InterviewSession, Phone]:
    """Agreed to by key, on a line that is streamed; the queue has been said."""
    ada = await in_database(_fill)
    phone = await answer_call(server, await in_database(make_outbound, server, questions=1))
    await phone.agree()
    assert await phone.listen() == " ".join(WAITING)
    assert (await read_place(), phone.is_over) == ("waiting", False)
    return ada, phone


async def test_who_waits_on_the_line_hears_where_they_stand_and_is_let_in(server: LineServer) -> None:
    ada, phone = await begin_waiting(server)
    await free(ada)
    assert (await phone.listen()).startswith("Hello Priya, and welcome.")
    assert (await read_place(), len(phone.tokens)) == ("begun", 1)
    await phone.hang_up()


async def test_a_text_that_changes_in_the_queue_is_agreed_to_again(server: LineServer) -> None:
    ada, phone = await begin_waiting(server)
    await rename()
    await free(ada)
    assert await phone.follow_lead() == CHANGED
    assert isinstance(phone.socket, InProcessSocket)
    assert await phone.socket.expect_close() == 1000
    await phone.lose_socket()
    before = len(phone.heard)
    await phone.stay_silent()
    assert phone.heard[before] == LISTEN
    await phone.hear_out()
    assert any("Fernbrook & Daughters" in text for text in phone.heard[before:])
    await phone.press("1")
    assert (await phone.listen()).startswith("Hello Priya, and welcome.")
    assert ((await read_session_of_priya()).consented_at is None, len(phone.tokens)) == (False, 2)
    await phone.hang_up()


async def read_session_of_priya() -> InterviewSession:
    session: InterviewSession = await in_database(
        InterviewSession.objects.get, invitation__panel__organization__slug="fernbrook"
    )
    return session


@pytest.mark.parametrize("is_renamed", [False, True])
async def test_a_recorded_line_begins_by_itself_too(server: LineServer, settings: Settings, is_renamed: bool) -> None:
    settings.PHONE_LISTENS_BY = "record"
    ada = await in_database(_fill)
    call = await in_database(make_outbound, server, questions=1)
    rounds = 0

    async def wait() -> None:
        """Three rounds of the queue; then Ada's interview is over."""
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            if is_renamed:
                await rename()
            await free(ada)
        await do_work()

    twilio = find_phone(server, call).call
    phone = Phone(server, twilio, post=post, open_socket=InProcessSocket.open, meanwhile=wait)
    await phone.ask(twilio.asked["Url"])
    await phone.press("1")
    await phone.hear_out()
    before = len(phone.heard)
    await phone.press("1")
    heard = phone.heard[before:]
    assert heard[:3] == WAITING  # and once only, while it does not change
    if is_renamed:
        assert heard[3:5] == [CHANGED, LISTEN]
        await phone.hear_out()
        before = len(phone.heard)
        await phone.press("1")
        heard = [*WAITING, *phone.heard[before:]]
    assert heard[3].startswith("Hello Priya, and welcome.")
    assert heard[-1].startswith("What do you know about")
    assert await read_place() == "begun"
    agreed = await in_database(lambda: PhoneCall.objects.get().streams.exclude(consent_hash="").get())
    assert agreed.consent_hash == (await read_session_of_priya()).consent_hash
    assert agreed.agreed_by == "key"


async def test_who_listens_to_the_queue_on_a_recorded_line_is_there(server: LineServer, settings: Settings) -> None:
    """Up to the pause behind three sentences: no request comes meanwhile."""
    settings.PHONE_LISTENS_BY = "record"
    ada = await in_database(_fill)
    call = await in_database(make_outbound, server, questions=1)
    states: list[str] = []

    async def listen() -> None:
        if not states:
            await in_database(end, ada, timezone.now() + timedelta(seconds=45))
            states.append(await read_place())
        await do_work()

    twilio = find_phone(server, call).call
    phone = Phone(server, twilio, post=post, open_socket=InProcessSocket.open, meanwhile=listen)
    await phone.ask(twilio.asked["Url"])
    await phone.agree()
    assert (states, await read_place()) == (["called"], "begun")
