"""Who is let in, who is shown out, and with which words and close codes."""

import re

import pytest
from channels.testing import WebsocketCommunicator

from config.asgi import application
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.consent import write_invitation_consent
from interviewpanel.services.invitations import make_token, revoke_invitation
from interviewpanel.services.session_manager import end_session, open_session
from organizations.models import Organization
from tests.live_interviews import after, begin, invite, make_panel, reload
from tests.sockets import Page, in_database

pytestmark = pytest.mark.django_db(transaction=True)
CONSENT = {"document_version": "2026-1", "accepted": True}
NOW = after(0)


async def make_invitation(**changes: object) -> InterviewPanelCandidate:
    def make() -> InterviewPanelCandidate:
        return invite(make_panel(**changes))  # type: ignore[arg-type]

    invitation: InterviewPanelCandidate = await in_database(make)
    return invitation


async def be_refused(token: str, **details: str) -> tuple[str, int]:
    """Connect, be told why not, be closed. The error's code and the close code; nothing else is said."""
    page = Page(token)
    await page.connect()
    error = await page.expect("error")
    code = await page.expect_close()
    assert error == {
        "type": "error",
        "at": error["at"],
        "code": error["code"],
        "message": error["message"],
        "re": None,
        "fatal": True,
        **details,
    }
    assert len(page.received) == 1
    await page.leave()
    return error["code"], code


@pytest.mark.parametrize("token", ["x", "A" * 43, "a/b", "ü" * 43, "x" * 5000])
async def test_a_token_that_is_none_is_accepted_and_then_shown_out(token: str) -> None:
    await make_invitation()
    assert await be_refused(token) == ("link.unknown", 4401)


async def test_an_old_token_and_another_secret_open_nothing() -> None:
    invitation = await make_invitation()
    invitation.token_version = 2
    assert await be_refused(make_token(invitation)) == ("link.unknown", 4401)


async def test_expired_and_withdrawn_links_and_closed_panels_are_refused() -> None:
    def change(**values: object) -> None:
        InterviewPanelCandidate.objects.filter(pk=invitation.pk).update(**values)

    def change_panel(**values: object) -> None:
        type(invitation.panel).objects.filter(pk=invitation.panel_id).update(**values)

    invitation = await make_invitation()
    token = make_token(invitation)
    past = InterviewPanelCandidate._meta.get_field("created_at").value_from_object(invitation)
    await in_database(change_panel, opens_at=after(1000))
    assert await be_refused(token, opens_at="2031-05-05T09:16:40.000Z") == ("link.not_open_yet", 4403)
    await in_database(change_panel, opens_at=None, status="archived")
    assert await be_refused(token) == ("link.closed", 4403)
    await in_database(change_panel, status="published")
    await in_database(change, expires_at=past)
    assert await be_refused(token) == ("link.expired", 4401)
    await in_database(change, revoked_at=past)
    assert await be_refused(token) == ("link.withdrawn", 4401)
    assert await in_database(InterviewSession.objects.count) == 0


async def test_an_interview_that_is_over_stays_over() -> None:
    def finish() -> None:
        session = begin(invitation)
        end_session(session_id=session.pk, now=after(9), reason="ended_by_candidate")

    invitation = await make_invitation()
    await in_database(finish)
    assert await be_refused(make_token(invitation)) == ("link.over", 4410)


async def test_the_first_message_says_everything_a_page_needs() -> None:
    invitation = await make_invitation()
    page = await Page.open(invitation)
    assert page.received == [
        {
            "type": "session_state",
            "at": page.received[0]["at"],
            "status": "pending",
            "last_sequence": 0,
            "candidate": {"display_name": "Priya Raghunathan"},
            "organization": {
                "display_name": "Fernbrook",
                "colour": "#1f5fa8",
                "logo_url": None,
                "contact_email": "people@fernbrook.example",
            },
            "job_title": "Backend engineer",
            "language": "en",
            "consent": {"document_version": "2026-1", "is_given": False},
            "settings": {"is_video": False, "prefers_typing": False, "waits_for_done": False},
            "limits": {
                "total_seconds": 1800,
                "pause_seconds": 600,
                "frame_bytes": 65536,
                "longest_turn_seconds": 300,
                "warning_seconds": 30,
                "more_time_seconds": 60,
                "more_time_count": 10,
            },
            "clock": {"remaining_seconds": 1800, "is_running": False, "wrap_up": False},
            "pause": None,
            "queue": None,
            "question": None,
            "turn": None,
            "heard": None,
            "acknowledged": None,
            "transcript": [],
            "allowed_actions": ["start"],
        }
    ]
    await page.leave()
    session = await in_database(InterviewSession.objects.get)
    assert (session.status, session.lease_until, session.lease_owner) == ("pending", None, "")


