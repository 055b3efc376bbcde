"""Joining and leaving an organization: the membership, the group, and the way into the admin."""

import re
import threading
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import reverse

from authentication.models import User
from authentication.services.roles import create_roles
from organizations.models import Change, Membership, Organization
from organizations.selectors import Reach, load_reach
from organizations.services.history import Author
from organizations.services.members import (
    MemberRefused,
    RoleMissing,
    add_member,
    add_member_by_email,
    check_may_go,
    remove_member,
)
from tests.staff import make_member, sign_in

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def organizations() -> tuple[Organization, Organization]:
    create_roles()
    return (
        Organization.objects.create(name="Fernbrook", slug="fernbrook"),
        Organization.objects.create(name="Elsewhere", slug="elsewhere"),
    )


def state_of(user: User) -> tuple[bool, set[str], set[tuple[str, str]]]:
    user = User.objects.get(pk=user.pk)
    groups = set(user.groups.values_list("name", flat=True))
    return user.is_staff, groups, set(Membership.objects.filter(user=user).values_list("organization__slug", "role"))


def test_a_member_gets_the_group_and_keeps_it_while_any_membership_needs_it(
    organizations: tuple[Organization, Organization],
) -> None:
    ours, elsewhere = organizations
    user = User.objects.create_user("priya@fernbrook.example")
    for _ in range(2):
        add_member(ours, user, "hr")
        assert state_of(user) == (True, {"hr"}, {("fernbrook", "hr")})
    add_member(elsewhere, user, "hr")
    add_member(ours, user, "reviewer")
    assert state_of(user) == (True, {"hr", "reviewer"}, {("fernbrook", "reviewer"), ("elsewhere", "hr")})
    remove_member(elsewhere, user)
    assert state_of(user) == (True, {"reviewer"}, {("fernbrook", "reviewer")})
    remove_member(ours, user)
    assert state_of(user) == (False, set(), set())


def test_leaving_takes_nothing_that_the_organization_did_not_give(
    organizations: tuple[Organization, Organization],
) -> None:
    keeper = User.objects.create_user("keeper@example.com", is_staff=True)
    keeper.groups.add(Group.objects.get(name="superadmin"), Group.objects.create(name="of another tool"))
    add_member(organizations[0], keeper, "hr")
    remove_member(organizations[0], keeper)
    assert state_of(keeper) == (True, {"superadmin", "of another tool"}, set())


def test_who_is_not_known_becomes_a_user_without_a_password(organizations: tuple[Organization, Organization]) -> None:
    new = add_member_by_email(organizations[0], "New@fernbrook.example", "reviewer").user
    assert (new.email, new.has_usable_password()) == ("new@fernbrook.example", False)
    assert add_member_by_email(organizations[1], "NEW@fernbrook.example", "hr").user == new
    assert state_of(new) == (True, {"hr", "reviewer"}, {("fernbrook", "reviewer"), ("elsewhere", "hr")})


def test_without_roles_nobody_joins(organizations: tuple[Organization, Organization]) -> None:
    Group.objects.all().delete()
    with pytest.raises(RoleMissing, match="create_roles"):
        add_member_by_email(organizations[0], "new@fernbrook.example", "hr")
    assert (User.objects.count(), Membership.objects.count()) == (0, 0)


def test_the_reach_is_the_role_in_each_organization(organizations: tuple[Organization, Organization]) -> None:
    ours, elsewhere = organizations
    user = make_member("between@both.example", {ours: "reviewer", elsewhere: "admin"})
    reach = load_reach(user)
    assert reach == Reach(False, {ours.pk: "reviewer", elsewhere.pk: "admin"})
    assert reach.list_organizations("organizations.change_candidate") == [elsewhere.pk]
    assert reach.may("organizations.view_candidate", ours.pk)
    assert not reach.may("organizations.change_candidate", ours.pk)
    assert not reach.may("organizations.view_candidate", None)


# --- What is refused -------------------------------------------------------------------------------------------------


