"""The editor of a generated interview: five questions in one form, each with its criteria: checked, changed, put in
order, removed and added.

It works without a script: criteria have a place and a box to remove them, and an empty row waits below;
static/questionbank/interview-editor.js has buttons for that. What a question has besides (its competencies, where it
comes from) is not in the form: it is found by the question's id.
"""

from typing import Any

from django import forms

from questionbank.admin.widgets import LOOKS, read_number
from questionbank.domain.bank_format import COMPONENTS, DIFFICULTIES, KINDS
from questionbank.domain.interview_checks import (
    FEWEST_CHECKED,
    FEWEST_CRITERIA,
    LEAST_SECONDS,
    MOST,
    MOST_CRITERIA,
    MOST_SECONDS,
    MOST_WEIGHT,
    list_checked,
)
from questionbank.domain.model_texts import clean_text
from questionbank.models import GeneratedInterview
from questionbank.services.generation.interviews import make_criterion_key

TEXTS = ("text", "assesses", "expected_answer")
LISTS = ("expected_elements", "red_flags")
MOST_LINES = 50
MOST_CHARACTERS = 6000
MOST_ROWS = 30  # of criteria, that are read of one question
BLANK: dict[str, Any] = {
    "key": "",
    "name": "",
    "description": "",
    "component": "relevance",
    "weight": 1,
    "is_checked": True,
}


