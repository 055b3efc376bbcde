"""What every voice has in common: what it is given, what it gives, and how it refuses."""

import unicodedata
from dataclasses import dataclass
from typing import Protocol

from interviewpanel.engines.flac import SAMPLE_RATE, AudioUnreadable, decode_audio

BYTES_PER_SAMPLE = 2
MOST_CHARACTERS = 4000  # four minutes of speech; nothing that is asked is longer
MOST_SOUND_BYTES = 64 * 1024 * 1024


class SpeechUnavailable(Exception):
    """There is no voice for this here: not installed, or none of that language. The message says what to do."""


class SpeechFailed(Exception):
    """The voice did not say this text. Another attempt may do. The message never has words of the text."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound: 16 kHz, mono, signed 16 bit, little-endian."""

    pcm: bytes

    @property
    def seconds(self) -> float:
        return len(self.pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Voice:
    """`language` is as the voice has it, such as en-us. `version` is another wherever it may sound different."""

    name: str
    label: str
    language: str
    version: str


class SpeechEngine(Protocol):
    name: str

    def list_voices(self, language: str) -> tuple[Voice, ...]:
        """Those that speak it, the usual one first; none where the engine cannot speak it."""

    def speak(self, text: str, *, language: str, voice: str) -> Speech:
        """`voice` is a name of `list_voices`; empty for the usual one, which is also taken where that voice has gone.

        Blocks, some seconds at most. Raises SpeechUnavailable and SpeechFailed.
        """


def choose_voice(engine: SpeechEngine, *, language: str, voice: str) -> Voice:
    """The one that will speak. Raises SpeechUnavailable where the engine has none for the language."""
    voices = engine.list_voices(language)
    if not voices:
        raise SpeechUnavailable(f"{engine.name} has no voice for the language {language}.")
    return next((one for one in voices if one.name == voice), voices[0])


def is_of(language: str, voice_language: str) -> bool:
    """en is spoken by en-us and en_GB."""
    return _first_part(language) == _first_part(voice_language)


def _first_part(language: str) -> str:
    return language.replace("_", "-").split("-")[0].casefold()


def prepare_text(text: str) -> str:
    """One line, without what a voice would take for a command. Raises SpeechFailed for nothing, and for too much.

    In double square brackets both engines read phonemes, not words.
    """
    visible = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in text)
    line = " ".join(visible.replace("[[", "[ [").replace("]]", "] ]").split())
    if not any(one.isalnum() for one in line):
        raise SpeechFailed("There is nothing to say in this text.")
    if len(line) > MOST_CHARACTERS:
        raise SpeechFailed(f"The text has {len(line)} characters; at most {MOST_CHARACTERS} are spoken.")
    return line


def read_sound(name: str, status: int, sound: bytes) -> Speech:
    """What an engine's program wrote, of whatever rate. Raises SpeechFailed where that is no sound."""
    if status != 0:
        raise SpeechFailed(f"{name} ended with status {status} and said nothing.")
    try:
        samples = decode_audio(sound)
    except AudioUnreadable as error:
        raise SpeechFailed(f"{name} wrote {len(sound)} bytes that are no sound.") from error
    if len(samples) == 0:
        raise SpeechFailed(f"{name} said nothing.")
    return Speech(samples.astype("<i2", copy=False).tobytes())
