"""How language models fail, over real HTTP and the same for all three: what is said, what is tried again, how long."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from questionbank.engines.llm import ModelError, ModelRefused, ModelRetry, ModelUnavailable, Usage
from questionbank.engines.llm.hosts import Host
from tests import model_engines
from tests.model_engines import GOOD, KEY, PROMPT, SERVERS, Clock, Engine, Verdict, find_closed_port, run_engine
from tests.model_servers import Reply


@pytest.fixture(params=list(SERVERS))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    yield from run_engine(request.param)


def test_a_host_that_stays_busy_is_a_failure_of_this_time(engine: Engine) -> None:
    engine.server.replies = [engine.server.fail_with(500, "out of memory")]
    with pytest.raises(ModelRetry, match=r"failed 3 times, last: out of memory \(HTTP 500\)") as failure:
        engine.make_model().complete(PROMPT, Verdict)
    assert len(engine.waits) == 2
    assert failure.value.usage == Usage(seconds=0.0, attempts=3)


def test_what_a_broken_answer_took_is_known_where_the_host_said_it(engine: Engine) -> None:
    broken = engine.server.break_with('{"rating": 3, ', "overloaded")
    engine.server.replies = [broken, engine.server.reply_with(GOOD)]
    usage = engine.make_model().complete(PROMPT, Verdict).usage
    told_at_once = engine.name == "anthropic"  # the others tell it with the last piece only
    assert (usage.prompt_tokens, usage.attempts) == (200 if told_at_once else 100, 2)


def test_a_stream_that_ends_politely_and_too_early_is_no_answer(engine: Engine) -> None:
    good = engine.server.reply_with(GOOD)
    engine.server.replies = [replace(good, body=cut_in_the_middle(good.body)), good]
    assert engine.make_model().complete(PROMPT, Verdict).usage.attempts == 2


def cut_in_the_middle(body: bytes) -> bytes:
    """Whole pieces, but not all."""
    mark = b"\n\n" if b"\n\n" in body else b"\n"
    pieces = body.split(mark)
    return mark.join(pieces[: len(pieces) // 2]) + mark


def test_a_silent_host_costs_one_time_limit(engine: Engine) -> None:
    engine.server.replies = [Reply(stall=True)]
    with pytest.raises(ModelRetry, match=r"did not finish in 0\.2 s \(REQUEST_TIMEOUT\)"):
        engine.make_model(timeout_seconds=0.2).complete(PROMPT, Verdict)
    assert (len(engine.server.chats), engine.waits) == (1, [])


def test_an_answer_that_falls_silent_is_given_up_early_and_asked_for_again(engine: Engine) -> None:
    good = engine.server.reply_with(GOOD)
    engine.server.replies = [replace(good, stall_after_bytes=60), good]
    began = time.monotonic()
    completion = engine.make_model(silent_seconds=0.2).complete(PROMPT, Verdict)
    assert (completion.value.rating, completion.usage.attempts) == (3, 2)
    assert time.monotonic() - began < 3  # its time limit is 5


@pytest.mark.parametrize("drips_headers", [False, True])
def test_a_drip_ends_at_the_limit(engine: Engine, drips_headers: bool) -> None:
    """Every byte comes in time and the whole never would."""
    good = engine.server.reply_with(GOOD)
    engine.server.replies = [replace(good, drip_seconds=0.02, drips_headers=drips_headers)]
    began = time.monotonic()
    with pytest.raises(ModelRetry, match="did not finish"):
        engine.make_model(clock=time.monotonic, timeout_seconds=0.3).complete(PROMPT, Verdict)
    assert time.monotonic() - began < 2


def test_all_tries_together_have_an_end(engine: Engine) -> None:
    """As a candidate waits: what is left after the first try is not enough for a pause."""
    engine.server.replies = [engine.server.fail_with(500, "busy")]
    with pytest.raises(ModelRetry, match="asks to wait"):
        engine.make_model(total_seconds=0.1).complete(PROMPT, Verdict)
    assert (len(engine.server.chats), engine.waits) == (1, [])


def test_a_host_may_say_when_to_come_again(engine: Engine) -> None:
    busy = engine.server.fail_with(429, "slow down", {"Retry-After": "7"})
    engine.server.replies = [busy, engine.server.reply_with(GOOD)]
    engine.make_model().complete(PROMPT, Verdict)
    assert engine.waits == [7.0]


def test_a_host_that_asks_for_too_long_a_wait_is_not_waited_for(engine: Engine) -> None:
    engine.server.replies = [engine.server.fail_with(429, "slow down", {"Retry-After": "120"})]
    with pytest.raises(ModelRetry, match=r"asks to wait 120 s: slow down \(HTTP 429\)"):
        engine.make_model().complete(PROMPT, Verdict)
    assert (len(engine.server.chats), engine.waits) == (1, [])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_refusal_is_final_and_says_what_to_do(engine: Engine, status: int) -> None:
    engine.server.replies = [engine.server.fail_with(status, "no such thing")]
    with pytest.raises(ModelRefused, match=rf"refuses: no such thing \(HTTP {status}\)") as failure:
        engine.make_model().complete(PROMPT, Verdict)
    assert (len(engine.server.chats), engine.waits, failure.value.usage.attempts) == (1, [], 1)
    advice = {"anthropic": "Check ANTHROPIC_API_KEY", "openai": "Check OPENAI_API_KEY"}.get(engine.name)
    if status == 401 and advice:
        assert advice in str(failure.value)


def test_a_model_that_will_not_is_a_refusal(engine: Engine) -> None:
    engine.server.replies = [engine.server.refuse_with("I cannot help with that.")]
    kind = ModelRetry if engine.name == "ollama" else ModelRefused  # Ollama knows none: it is prose that does not fit
    with pytest.raises(kind) as failure:
        engine.make_model().complete(PROMPT, Verdict)
    assert failure.value.usage.completion_tokens >= 20


@pytest.mark.parametrize(
    "body", [b"<html>Bad gateway</html>", b"[1, 2]", b'{"done": true}', b"", b"data: {\n\n", b"\xff\x00"]
)
def test_an_answer_of_something_else_is_tried_again(engine: Engine, body: bytes) -> None:
    good = engine.server.reply_with(GOOD)
    engine.server.replies = [Reply(body, content_type="text/html"), Reply(body, content_type=good.content_type), good]
    assert engine.make_model().complete(PROMPT, Verdict).value.rating == 3


def test_a_web_page_in_place_of_an_error_is_not_quoted(engine: Engine) -> None:
    page = Reply(b"<html>\n<title>502</title>" + b"<p>x</p>" * 5000, 502, content_type="text/html")
    engine.server.replies = [page]
    with pytest.raises(ModelRetry) as failure:
        engine.make_model().complete(PROMPT, Verdict)
    assert "<" not in str(failure.value)
    assert len(str(failure.value)) < 200


def test_a_redirect_is_not_followed(engine: Engine) -> None:
    engine.server.replies = [Reply(b"", 307, headers={"Location": "http://127.0.0.1:1/"})]
    with pytest.raises(ModelRefused, match=r"leads elsewhere \(HTTP 307\)\. Set .*_BASE_URL to where it leads"):
        engine.make_model().complete(PROMPT, Verdict)
    assert len(engine.server.chats) == 1


def test_a_huge_body_is_not_read_to_its_end(engine: Engine) -> None:
    good = engine.server.reply_with(GOOD)
    engine.server.replies = [Reply(b"data: " + b"x" * 20_000_000, content_type=good.content_type), good]
    assert engine.make_model(timeout_seconds=30.0).complete(PROMPT, Verdict).usage.attempts == 2


def test_nothing_compressed_is_unfolded(engine: Engine) -> None:
    good = engine.server.reply_with(GOOD)
    engine.server.replies = [replace(good, headers={"Content-Encoding": "gzip"}), good]
    assert engine.make_model().complete(PROMPT, Verdict).value.rating == 3
    assert engine.server.headers[0]["accept-encoding"] == "identity"


def test_what_is_compressed_keeps_no_connection(engine: Engine) -> None:
    """There are ten for a model: were they not given back, nobody would ever be answered again."""
    good = engine.server.reply_with(GOOD)
    engine.server.replies = [*[replace(good, headers={"Content-Encoding": "gzip"})] * 11, good]
    model = engine.make_model(timeout_seconds=1.0, attempts=12, backoff_seconds=0.0)
    assert model.complete(PROMPT, Verdict).usage.attempts == 12


def test_a_letter_that_no_database_keeps_is_left_out(engine: Engine) -> None:
    engine.server.replies = [engine.server.reply_with('{"rating": 3, "reason": "a\\u0000b \\\\u0000 \\u0000\\u0000c"}')]
    assert engine.make_model().complete(PROMPT, Verdict).value.reason == "ab \\u0000 c"


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "http://a-host.invalid"])
def test_nobody_there_is_said_at_once(engine: Engine, address: str) -> None:
    model = engine.make_model(address.format(port=find_closed_port()))
    with pytest.raises(ModelUnavailable, match="cannot be reached") as failure:
        model.complete(PROMPT, Verdict)
    assert (engine.waits, failure.value.usage.attempts) == ([], 1)
    assert not model.is_reachable()
    detail = model.describe().detail
    assert "No answer from http" in detail
    assert f"or set {model.engine.upper()}_BASE_URL." in detail


def test_a_failing_host_is_left_alone_and_tried_again_later(engine: Engine) -> None:
    model = engine.make_model()
    failing = engine.server.fail_with(500, "out of memory")
    engine.server.replies = [failing, failing, failing, engine.server.reply_with(GOOD)]
    with pytest.raises(ModelRetry):
        model.complete(PROMPT, Verdict)
    asked = len(engine.server.paths)
    with pytest.raises(ModelUnavailable, match="left alone"):
        model.complete(PROMPT, Verdict)
    assert not model.is_reachable()
    assert len(engine.server.paths) == asked
    engine.clock.now += 30
    assert model.is_reachable()
    assert model.complete(PROMPT, Verdict).value.rating == 3


def test_after_a_rest_one_failure_is_enough(engine: Engine) -> None:
    model = engine.make_model(attempts=1)
    engine.server.replies = [engine.server.fail_with(500, "out of memory")]
    for _ in range(3):
        with pytest.raises(ModelRetry):
            model.complete(PROMPT, Verdict)
    engine.clock.now += 30
    with pytest.raises(ModelRetry):
        model.complete(PROMPT, Verdict)
    with pytest.raises(ModelUnavailable):
        model.complete(PROMPT, Verdict)


def test_purposes_on_one_host_share_its_rest(engine: Engine) -> None:
    host = Host(engine.server.url, clock=engine.clock)
    scoring, talking = (engine.make_model(asking={"host": host}) for _ in range(2))
    engine.server.replies = [engine.server.fail_with(500, "out of memory")]
    with pytest.raises(ModelRetry):
        scoring.complete(PROMPT, Verdict)
    with pytest.raises(ModelUnavailable, match="left alone"):
        talking.complete(PROMPT, Verdict)


def test_an_answer_in_between_clears_the_count(engine: Engine) -> None:
    busy = engine.server.fail_with(500, "busy")
    engine.server.replies = [busy, busy, engine.server.reply_with(GOOD)] * 3
    model = engine.make_model()
    assert [model.complete(PROMPT, Verdict).value.rating for _ in range(3)] == [3, 3, 3]


def test_reachability_is_asked_once_in_a_while(engine: Engine) -> None:
    model = engine.make_model(reachable_seconds=10)
    assert [model.is_reachable() for _ in range(5)] == [True] * 5
    assert len(engine.server.paths) == 1
    engine.server.models = []
    engine.clock.now += 9.9
    assert model.is_reachable()
    engine.clock.now += 0.1
    assert not model.is_reachable()
    assert len(engine.server.paths) == 2


def test_doctor_is_told_of_a_model_that_is_not_there(engine: Engine) -> None:
    engine.server.models = ["other"]
    status = engine.make_model().describe()
    assert (status.is_ready, status.address, status.engine) == (False, engine.server.url, engine.name)
    assert "tiny" in status.detail


def test_no_proxy_of_the_environment_is_used(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{find_closed_port()}")
    engine.server.replies = [engine.server.reply_with(GOOD)]
    assert engine.make_model().complete(PROMPT, Verdict).value.rating == 3


def test_the_key_stands_in_no_error_and_no_log(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    engine.server.replies = [engine.server.fail_with(401, f"Incorrect API key provided: {KEY}.")]
    model = engine.make_model()
    with pytest.raises(ModelError) as failure:
        model.complete(PROMPT, Verdict)
    assert "Incorrect API key provided" in str(failure.value)
    told = str(failure.value) + repr(model) + model.describe().detail + caplog.text
    assert KEY not in told


@pytest.mark.parametrize("engine", ["anthropic", "openai"], indirect=True)
@pytest.mark.parametrize("key", ["gsk_0123456789abcdef", "AIzaSy+0123/456789=", "a-password-of-ours"])
def test_a_key_of_any_shape_stands_in_no_error(
    engine: Engine, key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(model_engines, "KEY", key)
    engine.server.replies = [engine.server.fail_with(401, f"{'x' * 290} no such key: {key} (sent by you)")]
    engine.server.answer_get = lambda path: engine.server.fail_with(401, f"no such key: {key}")  # type: ignore[method-assign]
    model = engine.make_model()
    with pytest.raises(ModelError) as failure:
        model.complete(PROMPT, Verdict)
    assert engine.server.headers[0]["authorization"] == f"Bearer {key}"
    told = str(failure.value) + model.describe().detail + caplog.text
    assert key[:6] not in told
    assert "no such key: [key]" in model.describe().detail


def test_a_clock_of_ones_own(engine: Engine) -> None:
    clock = Clock()

    def answer(request: object) -> Reply:
        clock.now += 2.5
        return engine.server.reply_with(GOOD)

    engine.server.replies = [answer]
    usage = engine.make_model(clock=clock).complete(PROMPT, Verdict).usage
    assert usage.seconds == 2.5
