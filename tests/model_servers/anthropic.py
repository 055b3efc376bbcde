"""Anthropic's Messages API: POST /v1/messages, streamed as server-sent events; GET /v1/models/NAME."""

import json
from collections.abc import Mapping
from typing import Any

from tests.model_servers.base import STREAM_TYPE, ModelServer, Reply, cut_in_pieces, write_text

ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}
STOP_REASONS = {"stop": "end_turn", "length": "max_tokens"}


def write_events(events: list[dict[str, Any]]) -> bytes:
    return "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events).encode()


def begin(pieces: list[str]) -> list[dict[str, Any]]:
    message = {
        "id": "msg_01Test",
        "type": "message",
        "role": "assistant",
        "model": "tiny",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 1},
    }
    deltas = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}} for piece in pieces
    ]
    return [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        *deltas,
    ]


def end(stop_reason: str) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": stop_reason, "stop_sequence": None},
            "usage": {"output_tokens": 20},
        },
        {"type": "message_stop"},
    ]


class AnthropicServer(ModelServer):
    chat_path = "/v1/messages"

    def reply_with(self, value: object, *, done_reason: str = "stop") -> Reply:
        events = begin(cut_in_pieces(write_text(value))) + end(STOP_REASONS[done_reason])
        return Reply(write_events(events), content_type=STREAM_TYPE)

    def refuse_with(self, words: str) -> Reply:
        return Reply(write_events(begin([words]) + end("refusal")), content_type=STREAM_TYPE)

    def break_with(self, value: str, words: str) -> Reply:
        error = {"type": "error", "error": {"type": "overloaded_error", "message": words}}
        return Reply(write_events([*begin([value]), error]), content_type=STREAM_TYPE)

    def fail_with(self, status: int, error: str, headers: Mapping[str, str] | None = None) -> Reply:
        body = {"type": "error", "error": {"type": ERRORS.get(status, "api_error"), "message": error}}
        return Reply(json.dumps(body).encode(), status, headers=headers or {})

    def read_prompt(self, chat: dict[str, Any]) -> tuple[str, str]:
        return chat.get("system", ""), chat["messages"][0]["content"]

    def read_room(self, chat: dict[str, Any]) -> int:
        return int(chat["max_tokens"])

    def answer_get(self, path: str) -> Reply:
        name = path.removeprefix("/v1/models/")
        if not self.has_model(name):
            return self.fail_with(404, f"model: {name}")
        body = {"type": "model", "id": name, "display_name": name, "created_at": "2025-06-01T10:00:00Z"}
        return Reply(json.dumps(body).encode())
