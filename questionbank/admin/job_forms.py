"""The form of a job description: lists are written one a line, and bounded."""

from typing import Any

from django import forms

from questionbank.admin.widgets import LinesField, LinesWidget
from questionbank.models import JobDescription

MOST_LINES, MOST_LINE = 40, 300
WIDE = "vLargeTextField"
AREAS = {"description": 14, "seniority": 3, "notes": 3}


class BoundedLinesField(LinesField):
    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MOST_LINES:
            raise forms.ValidationError(f"At most {MOST_LINES} lines. Leave out what matters least.")
        if any(len(one) > MOST_LINE for one in value):
            raise forms.ValidationError(f"A line has at most {MOST_LINE} characters. Shorten it.")


class JobDescriptionForm(forms.ModelForm):
    must_haves = BoundedLinesField(
        required=False, label="Must-haves", widget=LinesWidget(attrs={"rows": 4, "class": WIDE})
    )
    nice_to_haves = BoundedLinesField(
        required=False, label="Nice-to-haves", widget=LinesWidget(attrs={"rows": 3, "class": WIDE})
    )
    tools = BoundedLinesField(required=False, widget=LinesWidget(attrs={"rows": 3, "class": WIDE}))
    spoken_languages = BoundedLinesField(
        required=False, label="Languages", widget=LinesWidget(attrs={"rows": 2, "class": WIDE})
    )

    class Meta:
        model = JobDescription
        fields = (
            *("organization", "req_id", "title", "department", "level", "language", "description"),
            *("must_haves", "nice_to_haves", "tools", "spoken_languages"),
            *("team", "location", "working_mode", "seniority", "notes"),
        )
        widgets = {name: forms.Textarea(attrs={"rows": rows, "class": WIDE}) for name, rows in AREAS.items()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("must_haves", "nice_to_haves", "tools", "spoken_languages"):
            if name in self.fields:
                column: Any = JobDescription._meta.get_field(name)
                self.fields[name].help_text = f"{column.help_text} One a line."
