"""Signing in by the API: families of JSON Web Tokens (Simple JWT). Called by api/.

A refresh token is good once: using it makes the next of its family. Whoever brings one that was used before has a copy
of it, or somebody else has; nobody can tell which, so the family ends and both sign in again (RFC 9700, 4.14.2). Of
requests that were under way at the same moment one gets the new token, and the others are only refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import F, Q
from django.db.models.functions import Now
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from authentication.models import TokenFamily, User

FAMILY = "family"


class TokenRefused(Exception):
    """The refresh token opens nothing; the message says why, without telling which of several reasons it was."""

    def __init__(self) -> None:
        super().__init__("This refresh token is not good any more. Sign in again.")


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str
    expires_at: datetime  # of the access token


def open_family(*, user: User, now: datetime) -> Tokens:
    """Effects: a row for the sign-in. Returns its first tokens."""
    family = TokenFamily(user=user, sign_ins_version=user.sign_ins_version, opened_at=now, rotated_at=now)
    refresh = _make_refresh(family, user, now)
    family.current_jti, family.expires_at = refresh["jti"], now + RefreshToken.lifetime
    family.save()
    return _describe(refresh, now)


def rotate(*, token: str, received_at: datetime, now: datetime) -> Tokens:
    """The next tokens of the family. Effects: the token that was brought is not good any more; if it was not before,
    and was not replaced while this request was under way (`received_at`), the family ends. Raises TokenRefused.
    """
    brought = _read(token)
    family = TokenFamily.objects.select_related("user").filter(uuid=brought[FAMILY]).first()
    if family is None or not _is_open(family, now):
        raise TokenRefused
    following = _make_refresh(family, family.user, now)
    open_families = TokenFamily.objects.filter(pk=family.pk, revoked_at=None)
    changed = open_families.filter(current_jti=brought["jti"]).update(
        current_jti=following["jti"], rotated_at=Now(), expires_at=now + RefreshToken.lifetime
    )
    if not changed:
        if family.current_jti != brought["jti"]:  # else it was replaced since the row was read, just now
            open_families.filter(rotated_at__lt=received_at).update(revoked_at=now)
        raise TokenRefused
    return _describe(following, now)


def revoke(*, token: str, now: datetime) -> None:
    """Effects: the family of the token ends, and its access tokens with it. A token that opens nothing is no error."""
    try:
        brought = _read(token)
    except TokenRefused:
        return
    TokenFamily.objects.filter(uuid=brought[FAMILY], revoked_at=None).update(revoked_at=now)


def remove_old_families(*, now: datetime) -> int:
    """Effects: sign-ins are deleted that have ended by time. Returns how many."""
    return TokenFamily.objects.filter(expires_at__lt=now).delete()[0]


def find_user(claims: AccessToken) -> User | None:
    """Whose access token it is, while the sign-in lasts: not after signing out, here or everywhere. One query."""
    lasting = Q(token_families__uuid=claims[FAMILY], token_families__revoked_at=None)
    current = Q(sign_ins_version=F("token_families__sign_ins_version"))
    return User.objects.filter(lasting, current, uuid=claims["sub"], is_active=True).first()


def _is_open(family: TokenFamily, now: datetime) -> bool:
    user = family.user
    is_current = family.sign_ins_version == user.sign_ins_version and user.is_active
    return is_current and family.revoked_at is None and family.expires_at > now


def _make_refresh(family: TokenFamily, user: User, now: datetime) -> RefreshToken:
    token = RefreshToken()
    token.current_time = now
    token.set_exp(from_time=now)
    token.set_iat(at_time=now)
    token["sub"], token[FAMILY] = str(user.uuid), str(family.uuid)
    return token


def _describe(refresh: RefreshToken, now: datetime) -> Tokens:
    access = refresh.access_token
    access.set_exp(from_time=now)
    return Tokens(str(access), str(refresh), now + AccessToken.lifetime)


def _read(token: str) -> RefreshToken:
    try:
        return cast("RefreshToken", RefreshToken(token))
    except TokenError:
        raise TokenRefused from None
