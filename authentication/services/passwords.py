"""Links by which a person sets a password of their own. Called by the admin of members; sent by views.py.

The link is Django's: signed, for three days (PASSWORD_RESET_TIMEOUT), and dead as soon as a password is set.
"""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from authentication.models import User


def make_password_link(user: User) -> str:
    """The whole address. Whoever opens it first sets the password: it goes to nobody but the user."""
    names = {
        "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    return f"{settings.PUBLIC_URL}{reverse('password_reset_confirm', kwargs=names)}"


def end_password_links(user: User) -> None:
    """Effect: links made before open nothing any more. Only of a user who has no password yet."""
    if not user.has_usable_password():
        user.set_unusable_password()  # a new one each time, which the links are signed with
        user.save(update_fields=["password"])
