"""Anthropic's Messages API through its official client. Made by `load_language_model` (in this package's __init__).

The API knows no seed, and from its version 2026-10-21 on, which the client speaks, no temperature either: a request
that holds one is refused. What is asked twice may be answered in two ways.
"""

from typing import Any

import anthropic

from questionbank.engines.llm.asking import HostedModel
from questionbank.engines.llm.direct import make_client
from questionbank.engines.llm.drafts import Draft, Question
from questionbank.engines.llm.faults import Fault, describe_error, sort_status
from questionbank.engines.llm.options import Options
from questionbank.engines.llm.schemas import NotStrict, make_strict, tell_schema

STATUS_OF_ERROR = {
    "rate_limit_error": 429,
    "overloaded_error": 529,
    "timeout_error": 504,
    "api_error": 500,
    "invalid_request_error": 400,
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
}
"""An answer that has begun can only fail in words."""


class AnthropicModel(HostedModel):
    engine = "anthropic"
    title = "Anthropic"
    address_setting = "ANTHROPIC_BASE_URL"

    def __init__(self, address: str, model: str, *, api_key: str, **asking: Any) -> None:
        """`asking` is what every HostedModel takes."""
        super().__init__(address, model, key=api_key, **asking)
        self._client = anthropic.Anthropic(
            api_key=api_key,
            base_url=address,
            max_retries=0,  # ours are the one way
            timeout=self.limits.timeout_seconds,
            http_client=make_client(self.limits.timeout_seconds),
            open_telemetry=False,
        )
        self._close_with_me(self._client.close)
        self._options = Options(model, ("output_config", "output_format"))

    def ask(self, question: Question, draft: Draft) -> None:
        while True:
            try:
                return self._ask(question, draft)
            except anthropic.APIStatusError as error:
                if not self._options.leave_out(error.status_code, str(error.api_message or "")):
                    raise

    def _ask(self, question: Question, draft: Draft) -> None:
        system = question.system
        extra: dict[str, Any] = {}
        strict = self._find_format(question)
        if strict is None:
            system = f"{system}\n\n{tell_schema(question.schema)}".strip()
        else:
            extra["output_config"] = {"format": {"type": "json_schema", "schema": strict}}
        if system:
            extra["system"] = system
        stream = self._client.messages.create(
            model=self.model,
            max_tokens=question.max_tokens,
            messages=[{"role": "user", "content": question.user}],
            stream=True,
            extra_body=extra,
        )
        with stream:
            read_events(stream, draft)

    def _find_format(self, question: Question) -> dict[str, Any] | None:
        if not (self._options.takes("output_config") and self._options.takes("output_format")):
            return None
        try:
            return make_strict(question.schema)
        except NotStrict:
            return None

    def sort_error(self, error: Exception) -> Fault | None:
        if not isinstance(error, anthropic.APIStatusError):
            return None
        status = error.status_code
        if status == 200:
            status = STATUS_OF_ERROR.get(str(error.type), 500)
        advice = {
            300: "Set ANTHROPIC_BASE_URL to where it leads.",
            401: "Check ANTHROPIC_API_KEY.",
            403: "Check what ANTHROPIC_API_KEY may do.",
            404: f"Check the model's name, {self.model} ({self.model_setting}), and ANTHROPIC_BASE_URL.",
        }
        return sort_status(status, self._quote(error.api_message or "no words"), advice)

    def look(self) -> str | None:
        try:
            self._client.models.retrieve(self.model)
        except anthropic.APIStatusError as error:
            return f"{self.sort_error(error)}"
        return None


def read_events(stream: Any, draft: Draft) -> None:
    """The answer's pieces as they come. Thinking is not kept."""
    pieces: list[str] = []
    try:
        for event in stream:
            if event.type == "message_start":
                usage = event.message.usage
                cached = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
                draft.prompt_tokens = usage.input_tokens + cached
                draft.completion_tokens = usage.output_tokens
            elif event.type == "content_block_delta" and event.delta.type == "text_delta":
                pieces.append(event.delta.text)
            elif event.type == "message_delta":
                draft.completion_tokens = event.usage.output_tokens
                read_stop(event.delta, draft)
            elif event.type == "message_stop":
                draft.is_ended = True
    finally:
        draft.text = "".join(pieces)


def read_stop(delta: Any, draft: Draft) -> None:
    draft.is_cut = delta.stop_reason in ("max_tokens", "model_context_window_exceeded")
    if delta.stop_reason == "refusal":
        details = delta.stop_details
        draft.refusal = describe_error((details and (details.explanation or details.category)) or "its safety rules")
