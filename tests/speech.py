"""The spoken clips of tests/data and what was said in them. Used by the tests that hear."""

import re
from pathlib import Path

from interviewpanel.engines.flac import decode_audio
from interviewpanel.engines.transcription import Pcm

DATA = Path(__file__).parent / "data"
CLIPS = ("speech_rms", "speech_kal16")


def read_clip(name: str) -> Pcm:
    """16 kHz mono samples of a clip."""
    return decode_audio(DATA / f"{name}.opus")


def read_text(name: str) -> str:
    """What was said in it, in lower case and without punctuation."""
    return re.sub(r"[^a-z ]", "", (DATA / f"{name}.txt").read_text(encoding="utf-8").strip().lower())
