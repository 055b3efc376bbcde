"""What the model is asked to give back, read as kindly as can be: what cannot be read costs its own sentence only."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

Item = TypeVar("Item", bound=BaseModel)
MOST_ITEMS = 30  # of a section are looked at


class Sentence(BaseModel):
    text: str = Field(description="one plain sentence")
    answers: list[int] = Field(description="the numbers of the answers that it rests on")
    quote: str = Field(description="exact words from one of these answers, or empty")


class SkillSentence(Sentence):
    subject: str = Field(description="the subject, as it is called in the evidence")


class HighlightReply(BaseModel):
    answer: int = Field(description="the number of the answer")
    quote: str = Field(description="exact words from it")


class FollowUpReply(BaseModel):
    question: str = Field(description="a question for the next round")
    reason: str = Field(description="what in that answer it comes from, in one sentence")
    answer: int = Field(description="the number of that answer")


UNREADABLE: Mapping[type[BaseModel], dict[str, Any]] = {
    Sentence: {"text": "", "answers": [], "quote": ""},
    SkillSentence: {"text": "", "answers": [], "quote": "", "subject": ""},
    HighlightReply: {"answer": 0, "quote": ""},
    FollowUpReply: {"question": "", "reason": "", "answer": 0},
}


def read_each(kind: type[Item]) -> Callable[[Any], list[Item]]:
    """A validator of lists: what is no such item is kept as an empty one, to be counted; what is no list is none."""

    def read(value: Any) -> list[Item]:
        items = value[:MOST_ITEMS] if isinstance(value, list) else []
        return [read_item(kind, item) for item in items]

    return read


def read_item(kind: type[Item], value: Any) -> Item:
    try:
        return kind.model_validate(value)
    except ValidationError:
        return kind.model_validate(UNREADABLE[kind])


Sentences = Annotated[list[Sentence], BeforeValidator(read_each(Sentence))]
SkillSentences = Annotated[list[SkillSentence], BeforeValidator(read_each(SkillSentence))]
Highlights = Annotated[list[HighlightReply], BeforeValidator(read_each(HighlightReply))]
FollowUps = Annotated[list[FollowUpReply], BeforeValidator(read_each(FollowUpReply))]


class NarrativeReply(BaseModel):
    """A section that is missing is an empty one. The order is that in which a model writes: findings before the sum."""

    strengths: Sentences
    weaknesses: Sentences
    technical_assessment: Sentences
    behavioural_assessment: Sentences
    demonstrated_skills: SkillSentences
    skill_gaps: SkillSentences
    highlights: Highlights
    red_flags: Sentences
    follow_up_questions: FollowUps
    executive_summary: Sentences

    @model_validator(mode="before")
    @classmethod
    def fill_missing(cls, value: Any) -> Any:
        return {name: value.get(name, []) for name in cls.model_fields} if isinstance(value, dict) else value
