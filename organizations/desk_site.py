"""The admin's site. What a person does on a page, and the line that the history keeps of it, happen together or not at
all: every request that may change something runs in one transaction.

Made by config/apps.py. A view that raises, whatever it raises, has changed nothing; one that answers, if only with a
refusal in words, is committed. Whoever catches an error of the database inside gives it a savepoint of its own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from unfold.forms import AdminOwnPasswordChangeForm
from unfold.sites import UnfoldAdminSite

from authentication.models import User

View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
MARK = "runs_apart"


def apart(view: View) -> View:
    """Of a view that writes nothing, or keeps each deed and its line together in transactions of its own.

    SQLite has one lock for all who write: no model is waited for with it, and two thousand links are not sent with it.
    """
    setattr(view, MARK, True)
    return view


def keep_together(view: Callable[..., Any]) -> Callable[..., Any]:
    if getattr(getattr(view, "func", view), MARK, False):  # of a partial, what it calls
        return view

    @wraps(view)
    def together(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method in SAFE:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return together


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc] # the theme has no types
    def save(self, commit: bool = True) -> Any:
        """Effects: the password, and a line for each organization of whose it is."""
        from organizations.services.sign_ins import record_password

        user = super().save(commit)
        assert isinstance(user, User)
        record_password(user=user, now=timezone.now())
        return user


class DeskSite(UnfoldAdminSite):  # type: ignore[misc]
    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(keep_together(view), cacheable)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """The theme's, with a form that tells the history."""
        request.current_app = self.name
        show = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse(f"{self.name}:password_change_done", current_app=self.name),
            template_name=self.password_change_template or "registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return show(request)
