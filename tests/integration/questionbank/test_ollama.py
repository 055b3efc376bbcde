"""The Ollama adapter over real HTTP, against a server that speaks its wire format and fails in every way we know."""

import json
import random
import socket
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from pydantic import BaseModel, Field

from questionbank.engines.llm import ModelRefused, ModelRetry, ModelUnavailable, Usage
from questionbank.engines.llm.deadlines import DeadlineTransport
from questionbank.engines.llm.ollama import OllamaLimits, OllamaModel, choose_context_size
from tests.ollama_server import OllamaServer, Reply, fail_with, reply_with


class Verdict(BaseModel):
    rating: int = Field(ge=0, le=4)
    reason: str


GOOD = {"rating": 3, "reason": "names the lock"}


class Clock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


MakeModel = Callable[..., OllamaModel]


@pytest.fixture
def make_model(waits: list[float]) -> Iterator[MakeModel]:
    made: list[OllamaModel] = []

    def make(url: str, clock: Callable[[], float] | None = None, **limits: float) -> OllamaModel:
        chosen = OllamaLimits(**{"timeout_seconds": 2.0, "backoff_seconds": 1.0, **limits})  # type: ignore[arg-type]
        rng = random.Random(1)
        made.append(OllamaModel(url, "tiny", limits=chosen, rng=rng, wait=waits.append, clock=clock or Clock()))
        return made[-1]

    yield make
    for model in made:
        model.close()


def find_closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_completion_is_an_instance_of_the_schema(
    server: OllamaServer, make_model: MakeModel, waits: list[float]
) -> None:
    server.replies = [reply_with(GOOD)]
    completion = make_model(server.url).complete("Rate this.", Verdict, system="You grade.", seed=7)
    assert completion.value == Verdict(**GOOD)  # type: ignore[arg-type]
    assert completion.usage == Usage(prompt_tokens=100, completion_tokens=20, seconds=0.0, attempts=1)
    assert (completion.engine, completion.model, waits) == ("ollama", "tiny", [])


def test_the_request_is_strict_and_repeatable(server: OllamaServer, make_model: MakeModel) -> None:
    server.replies = [reply_with(GOOD)]
    make_model(server.url).complete("Rate this.", Verdict, system="You grade.", seed=7, max_tokens=300)
    (request,) = server.chats
    assert request["messages"] == [
        {"role": "system", "content": "You grade."},
        {"role": "user", "content": "Rate this."},
    ]
    assert request["format"] == Verdict.model_json_schema()
    assert request["options"] == {"temperature": 0.0, "seed": 7, "num_predict": 300, "num_ctx": 8192}
    assert (request["model"], request["stream"]) == ("tiny", False)


def test_output_that_does_not_fit_is_asked_for_again_with_what_was_wrong(
    server: OllamaServer, make_model: MakeModel
) -> None:
    server.replies = [reply_with({"rating": 9}), reply_with(GOOD)]
    completion = make_model(server.url).complete("Rate this.", Verdict)
    assert completion.usage.attempts == 2
    assert completion.usage.prompt_tokens == 200
    hint = server.chats[1]["messages"][0]["content"]
    assert hint.startswith("Rate this.")
    assert "rating: Input should be less than or equal to 4" in hint
    assert "reason: Field required" in hint


@pytest.mark.parametrize("content", ["Sure! I would give it a three.", "", '{"rating": 3, "reas', "[]"])
def test_output_that_is_never_right_is_a_failure_of_this_time(
    server: OllamaServer, make_model: MakeModel, content: str
) -> None:
    server.replies = [reply_with(content)]
    with pytest.raises(ModelRetry, match=r"failed 3 times, last: the output does not fit the schema"):
        make_model(server.url).complete("Rate this.", Verdict)
    assert len(server.chats) == 3


def test_output_cut_at_its_limit_gets_twice_the_room(server: OllamaServer, make_model: MakeModel) -> None:
    server.replies = [reply_with('{"rating": 3, "rea', done_reason="length"), reply_with(GOOD)]
    make_model(server.url).complete("Rate this.", Verdict, max_tokens=50)
    assert [chat["options"]["num_predict"] for chat in server.chats] == [50, 100]
    assert server.chats[1]["messages"] == server.chats[0]["messages"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_host_is_tried_again_after_a_jittered_pause(
    server: OllamaServer, make_model: MakeModel, waits: list[float], status: int
) -> None:
    server.replies = [fail_with(status, "server busy"), fail_with(status, "server busy"), reply_with(GOOD)]
    assert make_model(server.url).complete("Rate this.", Verdict).value.rating == 3
    rng = random.Random(1)
    assert waits == [rng.uniform(0.5, 1.5), 2 * rng.uniform(0.5, 1.5)]


def test_a_host_that_stays_busy_is_a_failure_of_this_time(
    server: OllamaServer, make_model: MakeModel, waits: list[float]
) -> None:
    server.replies = [fail_with(500, "llama runner process has terminated")]
    with pytest.raises(ModelRetry, match=r"failed 3 times, last: llama runner process has terminated"):
        make_model(server.url).complete("Rate this.", Verdict)
    assert len(waits) == 2


@pytest.mark.parametrize("cut_after_bytes", [0, 40])
def test_a_connection_that_is_cut_off_is_tried_again(
    server: OllamaServer, make_model: MakeModel, cut_after_bytes: int
) -> None:
    server.replies = [Reply(reply_with(GOOD).body, cut_after_bytes=cut_after_bytes), reply_with(GOOD)]
    assert make_model(server.url).complete("Rate this.", Verdict).value.rating == 3


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"[1, 2]", b'{"done": true}', b""])
def test_an_answer_that_is_not_ollamas_is_tried_again(server: OllamaServer, make_model: MakeModel, body: bytes) -> None:
    server.replies = [Reply(body), reply_with(GOOD)]
    assert make_model(server.url).complete("Rate this.", Verdict).value.rating == 3


