"""Joining an organization by an invitation: nobody learns who has an account, and nobody joins for somebody else.

Named people: Olga administers Fernbrook, Stan administers Elsewhere; Boss has an account at Elsewhere, Nia has none.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from authentication.models import User
from organizations.engines.mail import DUMMY
from organizations.models import Change, MembershipInvitation
from organizations.services.history import Author
from organizations.services.joining import (
    InvitationOver,
    NotInvited,
    accept_invitation,
    join_as_new,
)
from organizations.services.members import add_member, remove_member
from organizations.services.membership_invitations import (
    make_invitation_link,
    renew_invitation,
    withdraw_invitation,
)
from tests.member_invitations import (
    PASSWORD,
    Two,
    blank,
    find_link,
    invite,
    invite_by_page,
    open_link,
)
from tests.staff import make_member, may_sign_in, sign_in, state_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_mail(settings: Settings) -> None:
    """So the link is shown to who invites; with mail: test_invitations_at_work.py."""
    settings.EMAIL_BACKEND = DUMMY


# --- Who has an account is nobody's business -------------------------------------------------------------------------


def test_the_same_is_said_of_who_has_an_account_and_who_has_none(organizations: Two, olga: User, boss: User) -> None:
    ours, client = organizations[0], sign_in(olga)
    said, opened, rows = [], [], []
    for email in (boss.email, "nia@fernbrook.example"):
        page = invite_by_page(client, ours, email.upper())
        link, row = find_link(page), MembershipInvitation.objects.get(email=email)
        said.append(blank(page, email, link))
        opened.append(blank(open_link(Client(), link), email))
        change = client.get(reverse("admin:organizations_membershipinvitation_change", args=[row.pk]))
        rows.append(blank(change.content.decode(), email))
    assert (said[0], opened[0], rows[0]) == (said[1], opened[1], rows[1])
    page = client.get(reverse("admin:organizations_membership_changelist")).content.decode()
    assert [page.count(word) for word in (boss.email, "nia@fernbrook.example", "waits for them")] == [1, 1, 2]
    assert state_of(boss)[2] == {("elsewhere", "admin")}


def test_administrators_add_nobody_at_once(organizations: Two, olga: User, boss: User) -> None:
    url = reverse("admin:organizations_membership_add")
    data = {"organization": organizations[0].pk, "email": boss.email, "role": "reviewer"}
    assert sign_in(olga).post(url, data).status_code == 403


def test_superadmins_too_invite_who_has_an_account(organizations: Two, olga: User) -> None:
    """Whoever holds the link of another organization can make an account under somebody else's address."""
    ours, elsewhere = organizations
    email = "boss@b.example"
    join_as_new(
        token_hash=invite(ours, email, olga).token_hash, full_name="Not Boss", password=PASSWORD, now=timezone.now()
    )
    user, root = User.objects.get(email=email), sign_in(User.objects.create_superuser("root@example.com", "x"))
    data = {"organization": elsewhere.pk, "email": email.upper(), "role": "admin"}
    page = root.post(reverse("admin:organizations_membership_add"), data, follow=True).content.decode()
    assert f"{email} has an account already. Invite this address: whoever reads mail there accepts." in page
    assert state_of(user)[2] == {("fernbrook", "hr")}
    invite_by_page(root, elsewhere, email)
    assert (state_of(user)[2], elsewhere.membership_invitations.get().email) == ({("fernbrook", "hr")}, email)


# --- Joining ---------------------------------------------------------------------------------------------------------


def test_who_is_new_makes_an_account_and_is_a_member(organizations: Two, olga: User) -> None:
    link = find_link(invite_by_page(sign_in(olga), organizations[0], "Nia@fernbrook.example"))
    nia = Client()
    assert "nia@fernbrook.example is invited to join Fernbrook as recruiter" in open_link(nia, link)
    assert urlsplit(link).path.split("/")[-2] not in str(dict(nia.session))  # a copied database opens nothing
    url = reverse("staff_invitation")
    answers = {"do": "new", "new-full_name": "Nia New", "new-new_password1": "nia", "new-new_password2": "nia"}
    assert "too short" in nia.post(url, answers).content.decode()
    answers |= {"new-new_password1": PASSWORD, "new-new_password2": PASSWORD}
    done = nia.post(url, answers, follow=True)
    assert (done.redirect_chain, "You are a member of Fernbrook now." in done.content.decode()) == (
        [(reverse("admin:index"), 302)],
        True,
    )
    user = User.objects.get(email="nia@fernbrook.example")
    assert (user.full_name, state_of(user)) == ("Nia New", (True, {"hr"}, {("fernbrook", "hr")}))
    assert may_sign_in(user.email, PASSWORD)
    lines = Change.objects.filter(actor=user).order_by("pk")[:2]
    assert [(one.action, one.organization, one.subject_name, one.message) for one in lines] == [
        ("changed", organizations[0], "nia@fernbrook.example · Recruiter · Fernbrook", "Accepted."),
        ("added", organizations[0], "Nia New · Recruiter · Fernbrook", "Joined as Recruiter."),
    ]


