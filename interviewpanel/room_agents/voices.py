"""The interviewer's voice in a room: the site's speech engine, whatever is installed; None where there is none."""

from collections.abc import Callable
from importlib import import_module

from interviewpanel.engines.flac import Pcm, decode_audio
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.rooms import is_bank_text

SPOKEN_AUDIO = "interviewpanel.services.spoken_audio"
Voice = Callable[[str, InterviewSession], Pcm | None]  # text, whose interview


def speak(text: str, session: InterviewSession) -> Pcm | None:
    """16 kHz mono samples, from the cache of what was said before; None without an engine. Called in a thread."""
    try:
        spoken_audio = import_module(SPOKEN_AUDIO)
    except ModuleNotFoundError as error:
        if error.name != SPOKEN_AUDIO:
            raise
        return None
    spoken = spoken_audio.speak_text(text, session=session, is_bank_text=is_bank_text(session, text))
    if spoken is None:
        return None
    with spoken.file.open("rb") as file:
        return decode_audio(file.read())
