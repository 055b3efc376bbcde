"""The interviewer's voice in a room: the site's speech engine, whatever is installed; None where there is none."""

from collections.abc import Callable
from dataclasses import dataclass

from interviewpanel.engines.flac import Pcm, decode_audio
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.rooms import is_bank_text
from interviewpanel.services.spoken_audio import speak_text
from interviewpanel.services.spoken_lines import Sound


@dataclass(frozen=True, slots=True)
class Speech:
    """16 kHz mono samples, and where the same sound is kept."""

    pcm: Pcm
    sound: Sound


Voice = Callable[[str, InterviewSession], Speech | None]  # text, whose interview


def speak(text: str, session: InterviewSession) -> Speech | None:
    """From the cache of what was said before; None without an engine. Called in a thread."""
    spoken = speak_text(text, session=session, is_bank_text=is_bank_text(session, text))
    if spoken is None:
        return None
    with spoken.file.open("rb") as file:
        return Speech(decode_audio(file.read()), spoken)
