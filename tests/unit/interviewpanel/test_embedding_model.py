"""The embedding engine on a network of its own making: vectors, windows, cache, and files that are no model."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from interviewpanel.domain.text_vectors import TextVectors
from interviewpanel.engines.embeddings import EmbeddingModel, EmbeddingsUnavailable, load_model_folder
from interviewpanel.engines.embeddings.model import MOST_WINDOWS, WINDOW_TOKENS, VectorCache
from interviewpanel.engines.embeddings.model_files import MOST_BYTES
from tests.tiny_embeddings import WIDTH, build_tiny_embeddings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_embeddings(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> EmbeddingModel:
    return load_model_folder(folder, name="owner/tiny")


def test_each_token_has_its_vector_and_its_place(model: EmbeddingModel) -> None:
    text = "An index finds  rows, fast"
    found = model.embed(text)
    assert list(found.starts) == [0, 3, 9, 16, 20, 22]
    assert found.vectors.shape == (6, WIDTH)
    assert np.array_equal(found.vectors[1], model.embed("the index").vectors[1])
    assert found.mean.shape == (WIDTH,)


def test_nothing_is_cut_off_or_padded_though_the_file_says_so(model: EmbeddingModel) -> None:
    assert len(model.embed("rows " * 40).starts) == 40


def test_a_long_text_is_read_in_windows_to_its_end(model: EmbeddingModel) -> None:
    text = "cache " * (WINDOW_TOKENS * 2) + "mutex"
    found = model.embed(text)
    assert len(found.starts) == WINDOW_TOKENS * 2 + 1
    assert np.array_equal(found.vectors[-1], model.embed("mutex").vectors[0])
    assert text[found.starts[-1] :] == "mutex"


def test_a_text_without_end_is_read_so_far(model: EmbeddingModel) -> None:
    found = model.embed_once("cache " * (WINDOW_TOKENS * (MOST_WINDOWS + 5)))
    assert len(found.starts) == len(found.vectors) == WINDOW_TOKENS * MOST_WINDOWS


@pytest.mark.parametrize("text", ["", "   ", "\x00", "…", "🙂 \ud7ff"])
def test_a_text_without_words_has_a_mean_all_the_same(model: EmbeddingModel, text: str) -> None:
    found = model.embed(text)
    assert len(found.starts) == len(found.vectors)
    assert np.isfinite(found.mean).all()


def test_the_same_text_gives_the_same_vectors_from_any_thread(model: EmbeddingModel, folder: Path) -> None:
    texts = [f"the index finds {word} rows" for word in ("fast", "slow", "one", "memory")] * 25
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(model.embed_once, texts))
    again = load_model_folder(folder)
    for text, vectors in zip(texts, found, strict=True):
        assert np.array_equal(vectors.vectors, again.embed(text).vectors)


def test_what_is_expected_is_kept_and_what_was_said_is_not(model: EmbeddingModel) -> None:
    assert model.embed("a cache keeps rows") is model.embed("a cache keeps rows")
    model.embed_once("a candidate said that")
    assert model.embed("a candidate said that") is not model.embed_once("a candidate said that")


def test_the_version_names_the_model_and_its_weights(folder: Path, tmp_path: Path) -> None:
    name, weights = load_model_folder(folder, name="owner/tiny").version.split("@")
    other = load_model_folder(build_tiny_embeddings(tmp_path, {"cache": np.ones(WIDTH)}), name="owner/tiny")
    assert (name, len(weights)) == ("tiny", 12)
    assert other.version.startswith("tiny@")
    assert other.weights_hash != weights


def test_the_cache_is_bounded_in_texts_and_in_tokens() -> None:
    def vectors(tokens: int) -> TextVectors:
        return TextVectors(np.zeros(tokens, dtype=np.int64), np.zeros((tokens, 2), dtype=np.float32), np.zeros(2))

    cache = VectorCache(most_texts=2, most_tokens=10)
    for text in ("one", "two"):
        cache.keep(text, vectors(1))
    assert cache.find("one") is not None  # the last asked for stays longest
    cache.keep("three", vectors(1))
    assert (cache.find("two"), len(cache)) == (None, 2)
    cache.keep("large", vectors(9))
    assert (cache.find("one"), cache.find("three") is not None, len(cache)) == (None, True, 2)
    cache.keep("larger than all", vectors(50))
    assert (cache.find("larger than all") is not None, len(cache)) == (True, 1)


def change(folder: Path, file: str, content: bytes) -> Path:
    build_tiny_embeddings(folder)
    (folder / file).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("onnx/model.onnx", b"not a network", r"onnx/model\.onnx is no network"),
        ("onnx/model.onnx", b"", r"model\.onnx has 0 bytes"),
        ("onnx/model.onnx", b"\x80\x04K\x01.", r"onnx/model\.onnx is no network"),  # a pickle
        ("tokenizer.json", b"{}", r"tokenizer\.json is no tokenizer"),
        ("tokenizer.json", b"\xff\xfe", r"tokenizer\.json is no tokenizer"),
    ],
)
def test_a_file_that_is_no_model_is_named(tmp_path: Path, file: str, content: bytes, told: str) -> None:
    with pytest.raises(EmbeddingsUnavailable, match=told):
        load_model_folder(change(tmp_path, file, content))


def test_half_a_download_is_refused(tmp_path: Path) -> None:
    whole = (build_tiny_embeddings(tmp_path) / "onnx" / "model.onnx").read_bytes()
    with pytest.raises(EmbeddingsUnavailable, match="is no network"):
        load_model_folder(change(tmp_path, "onnx/model.onnx", whole[: len(whole) // 2]))


@pytest.mark.parametrize("file", list(MOST_BYTES))
def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path, file: str) -> None:
    folder = build_tiny_embeddings(tmp_path)
    with (folder / file).open("r+b") as grown:
        grown.truncate(MOST_BYTES[file] + 1)  # a hole: no disk is used
    with pytest.raises(EmbeddingsUnavailable, match=r"has [\d,]+ bytes; an embedding model's has up to"):
        load_model_folder(folder)


def test_a_network_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingsUnavailable, match="The network takes h, input; a text encoder: attention_mask"):
        load_model_folder(build_tiny_embeddings(tmp_path, inputs=("input", "h")))
