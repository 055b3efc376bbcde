"""Makes the prompt of an answer, and the hashes that say later what exactly was asked. Used by service.py."""

import hashlib
import hmac
import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

from interviewpanel.domain.score_calculator import GENERAL_WEIGHTS, TECHNICAL_WEIGHTS, Component
from interviewpanel.services.answer_analysis.records import AnswerToAnalyse, CriterionToRate

PROMPT_PATH = Path(__file__).parents[2] / "prompts" / "score_answer.md"
UNSURE_BELOW = 0.5
MOST_UNSURE_WORDS = 30

DEFAULT_CRITERIA: Mapping[str, str] = {
    Component.RELEVANCE: "Answers the question that was asked, and stays with it.",
    Component.DEPTH: "Goes below the surface: gives reasons, mechanisms, trade-offs or a concrete example.",
    Component.CLARITY: "Can be followed: the points come in an order that makes sense and hang together. "
    "Grammar, accent, fillers and slips of the recogniser do not count.",
    Component.TECHNICAL: "What is said is technically correct and covers what was expected.",
}


@dataclass(frozen=True)
class PromptTemplate:
    version: str
    system: Template
    user: Template
    recheck: Template


@dataclass(frozen=True)
class Prompt:
    system: str
    user: str


@lru_cache(maxsize=1)
def load_template() -> PromptTemplate:
    text = PROMPT_PATH.read_text(encoding="utf-8")
    head, *parts = re.split(r"<!-- (\w+) -->\n", text)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    number = head.splitlines()[0].removeprefix("version:").strip()
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return PromptTemplate(
        version=f"score_answer/{number}+{digest}",
        system=Template(sections["system"].strip()),
        user=Template(sections["user"].strip()),
        recheck=Template(sections["recheck"].rstrip()),
    )


def list_criteria(answer: AnswerToAnalyse) -> list[CriterionToRate]:
    """The rubric, and for each component that counts but has no criterion of its own, a general one.

    The keys of the general ones are "default:" and the component.
    """
    base = answer.weights or (TECHNICAL_WEIGHTS if answer.is_technical else GENERAL_WEIGHTS)
    counting = {name: weight for name, weight in {**base, **(answer.dimensions or {})}.items() if weight > 0}
    if not answer.is_technical:
        counting.pop(Component.TECHNICAL, None)
    covered = {criterion.component for criterion in answer.criteria}
    added = [
        CriterionToRate(f"default:{name}", DEFAULT_CRITERIA.get(name, f"Shows {name.replace('_', ' ')}."), str(name))
        for name in counting
        if name not in covered
    ]
    return [*answer.criteria, *added]


def shuffle_order(count: int, seed: int) -> list[int]:
    """An order of `count` criteria that depends on the seed only, so that none profits from a fixed place."""
    order = list(range(count))
    random.Random(seed).shuffle(order)  # noqa: S311 - an order that can be repeated, not a secret
    return order


def build_prompt(
    answer: AnswerToAnalyse, criteria: Sequence[CriterionToRate], nonce: str, *, is_recheck: bool
) -> Prompt:
    """The prompt for these criteria, numbered from 1. The nonce marks where the quoted answer begins and ends."""
    template = load_template()
    values = {
        "nonce": nonce,
        "language": answer.language,
        "question": answer.question,
        "expected_answer": answer.expected_answer or "(none given)",
        "elements": list_points(answer.elements),
        "red_flags": number_lines(answer.red_flags),
        "unsure_words": ", ".join(list_unsure_words(answer)) or "(none)",
        "criteria": number_lines([criterion.text for criterion in criteria]),
        "transcript": answer.transcript,
        "count": str(len(criteria)),
    }
    user = template.user.substitute(values)
    if is_recheck:
        user += template.recheck.substitute(values)
    return Prompt(template.system.substitute(values), user)


def list_points(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "(none given)"


def number_lines(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)) or "(none given)"


def list_unsure_words(answer: AnswerToAnalyse) -> list[str]:
    unsure = [word.text.strip() for word in answer.words if word.probability < UNSURE_BELOW]
    return list(dict.fromkeys(unsure))[:MOST_UNSURE_WORDS]


def hash_input(answer: AnswerToAnalyse) -> str:
    """SHA-256 of everything the score depends on but the prompt and the model."""
    return hash_json(asdict(answer))


def hash_rubric(answer: AnswerToAnalyse) -> str:
    """SHA-256 of what an answer to this question is held against; equal for all who were asked the same."""
    heard = {"transcript", "words", "language"}
    return hash_json({name: value for name, value in asdict(answer).items() if name not in heard})


def hash_json(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def make_nonce(key: bytes, input_hash: str) -> str:
    """A mark that no candidate can guess and that is the same when the same answer is rated again."""
    return hmac.new(key, input_hash.encode(), hashlib.sha256).hexdigest()[:16]


def make_seed(input_hash: str) -> int:
    """31 bits of the input: the order of the criteria, and the model's seed."""
    return int(input_hash[:8], 16) & 0x7FFFFFFF
