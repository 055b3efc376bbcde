"""Fields that a form of ours declares itself look like those that the theme makes for a model's. Called by every admin
page with a form of its own."""

from collections.abc import Mapping

from django import forms
from django.db.models import QuerySet
from django.forms.widgets import Input
from unfold.widgets import (
    CHECKBOX_CLASSES,
    FILE_CLASSES,
    INPUT_CLASSES,
    RADIO_CLASSES,
    SELECT_CLASSES,
    TEXTAREA_CLASSES,
)

from organizations.models import Organization

# In order: the first kind that a widget is of counts.
LOOKS: tuple[tuple[type[forms.Widget], list[str]], ...] = (
    (forms.HiddenInput, []),
    (forms.CheckboxSelectMultiple, []),
    (forms.RadioSelect, RADIO_CLASSES),
    (forms.CheckboxInput, CHECKBOX_CLASSES),
    (forms.FileInput, FILE_CLASSES),
    (forms.Textarea, TEXTAREA_CLASSES),
    (forms.Select, SELECT_CLASSES),
    (Input, INPUT_CLASSES),
)


def theme_fields(fields: Mapping[str, forms.Field]) -> None:
    """Give each field's widget the theme's classes, unless the theme made it."""
    for field in fields.values():
        _theme_widget(field.widget)


def _theme_widget(widget: forms.Widget) -> None:
    if type(widget).__module__.startswith("unfold."):
        return
    classes = next((look for kind, look in LOOKS if isinstance(widget, kind)), [])
    own = str(widget.attrs.get("class", "")).split()
    widget.attrs["class"] = " ".join([*own, *(one for one in classes if one not in own)])


def offer_organizations(form: forms.BaseForm, organizations: QuerySet[Organization]) -> None:
    """The choices of the form's field `organization`; where there is only one, nobody is asked."""
    field = form.fields["organization"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = organizations
    if len(organizations) == 1:
        field.widget = forms.HiddenInput()
        field.initial = organizations[0].pk
