"""Invitations of members at work: their e-mail, sent to a real mail server; and two who join at the same moment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from authentication.models import User
from authentication.services.roles import create_roles
from organizations.admin.membership_invitations import name_page
from organizations.models import Membership, MembershipInvitation, Organization, StaffMail
from organizations.services.history import Author
from organizations.services.joining import AccountExists, InvitationOver, join_as_new
from organizations.services.membership_invitations import (
    make_invitation_link,
    make_token,
    withdraw_invitation,
)
from tests.mail_servers import MailServer, run_mail_server
from tests.member_invitations import PASSWORD, Two, invite
from tests.sent_messages import use_server
from tests.staff import sign_in
from tests.work import do_due
from tests.work_rows import run_at_once

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


# --- Two at once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_open_one_link_make_one_account() -> None:
    create_roles()
    ours = Organization.objects.create(name="Fernbrook", slug="fernbrook")
    hashes = [invite(ours, "nia@fernbrook.example").token_hash] * 2
    assert join_at_once(hashes) == ["joined", "over"]
    assert (User.objects.count(), Membership.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_organizations_that_invite_one_address_make_one_account() -> None:
    create_roles()
    owners = [Organization.objects.create(name=name, slug=name) for name in ("fernbrook", "elsewhere")]
    hashes = [invite(owner, "nia@fernbrook.example").token_hash for owner in owners]
    assert join_at_once(hashes) == ["has an account", "joined"]
    assert (User.objects.count(), Membership.objects.count()) == (1, 1)


def join_at_once(hashes: list[str]) -> list[str]:
    def join(token_hash: str) -> str:
        try:
            join_as_new(token_hash=token_hash, full_name="Nia", password=PASSWORD, now=timezone.now())
        except InvitationOver:
            return "over"
        except AccountExists:
            return "has an account"
        return "joined"

    return sorted(run_at_once([partial(join, one) for one in hashes]))


# --- The e-mail ------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with run_mail_server() as server:
        use_server(settings, server.port)
        yield server


def test_the_link_comes_by_e_mail_as_work(organizations: Two, olga: User, server: MailServer) -> None:
    ours = organizations[0]
    Organization.objects.filter(pk=ours.pk).update(time_zone="Europe/Berlin", contact_email="people@fernbrook.example")
    with time_machine.travel(NOON, tick=False):
        invitation = invite(Organization.objects.get(pk=ours.pk), "nia@fernbrook.example", olga)
        do_due(StaffMail, now=NOON)
    (mail,) = server.taken
    assert {name: mail[name] for name in ("From", "To", "Reply-To", "Subject")} == {
        "From": "Fernbrook <interviews@ib.example>",
        "To": "nia@fernbrook.example",
        "Reply-To": "people@fernbrook.example",
        "Subject": "Join Fernbrook",
    }
    text = mail.get_content()
    assert [text.count(word) for word in (make_invitation_link(invitation), "9 March 2026, 13:00 (Europe/Berlin)")] == [
        1,
        1,
    ]
    row = StaffMail.objects.get()
    token = make_token(invitation)
    assert (row.work_status, any(token in str(value) for value in vars(row).values())) == ("done", False)


def test_an_invitation_that_is_revoked_before_is_not_sent(organizations: Two, olga: User, server: MailServer) -> None:
    invitation = invite(organizations[0], "nia@fernbrook.example", olga)
    withdraw_invitation(invitation, author=Author(olga, NOON))
    do_due(StaffMail)
    assert (server.taken, StaffMail.objects.get().work_status) == ([], "done")
    page = sign_in(olga).get(name_page(invitation)).content.decode()
    assert "not sent. Not needed any more: the invitation was over before its turn came." in page


def test_where_mail_is_sent_no_page_shows_the_link(organizations: Two, olga: User, server: MailServer) -> None:
    """Neither to who invites nor to who makes a new one: it is for whoever reads mail at the address."""
    client, add = sign_in(olga), reverse("admin:organizations_membershipinvitation_add")
    data = {"organization": organizations[0].pk, "email": "nia@fernbrook.example", "role": "hr"}
    made = client.post(add, data, follow=True)
    invitation = MembershipInvitation.objects.get()
    pages = [made, client.get(name_page(invitation, "link"), follow=True)]
    assert "An e-mail with the link is on its way to nia@fernbrook.example." in made.content.decode()
    do_due(StaffMail)
    pages.append(client.get(name_page(invitation)))
    shown = pages[-1].content.decode()
    assert [word in shown for word in ("sent to nia@fernbrook.example", "Send a new link")] == [True, True]
    pages.append(client.post(name_page(invitation, "renew"), follow=True))
    pages.append(client.get(name_page(invitation, "link"), follow=True))
    do_due(StaffMail)
    assert {(page.status_code, page.redirect_chain[-1][0]) for page in pages if hasattr(page, "redirect_chain")} == {
        (200, name_page(invitation))
    }
    assert [page.content.decode().count("/admin/join/") for page in pages] == [0] * 5
    invitation.refresh_from_db()
    texts = [mail.get_content() for mail in server.taken]
    assert [make_invitation_link(invitation) in text for text in texts] == [False, True]


def test_the_page_says_why_the_e_mail_was_not_sent(organizations: Two, olga: User, server: MailServer) -> None:
    invitation = invite(organizations[0], "nia@fernbrook.example", olga)
    url = reverse("admin:organizations_membershipinvitation_change", args=[invitation.pk])
    client = sign_in(olga)
    assert "on its way" in client.get(url).content.decode()
    server.answers = ["550 no such mailbox"]
    do_due(StaffMail)
    assert "not sent. 550 no such mailbox" in client.get(url).content.decode()
