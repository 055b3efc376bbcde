"""Voices for tests: small programs that speak the command line of Piper, and a voice of kilobytes for the real one.

A program that `make_piper` writes says a tone of the text's own, half a second for each word, and notes what it was
given.
"""

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from interviewpanel.engines.speech.espeak import WHEEL
from interviewpanel.engines.speech.loading import loader
from tests.tiny_embeddings import FLOAT, INT64, write_bytes, write_number, write_value

HAS_ESPEAK_WHEEL = importlib.util.find_spec(WHEEL) is not None
HAS_PIPER = importlib.util.find_spec("piper") is not None
ENGLISH, GERMAN = "en_GB-tone-low", "de_DE-tone-low"
HOP_SAMPLES = 2048
RATE = 22_050
LETTERS = " abcdefghijklmnopqrstuvwxyz,.?"

PROGRAM = """#!{python}
import io, json, math, struct, sys, wave
if "--help" in sys.argv:
    print("usage: piper [-h] -m MODEL, --model MODEL [--output_file OUTPUT_FILE]")
    sys.exit()
text = sys.stdin.read()
with open({log!r}, "a") as log:
    log.write(json.dumps([sys.argv[1:], text]) + "\\n")
{deed}
file = io.BytesIO()
with wave.open(file, "wb") as sound:
    sound.setnchannels(1)
    sound.setsampwidth(2)
    sound.setframerate(22050)
    samples = range(len(text.split()) * 11025)
    slowness = 8 + sum(map(ord, text)) % 499 / 100
    sound.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / slowness))) for n in samples))
sys.stdout.buffer.write(file.getvalue())
"""


def make_piper(folder: Path, deed: str = "") -> Path:
    """An executable file `piper` in the folder; `deed` is what it does before it speaks."""
    folder.mkdir(exist_ok=True)
    program = folder / "piper"
    program.write_text(PROGRAM.format(python=sys.executable, log=str(folder / "said.log"), deed=deed))
    program.chmod(0o755)
    return program


def read_said(folder: Path) -> list[str]:
    """The texts that a program of `make_piper` was given, in order."""
    log = folder / "said.log"
    return [json.loads(line)[1].strip() for line in log.read_text().splitlines()] if log.exists() else []


def write_voice(folder: Path, name: str, language: str, model: bytes = b"no network") -> Path:
    """The two files of a voice as they are published."""
    folder.mkdir(exist_ok=True)
    symbols = {"_": 0, "^": 1, "$": 2, **{letter: number + 3 for number, letter in enumerate(LETTERS)}}
    told: Mapping[str, object] = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": language},
        "language": {"code": language},
        "phoneme_type": "text",
        "num_symbols": len(symbols),
        "num_speakers": 1,
        "phoneme_id_map": {symbol: [number] for symbol, number in symbols.items()},
    }
    (folder / f"{name}.onnx").write_bytes(model)
    (folder / f"{name}.onnx.json").write_text(json.dumps(told))
    return folder


def write_tone_network() -> bytes:
    """A network that Piper can run: each symbol is a tone of its own. output = table[input]."""
    symbols = np.arange(len(LETTERS) + 3).reshape(-1, 1)
    table = np.sin(np.arange(HOP_SAMPLES) * (0.02 + 0.004 * symbols)).astype(np.float32)
    weights = b"".join(write_number(1, size) for size in table.shape)
    weights += write_number(2, FLOAT) + write_bytes(8, b"table") + write_bytes(9, table.tobytes())
    node = write_bytes(1, b"table") + write_bytes(1, b"input") + write_bytes(2, b"output") + write_bytes(4, b"Gather")
    graph = write_bytes(1, node) + write_bytes(2, b"tones") + write_bytes(5, weights)
    inputs = (("input", INT64, (1, "length")), ("input_lengths", INT64, (1,)), ("scales", FLOAT, (3,)))
    graph += b"".join(write_bytes(11, write_value(name, kind, shape)) for name, kind, shape in inputs)
    graph += write_bytes(12, write_value("output", FLOAT, (1, "length", HOP_SAMPLES)))
    return write_number(1, 8) + write_bytes(8, write_bytes(1, b"") + write_number(2, 13)) + write_bytes(7, graph)


def give_voice(settings: Settings, monkeypatch: pytest.MonkeyPatch, folder: Path, deed: str = "") -> Path:
    """This server speaks by a program of `make_piper`, in English and German. Returns the program's folder."""
    program = make_piper(folder / "bin", deed)
    monkeypatch.setenv("PATH", str(program.parent))
    write_voice(folder / "voices", ENGLISH, "en_GB")
    write_voice(folder / "voices", GERMAN, "de_DE")
    settings.SPEECH_ENGINE, settings.SPEECH_VOICES = "piper", str(folder / "voices")
    loader.forget()
    return program.parent


def take_voice(settings: Settings) -> None:
    """This server has no voice."""
    settings.SPEECH_ENGINE = "off"
    loader.forget()