def test_the_last_administrator_is_neither_removed_nor_demoted_nor_deactivated(
    organizations: tuple[Organization, Organization],
) -> None:
    ours = organizations[0]
    olga = make_member("olga@fernbrook.example", {ours: "admin", organizations[1]: "hr"})
    gone = make_member("gone@fernbrook.example", {ours: "admin"})
    User.objects.filter(pk=gone.pk).update(is_active=False)  # counts no more
    for act in (lambda: remove_member(ours, olga), lambda: add_member(ours, olga, "hr"), lambda: check_may_go(olga)):
        with pytest.raises(MemberRefused, match=r"last administrator of Fernbrook. Make somebody else"):
            act()
    assert state_of(olga)[2] == {("fernbrook", "admin"), ("elsewhere", "hr")}
    make_member("second@fernbrook.example", {ours: "admin"})
    check_may_go(olga)
    add_member(ours, olga, "reviewer")
    assert state_of(olga)[2] == {("fernbrook", "reviewer"), ("elsewhere", "hr")}


def test_nobody_changes_their_own_membership(organizations: tuple[Organization, Organization]) -> None:
    ours = organizations[0]
    olga = make_member("olga@fernbrook.example", {ours: "admin"})
    make_member("second@fernbrook.example", {ours: "admin"})
    author = Author(olga, NOON)
    with pytest.raises(MemberRefused, match="their own membership"):
        remove_member(ours, olga, author=author)
    with pytest.raises(MemberRefused, match="their own membership"):
        add_member(ours, olga, "hr", author=author)
    with pytest.raises(MemberRefused, match="their own membership"):
        add_member_by_email(ours, "OLGA@fernbrook.example", "reviewer", author=author)
    assert state_of(olga)[2] == {("fernbrook", "admin")}


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_leave_one() -> None:
    create_roles()
    ours = Organization.objects.create(name="Fernbrook", slug="fernbrook")
    people = [make_member(f"{name}@fernbrook.example", {ours: "admin"}) for name in ("olga", "omar")]
    said: list[str] = []

    def remove(user: User) -> None:
        try:
            remove_member(ours, user)
            said.append("removed")
        except MemberRefused:
            said.append("refused")
        finally:
            connection.close()

    workers = [threading.Thread(target=remove, args=[one]) for one in people]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (sorted(said), ours.memberships.count()) == (["refused", "removed"], 1)


# --- What the history says, and who is signed out --------------------------------------------------------------------


def test_every_change_of_a_membership_is_a_line_of_the_history(
    organizations: tuple[Organization, Organization],
) -> None:
    ours = organizations[0]
    olga = make_member("olga@fernbrook.example", {ours: "admin"})
    before = Change.objects.count()
    membership = add_member_by_email(ours, "new@fernbrook.example", "hr", author=Author(olga, NOON))
    add_member(ours, membership.user, "hr", author=Author(olga, NOON))  # as it is already: no line
    add_member(ours, membership.user, "reviewer", author=Author(olga, NOON, "Rates only"))
    remove_member(ours, membership.user, author=Author(olga, NOON, "Has left"))
    lines = Change.objects.order_by("pk")[before:]
    assert [(one.action, one.actor, one.organization, one.message, one.reason) for one in lines] == [
        ("added", olga, ours, "Joined as Recruiter.", ""),
        ("changed", olga, ours, "", "Rates only"),
        ("deleted", olga, ours, "Was Reviewer.", "Has left"),
    ]
    assert lines[1].differences == [{"field": "role", "label": "Role", "before": "Recruiter", "after": "Reviewer"}]


def test_whose_role_is_taken_is_signed_out_everywhere(organizations: tuple[Organization, Organization]) -> None:
    ours, elsewhere = organizations
    user = make_member("between@both.example", {ours: "hr", elsewhere: "hr"})
    laptop, desktop = sign_in(user), sign_in(user)
    home = reverse("admin:index")
    assert [one.get(home).status_code for one in (laptop, desktop)] == [200, 200]
    remove_member(ours, user)
    assert [one.get(home).status_code for one in (laptop, desktop)] == [302, 302]
    again = sign_in(User.objects.get(pk=user.pk))
    assert again.get(home).status_code == 200
    add_member(elsewhere, user, "reviewer")
    assert again.get(home).status_code == 302


# --- The admin's pages -----------------------------------------------------------------------------------------------


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
