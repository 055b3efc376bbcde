"""Ollama's API: POST /api/chat, streamed as lines of JSON; GET /api/tags."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.model_servers.base import ModelServer, Reply, cut_in_pieces, write_text

LINES_TYPE = "application/x-ndjson"
CREATED = "2025-06-01T10:00:00.000000Z"


def reply_with(value: object, *, done_reason: str = "stop", model: str = "tiny") -> Reply:
    """A chat response as Ollama 0.6 streams it: pieces of the message, and what it took with the last."""
    pieces = [
        {"model": model, "created_at": CREATED, "message": {"role": "assistant", "content": piece}, "done": False}
        for piece in cut_in_pieces(write_text(value))
    ]
    last = {
        "model": model,
        "created_at": CREATED,
        "message": {"role": "assistant", "content": ""},
        "done": True,
        "done_reason": done_reason,
        "total_duration": 5_000_000,
        "load_duration": 1_000_000,
        "prompt_eval_count": 100,
        "prompt_eval_duration": 1_000_000,
        "eval_count": 20,
        "eval_duration": 3_000_000,
    }
    return Reply(write_lines([*pieces, last]), content_type=LINES_TYPE)


def fail_with(status: int, error: str, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(json.dumps({"error": error}).encode(), status, headers=headers or {})


def write_lines(parts: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(part).encode() + b"\n" for part in parts)


@dataclass
class OllamaServer(ModelServer):
    models: list[str] = field(default_factory=lambda: ["tiny:latest"])
    chat_path = "/api/chat"

    def reply_with(self, value: object, *, done_reason: str = "stop") -> Reply:
        return reply_with(value, done_reason=done_reason)

    def refuse_with(self, words: str) -> Reply:
        """Ollama knows no refusals: the model writes them where the JSON should stand."""
        return reply_with(words)

    def break_with(self, value: str, words: str) -> Reply:
        message = {"role": "assistant", "content": value}
        return Reply(write_lines([{"message": message, "done": False}, {"error": words}]), content_type=LINES_TYPE)

    def fail_with(self, status: int, error: str, headers: Mapping[str, str] | None = None) -> Reply:
        return fail_with(status, error, headers)

    def read_prompt(self, chat: dict[str, Any]) -> tuple[str, str]:
        words = {message["role"]: message["content"] for message in chat["messages"]}
        return words.get("system", ""), words["user"]

    def read_room(self, chat: dict[str, Any]) -> int:
        return int(chat["options"]["num_predict"])

    def answer_get(self, path: str) -> Reply:
        answers: dict[str, object] = {
            "/api/version": {"version": "0.6.3"},
            "/api/tags": {"models": [{"model": name, "name": name, "size": 1} for name in self.models]},
        }
        return Reply(json.dumps(answers[path]).encode()) if path in answers else fail_with(404, "not found")
