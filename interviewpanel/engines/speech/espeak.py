"""eSpeak NG: small, quick, plain, and in every language. A program of its own, never loaded into this process.

Either the program of the system (Debian: espeak-ng), or the library that the wheel espeakng-loader brings, in a child
of ours that speaks the same command line (espeak_child.py).
"""

import importlib.util
import re
import shutil
import sys
from pathlib import Path

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

NAME = "espeak-ng"
WORDS_PER_MINUTE = 155  # 175 is its own, which is brisk for a question that is heard once
MOST_SECONDS = 20.0
MOST_LIST_BYTES = 1024 * 1024
USUAL = {"en": "en-us"}  # of a language whose first voice is not the one that most expect
UNSPOKEN = frozenset({"en-shaw"})  # reads another alphabet
VARIANTS = {"": "", "+f2": ", female"}
CHILD = Path(__file__).with_name("espeak_child.py")
WHEEL = "espeakng_loader"
# Nothing of ours: no keys, no addresses of databases.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_VERSION = re.compile(r"text-to-speech: (\S+)")
_ROW = re.compile(r"\s*\d+\s+(?P<language>\S+)\s+\S+\s+(?P<label>\S+)\s+(?P<file>\S+)")


class EspeakEngine:
    name = NAME

    def __init__(self, command: tuple[str, ...]) -> None:
        """Raises SpeechUnavailable where the command is no eSpeak NG."""
        self._command = command
        self._voices: dict[str, tuple[Voice, ...]] = {}
        self._files: dict[str, str] = {}
        try:
            status, output = self._run(("--version",), b"", MOST_LIST_BYTES)
        except (SpeechFailed, OSError) as error:
            raise SpeechUnavailable(f"{command[0]} cannot be run: {error}") from error
        found = _VERSION.search(output.decode(errors="replace"))
        if status != 0 or found is None:
            raise SpeechUnavailable(f"{' '.join(command)} is no eSpeak NG.")
        self.version = found[1]

    def list_voices(self, language: str) -> tuple[Voice, ...]:
        if language not in self._voices:
            self._voices[language] = self._list_voices(language)
        return self._voices[language]

    def _list_voices(self, language: str) -> tuple[Voice, ...]:
        _, output = self._run((f"--voices={language.split('-')[0]}",), b"", MOST_LIST_BYTES)
        rows = [_ROW.match(line) for line in output.decode(errors="replace").splitlines()]
        # What lies in mb/ needs MBROLA, which is not free and mostly not there.
        found = {row["language"]: row for row in rows if row and not row["file"].startswith("mb/")}
        names = [name for name in found if is_of(language, name) and name not in UNSPOKEN]
        names.sort(key=lambda name: name not in (USUAL.get(language, language), language))
        # By their files, since by the name of en-gb no variant of it is found.
        self._files |= {f"{name}{variant}": f"{found[name]['file']}{variant}" for name in names for variant in VARIANTS}
        version = f"{self.version} at {WORDS_PER_MINUTE}"
        return tuple(
            Voice(f"{name}{variant}", f"{found[name]['label'].replace('_', ' ')}{words}", name, version)
            for name in names
            for variant, words in VARIANTS.items()
        )

    def speak(self, text: str, *, language: str, voice: str) -> Speech:
        chosen = choose_voice(self, language=language, voice=voice)
        arguments = ("-v", self._files[chosen.name], "-s", str(WORDS_PER_MINUTE), "-b", "1", "--stdin", "--stdout")
        status, sound = self._run(arguments, prepare_text(text).encode(), MOST_SOUND_BYTES)
        return read_sound(NAME, status, sound)

    def _run(self, arguments: tuple[str, ...], said: bytes, most_bytes: int) -> tuple[int, bytes]:
        try:
            return run_guarded(
                (*self._command, *arguments),
                said=said,
                most_seconds=MOST_SECONDS,
                most_bytes=most_bytes,
                environment=ENVIRONMENT,
            )
        except ChildTooSlow as error:
            raise SpeechFailed(f"{NAME} took longer than {MOST_SECONDS:g} s.") from error
        except ChildSaysTooMuch as error:
            raise SpeechFailed(f"{NAME} wrote more than {most_bytes} bytes.") from error


def find_espeak() -> EspeakEngine:
    """The system's program, else the wheel's library. Raises SpeechUnavailable."""
    if program := shutil.which("espeak-ng"):
        return EspeakEngine((program,))
    if importlib.util.find_spec(WHEEL) is not None:
        return EspeakEngine((sys.executable, "-P", str(CHILD)))
    raise SpeechUnavailable(
        "eSpeak NG is not installed: apt-get install espeak-ng, or pip install espeakng-loader (GPL-3)."
    )
