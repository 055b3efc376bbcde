"""What language models answer with, as pydantic schemas. Bounded and cleaned as it is read.

How many of what there must be is said to the model by the schema, and checked by us afterwards (enhancement.py,
interviews.py), so that it is asked once more with what was wrong.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from questionbank.domain.bank_format import COMPONENTS
from questionbank.domain.model_texts import clean_text

MOST_CHARACTERS = 6000  # of any text; what is too long for its place is told by the checks


def _say_something(text: str) -> str:
    clean = clean_text(text)
    if not clean:
        raise ValueError("is empty")
    return clean


Text = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS), AfterValidator(_say_something)]
MayBeEmpty = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS), AfterValidator(clean_text)]
Id = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10, pattern=r"^[A-Za-z]{1,2}\d{1,3}$")]
Ids = Annotated[list[Id], Field(max_length=100)]
Texts = Annotated[list[Text], Field(max_length=40)]


def say_count(least: int, most: int) -> dict[str, Any]:
    """Told to the model, and no rule of pydantic's."""
    return {"minItems": least, "maxItems": most}


# --- A job description by the WORK method ----------------------------------------------------------------------------


class WorkOutput(BaseModel):
    output: Text
    measure: MayBeEmpty = ""
    requirements: Ids


class Role(BaseModel):
    purpose: Text
    level: MayBeEmpty = ""
    works_with: MayBeEmpty = ""
    responsibilities: Texts


class Knowledge(BaseModel):
    text: Text
    importance: Literal["must", "nice"]
    requirements: Ids


class Competency(BaseModel):
    name: Text
    description: Text
    shown_by: Texts
    requirements: Ids


class Enhancement(BaseModel):
    title: Text
    summary: Text
    work_outputs: list[WorkOutput] = Field(max_length=20, json_schema_extra=say_count(2, 8))
    role: Role
    knowledge: list[Knowledge] = Field(max_length=40, json_schema_extra=say_count(1, 20))
    competencies: list[Competency] = Field(max_length=20, json_schema_extra=say_count(3, 8))
    not_about_work: Ids = Field(default_factory=list)


# --- An interview ----------------------------------------------------------------------------------------------------


class PlannedQuestion(BaseModel):
    focus: Text
    kind: Literal["technical", "behavioral", "situational", "experience"]
    difficulty: Literal["easy", "medium", "hard"]
    competencies: Ids


class InterviewPlan(BaseModel):
    name: Text
    questions: list[PlannedQuestion] = Field(max_length=20, json_schema_extra=say_count(5, 5))


class WrittenCriterion(BaseModel):
    name: Text
    description: Text
    component: Text = Field(json_schema_extra={"enum": list(COMPONENTS)})
    weight: float = Field(default=1, allow_inf_nan=False)


class WrittenQuestion(BaseModel):
    text: Text
    assesses: Text
    expected_answer: Text
    expected_elements: Texts = Field(json_schema_extra=say_count(3, 10))
    criteria: list[WrittenCriterion] = Field(max_length=40, json_schema_extra=say_count(8, 10))
    red_flags: Texts = Field(default_factory=list)
    expected_seconds: int = 120


# --- Screening -------------------------------------------------------------------------------------------------------


class ScreeningQuestion(BaseModel):
    text: Text
    listens_for: Text
    disqualifies: MayBeEmpty = ""


class Screening(BaseModel):
    questions: list[ScreeningQuestion] = Field(max_length=20, json_schema_extra=say_count(5, 7))
