"""Which voices a panel can choose, and why not. Asked by the panel's form, the API, `manage.py check` and doctor."""

from interviewpanel.engines.speech import (
    Speech,
    SpeechFailed,
    SpeechUnavailable,
    Voice,
    describe_speech,
    find_speech_engine,
)
from interviewpanel.models import InterviewPanel
from interviewpanel.services.spoken_audio import is_spoken_here

MOST_LISTED = 100
SAMPLES = {
    "en": "Hello, and welcome. What does an index on a table make faster, and what does it make slower?",
    "de": "Hallo und willkommen. Was macht ein Index auf einer Tabelle schneller, und was macht er langsamer?",
}


def list_voices(language: str) -> tuple[Voice, ...]:
    """This server's voices for a language, the usual one first; none where it has none."""
    engine = find_speech_engine()
    try:
        return () if engine is None else engine.list_voices(language)
    except SpeechFailed:
        return ()


def explain_missing_voice(panel: InterviewPanel) -> tuple[str, str] | None:
    """Why what the panel wants cannot be: the setting, and a sentence that says what to do. None where it can."""
    if not is_spoken_here(panel):
        return None
    status = describe_speech()
    if status.engine is None:
        return "interviewer_voice", f"This server has no voice of its own. {status.why} Or leave it to the browser."
    voices = list_voices(panel.language)
    if not voices:
        return "interviewer_voice", (
            f"This server's voice ({status.engine.name}) does not speak the panel's language ({panel.language}). "
            "Leave it to the browser, or install a voice of that language."
        )
    names = [one.name for one in voices]
    if panel.voice_name and panel.voice_name not in names:
        return "voice_name", (
            f"This server has no voice “{panel.voice_name}” for the panel's language ({panel.language}). "
            f"Leave it empty for the usual one, or choose of: {', '.join(names)}."
        )
    return None


def speak_sample(language: str, voice: str) -> Speech:
    """A sentence in one of this server's voices, to choose by; kept nowhere. Raises SpeechUnavailable, SpeechFailed."""
    engine = find_speech_engine()
    if engine is None:
        raise SpeechUnavailable(f"This server has no voice of its own. {describe_speech().why}")
    return engine.speak(SAMPLES.get(language, SAMPLES["en"]), language=language, voice=voice)


def list_panels_without_voice() -> list[tuple[InterviewPanel, str]]:
    """Those not archived that want what this server cannot say, and why; the first hundred. One query."""
    wanting = InterviewPanel.objects.filter(interviewer_voice=InterviewPanel.InterviewerVoice.SERVER)
    rows = wanting.exclude(status=InterviewPanel.Status.ARCHIVED).order_by("pk")[:MOST_LISTED]
    found = [(panel, explain_missing_voice(panel)) for panel in rows]
    return [(panel, missing[1]) for panel, missing in found if missing is not None]
