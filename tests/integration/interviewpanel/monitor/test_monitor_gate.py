"""Who may watch, and what of: signed in, in one's own organizations, as long as the role lasts."""

from collections.abc import AsyncIterator

import pytest
from django.contrib.sessions.models import Session

from authentication.models import User
from interviewpanel.models import InterviewSession
from organizations.models import Membership
from tests.live_interviews import begin_now, invite, make_panel
from tests.sockets import Messages, VirtualClock, in_database
from tests.staff import make_member
from tests.watchers import Monitor, sign_in_by_cookie

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(25)]
UNKNOWN = "00000000-0000-4000-8000-000000000000"


class World:
    """Fernbrook, with a live interview; its recruiter and its reviewer; a stranger who recruits for Elsewhere."""

    def __init__(self) -> None:
        panel = make_panel("Fernbrook")
        self.session = begin_now(invite(panel))
        self.theirs = begin_now(invite(make_panel("Elsewhere"), "Aiko Mori"))
        self.recruiter = make_member("recruiter@fernbrook.example", {panel.organization: "hr"})
        self.stranger = make_member("stranger@elsewhere.example", {self.theirs.organization: "admin"})
        self.cookies = {user.email: sign_in_by_cookie(user) for user in (self.recruiter, self.stranger)}

    def cookie(self, user: User) -> str:
        return self.cookies[user.email]


@pytest.fixture
async def world() -> World:
    made: World = await in_database(World)
    return made


@pytest.fixture
async def monitor(world: World, clock: VirtualClock) -> AsyncIterator[Monitor]:
    """The recruiter's, who watches the interview."""
    monitor = await Monitor.open(world.cookie(world.recruiter), clock)
    await monitor.say("watch_session", session=str(world.session.uuid))
    await monitor.expect("session_state")
    yield monitor
    await monitor.leave()


async def expect_shown_out(page: Messages, code: str) -> int:
    error = await page.expect("error")
    words = {"type": "error", "at": error["at"], "message": error["message"]}
    assert error == {**words, "code": code, "re": None, "fatal": True}
    return await page.expect_close()


async def be_refused(cookie: str | None) -> tuple[str, int]:
    monitor = await Monitor.open(cookie)
    error = await monitor.expect("error")
    close = await monitor.expect_close()
    await monitor.leave()
    return error["code"], close


async def test_who_is_not_signed_in_is_accepted_and_shown_out(world: World) -> None:
    for cookie in (None, "", "x" * 32, "ü"):
        monitor = await Monitor.open(cookie)
        assert await expect_shown_out(monitor, "monitor.signed_out") == 4401
        await monitor.leave()


async def test_who_is_no_staff_or_has_no_role_is_shown_out(world: World) -> None:
    def make() -> list[str]:
        plain = User.objects.create_user("plain@example.com", "correct horse")
        roleless = User.objects.create_user("roleless@example.com", "correct horse", is_staff=True)
        return [sign_in_by_cookie(one) for one in (plain, roleless)]

    plain, roleless = await in_database(make)
    assert await be_refused(plain) == ("monitor.signed_out", 4401)
    assert await be_refused(roleless) == ("monitor.forbidden", 4403)


async def test_a_strangers_interview_is_answered_as_one_that_does_not_exist(world: World) -> None:
    monitor = await Monitor.open(world.cookie(world.stranger))
    answers = []
    for uuid in (str(world.session.uuid), UNKNOWN, "no uuid", "x" * 90):
        await monitor.say("watch_session", session=uuid, id="w")
        answers.append({name: value for name, value in (await monitor.expect("error")).items() if name != "at"})
    expected = {"type": "error", "code": "monitor.not_found", "message": "There is no such interview."}
    assert answers == [{**expected, "re": "w", "fatal": False}] * 4
    await monitor.say("watch_list")
    listed = await monitor.expect("live_list")
    assert [one["session"] for one in listed["sessions"]] == [str(world.theirs.uuid)]
    await monitor.leave()


async def test_asking_for_a_strangers_interview_ends_what_was_watched(world: World, monitor: Monitor) -> None:
    await monitor.say("watch_session", session=str(world.theirs.uuid), id=5)
    assert (await monitor.expect("error", re=5))["code"] == "monitor.not_found"


async def test_superusers_see_all(world: World) -> None:
    root = await in_database(User.objects.create_superuser, "root@example.com", "correct horse")
    monitor = await Monitor.open(await in_database(sign_in_by_cookie, root))
    await monitor.say("watch_list")
    listed = await monitor.expect("live_list")
    assert {one["candidate"] for one in listed["sessions"]} == {"Priya Raghunathan", "Aiko Mori"}
    await monitor.leave()


def lose_membership(world: World) -> None:
    Membership.objects.filter(user=world.recruiter).delete()


def lose_activity(world: World) -> None:
    User.objects.filter(pk=world.recruiter.pk).update(is_active=False)


def lose_staff(world: World) -> None:
    User.objects.filter(pk=world.recruiter.pk).update(is_staff=False)


def lose_groups(world: World) -> None:
    world.recruiter.groups.clear()


def change_password(world: World) -> None:
    user = User.objects.get(pk=world.recruiter.pk)
    user.set_password("another horse")
    user.save()


def sign_out(world: World) -> None:
    Session.objects.all().delete()


def move_elsewhere(world: World) -> None:
    Membership.objects.filter(user=world.recruiter).update(organization=world.theirs.organization)


LOSSES = [
    (lose_membership, "monitor.forbidden", 4403),
    (lose_activity, "monitor.signed_out", 4401),
    (lose_staff, "monitor.signed_out", 4401),
    (lose_groups, "monitor.forbidden", 4403),
    (change_password, "monitor.signed_out", 4401),
    (sign_out, "monitor.signed_out", 4401),
    (move_elsewhere, "monitor.not_found", 4403),
]


@pytest.mark.parametrize(("lose", "code", "close"), LOSSES)
async def test_who_loses_the_right_is_shown_out_within_20_seconds(
    world: World, monitor: Monitor, clock: VirtualClock, lose: object, code: str, close: int
) -> None:
    await in_database(lose, world)
    await clock.wait_for_sleeper()
    clock.advance(20)
    assert await expect_shown_out(monitor, code) == close


async def test_what_is_no_message_changes_nothing(world: World, monitor: Monitor) -> None:
    for text, code in (
        ("no JSON", "message.malformed"),
        ('{"type":"end_interview"}', "message.unknown_type"),
        ('{"type":"watch_session"}', "message.malformed"),
        ('{"type":"watch_session","session":"x","last_sequence":"1"}', "message.malformed"),
        ('{"type":"watch_session","session":"x","last_sequence":true}', "message.malformed"),
        ("x" * 40_000, "message.too_large"),
    ):
        await monitor.say_raw(text)
        assert (await monitor.expect("error"))["code"] == code
    await monitor.settle()


async def test_too_many_messages_are_a_flood(world: World, monitor: Monitor) -> None:
    for _ in range(100):
        await monitor.say("ping")
    assert await monitor.expect_close() == 4429


async def test_watching_changes_no_row(world: World, monitor: Monitor) -> None:
    def read() -> dict[str, object]:
        return InterviewSession.objects.values().get(pk=world.session.pk)

    before = await in_database(read)
    await monitor.say("watch_list")
    await monitor.expect("live_list")
    await monitor.leave()
    assert await in_database(read) == before