def test_a_silent_host_costs_one_time_limit(server: OllamaServer, make_model: MakeModel, waits: list[float]) -> None:
    server.replies = [Reply(stall=True)]
    with pytest.raises(ModelRetry, match=r"did not finish in 0\.1 s \(REQUEST_TIMEOUT\)"):
        make_model(server.url, timeout_seconds=0.1).complete("Rate this.", Verdict)
    assert (len(server.chats), waits) == (1, [])


def test_a_dripping_host_is_limited_as_a_whole() -> None:
    """Every byte comes in time and the whole never would: the clock is looked at on each."""

    clock = Clock()
    transport = DeadlineTransport(DripTransport(clock), 10.0, clock)
    with httpx.Client(transport=transport) as client, pytest.raises(httpx.ReadTimeout):
        client.get("http://here")
    assert clock.now == 111.0


class DripTransport(httpx.BaseTransport):
    """A byte a second, for a thousand seconds."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=DripStream(self.clock))


class DripStream(httpx.SyncByteStream):
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(1000):
            self.clock.now += 1.0
            yield b"x"


def test_a_drip_over_a_real_connection_ends_at_the_limit(server: OllamaServer, make_model: MakeModel) -> None:
    server.replies = [Reply(reply_with(GOOD).body, drip_seconds=0.01)]  # would take 4 s
    model = make_model(server.url, time.monotonic, timeout_seconds=0.15)
    with pytest.raises(ModelRetry, match="did not finish"):
        model.complete("Rate this.", Verdict)


def test_nobody_there_is_said_at_once(make_model: MakeModel, waits: list[float]) -> None:
    model = make_model(f"http://127.0.0.1:{find_closed_port()}")
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        model.complete("Rate this.", Verdict)
    assert waits == []
    assert not model.is_reachable()


@pytest.mark.parametrize(("status", "error"), [(400, "invalid format"), (401, "unauthorized")])
def test_a_refusal_is_final(
    server: OllamaServer, make_model: MakeModel, waits: list[float], status: int, error: str
) -> None:
    server.replies = [fail_with(status, error)]
    with pytest.raises(ModelRefused, match=error):
        make_model(server.url).complete("Rate this.", Verdict)
    assert (len(server.chats), waits) == (1, [])


def test_a_missing_model_is_refused_with_what_to_do(server: OllamaServer, make_model: MakeModel) -> None:
    server.models = ["other:7b"]
    model = make_model(server.url)
    with pytest.raises(ModelRefused, match=r"model 'tiny' not found.*Run `ollama pull tiny` there"):
        model.complete("Rate this.", Verdict)
    assert not model.is_reachable()
    status = model.describe()
    assert (status.is_ready, status.address) == (False, server.url)
    assert "ollama pull tiny" in status.detail


def test_a_failing_host_is_left_alone_and_tried_again_later(server: OllamaServer, make_model: MakeModel) -> None:
    clock = Clock()
    model = make_model(server.url, clock, failures_to_rest=3, rest_seconds=30)
    server.replies = [fail_with(500, "out of memory")] * 3 + [reply_with(GOOD)]
    with pytest.raises(ModelRetry):
        model.complete("Rate this.", Verdict)
    asked = len(server.paths)
    with pytest.raises(ModelUnavailable, match="left alone"):
        model.complete("Rate this.", Verdict)
    assert not model.is_reachable()
    assert len(server.paths) == asked
    clock.now += 30
    assert model.is_reachable()
    assert model.complete("Rate this.", Verdict).value.rating == 3


def test_an_answer_in_between_clears_the_count(server: OllamaServer, make_model: MakeModel) -> None:
    server.replies = [fail_with(500, "busy"), fail_with(500, "busy"), reply_with(GOOD)] * 3
    model = make_model(server.url, failures_to_rest=3)
    assert [model.complete("Rate this.", Verdict).value.rating for _ in range(3)] == [3, 3, 3]


def test_reachability_is_asked_once_in_a_while(server: OllamaServer, make_model: MakeModel) -> None:
    clock = Clock()
    model = make_model(server.url, clock, reachable_seconds=10)
    assert [model.is_reachable() for _ in range(5)] == [True] * 5
    assert server.paths == ["/api/tags"]
    server.models = []
    clock.now += 9.9
    assert model.is_reachable()
    clock.now += 0.1
    assert not model.is_reachable()
    assert server.paths == ["/api/tags"] * 2


def test_doctor_is_told_what_is_there_and_what_to_do(server: OllamaServer, make_model: MakeModel) -> None:
    assert make_model(server.url).describe().is_ready
    nobody = make_model(f"http://127.0.0.1:{find_closed_port()}").describe()
    assert not nobody.is_ready
    assert "Start `ollama serve` there, or set OLLAMA_BASE_URL" in nobody.detail


@pytest.mark.parametrize(
    ("characters", "tokens", "size"), [(300, 2048, 8192), (24_000, 2048, 16384), (90_000, 2048, 32768)]
)
def test_the_window_holds_prompt_and_answer(characters: int, tokens: int, size: int) -> None:
    assert choose_context_size(characters, tokens) == size


def test_a_prompt_that_no_window_holds_is_refused_not_cut(server: OllamaServer, make_model: MakeModel) -> None:
    with pytest.raises(ModelRefused, match="Shorten it"):
        make_model(server.url).complete("word " * 20_000, Verdict)
    assert server.chats == []


def test_json_schema_keeps_the_bounds_that_the_reply_is_held_to() -> None:
    assert json.dumps(Verdict.model_json_schema()).count("maximum") == 1
