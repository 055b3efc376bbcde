"""Messages as work, sent to a real mail server that takes them, refuses them, is slow, or hangs up.

Named people: Priya of Fernbrook, who is written to.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from config.work.tasks import perform
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitation_messages import queue_about
from interviewpanel.services.invitations import join_url, make_token, revoke_invitation
from organizations.models import Candidate, Message, MessageTemplate, Organization
from organizations.services.messages import MessageRefused, queue_message
from tests.live_interviews import T0, after, invite, make_panel
from tests.mail_servers import MailServer, read_part, run_mail_server
from tests.processes import find_free_port
from tests.sent_messages import reload, send, use_server
from tests.work import do_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with run_mail_server() as server:
        use_server(settings, server.port)
        yield server


@pytest.fixture
def invitation() -> InterviewPanelCandidate:
    invitation = invite(make_panel(), hours=24)
    Organization.objects.update(time_zone="Europe/Berlin", primary_colour="#b00020")
    invitation.refresh_from_db()
    return invitation


# --- What is sent ----------------------------------------------------------------------------------------------------


def test_an_invitation_says_who_holds_it_how_long_and_until_when(
    server: MailServer, invitation: InterviewPanelCandidate
) -> None:
    message = send(invitation)
    (mail,) = server.taken
    assert {name: mail[name] for name in ("From", "To", "Reply-To", "Subject", "Auto-Submitted", "Message-ID")} == {
        "From": "Fernbrook <interviews@ib.example>",
        "To": "priya@example.com",
        "Reply-To": "people@fernbrook.example",
        "Subject": "Your interview for Backend engineer at Fernbrook",
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{message.uuid}@ib.example>",
    }
    assert server.senders == ["interviews@ib.example"]
    deadline = "Tuesday, 6 May 2031, 11:00 (Europe/Berlin, UTC+02:00)"
    for said in (read_part(mail, "plain"), read_part(mail, "html")):
        for words in ("Hello Priya Raghunathan", deadline, "about 30 minutes", "automated interviewer", "more time"):
            assert words in said
        assert said.count(join_url(invitation)) == 1
    assert "#b00020" in read_part(mail, "html")
    assert (message.state, message.work_status, message.sent_at, message.reason) == ("sent", "done", after(1), "")


def test_in_development_it_is_printed(
    settings: Settings, invitation: InterviewPanelCandidate, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    message = send(invitation)
    printed = capsys.readouterr().out
    assert (message.state, "To: priya@example.com" in printed, join_url(invitation) in printed) == ("sent", True, True)


def test_what_is_kept_holds_no_link(server: MailServer, invitation: InterviewPanelCandidate) -> None:
    message = send(invitation)
    kept = str(Message.objects.filter(pk=message.pk).values())
    assert make_token(invitation) not in kept
    assert "[private link]" in message.text
    assert message.text.replace("[private link]", join_url(invitation)) == server.texts()[0].replace("\r\n", "\n")


def test_the_words_are_in_the_language_of_the_panel(server: MailServer, invitation: InterviewPanelCandidate) -> None:
    invitation.panel.language = "de"
    invitation.panel.save()
    send(invitation)
    assert server.taken[0]["Subject"] == "Ihr Interview für Backend engineer bei Fernbrook"
    assert "Dienstag, 6. Mai 2031, 11:00 Uhr (Europe/Berlin, UTC+02:00)" in server.texts()[0]


def test_an_organization_has_words_of_its_own(server: MailServer, invitation: InterviewPanelCandidate) -> None:
    MessageTemplate.objects.create(
        organization=invitation.organization,
        kind="invitation",
        subject="Hi {{ first_name }}",
        text="Come in: {{ link }}\n\nBy {{deadline}}.",
    )
    Candidate.objects.update(full_name="Priya <b>{{ link }}</b>")
    send(invitation)
    (mail,) = server.taken
    assert mail["Subject"] == "Hi Priya"
    assert read_part(mail, "plain").startswith(f"Come in: {join_url(invitation)}")
    assert "automated interviewer" in read_part(mail, "plain")


def test_markup_in_a_name_stays_text(server: MailServer, invitation: InterviewPanelCandidate) -> None:
    Candidate.objects.update(full_name="Priya <b>{{ link }}</b>")
    send(invitation)
    assert "Hello Priya &lt;b&gt;{{ link }}&lt;/b&gt;" in read_part(server.taken[0], "html")


def test_a_logo_comes_with_the_mail(
    server: MailServer, invitation: InterviewPanelCandidate, settings: Settings
) -> None:
    from django.core.files.base import ContentFile

    png = b"\x89PNG\r\n\x1a\nsome"
    invitation.organization.logo.save("logo.png", ContentFile(png))
    send(invitation)
    (mail,) = server.taken
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_content()) == ("<logo>", png)
    assert 'src="cid:logo"' in read_part(mail, "html")


# --- What the server answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["rcpt", "data"])
def test_a_refusal_for_ever_is_a_bounce_with_the_servers_words(
    server: MailServer, invitation: InterviewPanelCandidate, at: str
) -> None:
    server.at, server.answers = at, ["550 5.1.1 No such person here"]
    message = send(invitation)
    assert (message.state, message.work_status, message.reported_at) == ("bounced", "done", after(1))
    assert message.reason == "550 5.1.1 No such person here"
    do_due(Message, now=after(3600))
    assert server.taken == []


@pytest.mark.parametrize("at", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("451 4.3.0 Try again later", "The mail server asks to come again later: 451 4.3.0 Try again later"),
        ("hang", "The mail server does not answer: Connection unexpectedly closed: timed out"),
        ("close", "The mail server does not answer: Connection unexpectedly closed"),
    ],
)
def test_what_may_pass_is_tried_again_until_it_is_taken(
    server: MailServer, invitation: InterviewPanelCandidate, at: str, answer: str, said: str
) -> None:
    server.at, server.answers = at, [answer, answer]
    message = send(invitation)
    assert (message.state, message.work_status, message.attempts, message.reason) == ("queued", "queued", 1, said)
    assert message.due_at == after(1) + timedelta(minutes=1)
    do_due(Message, now=after(62))
    assert reload(message).due_at == after(62) + timedelta(minutes=2)
    do_due(Message, now=after(200))
    message = reload(message)
    assert (message.state, message.attempts, message.reason, len(server.taken)) == ("sent", 3, "", 1)
    assert server.taken[0]["Message-ID"] == f"<{message.uuid}@ib.example>"


def test_a_server_that_is_not_there_is_waited_for_over_half_a_day_and_then_given_up(
    settings: Settings, invitation: InterviewPanelCandidate
) -> None:
    use_server(settings, find_free_port())
    InterviewPanelCandidate.objects.update(expires_at=after(30 * 24 * 3600))
    message, at = send(invitation), after(1)
    while reload(message).state == "queued":
        at = reload(message).due_at
        do_due(Message, now=at)
    message = reload(message)
    assert (message.state, message.work_status, message.attempts) == ("failed", "dead", 15)
    assert message.reason == "The mail server does not answer: [Errno 111] Connection refused"
    assert timedelta(hours=9) < at - T0 < timedelta(hours=24)


def test_a_sender_that_is_refused_is_no_fault_of_the_address(
    server: MailServer, invitation: InterviewPanelCandidate
) -> None:
    server.at, server.answers = "mail", ["553 5.7.1 This sender is not yours"]
    message = send(invitation)
    assert (message.state, message.work_status) == ("failed", "failed")
    assert message.reason == "553 5.7.1 This sender is not yours"


def test_a_server_that_quotes_the_link_does_not_bring_it_into_a_row(
    server: MailServer, invitation: InterviewPanelCandidate
) -> None:
    server.answers = [f"550 Looks like spam: {join_url(invitation)}"]
    assert send(invitation).reason == "550 Looks like spam: http://localhost:4545/i/[token]/"


# --- Once ------------------------------------------------------------------------------------------------------------


def test_done_twice_it_is_sent_once(server: MailServer, invitation: InterviewPanelCandidate) -> None:
    queue_about(invitation=invitation, kind="invitation", now=after(1))
    do_due(Message, now=after(1), times=3)
    assert len(server.taken) == 1


def test_a_worker_that_died_before_it_could_store_leaves_a_second_copy_of_the_same_name(
    server: MailServer, invitation: InterviewPanelCandidate
) -> None:
    """What SMTP cannot do better: the copy has the same Message-ID, by which mail programs see that it is one."""
    message = send(invitation)
    Message.objects.update(work_status="running", claimed_until=after(30), attempts=1, state="queued")
    with time_machine.travel(after(60), tick=False):
        perform(Message.task_name, message.pk)
    assert [mail["Message-ID"] for mail in server.taken] == [f"<{message.uuid}@ib.example>"] * 2


def test_a_key_asks_once(invitation: InterviewPanelCandidate) -> None:
    wish: dict[str, Any] = {"candidate": invitation.candidate, "channel": "email", "kind": "invitation"}
    wish |= {"language": "en", "about": invitation.uuid, "now": after(1), "once_key": "this one"}
    assert [queue_message(**wish) is None for _ in range(3)] == [False, True, True]


# --- What became of the reason to send -------------------------------------------------------------------------------


def test_what_was_withdrawn_before_its_turn_is_not_sent(
    server: MailServer, invitation: InterviewPanelCandidate
) -> None:
    (message,) = queue_about(invitation=invitation, kind="invitation", now=after(1))
    revoke_invitation(invitation=invitation, now=after(2))
    do_due(Message, now=after(3))
    message = reload(message)
    assert (message.state, message.work_status) == ("cancelled", "done")
    assert message.reason == "The link was revoked. Make a new one."
    assert server.taken == []


def test_who_cannot_be_reached_is_said_before_anything_is_queued(
    invitation: InterviewPanelCandidate, settings: Settings
) -> None:
    with pytest.raises(MessageRefused, match="SMS is not set up on this site"):
        queue_about(invitation=invitation, kind="invitation", now=after(1), channels=("email", "sms"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with pytest.raises(MessageRefused, match="E-mail is not set up on this site"):
        queue_about(invitation=invitation, kind="invitation", now=after(1))
    with pytest.raises(MessageRefused, match="The link has expired"):
        queue_about(invitation=invitation, kind="invitation", now=after(90_000))


def test_nobody_is_written_to_about_a_trial(invitation: InterviewPanelCandidate) -> None:
    InterviewPanelCandidate.objects.update(is_trial=True)
    invitation.refresh_from_db()
    with pytest.raises(MessageRefused, match="trial"):
        queue_about(invitation=invitation, kind="invitation", now=after(1))
