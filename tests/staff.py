"""Signed-in people for the admin's tests: each a member of organizations with a role, as the services make them."""

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from authentication.domain.roles import ROLES
from authentication.models import User
from authentication.services.roles import create_roles
from organizations.models import Membership, Organization
from organizations.services.members import add_member


def make_member(email: str, roles: dict[Organization, str]) -> User:
    if Group.objects.filter(name__in=ROLES).count() < len(ROLES):
        create_roles()
    user = User.objects.create_user(email, "correct horse")
    for organization, role in roles.items():
        add_member(organization, user, role)
    return User.objects.get(pk=user.pk)


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def may_sign_in(email: str, password: str, client: Client | None = None) -> bool:
    """By the form, as people do: the guard against guessing wants to know from where."""
    client = client or Client()
    client.post(reverse("admin:login"), {"username": email, "password": password})
    return "_auth_user_id" in client.session


def state_of(user: User) -> tuple[bool, set[str], set[tuple[str, str]]]:
    """As the database has it: whether the admin is open, the groups, and the role in each organization."""
    user = User.objects.get(pk=user.pk)
    groups = set(user.groups.values_list("name", flat=True))
    return user.is_staff, groups, set(Membership.objects.filter(user=user).values_list("organization__slug", "role"))
