"""The language models over real HTTP, against servers that speak their wire formats: what all three do alike."""

import random
from collections.abc import Iterator

import pytest

from questionbank.engines.llm import ModelRetry, Usage
from tests.model_engines import GOOD, PROMPT, SERVERS, Engine, Verdict, run_engine
from tests.model_servers import Reply


@pytest.fixture(params=list(SERVERS))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    yield from run_engine(request.param)


def test_a_completion_is_an_instance_of_the_schema(engine: Engine) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    completion = engine.make_model().complete(PROMPT, Verdict, seed=7)
    assert completion.value == Verdict(rating=3, reason="names the lock")
    assert completion.usage == Usage(prompt_tokens=100, completion_tokens=20, seconds=0.0, attempts=1)
    assert (completion.engine, completion.model, engine.waits) == (engine.name, "tiny", [])


def test_rules_and_data_go_apart(engine: Engine) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    engine.make_model().complete(PROMPT, Verdict, max_tokens=300)
    (chat,) = engine.server.chats
    assert engine.server.read_prompt(chat) == ("You grade.", "Rate this.")
    assert (engine.server.read_room(chat), chat["stream"], chat["model"]) == (300, True, "tiny")


def test_output_that_does_not_fit_is_asked_for_again_with_what_was_wrong(engine: Engine) -> None:
    engine.server.replies = [engine.server.reply_with({"rating": 9}), engine.server.reply_with(GOOD)]
    completion = engine.make_model().complete(PROMPT, Verdict)
    assert (completion.usage.attempts, completion.usage.prompt_tokens, completion.usage.completion_tokens) == (
        2,
        200,
        40,
    )
    _, hint = engine.server.read_prompt(engine.server.chats[1])
    assert hint.startswith("Rate this.")
    assert "rating: Input should be less than or equal to 4" in hint
    assert "reason: Field required" in hint


@pytest.mark.parametrize("content", ["Sure! I would give it a three.", "", '{"rating": 3, "reas', "[]", "null"])
def test_output_that_is_never_right_is_a_failure_of_this_time(engine: Engine, content: str) -> None:
    engine.server.replies = [engine.server.reply_with(content)]
    with pytest.raises(ModelRetry, match=r"failed 3 times, last: the output does not fit the schema") as failure:
        engine.make_model().complete(PROMPT, Verdict)
    assert len(engine.server.chats) == 3
    assert failure.value.usage == Usage(prompt_tokens=300, completion_tokens=60, seconds=0.0, attempts=3)


def test_output_cut_at_its_limit_gets_twice_the_room(engine: Engine) -> None:
    cut = engine.server.reply_with('{"rating": 3, "rea', done_reason="length")
    engine.server.replies = [cut, engine.server.reply_with(GOOD)]
    engine.make_model().complete(PROMPT, Verdict, max_tokens=50)
    assert [engine.server.read_room(chat) for chat in engine.server.chats] == [50, 100]
    first, second = (engine.server.read_prompt(chat) for chat in engine.server.chats)
    assert first == second


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_a_busy_host_is_tried_again_after_a_jittered_pause(engine: Engine, status: int) -> None:
    busy = engine.server.fail_with(status, "server busy")
    engine.server.replies = [busy, busy, engine.server.reply_with(GOOD)]
    assert engine.make_model().complete(PROMPT, Verdict).value.rating == 3
    rng = random.Random(1)
    assert engine.waits == [rng.uniform(0.5, 1.5), 2 * rng.uniform(0.5, 1.5)]


@pytest.mark.parametrize("cut_after_bytes", [0, 40, 300])
def test_a_connection_that_is_cut_off_is_tried_again(engine: Engine, cut_after_bytes: int) -> None:
    good = engine.server.reply_with(GOOD)
    cut = Reply(good.body, cut_after_bytes=cut_after_bytes, content_type=good.content_type)
    engine.server.replies = [cut, good]
    assert engine.make_model().complete(PROMPT, Verdict).value.rating == 3
    assert len(engine.server.chats) == 2
