"""A new password by a link, for who has forgotten it or has none yet.

Asking for the link is organizations/door_views.py, since e-mail is sent there.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth import views
from django.contrib.auth.forms import SetPasswordForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminPasswordWidget

from authentication.models import User
from authentication.signals import password_chosen


class ChooseForm(SetPasswordForm):  # type: ignore[type-arg] # Django has no types at run time
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("new_password1", "new_password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
        self.fields["new_password1"].label = "Your password"
        self.fields["new_password2"].label = "The same again"


class SitePage:
    """What the theme's pages for who is not signed in need to know of the site."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return self.make_context(self.request, **own)

    @staticmethod
    def make_context(request: HttpRequest, **own: Any) -> dict[str, Any]:
        return {**admin.site.each_context(request), **own}


class AskedView(SitePage, views.PasswordResetDoneView):
    title = "Look into your mailbox"
    template_name = "authentication/password_asked.html"


class ChooseView(SitePage, views.PasswordResetConfirmView):
    title = "Choose a password"
    form_class = ChooseForm
    template_name = "authentication/password_choose.html"

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        password_chosen.send(sender=User, user=form.user)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context if self.validlink else {**context, "title": "This link is over"}


class ChosenView(SitePage, views.PasswordResetCompleteView):
    title = "Your password is set"
    template_name = "authentication/password_chosen.html"
