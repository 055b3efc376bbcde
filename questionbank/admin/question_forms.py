"""The form of a question: what stands in its row, and the content of its next version. Used by questions.py."""

import re
from typing import Any

from django import forms

from questionbank.admin.widgets import (
    CriteriaField,
    CriteriaWidget,
    LinesField,
    LinesWidget,
    SpokenWidget,
    WeightsField,
)
from questionbank.domain.json_objects import MAX_SECONDS, Problem
from questionbank.domain.speaking_time import QUESTION_WORDS
from questionbank.models import Question
from questionbank.services.versions import (
    CONTENT_FIELDS,
    describe_content,
    find_content_problems,
    find_meanwhile,
    make_key,
)

WIDE = "vLargeTextField"
_ROW = re.compile(r"criteria\[(\d+)\](?:\.(\w+))?")


class QuestionForm(forms.ModelForm):
    text = forms.CharField(
        label="Question",
        widget=SpokenWidget(attrs={"rows": 3, "class": WIDE}, most_words=QUESTION_WORDS),
        help_text="Word for word as the interviewer speaks it.",
    )
    assesses = forms.CharField(
        max_length=300,
        widget=forms.TextInput(attrs={"class": WIDE}),
        help_text="What a good answer shows, in one sentence. Stands on the scorecard.",
    )
    expected_answer = forms.CharField(
        widget=SpokenWidget(attrs={"rows": 6, "class": WIDE}),
        help_text="An answer you would be glad to hear. The candidate never sees it.",
    )
    expected_elements = LinesField(
        label="Key points",
        widget=LinesWidget(attrs={"rows": 6, "class": WIDE}),
        help_text="What the answer should contain: one point a line.",
    )
    criteria = CriteriaField(
        help_text="What the answer is rated on, each from 0 to 4. The component says which part of the score it is in.",
    )
    red_flags = LinesField(
        required=False,
        widget=LinesWidget(attrs={"rows": 3, "class": WIDE}),
        help_text="What should make a reviewer look twice: one a line.",
    )
    suggestions = LinesField(
        label="Reply starters",
        required=False,
        widget=LinesWidget(attrs={"rows": 3, "class": WIDE}),
        help_text="Offered to candidates who type instead: one a line.",
    )
    expected_seconds = forms.IntegerField(
        initial=90, min_value=10, max_value=MAX_SECONDS, help_text="How long a good answer takes to say."
    )
    think_seconds = forms.IntegerField(
        initial=30, min_value=0, max_value=MAX_SECONDS, help_text="How long the candidate may think before speaking."
    )
    weights = WeightsField(
        label="Component weights",
        required=False,
        help_text="Only if this question weighs the components otherwise than its panel. Any scale: 60 and 40 are as "
        "good as 3 and 2.",
    )
    note = forms.CharField(
        label="What you changed, and why",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": WIDE}),
        help_text="Kept with the version, for whoever compares them later.",
    )

    class Meta:
        model = Question
        fields = ("organization", "key", "subtopic", "kind", "difficulty", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.instance.current_version if self.instance.pk else None
        if current is not None:
            for name, value in describe_content(current).items():
                self.initial.setdefault(name, value)
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = "A stable name for import and export; made from the question if empty."

    @property
    def content(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in CONTENT_FIELDS}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("key"):
            data["key"] = make_key(self.instance, data.get("text", ""))
        # All at once: a field that is wrong already must not hide what is wrong with a criterion.
        content = {name: data.get(name, self.initial.get(name)) for name in CONTENT_FIELDS}
        for problem in find_content_problems(content, kind=str(data.get("kind", ""))):
            self._place_problem(problem)
        if not self.errors and "subtopic" in data:
            self._check_owner(data)
        if not self.errors and self.instance.pk:
            self._check_meanwhile()
        return data

    def _check_meanwhile(self) -> None:
        """Sent again from the page that says so, it is saved: both texts were there to be compared."""
        seen = self.data.get("version_seen", "")
        if not (seen.isascii() and seen.isdecimal() and len(seen) < 9):
            return
        other = find_meanwhile(self.instance, self.content, int(seen))
        if other is not None:
            by = other.created_by or "somebody"
            self.add_error(
                None,
                f"Nothing was saved yet: {by} has made version {other.number} meanwhile. It asks: “{other.text}” What "
                "you wrote still stands below. Compare the two under Versions; saved again, yours is the next version.",
            )

    def _place_problem(self, problem: Problem) -> None:
        if row := _ROW.match(problem.field):
            self._place_at_row(int(row[1]), f"{row[2] or 'criterion'} {problem.message}.")
            return
        field = problem.field.split(".")[0].split("[")[0]
        if field in self.errors:
            return
        what = problem.field.removeprefix(field).lstrip(".")
        self.add_error(field if field in CONTENT_FIELDS else None, f"{what} {problem.message}.".strip().capitalize())

    def _place_at_row(self, place: int, message: str) -> None:
        widget = self.fields["criteria"].widget
        assert isinstance(widget, CriteriaWidget)
        widget.row_errors.setdefault(place, []).append(message[0].upper() + message[1:])
        said = "Look at the rows that are marked."
        if said not in self.errors.get("criteria", []):
            self.add_error("criteria", said)

    def _check_owner(self, data: dict[str, Any]) -> None:
        owner = data["subtopic"].topic.category.organization
        if owner is not None and owner != data.get("organization"):
            self.add_error(
                "subtopic", "This subtopic belongs to one organization. Choose one of the question's, or one for all."
            )
