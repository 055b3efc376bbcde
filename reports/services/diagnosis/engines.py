"""What hears, speaks, scores, writes and draws, and what stands in for it where it is not there."""

from collections.abc import Iterator

from django.conf import settings

from interviewpanel.engines.embeddings import describe_embeddings
from interviewpanel.engines.speech import describe_speech
from interviewpanel.engines.transcription import describe_engines
from interviewpanel.engines.vad import load_speech_detector
from interviewpanel.services.voices import list_panels_without_voice
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import ModelStatus, load_language_model
from reports.checks import check_report_rendering
from reports.services.diagnosis.findings import Finding, Health


def look_at_voice_detector() -> Iterator[Finding]:
    load_speech_detector()
    yield Finding("Voice detector", Health.GOOD, "Silero, as faster-whisper ships it")


def look_at_transcription() -> Iterator[Finding]:
    """The chosen engine, then the others and why they were not chosen."""
    for engine in sorted(describe_engines(), key=lambda one: not one.is_chosen):
        use = "chosen" if engine.is_chosen else "not used"
        health = Health.GOOD
        if engine.is_chosen:
            health = Health.BROKEN if not engine.is_available else Health.FALLBACK if engine.is_rough else Health.GOOD
        elif not engine.is_available:
            health = Health.FALLBACK
        yield Finding("Transcription", health, f"{engine.name} ({engine.model}), {use}: {engine.detail}")


def look_at_voice() -> Iterator[Finding]:
    """The interviewer's own: nothing is missing where nobody asks for it, since browsers speak."""
    status, missing = describe_speech(), list_panels_without_voice()
    if status.engine is None:
        detail = f"none of this server's own: candidates' browsers speak. {status.why}"
    else:
        counts = [(label, len(status.engine.list_voices(code))) for code, label in settings.LANGUAGES]
        voices = ", ".join(f"{label} {count}" for label, count in counts)
        detail = f"{status.engine.name}, voices: {voices}. Where a sentence is not ready, the browser speaks."
        detail += f" {status.why}" if status.why else ""
    for panel, why in missing:
        yield Finding("Voice", Health.FALLBACK, f"the panel “{panel.title}” is read by browsers. {why}")
    yield Finding("Voice", Health.GOOD, detail)


# What each purpose is called here, and what happens where its model does not answer.
WITHOUT_MODEL = {
    Purpose.SCORE: (
        "Scoring",
        "embedded scorer: measures coverage, not truth; depth and clarity are not assessed. Because: ",
    ),
    Purpose.CONVERSE: ("Conversation", "the bank's questions are asked as they stand. Because: "),
    Purpose.NARRATE: ("Report texts", "a plain template says what was measured, and no more. Because: "),
    Purpose.GENERATE: ("Generation", "nothing is generated: who asks for it is refused. Because: "),
}


def look_at_language_models() -> Iterator[Finding]:
    """By purpose, what matters most to an interview first. What several purposes share is asked once."""
    seen: dict[tuple[str, str, str], ModelStatus] = {}
    for purpose, (subject, without) in WITHOUT_MODEL.items():
        model = load_language_model(purpose)
        if model is None:
            yield Finding(subject, Health.FALLBACK, f"{without}no language model is configured")
            continue
        key = (model.engine, model.address, model.model)
        status = seen[key] = seen.get(key) or model.describe()
        if status.is_ready:
            detail = f"{status.engine} ({status.model}) at {status.address}: {status.detail}"
            yield Finding(subject, Health.GOOD, detail)
        else:
            yield Finding(subject, Health.FALLBACK, f"{without}{status.engine} ({status.model}): {status.detail}")


def look_at_embeddings() -> Iterator[Finding]:
    """Beside the language model: the embedded scorer makes every provisional score."""
    status = describe_embeddings()
    is_fine = status.is_available or status.is_off  # whoever turned it off knows
    yield Finding("Embeddings", Health.GOOD if is_fine else Health.FALLBACK, status.detail)


def look_at_pdf() -> Iterator[Finding]:
    problems = check_report_rendering()
    for problem in problems:
        yield Finding("PDF", Health.BROKEN, f"{problem.msg} {problem.hint}")
    if not problems:
        yield Finding("PDF", Health.GOOD, "WeasyPrint's libraries and fonts are here")
