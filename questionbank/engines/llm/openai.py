"""OpenAI's Chat Completions through its official client, and every server that speaks the same.

Made by `load_language_model` (in this package's __init__).
"""

from typing import Any
from urllib.parse import urlsplit

import openai

from questionbank.engines.llm.asking import HostedModel
from questionbank.engines.llm.direct import make_client
from questionbank.engines.llm.drafts import Draft, Question
from questionbank.engines.llm.faults import Fault, Kind, describe_error, sort_status
from questionbank.engines.llm.options import Options
from questionbank.engines.llm.schemas import NotStrict, make_strict, tell_schema

OWN_HOST = "api.openai.com"
NO_KEY = "none"  # what a server of one's own is sent where no key is set: the client insists on one
OPTIONS = (
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "seed",
    "stream_options",
    "json_schema",
    "response_format",
)


class OpenAIModel(HostedModel):
    engine = "openai"
    title = "OpenAI"
    address_setting = "OPENAI_BASE_URL"

    def __init__(self, address: str, model: str, *, api_key: str = "", **asking: Any) -> None:
        """`asking` is what every HostedModel takes."""
        super().__init__(address, model, key=api_key, **asking)
        self._client = openai.OpenAI(
            api_key=api_key or NO_KEY,
            base_url=address,
            max_retries=0,  # ours are the one way
            timeout=self.limits.timeout_seconds,
            http_client=make_client(self.limits.timeout_seconds),
        )
        self._close_with_me(self._client.close)
        self._options = Options(model, OPTIONS)
        self._is_own = urlsplit(address).hostname == OWN_HOST
        self._lists_models = True

    def ask(self, question: Question, draft: Draft) -> None:
        while True:
            try:
                return self._ask(question, draft)
            except openai.APIStatusError as error:
                words = tell_error(error)
                if self._options.takes("json_schema"):  # a server may know the format and not this one
                    words = words.replace("response_format", "json_schema")
                if not self._options.leave_out(error.status_code, words):
                    raise

    def _ask(self, question: Question, draft: Draft) -> None:
        form = self._find_format(question)
        system = question.system
        if form is None or form["type"] != "json_schema":
            system = f"{system}\n\n{tell_schema(question.schema)}".strip()
        messages = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": question.user})
        body: dict[str, Any] = {"temperature": 0, "seed": question.seed, "stream_options": {"include_usage": True}}
        body = {name: value for name, value in body.items() if self._options.takes(name)}
        body |= {"model": self.model, "messages": messages, "stream": True, self._name_room(): question.max_tokens}
        if form is not None:
            body["response_format"] = form
        with self._client.chat.completions.create(**body) as stream:
            read_chunks(stream, draft)

    def _name_room(self) -> str:
        """OpenAI's newer models know only the longer name, servers of others often only the shorter."""
        first, second = (
            ("max_completion_tokens", "max_tokens") if self._is_own else ("max_tokens", "max_completion_tokens")
        )
        return first if self._options.takes(first) else second

    def _find_format(self, question: Question) -> dict[str, Any] | None:
        """By schema; else as any JSON object, with the schema in words; else in words alone."""
        if not self._options.takes("response_format"):
            return None
        if self._options.takes("json_schema"):
            try:
                schema = make_strict(question.schema)
            except NotStrict:
                return {"type": "json_object"}
            return {"type": "json_schema", "json_schema": {"name": question.name, "schema": schema, "strict": True}}
        return {"type": "json_object"}

    def sort_error(self, error: Exception) -> Fault | None:
        if isinstance(error, openai.APIStatusError):
            advice = {
                300: "Set OPENAI_BASE_URL to where it leads.",
                401: "Check OPENAI_API_KEY.",
                403: "Check what OPENAI_API_KEY may do.",
                404: f"Check the model's name, {self.model} ({self.model_setting}), and OPENAI_BASE_URL.",
            }
            words = self._quote(tell_error(error))
            if error.code == "insufficient_quota":  # 429 too, and no waiting helps
                return Fault(Kind.REFUSED, f"{words} Its account has nothing left to spend.")
            return sort_status(error.status_code, words, advice)
        if type(error) is openai.APIError:  # an answer that had begun
            return Fault(Kind.BUSY, self._quote(error.message))
        return None

    def look(self) -> str | None:
        try:
            names = {model.id for model in self._client.models.list().data}
        except openai.APIStatusError as error:
            if error.status_code in (404, 405, 501):  # many servers have no such list
                self._lists_models = False
                return None
            return f"{self.sort_error(error)}"
        self._lists_models = True
        if self.model in names:
            return None
        return f"The host has no model {self.model}. Check {self.model_setting}."

    def tell_ready(self) -> str:
        if self._lists_models:
            return super().tell_ready()
        told = f"The server answers but lists no models, so that {self.model} is not known to be there."
        return f"{told} If it fails, see that OPENAI_BASE_URL has the path of the API, mostly /v1."


def tell_error(error: openai.APIStatusError) -> str:
    """What the host says, with the name of the parameter it is about."""
    body = error.body if isinstance(error.body, dict) else {}
    words = body.get("message") or body.get("detail") or "no words"
    return f"{words} ({error.param})" if error.param and error.param not in str(words) else str(words)


def read_chunks(stream: Any, draft: Draft) -> None:
    """The answer's pieces as they come; the last of them tells what was used."""
    pieces: list[str] = []
    refusals: list[str] = []
    try:
        for chunk in stream:
            if chunk.usage is not None:
                draft.prompt_tokens = chunk.usage.prompt_tokens
                draft.completion_tokens = chunk.usage.completion_tokens
            for choice in chunk.choices[:1]:
                pieces.append(choice.delta.content or "")
                refusals.append(getattr(choice.delta, "refusal", None) or "")
                if choice.finish_reason is not None:
                    draft.is_ended, draft.is_cut = True, choice.finish_reason == "length"
                    if choice.finish_reason == "content_filter":
                        draft.refusal = "its content filter"
    finally:
        draft.text = "".join(pieces)
        if any(refusals):
            draft.refusal = describe_error("".join(refusals))
