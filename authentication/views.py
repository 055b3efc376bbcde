"""A new password for who has forgotten it, or has none yet: by a link to their own e-mail address.

The pages say the same whether or not there is such a user.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget

from authentication.models import User
from authentication.signals import password_chosen


class AskForm(PasswordResetForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail"
        self.fields["email"].widget = UnfoldAdminEmailInputWidget(attrs={"autocomplete": "email", "autofocus": True})

    def get_users(self, email: str) -> Iterable[User]:
        """Also who was added as a member and has no password yet."""
        return User.objects.filter(email=email.lower(), is_active=True)


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
        return {**admin.site.each_context(self.request), **own}


class AskView(SitePage, views.PasswordResetView):
    title = "A new password"
    form_class = AskForm
    template_name = "authentication/password_ask.html"
    email_template_name = "authentication/password_email.txt"
    subject_template_name = "authentication/password_subject.txt"
    extra_email_context = {"site": settings.PUBLIC_URL}


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