def test_who_has_an_account_signs_in_and_accepts(organizations: Two, olga: User, boss: User) -> None:
    invitation = invite(organizations[0], "Boss@Elsewhere.example", olga)
    client, url = Client(), reverse("staff_invitation")
    open_link(client, make_invitation_link(invitation))
    new = {"do": "new", "new-full_name": "X", "new-new_password1": PASSWORD, "new-new_password2": PASSWORD}
    assert "Sign in instead" in client.post(url, new).content.decode()
    refused = client.post(url, {"do": "own", "own-password": PASSWORD}).content.decode()
    assert "This is not the password" in refused
    assert (state_of(boss)[2], "_auth_user_id" in client.session) == ({("elsewhere", "admin")}, False)
    assert client.post(url, {"do": "own", "own-password": "correct horse"}).status_code == 302
    assert state_of(boss) == (True, {"admin", "hr"}, {("elsewhere", "admin"), ("fernbrook", "hr")})
    assert client.session["_auth_user_id"] == str(boss.pk)


def test_who_was_a_member_somewhere_and_is_none_now_gets_in_as_well(organizations: Two, boss: User) -> None:
    make_member("second@elsewhere.example", {organizations[1]: "admin"})
    remove_member(organizations[1], boss)
    client = Client()
    open_link(client, make_invitation_link(invite(organizations[0], boss.email)))
    client.post(reverse("staff_invitation"), {"do": "own", "own-password": "correct horse"})
    assert (client.get(reverse("admin:index")).status_code, state_of(boss)) == (
        200,
        (True, {"hr"}, {("fernbrook", "hr")}),
    )


def test_nobody_accepts_what_was_sent_to_somebody_else(organizations: Two, olga: User, boss: User) -> None:
    invitation = invite(organizations[0], "nia@fernbrook.example", olga)
    client, url = sign_in(boss), reverse("staff_invitation")
    page = open_link(client, make_invitation_link(invitation))
    assert "this invitation is for another address" in page
    assert "this invitation is for another address" in client.post(url).content.decode()
    with pytest.raises(NotInvited):
        accept_invitation(token_hash=invitation.token_hash, user=boss, now=timezone.now())
    assert (state_of(boss)[2], MembershipInvitation.objects.get().accepted_at) == ({("elsewhere", "admin")}, None)


def test_who_is_signed_in_as_invited_only_says_yes(organizations: Two, boss: User) -> None:
    client = sign_in(boss)
    page = open_link(client, make_invitation_link(invite(organizations[0], boss.email)))
    assert ("Join Fernbrook</button>" in page, 'type="password"' in page) == (True, False)
    assert client.post(reverse("staff_invitation")).status_code == 302
    assert state_of(boss)[2] == {("elsewhere", "admin"), ("fernbrook", "hr")}


def test_who_has_become_a_member_meanwhile_keeps_the_role(organizations: Two, boss: User) -> None:
    invitation = invite(organizations[0], boss.email, role="reviewer")
    add_member(organizations[0], boss, "admin")
    accept_invitation(token_hash=invitation.token_hash, user=boss, now=timezone.now())
    assert state_of(boss)[2] == {("elsewhere", "admin"), ("fernbrook", "admin")}


# --- Links that open nothing -----------------------------------------------------------------------------------------


def test_links_that_open_nothing_answer_alike(organizations: Two, olga: User) -> None:
    ours, author = organizations[0], Author(olga, timezone.now())
    spent, expired, withdrawn, renewed = (invite(ours, f"{name}@fernbrook.example", olga) for name in "abcd")
    join_as_new(token_hash=spent.token_hash, full_name="A", password=PASSWORD, now=author.now)
    MembershipInvitation.objects.filter(pk=expired.pk).update(expires_at=author.now - timedelta(seconds=1))
    withdraw_invitation(withdrawn, author=author)
    links = [make_invitation_link(one) for one in (spent, expired, withdrawn, renewed)]
    fresh = renew_invitation(renewed, author=author)
    answers = [Client().get(urlsplit(one).path) for one in (*links, reverse("staff_invitation_link", args=["x"]))]
    answers.append(Client().get(reverse("staff_invitation")))
    assert {one.status_code for one in answers} == {404}
    assert len({blank(one.content.decode()) for one in answers}) == 1
    assert "You are new here" in open_link(Client(), make_invitation_link(fresh))
    for one in (spent, expired, withdrawn, renewed):
        with pytest.raises(InvitationOver):
            join_as_new(token_hash=one.token_hash, full_name="B", password=PASSWORD, now=author.now)


def test_a_page_that_was_open_while_the_invitation_was_withdrawn_does_nothing(organizations: Two, olga: User) -> None:
    invitation, client = invite(organizations[0], "nia@fernbrook.example", olga), Client()
    open_link(client, make_invitation_link(invitation))
    withdraw_invitation(invitation, author=Author(olga, NOON))
    new = {"do": "new", "new-full_name": "X", "new-new_password1": PASSWORD, "new-new_password2": PASSWORD}
    assert client.post(reverse("staff_invitation"), new).status_code == 404
    assert not User.objects.filter(email="nia@fernbrook.example").exists()


def test_who_is_sent_away_does_not_come_back_by_a_link_of_their_own(organizations: Two, olga: User) -> None:
    ours = organizations[0]
    omar = make_member("omar@fernbrook.example", {ours: "admin"})
    own = invite(ours, "omar.private@example.com", omar, "admin")
    remove_member(ours, omar, author=Author(olga, NOON, "Has left"))
    assert MembershipInvitation.objects.get(pk=own.pk).withdrawn_at == NOON
    rosa = make_member("rosa@fernbrook.example", {ours: "admin"})
    own, others = invite(ours, "rosa.private@example.com", rosa), invite(ours, "kim@example.com", olga)
    add_member(ours, rosa, "reviewer", author=Author(olga, NOON, "Rates only"))
    pending = MembershipInvitation.objects.filter(withdrawn_at=None)
    assert list(pending) == [others]
