"""Obtain, refresh, verify and give back tokens. What else happens here is counted: by account, and by address."""

from datetime import datetime
from typing import Any, ClassVar, cast

from django.contrib.auth import authenticate
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.tokens import AccessToken

from authentication.api.authentication import TokenAuthentication
from authentication.api.serializers import RefreshSerializer, SignInSerializer, TokensSerializer, VerifySerializer
from authentication.api.throttles import AddressThrottle
from authentication.models import User
from authentication.services import token_families
from config.api.parsers import SmallJsonParser
from config.api.privacy import keep_private
from config.api.schema import PROBLEM, give_example
from config.requests import RECEIVED_AT

EXAMPLE = {
    "access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0YjEuLi4ifQ.0f3b1c",
    "refresh": "eyJhbGciOiJIUzI1NiJ9.eyJmYW1pbHkiOiI5YzQuLi4ifQ.7c2e9d",
    "expires_at": "2026-11-21T09:40:00Z",
}
REFRESH_EXAMPLE = {"refresh": EXAMPLE["refresh"]}
WRONG = "No account has this address and this password."


class SigningIn(APIView):
    """Nobody is signed in yet, so that a header which is no good any more is not looked at."""

    authentication_classes: ClassVar[list[Any]] = []
    permission_classes: ClassVar[list[Any]] = [AllowAny]
    throttle_classes: ClassVar[list[Any]] = [AddressThrottle]
    parser_classes: ClassVar[list[Any]] = [SmallJsonParser]

    def read(self, request: Request, serializer: type[Any]) -> dict[str, Any]:
        read = serializer(data=request.data)
        read.is_valid(raise_exception=True)
        data: dict[str, Any] = read.validated_data
        return data

    def get_authenticate_header(self, request: Request) -> str:
        return TokenAuthentication().authenticate_header(request)  # what is wrong here is 401, and says how


class ObtainView(SigningIn):
    @extend_schema(
        operation_id="token_obtain",
        summary="Sign in",
        request=SignInSerializer,
        responses={200: TokensSerializer, 400: PROBLEM, 401: PROBLEM, 429: PROBLEM},
        examples=[
            give_example({"email": "hr@demo.example", "password": "the password"}, of="request"),
            give_example(EXAMPLE, of="response"),
        ],
        tags=["auth"],
    )
    def post(self, request: Request) -> Response:
        data = self.read(request, SignInSerializer)
        user = authenticate(request._request, username=data["email"].lower(), password=data["password"])
        if not isinstance(user, User):
            raise AuthenticationFailed(WRONG)
        return answer(token_families.open_family(user=user, now=timezone.now()))


class RefreshView(SigningIn):
    @extend_schema(
        operation_id="token_refresh",
        summary="The next access and refresh token",
        description="A refresh token is good once. Brought a second time it ends the whole sign-in.",
        request=RefreshSerializer,
        responses={200: TokensSerializer, 400: PROBLEM, 401: PROBLEM, 429: PROBLEM},
        examples=[give_example(REFRESH_EXAMPLE, of="request"), give_example(EXAMPLE, of="response")],
        tags=["auth"],
    )
    def post(self, request: Request) -> Response:
        received_at = find_arrival(request)
        token = self.read(request, RefreshSerializer)["refresh"]
        try:
            return answer(token_families.rotate(token=token, received_at=received_at, now=timezone.now()))
        except token_families.TokenRefused as refusal:
            raise AuthenticationFailed(str(refusal)) from refusal


class VerifyView(SigningIn):
    @extend_schema(
        operation_id="token_verify",
        summary="Is this access token good?",
        request=VerifySerializer,
        responses={204: OpenApiResponse(description="It is."), 400: PROBLEM, 401: PROBLEM, 429: PROBLEM},
        examples=[give_example({"token": EXAMPLE["access"]}, of="request")],
        tags=["auth"],
    )
    def post(self, request: Request) -> Response:
        reader = TokenAuthentication()
        try:
            claims = reader.get_validated_token(self.read(request, VerifySerializer)["token"].encode())
        except InvalidToken:
            claims = None
        if not isinstance(claims, AccessToken) or token_families.find_user(claims) is None:
            raise AuthenticationFailed("The access token is not good, or not any more.")
        return Response(status=status.HTTP_204_NO_CONTENT)


class SignOutView(SigningIn):
    @extend_schema(
        operation_id="token_sign_out",
        summary="Sign out",
        description="Ends the sign-in that the refresh token belongs to, its access tokens too. What is no token, or "
        "is over, is answered alike.",
        request=RefreshSerializer,
        responses={204: OpenApiResponse(description="It is over."), 400: PROBLEM, 429: PROBLEM},
        examples=[give_example(REFRESH_EXAMPLE, of="request")],
        tags=["auth"],
    )
    def post(self, request: Request) -> Response:
        token_families.revoke(token=self.read(request, RefreshSerializer)["refresh"], now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def find_arrival(request: Request) -> datetime:
    """When the request came to the server: it may have waited for a thread since."""
    scope = getattr(request._request, "scope", {})
    return cast("datetime", scope.get(RECEIVED_AT) or timezone.now())


def answer(tokens: token_families.Tokens) -> Response:
    return keep_private(Response(TokensSerializer(tokens).data))
