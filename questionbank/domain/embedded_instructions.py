"""Sentences in a quoted text that speak to a language model instead of about the work. Found, shown, obeyed by nothing.

Nothing depends on all of them being found: what a model makes is checked whatever it has read. A finding tells a person
that somebody tried, or that a text was pasted together with the words of a chat.
"""

import re
from dataclasses import dataclass

from questionbank.domain.model_texts import cut_around

AROUND = 60
MOST_FOUND = 20
_PATTERNS = (
    (
        r"(?:ignore|disregard|forget|override|bypass)\s+(?:(?:all|any|the|your|these|previous|prior|above|earlier|system)\s+)"
        r"{1,4}(?:instructions?|prompts?|rules?|directions?|guidelines?)"
    ),
    r"(?:system|developer|hidden)\s+(?:prompt|message|instructions?)\s*(?::|says|is)",
    r"you\s+are\s+(?:now\s+)?(?:an?\s+)?(?:ai|a\s+language\s+model|chatgpt|gpt|claude|llama|assistant|dan)\b",
    r"(?:as|for)\s+(?:an?\s+)?(?:ai|language\s+model|assistant|llm)\b[^.\n]{0,40}\b(?:you\s+)?(?:must|should|always|only)",
    r"(?:note|instruction|message|attention)s?\s+(?:to|for)\s+(?:the\s+)?(?:ai|llm|language\s+model|model|assistant|bot)\b",
    (
        r"(?:give|award|rate|score)\s+(?:every|each|all|the|this)\s+(?:candidates?|answers?|applicants?)\b[^.\n]{0,40}"
        r"\b(?:full|maximum|highest|top|perfect|100|4)"
    ),
    r"(?:respond|reply|answer|output)\s+(?:only\s+)?(?:with|in)\s+(?:json|the\s+(?:word|text|following)|exactly)",
    r"(?:BEGIN|END)\s+(?:JOB\s+DESCRIPTION|ANSWER|RESUME|INPUTS?)\b",
    r"</?(?:system|assistant|user|instructions?|prompt)>|\[/?INST\]|<\|(?:im_start|im_end|system)\|>",
    r"(?:do\s+not|don['’]t)\s+(?:generate|write|ask|create)\s+(?:any\s+|the\s+)?(?:questions?|criteria|interview)",
)
_FOUND = [re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS]


@dataclass(frozen=True)
class Instruction:
    found: str
    around: str
    start: int


def find_instructions(text: str) -> list[Instruction]:
    """In the order of the text."""
    found = [
        Instruction(
            " ".join(match.group().split()),
            cut_around(text, match.start(), match.end(), AROUND),
            match.start(),
        )
        for pattern in _FOUND
        for match in pattern.finditer(text)
    ]
    kept: list[Instruction] = []
    for one in sorted(found, key=lambda one: one.start):
        if not kept or one.start > kept[-1].start + AROUND:  # what stands beside another is shown with it
            kept.append(one)
    return kept[:MOST_FOUND]
