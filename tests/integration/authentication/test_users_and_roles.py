"""Users, and the roles that `manage.py create_roles` makes."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from authentication.domain.roles import ROLES, list_permissions, list_roles_with
from authentication.models import User
from authentication.selectors import is_superadmin
from authentication.services.roles import PermissionMissing, create_roles

pytestmark = pytest.mark.django_db


def list_groups() -> dict[str, set[tuple[str, str]]]:
    return {
        group.name: set(group.permissions.values_list("content_type__app_label", "codename"))
        for group in Group.objects.all()
    }


def test_every_role_has_exactly_its_permissions_however_often_they_are_made() -> None:
    wanted = {role: list_permissions(role) for role in ROLES}
    for _ in range(2):
        out = StringIO()
        call_command("create_roles", stdout=out)
        assert list_groups() == wanted
    assert out.getvalue().splitlines() == [f"{role}: {len(names)} permissions" for role, names in wanted.items()]


def test_what_was_added_or_taken_by_hand_is_mended() -> None:
    create_roles()
    reviewer = Group.objects.get(name="reviewer")
    reviewer.permissions.remove(Permission.objects.get(codename="view_answerscore"))
    reviewer.permissions.add(Permission.objects.get(codename="delete_user"))
    create_roles()
    assert list_groups()["reviewer"] == list_permissions("reviewer")


def test_before_migrate_nothing_is_made() -> None:
    Permission.objects.filter(codename="view_interviewreport").delete()
    with pytest.raises(PermissionMissing, match=r"lacks 1 permissions.*view_interviewreport.*manage.py migrate"):
        create_roles()
    assert list_groups() == {}
    with pytest.raises(CommandError, match="migrate"):
        call_command("create_roles")


RECORDED = ("interviewsession", "answer", "answerscore", "audiosegment", "transcriptentry", "sessionevent")


@pytest.mark.parametrize("role", ROLES)
def test_no_role_may_change_what_an_interview_recorded(role: str) -> None:
    changing = {name for _, name in list_permissions(role) if name.split("_", 1)[1] in (*RECORDED, "interviewreport")}
    # One that goes on is ended, and an answer is scored again beside its scores: nothing recorded changes.
    acts = {"steer_interviewsession", "rescore_answerscore"} if role != "reviewer" else set()
    assert {name for name in changing if not name.startswith("view_")} == acts


def test_roles_are_found_by_their_permission() -> None:
    assert list_roles_with("organizations.add_membership") == {"superadmin"}
    assert list_roles_with("organizations.add_membershipinvitation") == {"superadmin", "admin"}
    assert list_roles_with("interviewpanel.view_interviewpanel") == {"superadmin", "admin", "hr", "reviewer"}
    assert list_roles_with("interviewpanel.delete_interviewsession") == frozenset()


def test_a_user_signs_in_by_e_mail_in_small_letters() -> None:
    user = User.objects.create_user("Priya@Fernbrook.Example", "correct horse", full_name="Priya Raghunathan")
    assert (user.email, str(user), user.get_short_name()) == (
        "priya@fernbrook.example",
        "Priya Raghunathan",
        "Priya Raghunathan",
    )
    assert authenticate(RequestFactory().post("/"), username=user.email, password="correct horse") == user
    assert (user.is_staff, user.is_superuser) == (False, False)
    nameless = User.objects.create_user("x@fernbrook.example")
    assert (str(nameless), nameless.get_short_name(), nameless.has_usable_password()) == (
        "x@fernbrook.example",
        "x@fernbrook.example",
        False,
    )


def test_a_user_needs_an_address_that_nobody_has() -> None:
    with pytest.raises(ValueError, match="needs an e-mail address"):
        User.objects.create_user("")
    User.objects.create_user("priya@fernbrook.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="PRIYA@fernbrook.example")


def test_superusers_and_the_role_are_superadmins_while_they_are_active() -> None:
    create_roles()
    root = User.objects.create_superuser("root@example.com", "correct horse")
    keeper = User.objects.create_user("keeper@example.com")
    assert (root.is_staff, is_superadmin(root), is_superadmin(keeper)) == (True, True, False)
    keeper.groups.add(Group.objects.get(name="superadmin"))
    assert is_superadmin(keeper)
    keeper.is_active = root.is_active = False
    assert not is_superadmin(keeper)
    assert not is_superadmin(root)
    assert not is_superadmin(AnonymousUser())
