"""A language model for tests with real workers: rates everything 0, after whatever a test wants to happen first."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.ollama_server import OllamaServer, Reply, fail_with, reply_with


@dataclass
class Grader:
    """Speaks Ollama's wire format at `server.url`; `before(count)` is called with the number of the question. What is
    to be worded, and no answer to be rated, is refused and not counted."""

    server: OllamaServer
    before: Callable[[int], object] = lambda count: None
    asked: int = 0
    _reply: Reply = field(init=False)

    def __post_init__(self) -> None:
        self.server.replies = [self._grade]
        criteria = [{"number": number, "quote": "", "reason": "Not said.", "rating": 0} for number in range(1, 20)]
        summary = {"rationale": "Little was said.", "strengths": [], "improvements": ["Say more."]}
        self._reply = reply_with({"criteria": criteria, **summary})

    def start_again(self, before: Callable[[int], object] = lambda count: None) -> None:
        self.asked, self.before = 0, before

    def _grade(self, request: dict[str, Any]) -> Reply:
        if "criteria" not in request["format"]["properties"]:
            return fail_with(400, "this one only grades")
        self.asked += 1
        self.before(self.asked)
        return self._reply


def read_criteria(prompt: str) -> dict[int, str]:
    """What a prompt asks to be rated, by number."""
    block = prompt.split("\nCRITERIA\n")[1].split("\nBEGIN ")[0]
    return {int(number): text for number, text in re.findall(r"^(\d+)\. (.*)$", block, re.MULTILINE)}
