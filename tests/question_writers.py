"""A language model that writes questions for the bank, over Ollama's wire format: another one each time."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.ollama_server import OllamaServer, Reply, reply_with

SIDES = (
    *("wide tables", "slow deletes", "stale caches", "lost updates", "partial outages", "hot partitions"),
    *("clock skew", "noisy neighbours", "orphaned rows", "silent truncation", "missing backups", "broken retries"),
    *("unbounded queues", "leaking handles", "poisoned messages", "shared secrets", "circular imports", "dead letters"),
    *("phantom reads", "split brains", "cold starts", "thundering herds", "expired tokens", "duplicate charges"),
)
TOKENS = 120  # of one call: 100 read, 20 written (tests/ollama_server.py)


def make_written(text: str, **changes: Any) -> dict[str, Any]:
    """What a model gives that does as it is told."""
    return {
        "text": text,
        "assesses": "Judgement in daily work",
        "expected_answer": "First I look at what the system does now, then I change one thing and measure it.",
        "expected_elements": ["Looks before changing", "Changes one thing", "Measures what follows"],
        "criteria": [
            {
                "name": f"Point {number}",
                "description": f"Says clearly what point {number} is about",
                "component": ("relevance", "depth", "clarity", "technical")[number % 4],
                "weight": 1 + number % 3,
            }
            for number in range(8)
        ],
        "red_flags": ["Changes everything at once"],
        "suggestions": ["In my last project,", "First of all,"],
        "expected_seconds": 90,
        "think_seconds": 20,
        **changes,
    }


def name_text(number: int) -> str:
    """A text that asks what no other asks."""
    return f"How do you notice {SIDES[number % len(SIDES)]} number{number} before anybody complains?"


@dataclass
class QuestionWriter:
    """Answers from `texts`, then with new ones; `before(count)` is called with the number of the request."""

    server: OllamaServer
    texts: list[str] = field(default_factory=list)
    before: Callable[[int], object] = lambda count: None
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.server.replies = [self._write]

    def say(self, texts: Iterable[str]) -> None:
        self.texts = list(texts)

    @property
    def prompts(self) -> list[str]:
        return [chat["messages"][-1]["content"] for chat in self.server.chats]

    def _write(self, request: dict[str, Any]) -> Reply:
        with self.lock:
            self.asked += 1
            number = self.asked
            text = self.texts.pop(0) if self.texts else name_text(number)
        self.before(number)
        return reply_with(make_written(text))
