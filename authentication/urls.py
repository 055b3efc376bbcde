"""Pages for who cannot sign in yet. Below /admin/, so that the headers of the admin go with them."""

from django.urls import path

from authentication.views import AskedView, ChooseView, ChosenView

urlpatterns = [
    path("admin/password_reset/sent/", AskedView.as_view(), name="password_reset_done"),
    path("admin/password_reset/link/<uidb64>/<token>/", ChooseView.as_view(), name="password_reset_confirm"),
    path("admin/password_reset/set/", ChosenView.as_view(), name="password_reset_complete"),
]
