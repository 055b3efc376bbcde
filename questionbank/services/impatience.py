"""A language model that is waited for no longer than a person at a page waits. Called by interviewpanel's trials."""

import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, replace

from questionbank.domain.prompts import Prompt
from questionbank.engines.llm import Completion, LanguageModel, ModelRetry, Schema
from questionbank.engines.llm.wrapping import WrappedModel
from questionbank.services.model_calls import RecordedModel


class TooSlow(ModelRetry):
    """It has not answered within the time that there was. What was begun goes on, and is thrown away."""


@dataclass(frozen=True)
class ImpatientModel(WrappedModel):
    until: float  # of time.monotonic

    def complete(
        self, prompt: Prompt, schema: type[Schema], *, seed: int = 0, max_tokens: int = 2048
    ) -> Completion[Schema]:
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="impatient")
        asked = pool.submit(self.inner.complete, prompt, schema, seed=seed, max_tokens=max_tokens)
        pool.shutdown(wait=False)
        try:
            return asked.result(timeout=max(0.0, self.until - time.monotonic()))
        except TooLate as error:
            raise TooSlow(f"{self.engine} ({self.model}) took too long.") from error


def make_impatient(model: LanguageModel | None, seconds: float) -> LanguageModel | None:
    """The same model, given up after so many seconds from now on. What is recorded is recorded by whoever asks."""
    until = time.monotonic() + seconds
    if isinstance(model, RecordedModel):
        return replace(model, inner=ImpatientModel(model.inner, until))
    return None if model is None else ImpatientModel(model, until)
