"""The admin cut to organizations: `TenantAdmin` and `TenantInline`, the base of every admin class of the site.

A member sees the rows of an organization where the member's role there gives the permission; superusers and the role
superadmin see all. Everything the admin shows goes through `get_queryset` (lists, counts, search, filters,
autocomplete, pages, actions) or through `formfield_for_foreignkey` (choices), so both are cut here and nowhere else.
Rows without an organization are global: all see them, only superadmins change them.
"""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from authentication.models import User
from organizations.admin.reasons import ReasonedAdmin
from organizations.admin.themed_forms import theme_fields
from organizations.models import Organization
from organizations.selectors import Reach, find_zone, load_reach


def get_reach(request: HttpRequest) -> Reach:
    """What the user of this request reaches, read once a request."""
    reach = getattr(request, "_reach", None)
    if reach is None:
        reach = load_reach(request.user)
        setattr(request, "_reach", reach)  # noqa: B010 - the request is Django's, the name is ours
    return cast("Reach", reach)


def get_user(request: HttpRequest) -> User:
    """Who is signed in. The admin lets nobody else in."""
    assert isinstance(request.user, User), "the admin lets nobody else in"
    return request.user


class ScopedChoices(BaseModelAdmin):
    """Offers as a foreign key's choices only what the admin of the other model shows this user."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if "queryset" not in kwargs:
            kwargs["queryset"] = self.list_choices(db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def list_choices(self, db_field: ForeignKey, request: HttpRequest) -> QuerySet:
        model = db_field.related_model
        if not self.admin_site.is_registered(model):
            # No admin says who may see these rows, so that only those who see all may choose among them.
            unguarded: QuerySet = model._default_manager.all()
            return unguarded if get_reach(request).sees_all else unguarded.none()
        other = self.admin_site.get_model_admin(model)
        rows = other.get_queryset(request)
        related = other.list_select_related
        return rows if isinstance(related, bool) else rows.select_related(*related)


class TenantAdmin(ScopedChoices, ReasonedAdmin):
    """`tenant_path` leads from a row to its organization. A row's owner never changes once the row is made."""

    tenant_path = "organization"
    has_global_rows = False
    # Columns that say the same in every row to whoever reaches one organization only.
    owner_columns: ClassVar[tuple[str, ...]] = ("organization", "owner")
    list_select_related: ClassVar[Any] = ()
    list_per_page = 50
    list_filter_submit = True  # a range or several choices are applied together
    warn_unsaved_form = True

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Without whose a row is, where there is only one organization that it can be."""
        columns = tuple(super().get_list_display(request))
        reach = get_reach(request)
        if not reach.is_one:
            return columns
        return tuple(column for column in columns if column not in self.owner_columns)

    @property
    def owner_field(self) -> str:
        """The field that decides which organization a row belongs to."""
        return self.tenant_path.split("__")[0]

    def name_permission(self, action: str) -> str:
        return f"{self.opts.app_label}.{action}_{self.opts.model_name}"

    def find_organization_id(self, row: Any) -> int | None:
        *steps, last = self.tenant_path.split("__")
        for step in steps:
            row = getattr(row, step)
        return cast("int | None", getattr(row, last if last == "pk" else f"{last}_id"))

    def find_owner_id(self, row: Any) -> int | None:
        return self.find_organization_id(row)

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Who sees several organizations reads the page of a row by the clock of the row's organization.

        Until the end of the request: `use_own_clock` (clocks.py) puts back what was before.
        """
        row = super().get_object(request, *args, **kwargs)
        if row is not None and not get_reach(request).is_one:
            owner_id = self.find_organization_id(row)
            timezone.activate(find_zone(Organization.objects.filter(pk=owner_id).first() if owner_id else None))
        return row

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        reach = get_reach(request)
        if reach.sees_all:
            return rows
        is_seen = Q(**{f"{self.tenant_path}__in": reach.list_organizations(self.name_permission("view"))})
        if self.has_global_rows:
            is_seen |= Q(**{f"{self.tenant_path}__isnull": True})
        return rows.filter(is_seen)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self.may_anywhere(request, "add")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_view_permission(request, obj):
            return False
        if obj is not None and self.has_global_rows and self.find_organization_id(obj) is None:
            return True
        return self.may(request, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.may(request, "delete", obj)

    def may(self, request: HttpRequest, action: str, obj: Any) -> bool:
        """Whether the user's role in the row's organization allows the action; without a row, whether it may at all."""
        if obj is None:
            return True
        return get_reach(request).may(self.name_permission(action), self.find_organization_id(obj))

    def may_anywhere(self, request: HttpRequest, action: str) -> bool:
        reach = get_reach(request)
        return reach.sees_all or bool(reach.list_organizations(self.name_permission(action)))

    def list_choices(self, db_field: ForeignKey, request: HttpRequest) -> QuerySet:
        """For the owner: what is global, or of an organization where the user adds nothing, is not offered."""
        rows = super().list_choices(db_field, request)
        reach = get_reach(request)
        if db_field.name != self.owner_field or reach.sees_all:
            return rows
        owner = self.admin_site.get_model_admin(db_field.related_model)
        assert isinstance(owner, TenantAdmin)
        return rows.filter(**{f"{owner.tenant_path}__in": reach.list_organizations(self.name_permission("add"))})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        owner = form.base_fields.get(self.owner_field)
        if isinstance(owner, forms.ModelChoiceField):
            self._prepare_owner(request, owner, is_made=obj is not None)
        theme_fields(form.base_fields)
        return form

    def _prepare_owner(self, request: HttpRequest, owner: forms.ModelChoiceField, *, is_made: bool) -> None:
        if is_made:
            # Disabled and not read-only: so it stays part of the form, whose check for duplicates needs it.
            owner.disabled = True
            return
        if get_reach(request).sees_all:
            return
        owner.required = True
        if (choices := owner.queryset) is not None and choices.count() == 1:
            owner.empty_label = None
            owner.initial = choices.first()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        super().save_model(request, obj, form, change)

    def check_may_save(self, request: HttpRequest, obj: Any, change: bool) -> None:
        """The last guard: whatever the form let through, a row is written only where the role allows it."""
        if not self.may(request, "change" if change else "add", obj):
            raise PermissionDenied


def _list_parameters(filters: list[Any]) -> set[str]:
    """What filters with classes of their own are asked by: a name of theirs, or the two ends of a range."""
    own = {str(one.parameter_name) for one in filters if getattr(one, "parameter_name", None)}
    ranged = [str(one[0]) for one in filters if isinstance(one, tuple)]
    return own | {f"{name}_{end}{part}" for name in ranged for end in ("from", "to") for part in ("", "_0", "_1")}


class OfferedLookups:
    """A list that is narrowed by what it offers; by no other field that somebody may write into the address.

    Stands before an admin class.
    """

    date_hierarchy: ClassVar[Any]
    get_list_filter: Any

    def is_offered(self, request: HttpRequest, lookup: str) -> bool:
        filters = list(self.get_list_filter(request))
        names = (one[0] if isinstance(one, tuple) else one for one in filters)
        offered = [one for one in (*names, self.date_hierarchy, "id", "pk") if isinstance(one, str)]
        is_field = any(lookup == name or lookup.startswith(f"{name}__") for name in offered)
        return is_field or lookup in _list_parameters(filters)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        parent: Any = super()
        return self.is_offered(request, lookup) and bool(parent.lookup_allowed(lookup, value, request))


class OfferedLookupsAdmin(OfferedLookups, TenantAdmin):
    """The same for rows of organizations."""


class NamedRow:
    """A row under the name that people know it by, for the breadcrumbs, which write a row as it writes itself."""

    def __init__(self, row: Any, name: str) -> None:
        self.row, self.name = row, name

    def __getattr__(self, field: str) -> Any:
        return getattr(self.row, field)

    def __str__(self) -> str:
        return self.name


class RecordedAdmin(TenantAdmin):
    """What an interview recorded: to be read, and changed by nobody."""

    change_form_template = "admin/named_change_form.html"
    keeps_values = False  # an interview writes them all the time

    def name_row(self, row: Any) -> str:
        """What the page of a row is called: whose it is, not its number."""
        return str(row)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs["obj"]
        context["row_name"] = context["subtitle"] = name = self.name_row(row)
        context["title"] = str(self.opts.verbose_name).capitalize()
        context["original"] = NamedRow(row, name)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TenantInline(ScopedChoices, InlineModelAdmin):
    """Rows below a row of a `TenantAdmin`; what may be done with them is decided by the role in its organization."""

    def may(self, request: HttpRequest, action: str, parent: Any) -> bool:
        if parent is None:
            return True
        owner = self.admin_site.get_model_admin(self.parent_model)
        assert isinstance(owner, TenantAdmin)
        permission = f"{self.opts.app_label}.{action}_{self.opts.model_name}"
        organization_id = owner.find_organization_id(parent)
        is_global = owner.has_global_rows and organization_id is None
        return (is_global and action == "view") or get_reach(request).may(permission, organization_id)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self.may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self.may(request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.may(request, "delete", obj)


class RecordedInline(TenantInline):
    """Rows that an interview recorded, below their session or answer."""

    extra = 0
    max_num = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
