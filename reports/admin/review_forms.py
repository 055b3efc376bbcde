"""The forms of the review page: one's own rating, an override, taking it back. Used by reports/admin/review.py."""

from typing import Any

from django import forms

from interviewpanel.domain.human_ratings import MOST_REASON_CHARACTERS
from organizations.admin.reasons import ReasonField
from organizations.admin.themed_forms import theme_fields
from reports.domain.review import QuestionView
from reports.domain.wording import RATINGS

SCALE = [(str(number), f"{number}, {words}") for number, words in enumerate(RATINGS)]


class Segments(forms.RadioSelect):
    """Five choices beside each other, drawn by the page itself."""


def reason_field(*, required: bool, hint: str) -> ReasonField:
    return ReasonField(
        required=required,
        help_text=hint,
        max_length=MOST_REASON_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why: the reason stands in the report."},
    )


class JudgingForm(forms.Form):
    """`number` is the answer's; several of these stand on one page, so that each has a prefix."""

    name = ""

    def __init__(self, question: QuestionView, data: Any = None) -> None:
        super().__init__(data, prefix=f"{self.name}-{question.number}")
        self.question = question
        self.parts = self.find_parts(question)
        self.add_parts()
        theme_fields({name: field for name, field in self.fields.items() if not isinstance(field.widget, Segments)})

    def find_parts(self, question: QuestionView) -> tuple[tuple[str, str], ...]:
        """Names and labels of what the form asks for, beside its own fields."""
        return question.parts

    def add_parts(self) -> None:
        """A field for each of `parts`."""

    def list_parts(self) -> list[forms.BoundField]:
        return [self[f"part_{name}"] for name, _ in self.parts]

    def read_parts(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(f"part_{name}") for name, _ in self.parts}


class RatingForm(JudgingForm):
    name = "rate"
    composite = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100,
        label="Score, 0 to 100",
        help_text="Empty: computed from the parts, with the question’s weights.",
    )
    reason = reason_field(required=False, hint="In the report, beside your rating.")

    def add_parts(self) -> None:
        for name, label in self.parts:
            self.fields[f"part_{name}"] = forms.TypedChoiceField(
                label=label, choices=SCALE, coerce=int, empty_value=None, required=False, widget=Segments()
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        given = [data.get("composite"), *self.read_parts().values()]
        if not self.errors and all(one is None for one in given):
            self.add_error("composite", "Rate at least one part, or give a score from 0 to 100.")
        return data


class OverrideForm(JudgingForm):
    """Starts from the parts as they are: what the person lets stand goes on counting."""

    name = "override"
    composite = forms.IntegerField(min_value=0, max_value=100, label="New score, 0 to 100")
    reason = reason_field(required=True, hint="Required. It stands in the report with your name.")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def find_parts(self, question: QuestionView) -> tuple[tuple[str, str], ...]:
        return question.parts_of_score

    def add_parts(self) -> None:
        now = {part.key: part.value for part in self.question.card.components}
        self.fields["seen"].initial = self.question.seen
        for name, label in self.parts:
            value = now.get(name)
            self.fields[f"part_{name}"] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=100,
                required=False,
                initial=None if value is None else round(value),
            )

    def read_components(self) -> dict[str, float]:
        return {name: float(value) for name, value in self.read_parts().items() if value is not None}


class RescoringForm(JudgingForm):
    name = "rescore"
    reason = reason_field(required=True, hint="Required. It is kept with the new scoring.")


class WithdrawalForm(JudgingForm):
    name = "withdraw"
    reason = reason_field(required=True, hint="Required. What was measured counts again.")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def add_parts(self) -> None:
        self.fields["seen"].initial = self.question.seen
