"""Which engine is chosen, what it falls back to, how fast, and that it is decided and logged once."""

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from interviewpanel.engines.model_hub import is_hub_reachable
from interviewpanel.engines.transcription import (
    EngineSettings,
    EngineStatus,
    TranscriptionEngine,
    TranscriptionUnavailable,
    describe_engines,
)
from interviewpanel.engines.transcription.loading import EngineLoader
from interviewpanel.engines.transcription.sphinx import PROJECT_FOLDER, SphinxEngine
from interviewpanel.engines.transcription.whisper import WhisperEngine
from interviewpanel.engines.transcription.whisper_models import UnknownModel, find_local_model
from tests.fake_hub import serve_hub
from tests.tiny_whisper import build_tiny_whisper

OFFLINE = EngineSettings(whisper_model="nobody/nothing", whisper_download=False)
NO_MODEL = (
    "The Whisper model nobody/nothing is not on this disk and WHISPER_DOWNLOAD is off. "
    "Put a converted model on the disk and give its folder as WHISPER_MODEL."
)
SPHINX_STATUS = EngineStatus(
    "pocketsphinx", "en-us", True, True, True, "Rough: about one word in four is wrong. English only."
)


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_whisper(tmp_path_factory.mktemp("model"))


@pytest.fixture
def silent_address() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def load(settings: EngineSettings) -> TranscriptionEngine:
    engine = EngineLoader(lambda: settings).load()
    if isinstance(engine, SphinxEngine):
        engine.close()
    return engine