async def test_declined_consent_ends_the_connection_and_starts_nothing() -> None:
    page = await Page.open(await make_invitation())
    await page.say("start", id=1, consent={"document_version": "2026-1", "accepted": False})
    error = await page.expect("error")
    assert (error["code"], error["re"], error["fatal"]) == ("consent.declined", 1, True)
    assert await page.expect_close() == 4403
    await page.leave()
    assert (await in_database(InterviewSession.objects.get)).status == "pending"


async def test_consent_to_an_old_text_is_an_error_and_the_page_may_ask_again() -> None:
    page = await Page.open(await make_invitation())
    await page.say("start", id="s", consent={"document_version": "2020-1", "accepted": True})
    assert (await page.expect("error", code="consent.version"))["re"] == "s"
    await page.say("start", consent=CONSENT)
    await page.settle()
    assert (await in_database(InterviewSession.objects.get)).status == "greeting"
    await page.leave()


async def test_consent_to_a_text_that_says_something_else_by_now_is_an_error_and_nothing_begins() -> None:
    invitation = await make_invitation()
    shown = await in_database(lambda: write_invitation_consent(invitation, "en").hash)
    page = await Page.open(invitation)
    await in_database(lambda: Organization.objects.update(name="Fernbrook and Sons"))
    await page.say("start", id="s", consent={**CONSENT, "hash": shown})
    assert (await page.expect("error", code="consent.version"))["re"] == "s"
    assert (await in_database(InterviewSession.objects.get)).status == "pending"
    now_shown = await in_database(lambda: write_invitation_consent(InterviewPanelCandidate.objects.get(), "en").hash)
    await page.say("start", consent={**CONSENT, "hash": now_shown})
    await page.settle()
    session = await in_database(InterviewSession.objects.get)
    assert (session.status, session.consent_hash) == ("greeting", now_shown)
    await page.leave()


async def test_the_newest_tab_wins_and_the_old_one_changes_nothing() -> None:
    invitation = await make_invitation()
    first = await Page.open(invitation)
    second = await Page.open(invitation)
    assert await first.expect_close() == 4409
    await first.say("start", consent=CONSENT)
    await first.leave()
    session = await in_database(InterviewSession.objects.get)
    assert (session.status, session.epoch) == ("pending", 2)
    assert session.lease_until is not None
    await second.say("start", consent=CONSENT)
    await second.settle()
    assert (await in_database(reload, session)).status == "greeting"
    await second.leave()


async def test_a_tab_that_missed_the_hint_finds_out_by_its_first_write() -> None:
    invitation = await make_invitation()
    page = await Page.open(invitation)
    await in_database(lambda: InterviewSession.objects.update(epoch=7))
    await page.say("start", consent=CONSENT)
    assert await page.expect_close() == 4409
    await page.leave()
    assert (await in_database(InterviewSession.objects.get)).epoch == 7


async def test_withdrawing_a_link_closes_its_open_socket() -> None:
    invitation = await make_invitation()
    page = await Page.open(invitation)
    await in_database(revoke_invitation, invitation=invitation, now=NOW)
    assert (await page.expect("error"))["code"] == "link.withdrawn"
    assert await page.expect_close() == 4401
    await page.leave()


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", None])
async def test_another_site_is_refused_before_anything_is_accepted(origin: bytes | None) -> None:
    token = make_token(await make_invitation())
    headers = [(b"host", b"localhost")] + ([(b"origin", origin)] if origin is not None else [])
    socket = WebsocketCommunicator(application, f"/ws/interview/{token}/", headers=headers)
    assert await socket.connect(timeout=20) == (False, 1000)
    assert await in_database(InterviewSession.objects.count) == 0


async def test_the_site_itself_is_let_in() -> None:
    page = Page(make_token(await make_invitation()), application=application)
    await page.connect()
    await page.expect("session_state")
    await page.leave()


async def test_a_stranger_learns_nothing_of_another_interview() -> None:
    ours = await make_invitation()
    theirs: InterviewPanelCandidate = await in_database(lambda: invite(make_panel("Hollin"), "Mallory Stone"))
    await in_database(lambda: open_session(invitation=ours, now=after(0)))
    page = await Page.open(theirs)
    assert not re.search("Fernbrook|Priya", str(page.received))
    await page.leave()
