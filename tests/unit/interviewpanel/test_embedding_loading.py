"""Which embedding model a process has: from a folder, the hub's cache or the hub; and without one, why."""

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from interviewpanel.engines.embeddings import EmbeddingSettings, EmbeddingsUnavailable, describe_embeddings
from interviewpanel.engines.embeddings.loading import EmbeddingLoader
from interviewpanel.engines.embeddings.model_files import find_local_model
from tests.fake_hub import serve_hub
from tests.tiny_embeddings import build_tiny_embeddings

PROJECT_FOLDER = Path(__file__).parents[3]
FALLBACK = "The embedded scorer compares stems only."
MISFIT = "The scorer's coefficients were fitted with other vectors"
MISSING = (
    "The embedding model nobody/nothing is not on this disk and EMBEDDING_DOWNLOAD is off. "
    "Put onnx/model.onnx and tokenizer.json into a folder and give it as EMBEDDING_MODEL."
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_embeddings(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def silent_address() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def name_model(name: str | Path) -> EmbeddingSettings:
    return EmbeddingSettings(embedding_model=str(name), embedding_download=False)


def load(settings: EmbeddingSettings) -> EmbeddingLoader:
    loader = EmbeddingLoader(lambda: settings)
    loader.begin().join(30)
    return loader


@pytest.mark.parametrize("name", ["", "off", "OFF", "none"])
def test_off_means_none_and_nobody_is_warned(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert load(name_model(name)).find() is None
    assert caplog.record_tuples == [
        ("interviewpanel.engines.embeddings.loading", logging.INFO, f"Embeddings: EMBEDDING_MODEL is off. {FALLBACK}")
    ]


def test_a_missing_model_is_said_once_with_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    loader = load(name_model("nobody/nothing"))
    for _ in range(3):
        loader.begin().join(30)
        assert loader.find() is None
    assert caplog.messages == [f"Embeddings: none. {MISSING} {FALLBACK}"]


def test_a_model_with_other_vectors_than_the_coefficients_is_not_used(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert load(name_model(folder)).find() is None
    assert MISFIT in caplog.text
    assert str(folder) in caplog.text


def test_a_broken_model_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (build_tiny_embeddings(tmp_path) / "tokenizer.json").write_text("{}")
    assert load(name_model(tmp_path)).find() is None
    assert "tokenizer.json is no tokenizer" in caplog.text


def test_asking_never_waits_for_what_is_being_loaded(silent_address: str) -> None:
    """Whoever scores an answer meanwhile compares stems."""
    asked: list[int] = []

    def read_settings() -> EmbeddingSettings:
        asked.append(1)
        with socket.create_connection(("127.0.0.1", int(silent_address.rsplit(":", 1)[1])), timeout=0.5) as connection:
            try:
                connection.recv(1)
            except TimeoutError:
                return name_model("off")
        return name_model("off")

    loader = EmbeddingLoader(read_settings)
    with ThreadPoolExecutor(8) as pool:
        threads = list(pool.map(lambda _: loader.begin(), range(16)))
    started = time.monotonic()
    assert loader.find() is None
    assert time.monotonic() - started < 0.2
    assert len(set(threads)) == 1
    threads[0].join(30)
    assert asked == [1]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("/nowhere/model", r"EMBEDDING_MODEL is '/nowhere/model', and /nowhere/model/onnx/model\.onnx is not there"),
        ("minilm", r"EMBEDDING_MODEL is 'minilm'\. Give a folder, a hub name \(owner/model\), or off for none"),
        ("https://example.org/model", "Give a folder, a hub name"),
    ],
)
def test_a_model_that_cannot_exist_says_what_would(name: str, told: str) -> None:
    with pytest.raises(EmbeddingsUnavailable, match=told):
        find_local_model(name)


@pytest.mark.parametrize("name", ["owner/..", "owner/na me", "own er/name"])
def test_a_name_that_no_repository_has_finds_nothing(name: str) -> None:
    assert find_local_model(name) is None


LOADING = """
import logging, sys
logging.getLogger("interviewpanel").addHandler(logging.StreamHandler(sys.stdout))
logging.getLogger("interviewpanel").setLevel(logging.INFO)
from interviewpanel.engines.embeddings.model import load_model_folder
from interviewpanel.engines.embeddings.model_files import download_model, find_local_model
print("before:", find_local_model("owner/tiny") is not None)
folder = download_model("owner/tiny", reach_seconds=1, download_seconds=float(sys.argv[1]))
print("after:", find_local_model("owner/tiny") is not None)
print(load_model_folder(folder, name="owner/tiny").name if folder else "none")
print(sorted(file.name for file in folder.rglob("*") if file.is_file()) if folder else "nothing")
"""


def run_loading(endpoint: str, cache: Path, download_seconds: float = 20) -> list[str]:
    """What a fresh process prints that fetches its model with the hub at `endpoint`."""
    environment = {"HF_ENDPOINT": endpoint, "HF_HOME": str(cache), "PATH": os.defpath, "HF_HUB_DISABLE_XET": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LOADING, str(download_seconds)],
        cwd=PROJECT_FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return done.stdout.splitlines()


def test_the_two_files_are_fetched_and_nothing_else_of_the_repository(folder: Path, tmp_path: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with serve_hub(folder, "owner/tiny") as address:
        fetched = run_loading(address, tmp_path)
    assert fetched == ["before: False", "after: True", "tiny", "['model.onnx', 'tokenizer.json']"]
    assert run_loading("http://127.0.0.1:9", tmp_path)[0] == "before: True"  # no hub any more


def test_a_hub_without_the_model_is_said(folder: Path, tmp_path: Path) -> None:
    with serve_hub(folder, "owner/another") as address:
        missing = run_loading(address, tmp_path)
    assert missing[1].startswith("The embedding model owner/tiny could not be downloaded: ")
    assert missing[-2:] == ["none", "nothing"]


def test_a_silent_hub_is_given_up(silent_address: str, tmp_path: Path) -> None:
    assert run_loading(silent_address, tmp_path)[-2:] == ["none", "nothing"]


def test_a_file_that_is_too_large_is_not_fetched(tmp_path: Path) -> None:
    large = build_tiny_embeddings(tmp_path / "large")
    with (large / "tokenizer.json").open("r+b") as grown:
        grown.truncate(20_000_001)
    with serve_hub(large, "owner/tiny") as address:
        refused = run_loading(address, tmp_path / "cache")
    assert any("tokenizer.json has 20,000,001 bytes there; at most 20,000,000 are fetched." in line for line in refused)
    assert refused[-1] == "nothing"


def test_the_doctor_is_told_what_falls_back_to_what(folder: Path) -> None:
    off, missing, other = (describe_embeddings(name_model(name)) for name in ("off", "nobody/nothing", folder))
    assert (off.is_off, off.is_available, off.detail) == (True, False, f"EMBEDDING_MODEL is off. {FALLBACK}")
    assert (missing.is_off, missing.is_available, missing.detail) == (False, False, f"{MISSING} {FALLBACK}")
    assert not other.is_available
    assert MISFIT in other.detail
