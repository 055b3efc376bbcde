"""Below /api/v1/auth/."""

from django.urls import path

from authentication.api.views import ObtainView, RefreshView, SignOutView, VerifyView

urlpatterns = [
    path("token/", ObtainView.as_view(), name="token-obtain"),
    path("token/refresh/", RefreshView.as_view(), name="token-refresh"),
    path("token/verify/", VerifyView.as_view(), name="token-verify"),
    path("token/sign-out/", SignOutView.as_view(), name="token-sign-out"),
]
