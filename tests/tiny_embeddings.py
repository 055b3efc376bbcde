"""Builds an embedding model of some kilobytes, for driving the real runtime and tokenizer offline.

The network is one Gather: each word of its vocabulary has a vector of its own (seeded noise, or a given one), whatever
stands beside it. ONNX is written here as the protobuf it is (four message types), since the onnx package is large and
nothing else needs it. Used by the tests of interviewpanel.engines.embeddings.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

SPECIAL = ("[UNK]", "[CLS]", "[SEP]")
WORDS = (
    *("a", "an", "the", "is", "of", "to", "and", "it", "what", "does", "do", "not", "know", "one", "text"),
    *("index", "table", "scan", "finds", "rows", "quickly", "fast", "slow", "writes", "cache", "memory", "thread"),
)
WIDTH = 32
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
FLOAT, INT64 = 1, 7


def build_tiny_embeddings(
    folder: Path, given: Mapping[str, npt.ArrayLike] | None = None, *, inputs: tuple[str, ...] = INPUTS
) -> Path:
    """Write onnx/model.onnx and tokenizer.json into the folder, and return it."""
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys((*SPECIAL, *WORDS, *(given or {}))))}
    table = np.random.default_rng(7).normal(size=(len(vocabulary), WIDTH)).astype(np.float32)
    for word, vector in (given or {}).items():
        table[vocabulary[word]] = vector
    (folder / "onnx" / "model.onnx").write_bytes(write_network(table, inputs))
    write_tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    return folder


def write_tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    around = [(token, vocabulary[token]) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=around)
    tokenizer.enable_truncation(8)  # as published files have it; the engine must not obey
    tokenizer.enable_padding(length=16)
    return tokenizer


def write_network(table: npt.NDArray[np.float32], inputs: tuple[str, ...]) -> bytes:
    """last_hidden_state = table[input_ids]."""
    weights = b"".join(write_number(1, size) for size in table.shape)
    weights += write_number(2, FLOAT) + write_bytes(8, b"table") + write_bytes(9, table.tobytes())
    node = (
        write_bytes(1, b"table")
        + write_bytes(1, inputs[0].encode())
        + write_bytes(2, b"last_hidden_state")
        + write_bytes(4, b"Gather")
    )
    graph = write_bytes(1, node) + write_bytes(2, b"tiny") + write_bytes(5, weights)
    graph += b"".join(write_bytes(11, write_value(name, INT64, ("batch", "sequence"))) for name in inputs)
    graph += write_bytes(12, write_value("last_hidden_state", FLOAT, ("batch", "sequence", table.shape[1])))
    return write_number(1, 8) + write_bytes(8, write_bytes(1, b"") + write_number(2, 13)) + write_bytes(7, graph)


def write_value(name: str, kind: int, shape: tuple[int | str, ...]) -> bytes:
    dimensions = b"".join(
        write_bytes(1, write_number(1, size) if isinstance(size, int) else write_bytes(2, size.encode()))
        for size in shape
    )
    return write_bytes(1, name.encode()) + write_bytes(
        2, write_bytes(1, write_number(1, kind) + write_bytes(2, dimensions))
    )


def write_number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def write_bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])
