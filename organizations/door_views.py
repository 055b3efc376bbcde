"""At the door of the admin: asking for a new password, and joining an organization by an invitation's link.

Asking for a password is answered alike for all. The page of an invitation looks alike whether or not the invited
address has an account; only who makes one there learns that there was none.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from django.views.generic import FormView, View
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from authentication.models import User
from authentication.views import ChooseForm, SitePage
from organizations.engines.mail import explain_mail
from organizations.models import MembershipInvitation
from organizations.services.joining import (
    AccountExists,
    InvitationOver,
    NotInvited,
    accept_invitation,
    find_invitation,
    join_as_new,
)
from organizations.services.members import RoleMissing
from organizations.services.membership_invitations import hash_token
from organizations.services.staff_mail_queue import MailNotSetUp, ask_password_link

OPENED = "opened_invitation"  # where the session keeps the hash of the token: no further address holds the secret
BACKEND = "django.contrib.auth.backends.ModelBackend"


class AskForm(forms.Form):
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "email", "autofocus": True}),
    )


class AskView(SitePage, FormView):  # type: ignore[type-arg] # Django has no types at run time
    form_class = AskForm
    template_name = "authentication/password_ask.html"
    success_url = reverse_lazy("password_reset_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "title": "A new password", "unavailable": explain_mail()}

    def form_valid(self, form: AskForm) -> HttpResponse:
        try:
            ask_password_link(email=form.cleaned_data["email"], now=timezone.now())
        except MailNotSetUp:
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)


def show_forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """In the place of Django's bare page: what is not allowed, and the way back. Named in config/urls.py."""
    context = SitePage.make_context(request, title="Not allowed")
    return TemplateResponse(request, "organizations/forbidden.html", context, status=403).render()


# --- Joining ---------------------------------------------------------------------------------------------------------


class SignInForm(forms.Form):
    """Of who has an account: the address is the invited one."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )


class NewAccountForm(ChooseForm):
    full_name = forms.CharField(
        label="Your name",
        max_length=150,
        help_text="As colleagues read it.",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "name"}),
    )
    field_order = ("full_name", "new_password1", "new_password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "A password"


@never_cache
@require_safe
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Remember that it was opened, and go on to an address without the secret: that one may stand in logs."""
    token_hash = hash_token(token)
    if find_invitation(token_hash, timezone.now()) is None:
        return show_over(request)
    request.session[OPENED] = token_hash
    return HttpResponseRedirect(reverse("staff_invitation"))


def show_over(request: HttpRequest) -> HttpResponse:
    """One answer for every link that opens nothing."""
    request.session.pop(OPENED, None)
    context = SitePage.make_context(request, title="This link is over")
    return TemplateResponse(request, "organizations/join_over.html", context, status=404)


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class JoinView(View):
    """What is asked depends on who is signed in, and on nothing else."""

    token_hash: str
    invitation: MembershipInvitation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.token_hash = request.session.get(OPENED, "")
        found = find_invitation(self.token_hash, timezone.now())
        if found is None:
            return show_over(request)
        self.invitation = found
        try:
            return super().dispatch(request, *args, **kwargs)
        except InvitationOver:  # somebody was quicker
            return show_over(request)
        except RoleMissing as refusal:
            return self.show(problem=str(refusal))

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            return self.accept(request.user)
        if request.POST.get("do") == "new":
            return self.make_account()
        return self.sign_in()

    def accept(self, user: User) -> HttpResponse:
        try:
            accept_invitation(token_hash=self.token_hash, user=user, now=timezone.now())
        except NotInvited:
            return self.show()  # it says so
        return self.welcome()

    def sign_in(self) -> HttpResponse:
        form = SignInForm(self.request.POST, prefix="own")
        if not form.is_valid():
            return self.show(own=form)
        email, password = self.invitation.email, form.cleaned_data["password"]
        user = authenticate(self.request, username=email, password=password)
        if not isinstance(user, User):
            form.add_error("password", "This is not the password of an account with this address.")
            return self.show(own=form)
        accept_invitation(token_hash=self.token_hash, user=user, now=timezone.now())
        return self.enter(user)

    def make_account(self) -> HttpResponse:
        form = self.make_new_form(self.request.POST)
        if not form.is_valid():
            return self.show(new=form)
        name, password = form.cleaned_data["full_name"], form.cleaned_data["new_password1"]
        try:
            user = join_as_new(token_hash=self.token_hash, full_name=name, password=password, now=timezone.now())
        except AccountExists:
            return self.show(new=form, problem="Sign in instead: this address has an account already.")
        return self.enter(user)

    def enter(self, user: User) -> HttpResponse:
        """As they are now that they are a member: whoever has no membership may not enter."""
        login(self.request, User.objects.get(pk=user.pk), backend=BACKEND)
        return self.welcome()

    def welcome(self) -> HttpResponse:
        self.request.session.pop(OPENED, None)
        messages.success(self.request, f"You are a member of {self.invitation.organization} now.")
        return HttpResponseRedirect(reverse("admin:index"))

    def make_new_form(self, data: Any = None) -> NewAccountForm:
        return NewAccountForm(User(email=self.invitation.email), data, prefix="new")

    def show(self, *, own: Any = None, new: Any = None, problem: str = "") -> HttpResponse:
        user = self.request.user
        context = SitePage.make_context(
            self.request,
            title=f"Join {self.invitation.organization}",
            invitation=self.invitation,
            own=own or SignInForm(prefix="own"),
            new=new or self.make_new_form(),
            problem=problem,
            is_invited=isinstance(user, User) and user.email.lower() == self.invitation.email,
        )
        return TemplateResponse(self.request, "organizations/join.html", context)
