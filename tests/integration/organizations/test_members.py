"""Joining and leaving an organization: the membership, the group, and the way into the admin."""

from datetime import UTC, datetime
from functools import partial

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
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
from tests.staff import make_member, sign_in, state_of
from tests.work_rows import run_at_once

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


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
    for act in (lambda: remove_member(ours, olga), lambda: add_member(ours, olga, "hr"), lambda: check_may_go([olga])):
        with pytest.raises(MemberRefused, match=r"last administrator of Fernbrook. Make somebody else"):
            act()
    assert state_of(olga)[2] == {("fernbrook", "admin"), ("elsewhere", "hr")}
    make_member("second@fernbrook.example", {ours: "admin"})
    check_may_go([olga])
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

    def remove(user: User) -> str:
        try:
            remove_member(ours, user)
        except MemberRefused:
            return "refused"
        return "removed"

    said = run_at_once([partial(remove, one) for one in people])
    assert (sorted(said), ours.memberships.count()) == (["refused", "removed"], 1)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_are_deleted_at_once_leave_one() -> None:
    """As the admin deletes: asked first, under the lock, and deleted in the same transaction."""
    create_roles()
    ours = Organization.objects.create(name="Fernbrook", slug="fernbrook")
    people = [make_member(f"{name}@fernbrook.example", {ours: "admin"}) for name in ("olga", "omar")]

    def delete(user: User) -> str:
        try:
            with transaction.atomic():
                check_may_go([user])
                user.delete()
        except MemberRefused:
            return "refused"
        return "deleted"

    said = run_at_once([partial(delete, one) for one in people])
    assert (sorted(said), ours.memberships.count()) == (["deleted", "refused"], 1)


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
