"""Members on their page: added by superadmins, changed and removed with a reason; what of an account is whose."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from authentication.models import User
from organizations.models import Change, Membership, MembershipInvitation, Organization
from organizations.services.history import Author
from organizations.services.members import add_member, add_member_by_email
from organizations.services.membership_invitations import invite_member
from tests.staff import make_member, may_sign_in, sign_in, state_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


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
    client, root, nia = sign_in(olga), sign_in(User.objects.create_superuser("root@example.com", "x")), Client()
    link = find_link(add_by_page(root, ours, "Nia@fernbrook.example"))
    membership = Membership.objects.get(user__email="nia@fernbrook.example")
    assert (membership.role, str(membership.user)) == ("hr", "Nia New")
    page = client.get(member_page(membership)).content.decode()
    assert ("password_reset" in page, "no password yet" in page) == (False, True)
    opened = nia.get(link.removeprefix(settings.PUBLIC_URL), follow=True)
    assert "nia@fernbrook.example" in opened.content.decode()
    chosen = {"new_password1": "quiet-harbour-71", "new_password2": "quiet-harbour-71"}
    done = nia.post(opened.redirect_chain[-1][0], chosen, follow=True).content.decode()
    assert "Your password is set" in done
    assert may_sign_in("nia@fernbrook.example", "quiet-harbour-71", nia)
    assert (
        "does not work any more" in Client().get(link.removeprefix(settings.PUBLIC_URL), follow=True).content.decode()
    )
    assert client.post(member_page(membership, "link")).status_code == 404  # has a password: it is theirs


def test_a_link_is_not_made_for_who_belongs_elsewhere_too(
    organizations: tuple[Organization, Organization], olga: User
) -> None:
    """It would open the other organization as well."""
    ours, elsewhere = organizations
    stan = make_member("stan@elsewhere.example", {elsewhere: "admin"})
    membership = add_member_by_email(ours, "nia@fernbrook.example", "hr")
    link = find_link(sign_in(olga).post(member_page(membership, "link")).content.decode())
    assert "Choose a password" in Client().get(link.removeprefix(settings.PUBLIC_URL), follow=True).content.decode()
    other = add_member_by_email(elsewhere, "nia@fernbrook.example", "reviewer")
    for person, row in ((olga, membership), (stan, other)):
        assert sign_in(person).post(member_page(row, "link")).status_code == 404
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
    invite_member(organizations[0], "friend@example.com", "admin", author=Author(olga, NOON))
    assert client.post(url, data).status_code == 302
    assert Change.objects.get(message="Revoked.").reason == "Has left"  # no friend of theirs comes after them
    olga.refresh_from_db()
    line = Change.objects.filter(subject_type="authentication.user").order_by("-pk")[0]
    assert (olga.is_active, line.reason, line.differences[0]["label"]) == (False, "Has left", "Is active")


@pytest.mark.parametrize("right", ["is_superuser", "has_superadmin_role"])
def test_who_is_no_superadmin_any_more_leaves_no_open_invitation(
    organizations: tuple[Organization, Organization], right: str
) -> None:
    root, sam = (User.objects.create_superuser(f"{name}@example.com", "x") for name in ("root", "sam"))
    sam.groups.add(Group.objects.get(name="superadmin"))
    for owner in organizations:
        invite_member(owner, "friend@example.com", "admin", author=Author(sam, NOON))
    rights = {one: "on" for one in ("is_active", "is_staff", "is_superuser", "has_superadmin_role") if one != right}
    data = {"email": sam.email, "full_name": "", "change_reason": "Other work", **rights}
    client = sign_in(root)
    assert client.post(reverse("admin:authentication_user_change", args=[sam.pk]), data).status_code == 302
    lines = Change.objects.filter(message="Revoked.").order_by("pk")
    assert [(one.organization, one.actor, one.reason) for one in lines] == [
        (owner, root, "Other work") for owner in organizations
    ]
    assert not MembershipInvitation.objects.filter(withdrawn_at=None).exists()


def test_pages_that_delete_offer_the_one_field_that_asks_why(
    organizations: tuple[Organization, Organization], olga: User
) -> None:
    rosa = make_member("rosa@fernbrook.example", {organizations[0]: "hr"})
    page = sign_in(olga).get(member_page(rosa.memberships.get(), "delete")).content.decode()
    field = re.search(r'<input[^>]*name="change_reason"[^>]*>', page)
    assert field is not None
    assert [word in field[0] for word in ('maxlength="500"', 'id="id_change_reason"', "required")] == [
        True,
        True,
        False,
    ]
    assert ('<label for="id_change_reason">Reason</label>' in page, "Kept in the history." in page) == (True, True)


def test_the_last_administrators_are_not_deleted_one_by_one_or_together(
    organizations: tuple[Organization, Organization],
) -> None:
    """Who never signed in is in no line of the history, and could be deleted otherwise."""
    ours = organizations[0]
    two = [make_member(f"{name}@fernbrook.example", {ours: "admin"}) for name in ("olga", "omar")]
    root = sign_in(User.objects.create_superuser("root@example.com", "x"))
    url = reverse("admin:authentication_user_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [one.pk for one in two], "post": "yes"}
    assert "last administrator of Fernbrook" in root.post(url, chosen).content.decode()
    assert ours.memberships.count() == 2
    each = reverse("admin:authentication_user_delete", args=[two[1].pk])
    assert root.post(each, {"post": "yes"}).status_code == 302
    each = reverse("admin:authentication_user_delete", args=[two[0].pk])
    assert "last administrator of Fernbrook" in root.post(each, {"post": "yes"}).content.decode()
    assert list(ours.memberships.values_list("user__email", flat=True)) == ["olga@fernbrook.example"]
    deleted = Change.objects.filter(action="deleted", subject_type="authentication.user")
    assert [one.subject_name for one in deleted] == ["omar@fernbrook.example"]


def test_nobody_takes_their_own_way_in(organizations: tuple[Organization, Organization]) -> None:
    root = User.objects.create_superuser("root@example.com", "x")
    url = reverse("admin:authentication_user_change", args=[root.pk])
    assert sign_in(root).post(url, {"email": root.email, "full_name": "R"}).status_code == 302
    root.refresh_from_db()
    assert (root.full_name, root.is_active, root.is_staff, root.is_superuser) == ("R", True, True, True)


# --- What of an account is an organization's -------------------------------------------------------------------------


@pytest.fixture
def both(organizations: tuple[Organization, Organization], olga: User) -> dict[str, User]:
    """Members of Fernbrook: of it alone, of Elsewhere too, of another that Olga administers too, and a superadmin."""
    ours, elsewhere = organizations
    sister = Organization.objects.create(name="Sister", slug="sister")
    add_member(sister, olga, "admin")
    root = User.objects.create_superuser("root@fernbrook.example", "x")
    add_member(ours, root, "hr")
    people = {
        "alone": make_member("alone@fernbrook.example", {ours: "hr"}),
        "elsewhere": make_member("elsewhere@fernbrook.example", {ours: "hr", elsewhere: "hr"}),
        "sister": make_member("sister@fernbrook.example", {ours: "hr", sister: "hr"}),
        "root": root,
    }
    for day, user in enumerate(people.values(), start=1):
        User.objects.filter(pk=user.pk).update(last_login=NOON.replace(day=day))
    return people


def find_membership(user: User) -> Membership:
    return Membership.objects.get(user=user, organization__slug="fernbrook")


def test_the_last_sign_in_is_shown_where_all_of_the_account_is_ones_own(olga: User, both: dict[str, User]) -> None:
    client, listed = sign_in(olga), reverse("admin:organizations_membership_changelist")
    rows = {one.user.email: one.seen_at for one in client.get(listed).context["cl"].result_list}
    assert {name: rows[user.email] for name, user in both.items()} == {
        "alone": NOON.replace(day=1),
        "elsewhere": None,
        "sister": NOON.replace(day=3),
        "root": None,
    }
    shown = {name: client.get(member_page(find_membership(user))).content.decode() for name, user in both.items()}
    assert {name: "Mar 2026, 12:00" in page for name, page in shown.items()} == {
        "alone": True,
        "elsewhere": False,
        "sister": True,
        "root": False,
    }
    column = list(client.get(listed).context["cl"].list_display).index("last_seen")
    sorted_ = client.get(listed, {"o": column}).context["cl"].queryset.query.order_by
    assert not any("last_login" in str(one) for one in sorted_)


def test_sign_ins_are_ended_with_a_reason_where_all_of_the_account_is_ones_own(
    olga: User, both: dict[str, User]
) -> None:
    client, home = sign_in(olga), reverse("admin:index")
    browsers = {name: sign_in(user) for name, user in both.items()}
    pages = {name: member_page(find_membership(user), "sign_out") for name, user in both.items()}
    why = {"confirmed": "yes", "reason": "Lost laptop"}
    assert {name: client.get(url).status_code for name, url in pages.items()} == {
        "alone": 200,
        "elsewhere": 404,
        "sister": 200,
        "root": 404,
    }
    assert "Write why" in client.post(pages["alone"], {"confirmed": "yes", "reason": " "}).content.decode()
    assert browsers["alone"].get(home).status_code == 200
    for url in pages.values():
        client.post(url, why)
    assert {name: one.get(home).status_code for name, one in browsers.items()} == {
        "alone": 302,
        "elsewhere": 200,
        "sister": 302,
        "root": 200,
    }
    lines = Change.objects.filter(message="Signed out everywhere.").order_by("pk")
    assert [(one.subject_id, one.actor, one.reason) for one in lines] == [
        (find_membership(both[name]).pk, olga, "Lost laptop") for name in ("alone", "sister")
    ]


def test_sign_ins_of_several_are_ended_after_saying_whose(olga: User, both: dict[str, User]) -> None:
    client, listed = sign_in(olga), reverse("admin:organizations_membership_changelist")
    browsers = {name: sign_in(user) for name, user in both.items()}
    chosen = [find_membership(user).pk for user in (*both.values(), olga)]
    act = {"action": "sign_out", "_selected_action": chosen}
    page = client.post(listed, act)
    assert (page.context["rows"], [who for who, _ in page.context["left_out"]]) == (
        [(str(both[name]), both[name].email) for name in ("alone", "sister")],
        [f"{one}, {one.email}" for one in (both["elsewhere"], olga, both["root"])],
    )
    shown = page.content.decode()
    assert [shown.count(word) for word in ("Sign out 2 people everywhere</button>", 'name="once"')] == [1, 1]
    assert not Change.objects.filter(message="Signed out everywhere.").exists()
    done = client.post(listed, {**act, "confirmed": "yes", "reason": "Phishing"}, follow=True).content.decode()
    assert "2 people are signed out" in done
    assert [one.get(reverse("admin:index")).status_code for one in browsers.values()] == [302, 200, 302, 200]
