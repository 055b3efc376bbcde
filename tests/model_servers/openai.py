"""OpenAI's Chat Completions: POST /v1/chat/completions, streamed as server-sent events; GET /v1/models."""

import json
from collections.abc import Mapping
from typing import Any

from tests.model_servers.base import STREAM_TYPE, ModelServer, Reply, cut_in_pieces, write_text


def write_events(events: list[dict[str, Any]], *, ends: bool = True) -> bytes:
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return (text + ("data: [DONE]\n\n" if ends else "")).encode()


def make_chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl-test",
        "object": "chat.completion.chunk",
        "created": 1748772000,
        "model": "tiny",
        "system_fingerprint": "fp_test",
        "choices": [choice],
        "usage": None,
    }


USAGE = {
    **make_chunk({}),
    "choices": [],
    "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
}


class OpenAIServer(ModelServer):
    chat_path = "/v1/chat/completions"
    base_path = "/v1"

    def reply_with(self, value: object, *, done_reason: str = "stop") -> Reply:
        return self.stream([{"content": piece} for piece in cut_in_pieces(write_text(value))], done_reason)

    def stream(self, deltas: list[dict[str, Any]], finish_reason: str) -> Reply:
        first = make_chunk({"role": "assistant", "content": ""})
        chunks = [first, *(make_chunk(delta) for delta in deltas), make_chunk({}, finish_reason), USAGE]
        return Reply(write_events(chunks), content_type=STREAM_TYPE)

    def refuse_with(self, words: str) -> Reply:
        return self.stream([{"refusal": piece} for piece in cut_in_pieces(words)], "stop")

    def filter_content(self) -> Reply:
        return self.stream([{"content": '{"rat'}], "content_filter")

    def break_with(self, value: str, words: str) -> Reply:
        error = {"error": {"message": words, "type": "server_error", "param": None, "code": None}}
        chunks = [make_chunk({"role": "assistant", "content": value}), error]
        return Reply(write_events(chunks, ends=False), content_type=STREAM_TYPE)

    def fail_with(
        self, status: int, error: str, headers: Mapping[str, str] | None = None, *, code: str | None = None
    ) -> Reply:
        body = {"error": {"message": error, "type": "invalid_request_error", "param": None, "code": code}}
        return Reply(json.dumps(body).encode(), status, headers=headers or {})

    def read_prompt(self, chat: dict[str, Any]) -> tuple[str, str]:
        words = {message["role"]: message["content"] for message in chat["messages"]}
        return words.get("system", ""), words["user"]

    def read_room(self, chat: dict[str, Any]) -> int:
        return int(chat.get("max_completion_tokens") or chat["max_tokens"])

    def answer_get(self, path: str) -> Reply:
        if path != "/v1/models":
            return self.fail_with(404, "not found")
        data = [{"id": name, "object": "model", "created": 1748772000, "owned_by": "test"} for name in self.models]
        return Reply(json.dumps({"object": "list", "data": data}).encode())
