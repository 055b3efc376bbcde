"""Ending sign-ins. Called where somebody's role is taken or lessened (organizations) and by the admin of users."""

from django.db.models import F

from authentication.models import User


def sign_out_everywhere(user: User) -> None:
    """Effect: every session that the user has, in any browser, ends with its next request."""
    User.objects.filter(pk=user.pk).update(sign_ins_version=F("sign_ins_version") + 1)
    user.refresh_from_db(fields=["sign_ins_version"])