def test_a_model_on_disk_is_taken_and_logged(model_folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    engine = load(replace(OFFLINE, whisper_model=str(model_folder), whisper_device="cpu", whisper_beam_size=2))

    assert isinstance(engine, WhisperEngine)
    assert (engine.model, engine.beam_size) == (str(model_folder), 2)
    assert caplog.messages == [f"Transcription: Whisper {model_folder} on cpu, float32, from {model_folder}"]


def test_without_a_model_pocketsphinx_is_taken_and_the_log_says_rough_and_why(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = load(OFFLINE)

    assert isinstance(engine, SphinxEngine)
    rough = f"Transcription: pocketsphinx ({engine.model}), rough: about one word in four is wrong, English only."
    assert caplog.messages == [f"{rough} Reason: {NO_MODEL}"]


def test_a_broken_model_falls_back_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "model.bin").write_bytes(b"not a model")

    engine = load(replace(OFFLINE, whisper_model=str(tmp_path)))

    assert isinstance(engine, SphinxEngine)
    assert f"The Whisper model in {tmp_path} cannot be loaded" in caplog.text


def test_whisper_asked_for_by_name_never_falls_back(caplog: pytest.LogCaptureFixture) -> None:
    loader = EngineLoader(lambda: replace(OFFLINE, transcription_engine="whisper"))

    for _ in range(3):
        with pytest.raises(TranscriptionUnavailable, match="nobody/nothing is not on this disk"):
            loader.load()

    assert len(caplog.messages) == 1, "the refusal is logged once, not per answer"


def test_pocketsphinx_asked_for_by_name_is_taken_though_a_model_is_there(model_folder: Path) -> None:
    engine = load(EngineSettings(transcription_engine="pocketsphinx", whisper_model=str(model_folder)))

    assert isinstance(engine, SphinxEngine)


def test_the_engine_is_made_once_whatever_the_threads(model_folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    asked: list[int] = []

    def read_settings() -> EngineSettings:
        asked.append(1)
        return replace(OFFLINE, whisper_model=str(model_folder), whisper_device="cpu")

    loader = EngineLoader(read_settings)
    with ThreadPoolExecutor(8) as pool:
        engines = list(pool.map(lambda _: loader.load(), range(16)))

    assert len({id(engine) for engine in engines}) == 1
    assert (len(asked), len(caplog.messages)) == (1, 1)


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere", "enormous"])
def test_a_model_that_cannot_exist_says_what_would(name: str) -> None:
    with pytest.raises(UnknownModel, match=f"WHISPER_MODEL is '{name}'.*(Give the folder|or one of: .*small)"):
        find_local_model(name)


def test_a_folder_without_weights_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"model\.bin is not there"):
        find_local_model(str(tmp_path))


def test_a_hub_that_never_answers_is_given_up_in_time(silent_address: str) -> None:
    assert not is_hub_reachable(silent_address, seconds=0.2)


def test_a_hub_that_is_not_there_is_given_up_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"

    assert not is_hub_reachable(address, seconds=60)


LOADING = """
import logging, sys
logging.getLogger("interviewpanel").addHandler(logging.StreamHandler(sys.stdout))
logging.getLogger("interviewpanel").setLevel(logging.INFO)
from interviewpanel.engines.transcription import EngineSettings
from interviewpanel.engines.transcription.loading import EngineLoader
loader = EngineLoader(lambda: EngineSettings(whisper_model="owner/tiny", whisper_device="cpu"))
assert loader.load() is loader.load()
print(loader.load().name)
"""


def run_loading(endpoint: str, cache: Path) -> list[str]:
    """What a fresh process prints that loads its engine with the hub at `endpoint`."""
    environment = {"HF_ENDPOINT": endpoint, "HF_HOME": str(cache), "PATH": os.defpath, "HF_HUB_DISABLE_XET": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LOADING],
        cwd=PROJECT_FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return done.stdout.splitlines()


def test_a_model_is_fetched_from_the_hub_and_found_on_disk_afterwards(model_folder: Path, tmp_path: Path) -> None:
    with serve_hub(model_folder, "owner/tiny") as address:
        fetched = run_loading(address, tmp_path)
    afterwards = run_loading("http://127.0.0.1:9", tmp_path)  # no hub any more

    assert [lines[0].split(", from ")[0] for lines in (fetched, afterwards)] == [
        "Transcription: Whisper owner/tiny on cpu, float32"
    ] * 2
    assert fetched[-1] == afterwards[-1] == "whisper"


def test_a_hub_without_the_model_and_a_silent_hub_fall_back(
    model_folder: Path, tmp_path: Path, silent_address: str
) -> None:
    with serve_hub(model_folder, "owner/another") as address:
        missing = run_loading(address, tmp_path)
    started = time.monotonic()
    silent = run_loading(silent_address, tmp_path)

    assert (missing[-1], silent[-1]) == ("pocketsphinx", "pocketsphinx")
    assert missing[0].startswith("The Whisper model owner/tiny could not be downloaded: ")
    assert silent[0].startswith("Transcription: pocketsphinx")
    assert time.monotonic() - started < 60  # a bound that a hang would break, not a measure of speed


def test_the_doctor_is_told_what_falls_back_to_what() -> None:
    assert describe_engines(OFFLINE) == [
        EngineStatus(
            "whisper",
            "nobody/nothing",
            False,
            False,
            False,
            f"{NO_MODEL} Falls back to pocketsphinx.",
        ),
        SPHINX_STATUS,
    ]


def test_the_doctor_is_told_where_the_model_lies(model_folder: Path) -> None:
    name = str(model_folder)

    assert describe_engines(replace(OFFLINE, whisper_model=name)) == [
        EngineStatus("whisper", name, True, True, False, f"On disk in {name}. Preferred to pocketsphinx."),
        replace(SPHINX_STATUS, is_chosen=False),
    ]


@pytest.mark.parametrize(("engine", "chosen"), [("whisper", [True, False]), ("pocketsphinx", [False, True])])
def test_the_doctor_is_told_of_a_choice_by_name(engine: str, chosen: list[bool]) -> None:
    statuses = describe_engines(replace(OFFLINE, transcription_engine=engine))

    assert [status.is_chosen for status in statuses] == chosen
    assert "alls back" not in statuses[0].detail


def test_settings_are_read_by_their_environment_names() -> None:
    site = SimpleNamespace(
        TRANSCRIPTION_ENGINE="whisper",
        WHISPER_MODEL="base",
        WHISPER_DEVICE="cuda",
        WHISPER_COMPUTE_TYPE="float16",
        WHISPER_BEAM_SIZE=3,
        WHISPER_DOWNLOAD=False,
    )

    assert EngineSettings.from_settings(site) == EngineSettings("whisper", "base", "cuda", "float16", 3, False)
