"""SMS by Twilio's official client, to a server that speaks as Twilio does; and what Twilio reports afterwards."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings
from twilio.request_validator import RequestValidator

from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitation_messages import queue_about
from interviewpanel.services.invitations import join_url, make_token
from organizations.models import Candidate, Message
from tests.live_interviews import after, invite, make_panel
from tests.sms_servers import ACCOUNT, NUMBER, SID, TOKEN, SmsServer, run_sms_server
from tests.work import do_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def twilio(settings: Settings) -> Iterator[SmsServer]:
    with run_sms_server() as server:
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM_NUMBER = ACCOUNT, TOKEN, NUMBER
        settings.TWILIO_API_URL = server.url
        settings.PUBLIC_URL = "https://interviews.example"
        yield server


@pytest.fixture
def invitation() -> InterviewPanelCandidate:
    invitation = invite(make_panel(), hours=24)
    Candidate.objects.update(phone="+4915112345678")
    invitation.candidate.refresh_from_db()
    return invitation


def send(invitation: InterviewPanelCandidate) -> Message:
    (message,) = queue_about(invitation=invitation, kind="invitation", now=after(1), channels=("sms",))
    do_due(Message, now=after(1))
    message.refresh_from_db()
    return message


def tell(message: Message, *, token: str = TOKEN, url: str = "", **fields: str) -> int:
    """As Twilio does it: form fields, and a signature over them and the address."""
    path = f"/hooks/sms/{message.uuid}/"
    signature = RequestValidator(token).compute_signature(url or f"https://interviews.example{path}", fields)
    answer = Client().post(path, fields, headers={"X-Twilio-Signature": signature}, secure=True)
    return answer.status_code


def test_an_sms_says_who_interviews_and_until_when(twilio: SmsServer, invitation: InterviewPanelCandidate) -> None:
    message = send(invitation)
    assert twilio.taken == [
        {
            "To": "+4915112345678",
            "From": NUMBER,
            "Body": "Fernbrook: your interview for Backend engineer, held by an automated interviewer (AI). Please "
            f"begin by Tuesday, 6 May 2031, 09:00 (UTC): {join_url(invitation)}",
            "StatusCallback": f"https://interviews.example/hooks/sms/{message.uuid}/",
        }
    ]
    assert (message.state, message.provider_id) == ("sent", SID)
    assert make_token(invitation) not in str(Message.objects.values())


def test_no_report_is_asked_for_where_twilio_cannot_reach_the_site(
    twilio: SmsServer, invitation: InterviewPanelCandidate, settings: Settings
) -> None:
    settings.PUBLIC_URL = "http://localhost:4545"
    send(invitation)
    assert "StatusCallback" not in twilio.taken[0]


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ((400, 21211, "Invalid 'To' Phone Number"), "bounced", "Invalid 'To' Phone Number (Twilio's error 21211)"),
        ((400, 21610, "unsubscribed recipient"), "bounced", "unsubscribed recipient (Twilio's error 21610)"),
        ((400, 21606, "not a valid sender"), "failed", "not a valid sender (Twilio's error 21606)"),
        ((429, 20429, "Too Many"), "queued", "Twilio refuses for now: Too Many (Twilio's error 20429)"),
        ((503, 20500, "Away"), "queued", "Twilio refuses for now: Away (Twilio's error 20500)"),
        ("hang up", "queued", "Twilio does not answer: ConnectionError"),
    ],
)
def test_each_refusal_is_told_apart(
    twilio: SmsServer,
    invitation: InterviewPanelCandidate,
    answer: tuple[int, int, str] | str,
    state: str,
    reason: str,
) -> None:
    twilio.answers = [answer]
    message = send(invitation)
    assert (message.state, message.reason, twilio.taken) == (state, reason, [])
    do_due(Message, now=after(120))
    message.refresh_from_db()
    assert message.state == ("sent" if state == "queued" else state)


def test_a_wrong_token_is_waited_out(
    twilio: SmsServer, invitation: InterviewPanelCandidate, settings: Settings
) -> None:
    settings.TWILIO_AUTH_TOKEN = "2" * 32
    message = send(invitation)
    assert (message.state, message.reason) == ("queued", "Twilio refuses for now: Authenticate (Twilio's error 20003)")


def test_reports_are_believed_when_twilio_has_signed_them(
    twilio: SmsServer, invitation: InterviewPanelCandidate
) -> None:
    message = send(invitation)

    def state() -> str:
        message.refresh_from_db()
        return message.state

    assert tell(message, token="9" * 32, MessageSid=SID, MessageStatus="delivered") == 403
    assert tell(message, url="https://elsewhere.example/", MessageSid=SID, MessageStatus="delivered") == 403
    assert Client().post(f"/hooks/sms/{message.uuid}/", {"MessageStatus": "delivered"}, secure=True).status_code == 403
    assert Client().get(f"/hooks/sms/{message.uuid}/", secure=True).status_code == 405
    assert state() == "sent"
    assert (tell(message, MessageSid=SID, MessageStatus="sent"), state()) == (204, "sent")
    assert (tell(message, MessageSid=SID, MessageStatus="delivered"), state()) == (204, "delivered")
    assert (tell(message, MessageSid=SID, MessageStatus="sent"), state()) == (204, "delivered")


def test_an_sms_that_did_not_arrive_says_why(twilio: SmsServer, invitation: InterviewPanelCandidate) -> None:
    message = send(invitation)
    assert tell(message, MessageSid=SID, MessageStatus="undelivered", ErrorCode="30003") == 204
    message.refresh_from_db()
    assert (message.state, message.reason) == (
        "bounced",
        "Twilio could not deliver it: error 30003 (https://www.twilio.com/docs/api/errors/30003).",
    )


def test_a_report_that_is_quicker_than_our_own_row_is_kept(
    twilio: SmsServer, invitation: InterviewPanelCandidate
) -> None:
    (message,) = queue_about(invitation=invitation, kind="invitation", now=after(1), channels=("sms",))
    assert tell(message, MessageSid=SID, MessageStatus="delivered") == 204
    do_due(Message, now=after(1))
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("delivered", SID)


def test_a_site_without_twilio_takes_no_reports(invitation: InterviewPanelCandidate, settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = ""
    assert Client().post(f"/hooks/sms/{uuid4()}/", {"MessageStatus": "delivered"}).status_code == 403
