"""What OpenAI's adapter alone does: its request, and servers that speak the same API less well."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from questionbank.engines.llm import ModelRefused
from questionbank.engines.llm.openai import OpenAIModel
from tests.model_engines import GOOD, KEY, PROMPT, Engine, Verdict, run_engine
from tests.model_servers import OpenAIServer, Reply


@pytest.fixture
def engine() -> Iterator[Engine]:
    yield from run_engine("openai")


@pytest.fixture
def server(engine: Engine) -> OpenAIServer:
    assert isinstance(engine.server, OpenAIServer)
    return engine.server


def test_the_request_is_strict_and_repeatable(engine: Engine) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    engine.make_model().complete(PROMPT, Verdict, seed=7, max_tokens=300)
    (request,) = engine.server.chats
    form = request.pop("response_format")
    assert request == {
        "model": "tiny",
        "messages": [{"role": "system", "content": "You grade."}, {"role": "user", "content": "Rate this."}],
        "max_tokens": 300,
        "temperature": 0,
        "seed": 7,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert (form["type"], form["json_schema"]["name"], form["json_schema"]["strict"]) == (
        "json_schema",
        "Verdict",
        True,
    )
    assert form["json_schema"]["schema"]["additionalProperties"] is False
    assert engine.server.headers[0]["authorization"] == f"Bearer {KEY}"


def answer_unless(engine: Engine, is_refused: Callable[[dict[str, Any]], bool], words: str) -> None:
    def answer(request: dict[str, Any]) -> Reply:
        return engine.server.fail_with(400, words) if is_refused(request) else engine.server.reply_with(GOOD)

    engine.server.replies = [answer]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("temperature", "Unsupported value: 'temperature' does not support 0 with this model."),
        ("seed", "Unrecognized request argument supplied: seed"),
        ("stream_options", "stream_options: extra fields not permitted"),
    ],
)
def test_an_option_that_is_refused_by_name_is_left_out_from_then_on(engine: Engine, option: str, words: str) -> None:
    answer_unless(engine, lambda request: option in request, words)
    model = engine.make_model()
    completions = [model.complete(PROMPT, Verdict) for _ in range(2)]
    assert [one.usage.attempts for one in completions] == [1, 1]
    assert [option in chat for chat in engine.server.chats] == [True, False, False]


def test_a_model_that_knows_only_the_longer_name_of_its_room(engine: Engine) -> None:
    words = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    answer_unless(engine, lambda request: "max_tokens" in request, words)
    engine.make_model().complete(PROMPT, Verdict, max_tokens=300)
    assert engine.server.chats[-1]["max_completion_tokens"] == 300
    assert "max_tokens" not in engine.server.chats[-1]


def test_a_request_that_is_too_large_changes_nothing_for_the_next(engine: Engine) -> None:
    """In vLLM's words, which name both options: they are taken, and so many tokens are not."""
    words = "'max_tokens' or 'max_completion_tokens' is too large: 4096. The maximum context length is 2048."
    answer_unless(engine, lambda request: request.get("max_tokens", 9999) > 2048, words)
    model = engine.make_model()
    with pytest.raises(ModelRefused, match="is too large: 4096"):
        model.complete(PROMPT, Verdict, max_tokens=4096)
    model.complete(PROMPT, Verdict, max_tokens=300)
    assert [chat.get("max_tokens") for chat in engine.server.chats] == [4096, 300]


def test_openai_itself_is_asked_by_the_longer_name(engine: Engine) -> None:
    model = engine.make_model("https://api.openai.com/v1")
    assert isinstance(model, OpenAIModel)
    assert model._name_room() == "max_completion_tokens"


def find_form(request: dict[str, Any]) -> str:
    return str(request.get("response_format", {}).get("type", "words"))


@pytest.mark.parametrize(
    ("known", "asked"),
    [({"json_object"}, ["json_schema", "json_object"]), (set(), ["json_schema", "json_object", "words"])],
)
def test_a_server_that_takes_no_schema_is_asked_for_json_and_then_in_words(
    engine: Engine, caplog: pytest.LogCaptureFixture, known: set[str], asked: list[str]
) -> None:
    words = "'response_format.type' must be one of the known ones"
    answer_unless(engine, lambda request: find_form(request) not in {*known, "words"}, words)
    assert engine.make_model().complete(PROMPT, Verdict).value.rating == 3
    assert [find_form(chat) for chat in engine.server.chats] == asked
    assert '"maximum": 4' in engine.server.read_prompt(engine.server.chats[-1])[0]
    assert "tiny takes no json_schema; it is asked without from now on." in caplog.text


class Notes(BaseModel):
    by_name: dict[str, str]


def test_a_schema_beyond_the_strict_subset_goes_in_words(engine: Engine) -> None:
    engine.server.replies = [engine.server.reply_with({"by_name": {"a": "b"}})]
    assert engine.make_model().complete(PROMPT, Notes).value == Notes(by_name={"a": "b"})
    assert find_form(engine.server.chats[0]) == "json_object"


def test_a_content_filter_is_a_refusal(engine: Engine, server: OpenAIServer) -> None:
    server.replies = [server.filter_content()]
    with pytest.raises(ModelRefused, match="its content filter"):
        engine.make_model().complete(PROMPT, Verdict)


def test_a_refusal_tells_the_models_words(engine: Engine) -> None:
    engine.server.replies = [engine.server.refuse_with("I cannot help with that.")]
    with pytest.raises(ModelRefused, match=r"will not answer this \(I cannot help with that\.\)"):
        engine.make_model().complete(PROMPT, Verdict)


def test_an_account_without_money_is_not_asked_again(engine: Engine, server: OpenAIServer) -> None:
    server.replies = [server.fail_with(429, "You exceeded your current quota.", code="insufficient_quota")]
    with pytest.raises(ModelRefused, match="nothing left to spend"):
        engine.make_model().complete(PROMPT, Verdict)
    assert len(server.chats) == 1


def test_a_server_that_never_tells_what_it_used(engine: Engine, server: OpenAIServer) -> None:
    good = server.reply_with(GOOD)
    body = b"\n\n".join(one for one in good.body.split(b"\n\n") if b'"prompt_tokens"' not in one)
    server.replies = [Reply(body, content_type=good.content_type)]
    usage = engine.make_model().complete(PROMPT, Verdict).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.attempts) == (0, 0, 1)


def test_a_server_without_a_list_of_models_is_believed(engine: Engine, server: OpenAIServer) -> None:
    server.answer_get = lambda path: server.fail_with(404, "not found")  # type: ignore[method-assign]
    status = engine.make_model().describe()
    assert status.is_ready
    assert status.detail == (
        "The server answers but lists no models, so that tiny is not known to be there. "
        "If it fails, see that OPENAI_BASE_URL has the path of the API, mostly /v1."
    )
