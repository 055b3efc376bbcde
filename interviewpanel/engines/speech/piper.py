"""Piper: a neural voice that sounds like a person, of models that the operator puts into a folder (SPEECH_VOICES).

Each voice is two files, NAME.onnx and NAME.onnx.json, as they are published. Piper is a program of its own, never
loaded into this process: that of the package piper-tts (GPL-3), or the older one of the same name; both speak one
command line.
"""

import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from config.guarded_children import ChildSaysTooMuch, ChildTooSlow, run_guarded
from interviewpanel.engines.speech.base import (
    MOST_SOUND_BYTES,
    Speech,
    SpeechFailed,
    SpeechUnavailable,
    Voice,
    choose_voice,
    is_of,
    prepare_text,
    read_sound,
)

NAME = "piper"
MOST_SECONDS = 60.0  # the model is loaded for each text: one to three seconds
MOST_HELP_BYTES = 256 * 1024
MODEL_OPTION = b"--model"  # Debian's program of this name sets up mice, and has no such option
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class PiperEngine:
    name = NAME

    def __init__(self, command: tuple[str, ...], folder: Path) -> None:
        """Raises SpeechUnavailable where the command is no Piper, or the folder has no voice."""
        self._command = command
        status, output = self._ask_help()
        if status != 0 or MODEL_OPTION not in output:
            raise SpeechUnavailable(f"{' '.join(command)} is not the Piper that speaks.")
        self._files = {file.stem: file for file in sorted(folder.glob("*.onnx")) if _describe_file(file).is_file()}
        if not self._files:
            raise SpeechUnavailable(f"SPEECH_VOICES: there is no voice (NAME.onnx with NAME.onnx.json) in {folder}.")
        self._voices = tuple(_read_voice(file) for file in self._files.values())

    def list_voices(self, language: str) -> tuple[Voice, ...]:
        return tuple(one for one in self._voices if is_of(language, one.language))

    def speak(self, text: str, *, language: str, voice: str) -> Speech:
        chosen = choose_voice(self, language=language, voice=voice)
        arguments = ("--model", str(self._files[chosen.name]), "--output_file", "-")
        try:
            status, sound = self._run(arguments, prepare_text(text).encode() + b"\n", MOST_SECONDS, MOST_SOUND_BYTES)
        except ChildTooSlow as error:
            raise SpeechFailed(f"{NAME} took longer than {MOST_SECONDS:g} s.") from error
        except ChildSaysTooMuch as error:
            raise SpeechFailed(f"{NAME} wrote more than {MOST_SOUND_BYTES} bytes.") from error
        return read_sound(NAME, status, sound)

    def _ask_help(self) -> tuple[int, bytes]:
        try:
            return self._run(("--help",), b"", MOST_SECONDS, MOST_HELP_BYTES)
        except (ChildTooSlow, ChildSaysTooMuch, OSError) as error:
            raise SpeechUnavailable(f"{self._command[0]} cannot be run.") from error

    def _run(self, arguments: tuple[str, ...], said: bytes, seconds: float, most_bytes: int) -> tuple[int, bytes]:
        command = (*self._command, *arguments)
        return run_guarded(command, said=said, most_seconds=seconds, most_bytes=most_bytes, environment=ENVIRONMENT)


def find_piper(folder: Path | None) -> PiperEngine:
    """The program on the path, or the package's beside this Python. Raises SpeechUnavailable."""
    if folder is None:
        raise SpeechUnavailable("SPEECH_VOICES names no folder of Piper's voices.")
    commands: list[tuple[str, ...]] = [(program,) for program in [shutil.which("piper")] if program]
    if importlib.util.find_spec("piper") is not None:
        commands.append((sys.executable, "-m", "piper"))
    why = "Piper is not installed: pip install piper-tts (GPL-3)."
    for command in commands:
        try:
            return PiperEngine(command, folder)
        except SpeechUnavailable as error:
            why = str(error)
    raise SpeechUnavailable(why)


def _describe_file(model: Path) -> Path:
    return model.with_name(f"{model.name}.json")


def _read_voice(model: Path) -> Voice:
    """Raises SpeechUnavailable for a description that says no language."""
    try:
        told: dict[str, Any] = json.loads(_describe_file(model).read_text(encoding="utf-8"))
        language = str(told["language"]["code"] if "language" in told else told["espeak"]["voice"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SpeechUnavailable(f"SPEECH_VOICES: {_describe_file(model)} does not describe a voice.") from error
    with model.open("rb") as file:
        version = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    return Voice(model.stem, model.stem.replace("_", " "), language, version)
