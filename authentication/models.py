"""Who signs in: `User`, by e-mail address. Roles are Django groups, made by `manage.py create_roles`."""

import uuid
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address: it is what they sign in with.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=150, blank=True)
    is_staff = models.BooleanField(default=False, help_text="May sign in to the admin.")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    sign_ins_version = models.PositiveIntegerField(
        default=0, editable=False, help_text="One more ends all sessions of the user."
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_case_insensitive")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_session_auth_hash(self) -> str:
        return self._hash_sign_in(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._hash_sign_in(secret)

    def _hash_sign_in(self, secret: str | bytes | None) -> str:
        """A session is good as long as neither the password nor the version changes."""
        value = f"{self.sign_ins_version}:{self.password}"
        return salted_hmac("authentication.User.sign_in", value, secret=secret, algorithm="sha256").hexdigest()

    def get_short_name(self) -> str:
        """What the admin greets with: a first word may be a role that many share."""
        return str(self)


class TokenFamily(models.Model):
    """One sign-in by the API: all refresh tokens that came of one password, of which the newest alone is good."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="token_families")
    current_jti = models.CharField(max_length=36, help_text="Of the one refresh token that can be used.")
    sign_ins_version = models.PositiveIntegerField(help_text="The user's, as it was then; ended with it.")
    opened_at = models.DateTimeField()
    rotated_at = models.DateTimeField(help_text="When its newest token was made.")
    expires_at = models.DateTimeField(db_index=True, help_text="When its newest token ends.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Sign-in {self.uuid}"
