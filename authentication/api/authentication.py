"""`Authorization: Bearer`, with an access token of Simple JWT. Named in settings.REST_FRAMEWORK."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.tokens import AccessToken

from authentication.api.throttles import count_failure
from authentication.models import User
from authentication.services.token_families import find_user

EXPLANATION = "The access token is not good, or not any more. Refresh it, or sign in again."
KEY_PREFIX = b"ib_"  # an API key, which is for somebody else to read


class TokenAuthentication(JWTAuthentication):
    """A sign-in that has ended is asked of the database: by signing out its access tokens end at once."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        header = self.get_header(request)
        token = None if header is None else self.get_raw_token(header)
        if token is None or token.startswith(KEY_PREFIX):
            return None
        try:
            claims = self.get_validated_token(token)
        except InvalidToken:
            claims = None
        user = None if claims is None else find_user(claims)
        if claims is None or user is None:
            count_failure(request)
            raise AuthenticationFailed(EXPLANATION, code="token_not_good")
        return user, claims


class TokenScheme(OpenApiAuthenticationExtension):
    """How the description of the API calls it."""

    target_class = "authentication.api.authentication.TokenAuthentication"
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Of a person who signed in at /api/v1/auth/token/.",
        }
