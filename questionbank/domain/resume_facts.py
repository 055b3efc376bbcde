"""The facts about work that a résumé states: their form, what of them is believed, and what others are told of them.

A fact is believed if its quote is in the text that was sent, word for word, and neither says what no interviewer may
ask about. Everything else is dropped and counted.
"""

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from questionbank.domain.personal_matters import is_personal

MOST_SENT_CHARACTERS = 24_000  # some 6,000 tokens; what is longer is rarely about the last years
MOST_ITEMS = {"experience": 10, "skills": 25, "projects": 8, "topics": 8}
CONTEXT_CHARACTERS = 1500
_WORD = re.compile(r"[^\W_]+[+#]*")  # C++ and C# are two
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_NUMBERS)}


def _shorten(value: Any) -> Any:
    """A model that says too much is cut, and not refused."""
    return " ".join(value.split())[:300] if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_shorten)]


class Experience(BaseModel):
    role: Text
    organisation: Text = ""
    period: Text = ""
    what: Text = ""
    quote: Text


class Skill(BaseModel):
    name: Text
    years: float | None = None
    quote: Text


class Project(BaseModel):
    name: Text
    what: Text = ""
    quote: Text


class Topic(BaseModel):
    topic: Text
    quote: Text


class ResumeFacts(BaseModel):
    """What a model is asked for, and what is kept."""

    experience: list[Experience] = []
    skills: list[Skill] = []
    projects: list[Project] = []
    topics: list[Topic] = []

    @property
    def count(self) -> int:
        return sum(len(getattr(self, name)) for name in MOST_ITEMS)


def split_words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def make_index(text: str) -> str:
    """The words of a text in a row, in which `holds_quote` looks."""
    return f" {' '.join(split_words(text))} "


def holds_quote(index: str, quote: str) -> bool:
    """Whether the quote's words follow each other in the text, whatever the case and punctuation."""
    words = split_words(quote)
    return bool(words) and f" {' '.join(words)} " in index


def check_facts(
    facts: ResumeFacts, sent: str, *, full_name: str, finds_instructions: Callable[[str], Iterable[str]]
) -> tuple[ResumeFacts, int]:
    """What of them is believed, and how many were dropped."""
    index = make_index(sent)

    def is_believed(item: BaseModel) -> bool:
        said = [value for value in item.model_dump().values() if isinstance(value, str)]
        whole = " . ".join(said)
        quote: str = item.quote  # type: ignore[attr-defined]
        return (
            holds_quote(index, quote)
            and not any(is_personal(one, full_name) for one in said)
            and not any(True for _ in finds_instructions(whole))
        )

    kept = {name: [one for one in getattr(facts, name) if is_believed(one)][:most] for name, most in MOST_ITEMS.items()}
    kept["skills"] = [_check_years(one) for one in kept["skills"] if holds_quote(index, one.name)]
    kept["experience"] = [_check_place(one, index) for one in kept["experience"]]
    believed = ResumeFacts(**kept)
    return believed, facts.count - believed.count


def _check_place(one: Experience, index: str) -> Experience:
    """Where and when somebody worked stands in the text, or was made up."""
    made_up = [name for name in ("organisation", "period") if not holds_quote(index, getattr(one, name))]
    return one.model_copy(update=dict.fromkeys(made_up, ""))


def _check_years(skill: Skill) -> Skill:
    """Years that the quote does not say were worked out, or made up."""
    numbers = re.findall(r"\d+(?:[.,]\d+)?", skill.quote)
    said = {number.replace(",", ".") for number in numbers}
    said |= {_NUMBER_WORDS[word] for word in split_words(skill.quote) if word in _NUMBER_WORDS}
    is_said = skill.years is not None and f"{skill.years:g}" in said
    return skill if is_said else skill.model_copy(update={"years": None})


def write_context(facts: ResumeFacts, most: int = CONTEXT_CHARACTERS) -> str:
    """The facts as lines, the weightier first, none of them cut; at most so many characters. Their words are the
    candidate's: they go into a prompt as quoted data."""
    written = ""
    for start, between, items in (
        ("Experience: ", "\nExperience: ", [_write_experience(one) for one in facts.experience]),
        ("Skills: ", ", ", [_write_skill(one) for one in facts.skills]),
        ("Project: ", "\nProject: ", [_join(one.name, one.what) for one in facts.projects]),
        ("Could be asked about: ", "; ", [one.topic for one in facts.topics]),
    ):
        before = f"\n{start}" if written else start
        for item in items:
            if len(written) + len(before) + len(item) <= most:
                written += before + item
                before = between
    return written


def _write_experience(one: Experience) -> str:
    where = ", ".join(part for part in (one.organisation, one.period) if part)
    return _join(f"{one.role} ({where})" if where else one.role, one.what)


def _write_skill(one: Skill) -> str:
    return one.name if one.years is None else f"{one.name} ({one.years:g} years)"


def _join(name: str, what: str) -> str:
    return f"{name}: {what}" if what else name