class QuestionsWidget(forms.Widget):
    template_name = "questionbank/widgets/questions.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        """What was posted, as it is: the field reads it against the row."""
        return {key: data.get(key, "") for key in data if key.startswith(f"{name}-")}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = [show_question(one, f"{name}-{at}", at + 1) for at, one in enumerate(value or [])]
        more = {"questions": shown, "components": COMPONENTS, "kinds": KINDS, "difficulties": DIFFICULTIES}
        seconds = {"least_seconds": LEAST_SECONDS, "most_seconds": MOST_SECONDS}
        limits = {"fewest": FEWEST_CRITERIA, "most_criteria": MOST_CRITERIA, "fewest_checked": FEWEST_CHECKED}
        return {**context, **LOOKS, **more, **seconds, **limits, "most": MOST, "most_weight": MOST_WEIGHT}


def show_question(question: dict[str, Any], start: str, number: int) -> dict[str, Any]:
    """What the template needs of one: its rows, and below them an empty one, as long as there is room."""
    rows = [
        {"criterion": one, "start": f"{start}-{at}", "number": at + 1} for at, one in enumerate(question["criteria"])
    ]
    added = {"criterion": BLANK, "start": f"{start}-{len(rows)}", "number": len(rows) + 1, "is_blank": True}
    return {
        "one": question,
        "start": start,
        "number": number,
        "rows": [*rows, added] if len(rows) < MOST_CRITERIA else rows,
        "blank": {**added, "start": f"{start}-__prefix__"},
        "count": describe_criteria(len(rows), len(list_checked(question))),
    }


def describe_criteria(count: int, checked: int) -> str:
    """As interview-editor.js says it."""
    told = f"{count} criteri{'on' if count == 1 else 'a'}, {checked} in use."
    if not FEWEST_CRITERIA <= count <= MOST_CRITERIA:
        return f"{told} To be published a question needs {FEWEST_CRITERIA} to {MOST_CRITERIA}."
    if checked < FEWEST_CHECKED:
        return f"{told} To be published a question needs at least {FEWEST_CHECKED} in use."
    return told


class QuestionsField(forms.Field):
    widget = QuestionsWidget

    def __init__(self, *, name: str = "questions", **own: Any) -> None:
        super().__init__(**own)
        self.prefix = name
        self.before: list[dict[str, Any]] = []

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        if isinstance(value, list):
            return value
        known = {one["id"]: one for one in self.before}
        starts = [f"{self.prefix}-{at}" for at in range(len(self.before))]
        ids = [str(value.get(f"{start}-id", "")) for start in starts]
        # Of a page that was refused the order is another than the row's.
        rows = [known[one] for one in ids] if sorted(ids) == sorted(known) else self.before
        read = [self._read(value, at, one) for at, one in enumerate(rows)]
        return put_in_place(read, [value.get(f"{start}-place", "") for start in starts])

    def validate(self, value: Any) -> None:
        super().validate(value)
        for number, one in enumerate(value, 1):
            if (more := len(one["criteria"]) - MOST_CRITERIA) > 0:
                raise forms.ValidationError(
                    f"Question {number} has {len(one['criteria'])} criteria, at most {MOST_CRITERIA}. Remove {more}."
                )

    def _read(self, sent: dict[str, Any], at: int, before: dict[str, Any]) -> dict[str, Any]:
        start = f"{self.prefix}-{at}"
        seconds = read_number(sent.get(f"{start}-expected_seconds", ""))
        return {
            **before,
            **{name: clean_text(str(sent.get(f"{start}-{name}", "")))[:MOST_CHARACTERS] for name in TEXTS},
            **{name: read_lines(sent.get(f"{start}-{name}", "")) for name in LISTS},
            "kind": read_choice(sent.get(f"{start}-kind"), KINDS, before["kind"]),
            "difficulty": read_choice(sent.get(f"{start}-difficulty"), DIFFICULTIES, before["difficulty"]),
            "expected_seconds": seconds if isinstance(seconds, int) else before["expected_seconds"],
            "criteria": read_criteria(sent, start, before["criteria"]),
        }

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if self.disabled else self.to_python(data)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


def put_in_place(rows: list[dict[str, Any]], places: list[Any]) -> list[dict[str, Any]]:
    """By the numbers that were written; a row without one stays where it is."""
    numbers = [read_number(one) for one in places]
    order = [float(one) if isinstance(one, int | float) else at + 1 for at, one in enumerate(numbers)]
    return [rows[at] for at in sorted(range(len(rows)), key=lambda at: (order[at], at))]


def read_criteria(sent: dict[str, Any], start: str, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that are there and not to be removed, in their order. A row without name and description is none."""
    known = {one["key"]: one for one in before}
    rows: list[dict[str, Any]] = []
    places: list[Any] = []
    for number in range(MOST_ROWS):
        row = f"{start}-{number}"
        if f"{row}-name" not in sent or sent.get(f"{row}-remove"):
            continue
        one = read_criterion(sent, row, known.pop(str(sent.get(f"{row}-key", "")), BLANK))
        if one["name"] or one["description"]:
            rows.append(one)
            places.append(sent.get(f"{row}-place", ""))
    placed = put_in_place(rows, places)
    taken = [one["key"] for one in placed if one["key"]]
    for one in placed:
        if not one["key"]:
            one["key"] = make_criterion_key(one["name"], taken)
            taken.append(one["key"])
    return placed


def read_criterion(sent: dict[str, Any], start: str, before: dict[str, Any]) -> dict[str, Any]:
    weight = read_number(sent.get(f"{start}-weight", ""))
    return {
        **before,
        "name": clean_text(str(sent.get(f"{start}-name", "")))[:MOST_CHARACTERS],
        "description": clean_text(str(sent.get(f"{start}-description", "")))[:MOST_CHARACTERS],
        "component": read_choice(sent.get(f"{start}-component"), COMPONENTS, before["component"]),
        "weight": weight if isinstance(weight, int | float) else before["weight"],
        "is_checked": bool(sent.get(f"{start}-is_checked")),
    }


def read_choice(sent: Any, choices: tuple[str, ...], before: str) -> str:
    return sent if sent in choices else before


def read_lines(text: Any) -> list[str]:
    lines = (clean_text(line) for line in str(text).splitlines()[:MOST_LINES])
    return [line[:MOST_CHARACTERS] for line in lines if line]


class GeneratedInterviewForm(forms.ModelForm):
    questions = QuestionsField(label="", required=False)

    class Meta:
        model = GeneratedInterview
        fields = ("name", "questions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("questions")
        if isinstance(field, QuestionsField):
            field.before = list(self.instance.questions)
