"""What Anthropic's adapter alone does: its request, what a gateway may refuse, how its key travels."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from questionbank.engines.llm import ModelRefused
from tests.model_engines import GOOD, KEY, PROMPT, Engine, Verdict, run_engine
from tests.model_servers import Reply

STRICT = {
    "type": "object",
    "properties": {
        "rating": {"type": "integer", "description": "maximum 4, minimum 0"},
        "reason": {"type": "string"},
    },
    "required": ["rating", "reason"],
    "additionalProperties": False,
}


@pytest.fixture
def engine() -> Iterator[Engine]:
    yield from run_engine("anthropic")


def test_the_request_asks_for_the_schema(engine: Engine) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    engine.make_model().complete(PROMPT, Verdict, seed=7, max_tokens=300)
    assert engine.server.chats == [
        {
            "model": "tiny",
            "max_tokens": 300,
            "system": "You grade.",
            "messages": [{"role": "user", "content": "Rate this."}],
            "output_config": {"format": {"type": "json_schema", "schema": STRICT}},
            "stream": True,
        }
    ]
    assert engine.server.paths == ["/v1/messages"]
    headers = engine.server.headers[0]
    assert (headers["authorization"], headers["anthropic-version"]) == (f"Bearer {KEY}", "2026-10-21")


def refuse_naming(engine: Engine, option: str, words: str) -> None:
    """The server refuses requests that hold the option, and answers others."""

    def answer(request: dict[str, Any]) -> Reply:
        return engine.server.fail_with(400, words) if option in request else engine.server.reply_with(GOOD)

    engine.server.replies = [answer]


def test_a_gateway_that_takes_no_schema_is_told_it_in_words(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    refuse_naming(engine, "output_config", "output_config: Extra inputs are not permitted")
    model = engine.make_model()
    first = model.complete(PROMPT, Verdict)
    assert (first.value.rating, first.usage.attempts, engine.waits) == (3, 1, [])
    assert "tiny takes no output_config; it is asked without from now on." in caplog.text
    model.complete(PROMPT, Verdict)
    assert ["output_config" in chat for chat in engine.server.chats] == [True, False, False]
    system, _ = engine.server.read_prompt(engine.server.chats[-1])
    assert system.startswith("You grade.\n\nAnswer with one JSON object and nothing else.")
    assert '"maximum": 4' in system


class Notes(BaseModel):
    by_name: dict[str, str]


def test_a_schema_beyond_the_strict_subset_goes_in_words(engine: Engine) -> None:
    engine.server.replies = [engine.server.reply_with({"by_name": {"a": "b"}})]
    assert engine.make_model().complete(PROMPT, Notes).value == Notes(by_name={"a": "b"})
    assert "output_config" not in engine.server.chats[0]
    assert "JSON schema" in engine.server.read_prompt(engine.server.chats[0])[0]


def test_thinking_is_not_part_of_the_answer(engine: Engine) -> None:
    good = engine.server.reply_with(GOOD)
    thought = (
        b'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, '
        b'"delta": {"type": "thinking_delta", "thinking": "Hmm, {"}}\n\n'
    )
    first, rest = good.body.split(b"event: ping", 1)
    engine.server.replies = [Reply(first + thought + b"event: ping" + rest, content_type=good.content_type)]
    assert engine.make_model().complete(PROMPT, Verdict).usage.attempts == 1


def test_a_key_that_is_wrong_is_told_to_the_doctor(engine: Engine) -> None:
    engine.server.answer_get = lambda path: engine.server.fail_with(401, "invalid x-api-key")  # type: ignore[method-assign]
    status = engine.make_model().describe()
    assert not status.is_ready
    assert status.detail == "invalid x-api-key (HTTP 401). Check ANTHROPIC_API_KEY."


def test_what_the_environment_says_of_keys_and_hosts_counts_for_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site's settings are the one place; a profile of somebody's on the machine is not used."""
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    engine.server.replies = [engine.server.reply_with(GOOD)]
    engine.make_model().complete(PROMPT, Verdict)
    assert engine.server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_refusal_in_the_stream_is_told_by_its_type(engine: Engine) -> None:
    body = b'event: error\ndata: {"type": "error", "error": {"type": "permission_error", "message": "not for you"}}\n\n'
    engine.server.replies = [Reply(body, content_type="text/event-stream")]
    with pytest.raises(ModelRefused, match=r"not for you \(HTTP 403\)"):
        engine.make_model().complete(PROMPT, Verdict)
