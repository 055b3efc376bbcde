"""The editor of a generated interview: five questions in one form, each with its criteria to check and to change.

What a question has besides (its id, its competencies) is not in the form: it is found by its number in the row.
"""

from typing import Any

from django import forms

from questionbank.admin.widgets import LOOKS, read_number
from questionbank.domain.bank_format import COMPONENTS, DIFFICULTIES, KINDS
from questionbank.domain.interview_checks import LEAST_SECONDS, MOST, MOST_SECONDS
from questionbank.domain.model_texts import clean_text
from questionbank.models import GeneratedInterview

TEXTS = ("text", "assesses", "expected_answer")
LISTS = ("expected_elements", "red_flags")
MOST_LINES = 50
MOST_CHARACTERS = 6000


class QuestionsWidget(forms.Widget):
    template_name = "questionbank/widgets/questions.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        """What was posted, as it is: the field reads it against the row."""
        return {key: data.get(key, "") for key in data if key.startswith(f"{name}-")}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        more = {"questions": value or [], "components": COMPONENTS, "kinds": KINDS, "difficulties": DIFFICULTIES}
        seconds = {"least_seconds": LEAST_SECONDS, "most_seconds": MOST_SECONDS}
        return {**context, **LOOKS, **more, **seconds, "most": MOST}


class QuestionsField(forms.Field):
    widget = QuestionsWidget

    def __init__(self, *, name: str = "questions", **own: Any) -> None:
        super().__init__(**own)
        self.prefix = name
        self.before: list[dict[str, Any]] = []

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        if isinstance(value, list):
            return value
        read = [
            (read_number(value.get(f"{self.prefix}-{at}-place", "")), at, self._read(value, at, one))
            for at, one in enumerate(self.before)
        ]
        placed = sorted(read, key=lambda one: (one[0] if isinstance(one[0], int | float) else one[1] + 1, one[1]))
        return [question for _, _, question in placed]

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
            "criteria": [
                read_criterion(sent, f"{start}-{number}", one) for number, one in enumerate(before["criteria"])
            ],
        }

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if self.disabled else self.to_python(data)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


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
