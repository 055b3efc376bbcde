"""Reports of mail servers, piped to `manage.py read_bounce` after an e-mail was sent."""

import io
import sys
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from pytest_django import Settings

from interviewpanel.models import InterviewPanelCandidate
from tests.live_interviews import invite, make_panel
from tests.mail_servers import run_mail_server
from tests.sent_messages import reload, send, use_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation() -> InterviewPanelCandidate:
    return invite(make_panel(), hours=24)


REPORT = """\
From: MAILER-DAEMON@mail.example
To: interviews@ib.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; priya@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--b1
Content-Type: {returned}

Message-ID: {message_id}
Subject: Your interview

--b1--
"""


def read_bounce(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: str) -> str:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    call_command("read_bounce")
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_that_comes_later_is_found_by_the_message_id(
    settings: Settings,
    invitation: InterviewPanelCandidate,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    returned: str,
) -> None:
    with run_mail_server() as server:
        use_server(settings, server.port)
        message = send(invitation)

    def report(action: str, status: str, words: str, uuid: UUID = message.uuid) -> str:
        content = REPORT.format(
            action=action, status=status, words=words, returned=returned, message_id=f"<{uuid}@ib.example>"
        )
        return read_bounce(monkeypatch, capsys, content)

    assert report("delayed", "4.4.1", "connection timed out") == f"Message {message.uuid} is delayed."
    assert (reload(message).state, reload(message).reason) == ("sent", "4.4.1: connection timed out")
    assert report("delivered", "2.0.0", "250 OK") == f"Message {message.uuid} was delivered."
    assert (reload(message).state, reload(message).reason) == ("delivered", "")
    assert report("failed", "5.2.2", "552 5.2.2 mailbox full") == f"Message {message.uuid} has bounced."
    assert (reload(message).state, reload(message).reason) == ("bounced", "552 5.2.2 mailbox full")
    report("delivered", "2.0.0", "250 OK")
    assert reload(message).state == "bounced"
    assert (
        report("failed", "5.1.1", "x", uuid4()) == "This report is about no message of this site. Nothing has changed."
    )


def test_other_mail_changes_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    mail = "From: someone@example.com\nSubject: Out of office\n\nBack on Monday.\n"
    said = read_bounce(monkeypatch, capsys, mail)
    assert said == "This mail is no delivery report (RFC 3464). Nothing has changed."
    assert "larger than" in read_bounce(monkeypatch, capsys, "x" * 2_000_001)
