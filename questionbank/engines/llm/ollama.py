"""Ollama through its official client. Made by `load_language_model` (in this package's __init__)."""

import ssl
from functools import lru_cache
from typing import Any

import httpcore
import httpx
import ollama

from questionbank.engines.llm.asking import HostedModel, Limits
from questionbank.engines.llm.drafts import Draft, Question
from questionbank.engines.llm.exchanges import BoundedBackend, read_headers
from questionbank.engines.llm.faults import Fault, Kind, describe_error, sort_status

OllamaLimits = Limits
CHARACTERS_PER_TOKEN = 3  # a low guess for English and code, so that the window is rather too large
CONTEXT_SIZES = (8_192, 16_384, 32_768)
"""Ollama cuts a prompt that is longer than its window without a word, and loads a model anew when the window changes:
so always the same few sizes, the smallest that holds prompt and answer."""


@lru_cache(maxsize=1)
def load_certificates() -> ssl.SSLContext:
    """Once per process: reading them takes a tenth of a second."""
    return httpx.create_ssl_context(trust_env=False)


class BoundedTransport(httpx.HTTPTransport):
    """Goes to the host directly: no proxy, no certificates and no passwords from the environment."""

    def __init__(self) -> None:
        super().__init__(verify=load_certificates(), trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=load_certificates(),
            network_backend=BoundedBackend(httpcore.SyncBackend()),  # type: ignore[arg-type]
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        read_headers(response)
        return response


class OllamaModel(HostedModel):
    """Also any server that speaks Ollama's API."""

    engine = "ollama"
    title = "Ollama"
    address_setting = "OLLAMA_BASE_URL"

    def __init__(self, address: str, model: str, **asking: Any) -> None:
        """`asking` is what every HostedModel takes."""
        super().__init__(address, model, **asking)
        seconds = self.limits.timeout_seconds
        transport = BoundedTransport()
        self._client = ollama.Client(
            address, timeout=seconds, transport=transport, follow_redirects=False, trust_env=False,
            headers={"Accept-Encoding": "identity"},
        )  # fmt: skip
        self._close_with_me(self._client.close)

    def ask(self, question: Question, draft: Draft) -> None:
        messages = [{"role": "system", "content": question.system}] if question.system else []
        messages.append({"role": "user", "content": question.user})
        options = {
            "temperature": 0,
            "seed": question.seed,
            "num_predict": question.max_tokens,
            "num_ctx": choose_context_size(len(question.system) + len(question.user), question.max_tokens),
        }
        pieces: list[str] = []
        try:
            for part in self._client.chat(
                model=self.model, messages=messages, format=question.schema, options=options, stream=True
            ):
                pieces.append(part.message.content or "")
                if part.done:
                    draft.prompt_tokens, draft.completion_tokens = part.prompt_eval_count or 0, part.eval_count or 0
                    draft.is_ended, draft.is_cut = True, part.done_reason == "length"
                    break
        finally:
            draft.text = "".join(pieces)

    def sort_error(self, error: Exception) -> Fault | None:
        if isinstance(error, ollama.ResponseError):
            advice = {
                300: "Set OLLAMA_BASE_URL to where it leads.",
                404: f"Run `ollama pull {self.model}` there.",
            }
            words = describe_error(error.error)
            if error.status_code < 0:  # in the middle of an answer
                return Fault(Kind.BUSY, words)
            return sort_status(error.status_code, words, advice)
        return None

    def look(self) -> str | None:
        try:
            names = [model.model or "" for model in self._client.list().models]
        except ollama.ResponseError as error:
            if error.status_code != 404:
                raise
            told = f"{self.address} answers, but not as Ollama does (HTTP 404 at /api/tags)."
            return f"{told} Set OLLAMA_BASE_URL to its address without a path, such as http://localhost:11434."
        if {self.model, f"{self.model}:latest"} & set(names):
            return None
        return f"The host has no model {self.model}. Run `ollama pull {self.model}` there or set {self.model_setting}."

    def _tell_silence(self, fault: Fault) -> str:
        return f"No answer from {self.address} ({fault}). Start `ollama serve` there, or set OLLAMA_BASE_URL."


def choose_context_size(characters: int, answer_tokens: int) -> int:
    """The window to ask for, in tokens. Raises a Fault where even the largest is too small."""
    needed = characters / CHARACTERS_PER_TOKEN + answer_tokens
    for size in CONTEXT_SIZES:
        if needed <= size:
            return size
    words = f"the prompt needs about {needed:.0f} tokens; at most {CONTEXT_SIZES[-1]} fit. Shorten it."
    raise Fault(Kind.REFUSED, words)
