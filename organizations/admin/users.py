"""Users in the admin, for superadmins. Members of an organization are kept on the organization's page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.forms import AdminPasswordChangeForm, UserCreationForm
from unfold.forms import UserChangeForm as ThemedUserChangeForm
from unfold.widgets import UnfoldBooleanSwitchWidget

from authentication.domain.roles import SUPERADMIN
from authentication.models import User
from authentication.selectors import is_superadmin
from authentication.services.sessions import sign_out_everywhere
from organizations.admin.reasons import ReasonedAdmin
from organizations.admin.recording import get_actor, read_reason
from organizations.admin.scope import OfferedLookups
from organizations.models import Change
from organizations.services.history import Author
from organizations.services.members import MemberRefused, check_may_go
from organizations.services.membership_invitations import end_sent_invitations

# Roles are made by `manage.py create_roles` with exactly their permissions; by hand they would only be bent.
admin.site.unregister(Group)


class UserChangeForm(ThemedUserChangeForm):
    has_superadmin_role = forms.BooleanField(
        required=False,
        label="Superadmin",
        widget=UnfoldBooleanSwitchWidget,
        help_text="Runs this installation: sees every organization, and keeps users and organizations.",
    )

    class Meta(ThemedUserChangeForm.Meta):
        model = User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "has_superadmin_role" in self.fields:
            self.fields["has_superadmin_role"].initial = self.instance.groups.filter(name=SUPERADMIN).exists()

    def clean_is_active(self) -> bool:
        """Who leaves without a successor would leave an organization that nobody can open."""
        is_active = bool(self.cleaned_data["is_active"])
        if self.instance.is_active and not is_active:
            try:
                check_may_go([self.instance])
            except MemberRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return is_active


class UserAddForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("email", "full_name")

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError("There is a user with this e-mail address already.")
        return email


@admin.register(User)
class UserAdmin(OfferedLookups, DjangoUserAdmin, ReasonedAdmin):  # type: ignore[misc]
    reasoned_fields = ("is_active", "is_staff", "has_superadmin_role", "is_superuser")
    # Of oneself: who takes their own way in could not give it back, and who gives it has it already.
    access_fields = ("is_active", "is_staff", "has_superadmin_role", "is_superuser")
    change_password_form = AdminPasswordChangeForm
    form = UserChangeForm
    add_form = UserAddForm
    ordering = ("email",)
    list_display = ("email", "full_name", "roles", "is_staff", "is_active", "last_login", "joined_at")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "full_name")
    date_hierarchy = "joined_at"
    list_per_page = 50
    filter_horizontal = ()
    readonly_fields = ("organizations", "last_login", "joined_at", "uuid")
    add_fieldsets = (
        (
            None,
            {
                "fields": ("email", "full_name", "usable_password", "password1", "password2"),
                "description": "After this, invite the person on the members' page, or add them there if they have no "
                "password yet: that gives the role and opens the admin.",
            },
        ),
    )
    fieldsets = (
        (None, {"fields": ("email", "full_name", "password")}),
        ("Access", {"fields": ("organizations", "is_active", "is_staff", "has_superadmin_role", "is_superuser")}),
        ("Record", {"fields": ("last_login", "joined_at", "uuid"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Who is no superadmin but was given the permission by hand sees the members of their own organizations."""
        users = super().get_queryset(request).prefetch_related("groups")
        if is_superadmin(request.user):
            return users
        colleagues = User.objects.filter(memberships__organization__memberships__user=request.user.pk)
        return users.filter(pk__in=colleagues.values("pk"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._outranks(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whose changes the history keeps is deactivated instead; nobody deletes themselves."""
        if not super().has_delete_permission(request, obj) or not self._outranks(request, obj):
            return False
        return obj is None or (obj.pk != request.user.pk and not self._has_history(obj))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Who leaves without a successor is named among what stands in the way, of several also all together."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        try:
            check_may_go(objs)
        except MemberRefused as refusal:
            protected = [*protected, str(refusal)]
        return to_delete, counts, lacking, protected

    @transaction.atomic
    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """In one transaction: what was asked of the last administrators holds until the users are gone."""
        response: HttpResponse | None = super().response_action(request, *args, **kwargs)
        return response

    def _has_history(self, user: User) -> bool:
        return Change.objects.filter(actor=user).exists()

    def _outranks(self, request: HttpRequest, obj: User | None) -> bool:
        """A superuser's password and rights are changed by superusers only, any user's by superadmins only."""
        if obj is None or request.user.is_superuser:
            return True
        return not obj.is_superuser and is_superadmin(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        if obj is not None and obj.pk == request.user.pk:
            return (*fields, *self.access_fields)
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of oneself, without the tick that is no field of the row and so cannot be shown read-only."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or obj.pk != request.user.pk:
            return fieldsets
        return tuple(
            (title, {**options, "fields": tuple(one for one in options["fields"] if one != "has_superadmin_role")})
            for title, options in fieldsets
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if {"is_active", "is_staff", "is_superuser"} & set(form.changed_data):
            sign_out_everywhere(obj)
        if any(name in form.changed_data and not getattr(obj, name) for name in ("is_active", "is_superuser")):
            self._end_sent_invitations(request, obj)

    def _end_sent_invitations(self, request: HttpRequest, user: User) -> None:
        """What was sent with a right that is taken away brings nobody in any more."""
        end_sent_invitations(user, author=Author(get_actor(request), timezone.now(), read_reason(request)))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "has_superadmin_role" not in form.changed_data:
            return
        group, _ = Group.objects.get_or_create(name=SUPERADMIN)
        if form.cleaned_data["has_superadmin_role"]:
            form.instance.groups.add(group)
            self.log_change(request, form.instance, "Made a superadmin.")
        else:
            form.instance.groups.remove(group)
            sign_out_everywhere(form.instance)
            self._end_sent_invitations(request, form.instance)
            self.log_change(request, form.instance, "No superadmin any more.")

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        names = ["superuser"] if user.is_superuser else []
        return ", ".join(names + sorted(group.name for group in user.groups.all())) or "none"

    @admin.display(description="organizations")
    def organizations(self, user: User) -> str:
        memberships = user.memberships.select_related("organization", "user")
        return ", ".join(f"{one.organization} ({one.get_role_display()})" for one in memberships) or "none yet"
