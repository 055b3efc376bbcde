"""What Ollama alone does: its window, its strict and repeatable request, its list of models."""

import json
from collections.abc import Iterator

import pytest

from questionbank.domain.prompts import Prompt
from questionbank.engines.llm import ModelRefused
from questionbank.engines.llm.faults import Fault
from questionbank.engines.llm.ollama import choose_context_size
from tests.model_engines import GOOD, PROMPT, Engine, Verdict, find_closed_port, run_engine


@pytest.fixture
def engine() -> Iterator[Engine]:
    yield from run_engine("ollama")


def test_the_request_is_strict_and_repeatable(engine: Engine) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    engine.make_model().complete(PROMPT, Verdict, seed=7, max_tokens=300)
    (request,) = engine.server.chats
    assert request["messages"] == [
        {"role": "system", "content": "You grade."},
        {"role": "user", "content": "Rate this."},
    ]
    assert request["format"] == Verdict.model_json_schema()
    assert request["options"] == {"temperature": 0.0, "seed": 7, "num_predict": 300, "num_ctx": 8192}


def test_a_missing_model_is_refused_with_what_to_do(engine: Engine) -> None:
    engine.server.models = ["other:7b"]
    model = engine.make_model()
    with pytest.raises(ModelRefused, match=r"model 'tiny' not found.*Run `ollama pull tiny` there"):
        model.complete(PROMPT, Verdict)
    assert not model.is_reachable()
    assert "ollama pull tiny" in model.describe().detail


def test_doctor_is_told_what_is_there_and_what_to_do(engine: Engine) -> None:
    assert engine.make_model().describe().is_ready
    nobody = engine.make_model(f"http://127.0.0.1:{find_closed_port()}").describe()
    assert not nobody.is_ready
    assert "Start `ollama serve` there, or set OLLAMA_BASE_URL" in nobody.detail
    lost = engine.make_model(f"{engine.server.url}/v1").describe()
    assert not lost.is_ready
    assert lost.detail == (
        f"{engine.server.url}/v1 answers, but not as Ollama does (HTTP 404 at /api/tags). "
        "Set OLLAMA_BASE_URL to its address without a path, such as http://localhost:11434."
    )


def test_the_setting_that_names_the_model_is_told(engine: Engine) -> None:
    engine.server.models = ["other:7b"]
    model = engine.make_model(asking={"model_setting": "LLM_SCORE_MODEL"})
    assert model.describe().detail.endswith("Run `ollama pull tiny` there or set LLM_SCORE_MODEL.")


@pytest.mark.parametrize(
    ("characters", "tokens", "size"), [(300, 2048, 8192), (24_000, 2048, 16384), (90_000, 2048, 32768)]
)
def test_the_window_holds_prompt_and_answer(characters: int, tokens: int, size: int) -> None:
    assert choose_context_size(characters, tokens) == size


def test_a_prompt_that_no_window_holds_is_refused_not_cut(engine: Engine) -> None:
    with pytest.raises(Fault, match="Shorten it"):
        choose_context_size(100_000, 2048)
    with pytest.raises(ModelRefused, match="Shorten it"):
        engine.make_model().complete(Prompt("", "word " * 20_000, "test/1+0"), Verdict)
    assert engine.server.chats == []


def test_json_schema_keeps_the_bounds_that_the_reply_is_held_to() -> None:
    assert json.dumps(Verdict.model_json_schema()).count("maximum") == 1
