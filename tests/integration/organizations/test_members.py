"""Joining and leaving an organization: the membership, the group, and the way into the admin."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from authentication.models import User
from authentication.services.roles import create_roles
from organizations.models import Membership, Organization
from organizations.selectors import Reach, load_reach
from organizations.services.members import RoleMissing, add_member, add_member_by_email, remove_member
from tests.staff import make_member, sign_in

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
    add_member(organizations[0], keeper, "admin")
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


def post_members(organization: Organization, rows: list[dict[str, object]], initial: int) -> dict[str, object]:
    data: dict[str, object] = {
        "name": organization.name,
        "time_zone": "UTC",
        "retention_days": "90",
        "reminder_hours": "6",
        "primary_colour": "#1f5fa8",
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": initial,
    }
    for number, row in enumerate(rows):
        data |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return data


def test_an_administrator_keeps_the_members_on_the_organizations_page(
    organizations: tuple[Organization, Organization],
) -> None:
    ours = organizations[0]
    owner = make_member("owner@fernbrook.example", {ours: "admin"})
    leaver = make_member("recruiter@fernbrook.example", {ours: "hr"})
    client = sign_in(owner)
    url = reverse("admin:organizations_organization_change", args=[ours.pk])
    page = client.get(url).content.decode()
    assert "recruiter@fernbrook.example" in page
    kept, gone = (Membership.objects.get(user=user).pk for user in (owner, leaver))
    rows: list[dict[str, object]] = [
        {"id": kept, "role": "admin"},
        {"id": gone, "role": "hr", "DELETE": "on"},
        {"email": "New@Fernbrook.example", "role": "reviewer"},
    ]
    twice = [*rows[:2], {"email": "owner@fernbrook.example", "role": "hr"}]
    assert "is here twice" in client.post(url, post_members(ours, twice, 2)).content.decode()
    assert client.post(url, post_members(ours, rows, 2)).status_code == 302
    assert set(ours.memberships.values_list("user__email", "role")) == {
        ("owner@fernbrook.example", "admin"),
        ("new@fernbrook.example", "reviewer"),
    }
    assert state_of(leaver) == (False, set(), set())
    history = client.get(reverse("admin:organizations_organization_history", args=[ours.pk])).content.decode()
    assert "new@fernbrook.example · Reviewer · Fernbrook" in history
