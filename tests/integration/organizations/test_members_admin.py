"""Members on their page: added, changed and removed with a reason, by links that are shown once."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from authentication.models import User
from organizations.models import Change, Membership, Organization
from tests.staff import make_member, sign_in, state_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(organizations: tuple[Organization, Organization]) -> User:
    return make_member("olga@fernbrook.example", {organizations[0]: "admin"})


def member_page(membership: Membership, page: str = "change") -> str:
    return reverse(f"admin:organizations_membership_{page}", args=[membership.pk])


def find_link(page: str) -> str:
    found = re.search(r'value="(http[^"]+/password_reset/link/[^"]+)"', page)
    return found[1] if found else ""


def add_by_page(client: Client, organization: Organization, email: str, role: str = "hr") -> str:
    data = {"organization": organization.pk, "email": email, "full_name": "Nia New", "role": role}
    return client.post(reverse("admin:organizations_membership_add"), data, follow=True).content.decode()


def test_who_is_new_sets_a_password_by_a_link_that_is_shown_once(
    organizations: tuple[Organization, Organization], olga: User
) -> None:
    ours = organizations[0]
    client, nia = sign_in(olga), Client()
    link = find_link(add_by_page(client, ours, "Nia@fernbrook.example"))
    membership = Membership.objects.get(user__email="nia@fernbrook.example")
    assert (membership.role, str(membership.user)) == ("hr", "Nia New")
    page = client.get(member_page(membership)).content.decode()
    assert ("password_reset" in page, "no password yet" in page) == (False, True)
    opened = nia.get(link.removeprefix(settings.PUBLIC_URL), follow=True)
    assert "nia@fernbrook.example" in opened.content.decode()
    chosen = {"new_password1": "quiet-harbour-71", "new_password2": "quiet-harbour-71"}
    done = nia.post(opened.redirect_chain[-1][0], chosen, follow=True).content.decode()
    assert "Your password is set" in done
    assert nia.login(username="nia@fernbrook.example", password="quiet-harbour-71")
    assert (
        "does not work any more" in Client().get(link.removeprefix(settings.PUBLIC_URL), follow=True).content.decode()
    )
    assert client.post(member_page(membership, "link")).status_code == 404  # has a password: it is theirs


def test_a_link_is_not_made_for_who_belongs_elsewhere_too(
    organizations: tuple[Organization, Organization], olga: User
) -> None:
    """It would open the other organization as well."""
    ours, elsewhere = organizations
    link = find_link(add_by_page(sign_in(olga), ours, "nia@fernbrook.example"))
    stan = make_member("stan@elsewhere.example", {elsewhere: "admin"})
    page = add_by_page(sign_in(stan), elsewhere, "nia@fernbrook.example", "reviewer")
    assert (find_link(page), "They have no password yet" in page) == ("", True)
    for client, owner in ((sign_in(olga), ours), (sign_in(stan), elsewhere)):
        membership = Membership.objects.get(user__email="nia@fernbrook.example", organization=owner)
        assert client.post(member_page(membership, "link")).status_code == 404
    opened = Client().get(link.removeprefix(settings.PUBLIC_URL), follow=True).content.decode()
    assert "does not work any more" in opened


def test_a_role_is_changed_with_a_reason(organizations: tuple[Organization, Organization], olga: User) -> None:
    rosa = make_member("rosa@fernbrook.example", {organizations[0]: "hr"})
    membership, client = rosa.memberships.get(), sign_in(olga)
    refused = client.post(member_page(membership), {"role": "reviewer", "change_reason": " "}).content.decode()
    assert "Write why" in refused
    assert client.post(member_page(membership), {"role": "reviewer", "change_reason": "Rates only"}).status_code == 302
    assert state_of(rosa)[2] == {("fernbrook", "reviewer")}
    line = Change.objects.order_by("-pk")[0]
    assert (line.actor, line.reason, line.subject_id) == (olga, "Rates only", membership.pk)
    history = client.get(member_page(membership, "history")).content.decode()
    assert [word in history for word in ("Recruiter", "Reviewer", "Rates only")] == [True] * 3


def test_oneself_and_the_last_administrator_stay(organizations: tuple[Organization, Organization], olga: User) -> None:
    own = olga.memberships.get()
    client, root = sign_in(olga), sign_in(User.objects.create_superuser("root@example.com", "x"))
    page = client.get(member_page(own)).content.decode()
    assert "This is you" in page
    assert client.post(member_page(own), {"role": "hr", "change_reason": "x"}).status_code == 403
    assert client.post(member_page(own, "delete"), {"post": "yes"}).status_code == 403
    for answer in (
        root.post(member_page(own), {"role": "hr", "change_reason": "x"}, follow=True),
        root.post(member_page(own, "delete"), {"post": "yes"}, follow=True),
    ):
        assert "last administrator of Fernbrook" in answer.content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [own.pk], "post": "yes"}
    root.post(reverse("admin:organizations_membership_changelist"), chosen)
    assert state_of(olga)[2] == {("fernbrook", "admin")}
    assert not Change.objects.filter(action="deleted").exists()


def test_a_member_is_removed_with_a_reason(organizations: tuple[Organization, Organization], olga: User) -> None:
    rosa = make_member("rosa@fernbrook.example", {organizations[0]: "hr"})
    removal = {"post": "yes", "change_reason": "Has left"}
    assert sign_in(olga).post(member_page(rosa.memberships.get(), "delete"), removal).status_code == 302
    assert state_of(rosa) == (False, set(), set())
    line = Change.objects.get(action="deleted")
    assert (line.actor, line.message, line.reason) == (olga, "Was Recruiter.", "Has left")


def test_users_are_deactivated_when_the_history_names_them(
    organizations: tuple[Organization, Organization], olga: User
) -> None:
    root = User.objects.create_superuser("root@example.com", "x")
    client, url = sign_in(root), reverse("admin:authentication_user_change", args=[olga.pk])
    sign_in(olga)
    assert client.post(reverse("admin:authentication_user_delete", args=[olga.pk]), {"post": "yes"}).status_code == 403
    data = {"email": olga.email, "full_name": "", "is_staff": "on", "change_reason": "Has left"}
    assert "last administrator of Fernbrook" in client.post(url, data).content.decode()
    make_member("second@fernbrook.example", {organizations[0]: "admin"})
    assert client.post(url, data).status_code == 302
    olga.refresh_from_db()
    line = Change.objects.filter(subject_type="authentication.user").order_by("-pk")[0]
    assert (olga.is_active, line.reason, line.differences[0]["label"]) == (False, "Has left", "Is active")


def test_nobody_takes_their_own_way_in(organizations: tuple[Organization, Organization]) -> None:
    root = User.objects.create_superuser("root@example.com", "x")
    url = reverse("admin:authentication_user_change", args=[root.pk])
    assert sign_in(root).post(url, {"email": root.email, "full_name": "R"}).status_code == 302
    root.refresh_from_db()
    assert (root.full_name, root.is_active, root.is_staff, root.is_superuser) == ("R", True, True, True)


# --- A forgotten password --------------------------------------------------------------------------------------------


def test_a_link_is_sent_to_who_asks_and_nobody_learns_who_is_here(olga: User, mailoutbox: list[EmailMessage]) -> None:
    client, url = Client(), reverse("admin_password_reset")
    assert reverse("admin_password_reset") in client.get(reverse("admin:login")).content.decode()
    known, unknown = (
        client.post(url, {"email": email}, follow=True).content.decode()
        for email in ("OLGA@fernbrook.example", "nobody@fernbrook.example")
    )
    assert re.sub(r"csrf\w+", "", known) == re.sub(r"csrf\w+", "", unknown)
    (message,) = mailoutbox
    assert message.to == ["olga@fernbrook.example"]
    assert f"{settings.PUBLIC_URL}/admin/password_reset/link/" in message.body
