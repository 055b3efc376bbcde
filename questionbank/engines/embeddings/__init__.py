"""The model of meaning that texts are compared with, where one is there.

It is the embedded scorer's, which stands above this app: whoever has one gives it (`provide_embedder`) as the process
starts. Without one, texts are compared by their words.
"""

from collections.abc import Callable

from questionbank.domain.embeddings import TextEmbedder

Provider = Callable[[], TextEmbedder | None]
_providers: list[Provider] = []


def provide_embedder(provider: Provider) -> None:
    """`provider` is asked each time and never waits: None while the model loads, and where there is none."""
    _providers[:] = [provider]


def load_embedder() -> TextEmbedder | None:
    return _providers[0]() if _providers else None
