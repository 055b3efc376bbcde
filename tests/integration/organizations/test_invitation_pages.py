"""The pages of members' invitations: made anew, revoked, shown once; and their end.

Named people: Olga administers Fernbrook; Nia is invited.
"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from authentication.models import User
from organizations.admin.membership_invitations import name_page
from organizations.engines.mail import DUMMY
from organizations.models import Change, MembershipInvitation, StaffMail
from organizations.services.membership_invitations import (
    InvitationRefused,
    make_invitation_link,
)
from organizations.tasks import delete_ended_invitations
from tests.member_invitations import (
    Two,
    find_link,
    invite,
    invite_by_page,
    open_link,
    post_revocation,
)
from tests.staff import make_member, sign_in

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_mail(settings: Settings) -> None:
    """So the link is shown to who invites; with mail: test_invitations_at_work.py."""
    settings.EMAIL_BACKEND = DUMMY


def test_an_invitation_is_made_anew_and_revoked_on_its_page(organizations: Two, olga: User) -> None:
    client = sign_in(olga)
    first = find_link(invite_by_page(client, organizations[0], "nia@fernbrook.example"))
    row = MembershipInvitation.objects.get()
    renew, revoke = (
        reverse(f"admin:organizations_membershipinvitation_{act}", args=[row.pk]) for act in ("renew", "revoke")
    )
    second = find_link(client.post(renew, follow=True).content.decode())
    assert (second != first, "You are new here" in open_link(Client(), second)) == (True, True)
    asked = client.get(revoke).content.decode()
    assert [asked.count(word) for word in ("Revoke the invitation</button>", 'name="once"', 'id="id_reason"')] == [
        1
    ] * 3
    assert "Write why" in post_revocation(client, row, " ").content.decode()
    assert MembershipInvitation.objects.get().is_pending
    assert post_revocation(client, row).status_code == 302
    assert post_revocation(client, row).status_code == 302
    assert "This invitation is over" in client.post(renew, follow=True).content.decode()
    lines = Change.objects.filter(subject_type="organizations.membershipinvitation").order_by("pk")
    assert [(one.action, one.actor, one.message, one.reason) for one in lines] == [
        ("added", olga, "Invited as Recruiter.", ""),
        ("changed", olga, "A new link was made.", ""),
        ("changed", olga, "Revoked.", "Wrong person"),
    ]
    page = client.get(reverse("admin:organizations_membership_changelist")).content.decode()
    assert ("nia@fernbrook.example" in page, "Nobody is invited" in page) == (False, True)


def test_a_member_or_an_invited_address_is_not_invited_again(organizations: Two, olga: User) -> None:
    ours, client = organizations[0], sign_in(olga)
    invite(ours, "nia@fernbrook.example", olga)
    assert "is invited already" in invite_by_page(client, ours, "NIA@fernbrook.example")
    assert "is a member already" in invite_by_page(client, ours, olga.email)
    with pytest.raises(InvitationRefused, match="invited already"):
        invite(ours, "nia@fernbrook.example", olga)
    assert MembershipInvitation.objects.count() == 1


def test_a_link_is_shown_once_and_a_form_sent_twice_makes_one(organizations: Two, olga: User) -> None:
    client, add = sign_in(olga), reverse("admin:organizations_membershipinvitation_add")
    data = {"organization": organizations[0].pk, "email": "nia@fernbrook.example", "role": "hr", "once": str(uuid4())}
    first, again = client.post(add, data), client.post(add, data)
    row = MembershipInvitation.objects.get()
    here, change, renew = (name_page(row, page) for page in ("link", "change", "renew"))
    assert [(one.status_code, one["Location"]) for one in (first, again)] == [(302, here)] * 2
    assert make_invitation_link(row).split("/")[-2] not in str(dict(client.session))
    assert find_link(client.get(here).content.decode()) == make_invitation_link(row)
    spent = client.get(here, follow=True)
    assert (spent.redirect_chain, find_link(spent.content.decode())) == ([(change, 302)], "")
    assert "A link is shown once" in spent.content.decode()
    key = {"once": str(uuid4())}
    assert [client.post(renew, key)["Location"] for _ in range(2)] == [here, here]
    row.refresh_from_db()
    assert (row.token_version, find_link(client.get(here).content.decode())) == (1, make_invitation_link(row))
    other = sign_in(make_member("omar@fernbrook.example", {organizations[0]: "admin"}))
    client.post(renew)
    assert find_link(other.get(here, follow=True).content.decode()) == ""


# --- The end ---------------------------------------------------------------------------------------------------------


def test_what_is_over_is_deleted_after_ninety_days(organizations: Two, olga: User) -> None:
    late, kept = NOON - timedelta(days=90, seconds=1), NOON - timedelta(days=90)
    states: dict[str, dict[str, datetime]] = {
        "accepted": {"accepted_at": late},
        "accepted-lately": {"accepted_at": kept, "expires_at": late},
        "revoked": {"withdrawn_at": late},
        "revoked-lately": {"withdrawn_at": kept},
        "ran-out": {"expires_at": late},
        "ran-out-lately": {"expires_at": kept},
        "open": {"expires_at": NOON + timedelta(days=1)},
    }
    for name, moments in states.items():
        row = invite(organizations[0], f"{name}@fernbrook.example", olga)
        MembershipInvitation.objects.filter(pk=row.pk).update(**moments)
        sent_at = late if name == "open" else kept
        StaffMail.objects.create(kind="invitation", invitation=row, work_status="done", finished_at=sent_at)
    for days in (7, 8):
        asked = StaffMail.objects.create(kind="password", user=olga, work_status="done", finished_at=NOON)
        StaffMail.objects.filter(pk=asked.pk).update(created_at=NOON - timedelta(days=days))
    assert delete_ended_invitations(NOON) == 3
    left = MembershipInvitation.objects.order_by("pk").values_list("email", flat=True)
    assert [email.split("@")[0] for email in left] == ["accepted-lately", "revoked-lately", "ran-out-lately", "open"]
    assert [
        (one.kind, one.invitation and one.invitation.email.split("@")[0]) for one in StaffMail.objects.order_by("pk")
    ] == [
        ("invitation", "accepted-lately"),
        ("invitation", "revoked-lately"),
        ("invitation", "ran-out-lately"),
        ("password", None),
    ]
    assert delete_ended_invitations(NOON) == 0
