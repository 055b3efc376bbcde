"""An embedding model in this process: ONNX Runtime and a tokenizer, on one thread. Made by loading.py."""

import hashlib
import threading
from collections import OrderedDict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from interviewpanel.domain.text_vectors import TextVectors
from interviewpanel.engines.embeddings.model_files import (
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    EmbeddingsUnavailable,
    read_bounded,
)

WINDOW_TOKENS = 254
"""And two special ones: 256 in all, as the model's makers use it. A longer text is read in windows of equal length: a
word's sense is in the words beside it, and a window of 512 costs a third more (docs/decisions/0025-embeddings.md)."""
MOST_WINDOWS = 16
"""About half an hour of speech. What lies beyond is not read: the answer's stems still count in full."""
CACHED_TEXTS = 512
CACHED_MOST_TOKENS = 100_000
"""In all: 150 MB of vectors at the most."""

INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


class EmbeddingModel:
    """Safe to call from several threads. The same text gives the same vectors, whoever asked before."""

    def __init__(self, weights: bytes, tokenizer: bytes, *, name: str) -> None:
        """`name` is to be shown, without its owner or folder. Raises EmbeddingsUnavailable where the files are none."""
        self.name = name
        self.weights_hash = hashlib.sha256(weights).hexdigest()[:12]
        self._session = _open_session(weights)
        self._tokenizer = _open_tokenizer(tokenizer)
        self._inputs = {one.name for one in self._session.get_inputs()}
        if not {"input_ids", "attention_mask"} <= self._inputs <= INPUTS:
            raise EmbeddingsUnavailable(
                f"The network takes {', '.join(sorted(self._inputs))}; a text encoder: {', '.join(sorted(INPUTS))}."
            )
        self._start, self._end = _find_special_tokens(self._tokenizer)
        self._cache = VectorCache()
        self.embed_once("one text, to see that it works")

    @property
    def version(self) -> str:
        """For provenance: which model, and which copy of its weights."""
        return f"{self.name}@{self.weights_hash}"

    def embed(self, text: str) -> TextVectors:
        """One vector a token. Cached: questions and expected answers come again with every answer.

        Raises EmbeddingsUnavailable when the network fails, as embed_once.
        """
        found = self._cache.find(text)
        if found is None:
            found = self.embed_once(text)
            self._cache.keep(text, found)
        return found

    def embed_once(self, text: str) -> TextVectors:
        """As embed, kept nowhere: what a candidate said is not to outlive its row."""
        return self._compute(text)

    def _compute(self, text: str) -> TextVectors:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        ids, starts = encoding.ids, [start for start, _ in encoding.offsets]
        count = max(1, -(-len(ids) // WINDOW_TOKENS))
        edges = np.linspace(0, len(ids), count + 1).round().astype(int)[: MOST_WINDOWS + 1]
        windows = [self._run(ids[a:b]) for a, b in pairwise(edges)]
        vectors = np.concatenate([window[1:-1] for window in windows])
        mean = np.concatenate(windows).mean(axis=0)
        return TextVectors(np.array(starts[: len(vectors)], dtype=np.int64), vectors, mean)

    def _run(self, ids: list[int]) -> Any:
        tokens = np.array([[self._start, *ids, self._end]], dtype=np.int64)
        feed = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        try:
            output = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
        except Exception as error:  # ONNX Runtime has a dozen classes of its own for it
            raise EmbeddingsUnavailable(f"The embedding model failed: {_first_line(error)}") from error
        if output.ndim != 3 or output.shape[:2] != tokens.shape:
            raise EmbeddingsUnavailable(f"The network gives {output.shape}, not a vector for each token.")
        return output[0].astype(np.float32)


class VectorCache:
    """The texts that were asked for last, bounded in number and in tokens. Safe from any thread."""

    def __init__(self, most_texts: int = CACHED_TEXTS, most_tokens: int = CACHED_MOST_TOKENS) -> None:
        self._most_texts, self._most_tokens = most_texts, most_tokens
        self._kept: OrderedDict[str, TextVectors] = OrderedDict()
        self._tokens = 0
        self._lock = threading.Lock()

    def find(self, text: str) -> TextVectors | None:
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
            return self._kept.get(text)

    def keep(self, text: str, vectors: TextVectors) -> None:
        with self._lock:
            if text not in self._kept:
                self._kept[text] = vectors
                self._tokens += len(vectors.starts)
            while len(self._kept) > self._most_texts or (self._tokens > self._most_tokens and len(self._kept) > 1):
                _, dropped = self._kept.popitem(last=False)
                self._tokens -= len(dropped.starts)

    def __len__(self) -> int:
        return len(self._kept)


def load_model_folder(folder: Path, *, name: str = "") -> EmbeddingModel:
    """The model in a folder. Raises EmbeddingsUnavailable, with what is wrong with which file."""
    weights, tokenizer = read_bounded(folder, WEIGHTS_FILE), read_bounded(folder, TOKENIZER_FILE)
    try:
        return EmbeddingModel(weights, tokenizer, name=name.rstrip("/").rsplit("/", 1)[-1] or folder.name)
    except EmbeddingsUnavailable as error:
        raise EmbeddingsUnavailable(f"The embedding model in {folder} cannot be used. {error}") from error


def _open_session(weights: bytes) -> Any:
    """From bytes, so that a file cannot name other files to read; the built-in operators only."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep what the longest answer needed
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise EmbeddingsUnavailable(f"{WEIGHTS_FILE} is no network: {_first_line(error)}") from error


def _open_tokenizer(data: bytes) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_buffer(data)
    except Exception as error:
        raise EmbeddingsUnavailable(f"{TOKENIZER_FILE} is no tokenizer: {_first_line(error)}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _find_special_tokens(tokenizer: Tokenizer) -> tuple[int, int]:
    """What the tokenizer puts around an empty text: [CLS] and [SEP]."""
    ids = tokenizer.encode("").ids
    if len(ids) != 2:
        raise EmbeddingsUnavailable(f"{TOKENIZER_FILE} puts {len(ids)} special tokens around a text, not two.")
    return ids[0], ids[1]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
