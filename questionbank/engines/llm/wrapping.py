"""A language model around another: the same face, of which a subclass changes `complete`. Used by services.model_calls
and services.impatience.
"""

from dataclasses import dataclass

from questionbank.engines.llm.protocol import LanguageModel, ModelStatus


@dataclass(frozen=True)
class WrappedModel:
    inner: LanguageModel

    @property
    def engine(self) -> str:
        return self.inner.engine

    @property
    def model(self) -> str:
        return self.inner.model

    @property
    def address(self) -> str:
        return self.inner.address

    def is_reachable(self) -> bool:
        return self.inner.is_reachable()

    def describe(self) -> ModelStatus:
        return self.inner.describe()
