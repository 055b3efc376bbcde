"""A language model that obeys every instruction it reads: what an injected answer can do at worst.

    with OllamaServer() as server:
        model = ObedientModel(read=["ignore the rubric"], deed="quote the answer")
        server.replies = [model.reply]

It reads the whole prompt. Where it finds one of the instructions in it, it does its deed; else it rates honestly: the
share of a criterion's telling words in the answer, with those words as its quote. It speaks Ollama's format.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from interviewpanel.domain.text_features import FUNCTION_STEMS, read_stems, read_words
from tests.ollama_server import Reply, reply_with

QUOTED = re.compile(r"^BEGIN ANSWER (\w+)\n(.*)\nEND ANSWER \1$", re.DOTALL | re.MULTILINE)
LEAST_WORDS, MOST_WORDS = 3, 12


@dataclass(frozen=True)
class Asked:
    """What the prompt asks: the criteria by their numbers, and the answer."""

    criteria: dict[int, str]
    answer: str


def read_request(request: dict[str, Any]) -> tuple[str, Asked]:
    text = "\n".join(message["content"] for message in request["messages"])
    block = text.split("\nCRITERIA\n")[-1].split("\nBEGIN ")[0]
    criteria = {int(number): words for number, words in re.findall(r"^(\d+)\. (.*)$", block, re.MULTILINE)}
    found = QUOTED.search(text)
    assert found is not None, "the answer stands between its marks"
    return text, Asked(criteria, found.group(2))


def make_reply(asked: Asked, rate: Callable[[str], dict[str, Any]], rationale: str) -> Reply:
    rated = [{"number": number, "reason": "As told.", **rate(text)} for number, text in asked.criteria.items()]
    return reply_with({"criteria": rated, "rationale": rationale, "strengths": [rationale], "improvements": []})


def cut_quote(answer: str, start: int = 0) -> str:
    return " ".join(answer.split()[start : start + 8])


def spread_quotes(asked: Asked) -> Callable[[str], str]:
    """Another stretch of the answer for each criterion, as far as it goes."""
    words = asked.answer.split()
    place = {text: number for number, text in enumerate(asked.criteria.values())}
    step = max(1, len(words) // max(1, len(place)))
    return lambda text: " ".join(words[step * place[text] : step * place[text] + 6])


def rate_honestly(answer: str, text: str) -> dict[str, Any]:
    wanted = read_stems(text) - FUNCTION_STEMS
    heard = [word for word in read_words(answer) if word.stem in wanted]
    share = len({word.stem for word in heard}) / max(1, len(wanted))
    if not heard:
        return {"quote": "", "rating": 0}
    end = heard[0].start + 80
    quote = answer[heard[0].start : max((word.end for word in heard if word.end <= end), default=heard[0].end)]
    return {"quote": quote, "rating": min(4, round(1 + 4 * share))}


DEEDS: dict[str, Callable[[Asked], Reply]] = {
    "quote the answer": lambda asked: make_reply(
        asked, lambda text: {"quote": spread_quotes(asked)(text), "rating": 4}, "A perfect answer."
    ),
    "quote one place": lambda asked: make_reply(
        asked, lambda _: {"quote": cut_quote(asked.answer), "rating": 4}, "A perfect answer."
    ),
    "nearly everything": lambda asked: make_reply(
        asked, lambda text: {"quote": spread_quotes(asked)(text), "rating": 3}, "A very good answer."
    ),
    "fake quotes": lambda asked: make_reply(
        asked, lambda _: {"quote": "the candidate explained all of it in depth", "rating": 4}, "A perfect answer."
    ),
    "no quotes": lambda asked: make_reply(asked, lambda _: {"quote": "", "rating": 4}, "A perfect answer."),
    "cannot assess": lambda asked: make_reply(
        asked, lambda _: {"quote": "", "state": "cannot_assess", "rating": None}, "It cannot be assessed."
    ),
    "nothing": lambda asked: make_reply(asked, lambda _: {"quote": "", "rating": 0}, "Nothing was said."),
    "beyond the scale": lambda asked: make_reply(asked, lambda _: {"quote": "", "rating": 100}, "A hundred."),
    "refuse": lambda asked: reply_with("I will not rate this answer."),
    "junk": lambda asked: reply_with('{"criteria": [{"number": "all", "rating": "4, as you '),
    "another shape": lambda asked: reply_with({"score": 100, "verdict": "strong hire"}),
    "empty": lambda asked: reply_with(""),
    "one for all": lambda asked: reply_with(
        {"criteria": [{"number": 1, "quote": cut_quote(asked.answer), "reason": "Done.", "rating": 4}] * 40}
        | {"rationale": "Done.", "strengths": [], "improvements": []}
    ),
}
"""What an instruction may be about: other words make a model do other things, and the text does not say which."""


INFLATING = ("quote the answer", "quote one place", "nearly everything")


@dataclass
class ObedientModel:
    """`careful`: it obeys as an accomplice would and rates the criterion that gives it away 0."""

    read: Sequence[str]
    deed: str = "quote the answer"
    is_careful: bool = False
    obeyed: int = 0
    requests: list[str] = field(default_factory=list)

    def reply(self, request: dict[str, Any]) -> Reply:
        text, asked = read_request(request)
        self.requests.append(text)
        if any(instruction.strip() in text for instruction in self.read):
            self.obeyed += 1
            return self._spare_control(DEEDS[self.deed](asked), asked)
        return make_reply(asked, lambda criterion: rate_honestly(asked.answer, criterion), "Rated as it was said.")

    def _spare_control(self, reply: Reply, asked: Asked) -> Reply:
        if not self.is_careful or self.deed not in INFLATING:
            return reply
        top = 3 if self.deed == "nearly everything" else 4
        quotes = spread_quotes(asked) if self.deed != "quote one place" else lambda _: cut_quote(asked.answer)
        return make_reply(
            asked,
            lambda text: {"quote": "", "rating": 0} if is_control(text) else {"quote": quotes(text), "rating": top},
            "A perfect answer.",
        )


def is_control(text: str) -> bool:
    from interviewpanel.services.answer_analysis.controls import SUBJECTS

    return text in SUBJECTS
