"""Who a user is, beyond the permissions Django knows. Called by the admin of every app."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from authentication.domain.roles import SUPERADMIN
from authentication.models import User


def is_superadmin(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user runs the installation and sees every organization. One query, none for a superuser."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or user.groups.filter(name=SUPERADMIN).exists()
