"""The process that holds eSpeak NG's library: `python -P espeak_child.py` speaks the program's own command line.

Of that, what espeak.py says: --version, --voices=LANGUAGE, and -v VOICE -s SPEED -b 1 --stdin --stdout, which writes a
WAV. Only here is the library loaded (the wheel espeakng-loader brings it; GPL-3). Started as a file, so that
nothing of ours is loaded with it.
"""

import argparse
import ctypes
import io
import resource
import signal
import sys
import wave

import espeakng_loader

RETRIEVAL = 1  # no sound card
CHARACTERS = 1
UTF8, END_PAUSE = 1, 0x1000  # of what a text may hold: no phonemes, no markup
RATE = 1
CPU_SECONDS, ALARM_SECONDS = 20, 30
MEMORY_BYTES = 512 * 1024 * 1024

Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class VoiceRow(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),  # a priority and a name, ended by 0, one after the other
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


def set_limits() -> None:
    """The alarm ends it also where nobody waits for it any more."""
    signal.alarm(ALARM_SECONDS)
    for name, most in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES)):
        try:
            resource.setrlimit(name, (most, most))
        except (ValueError, OSError):
            if sys.platform != "darwin":  # which knows no limit of memory
                raise


def load_library() -> tuple[ctypes.CDLL, int]:
    """The library, begun, and its rate in samples a second."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(VoiceRow))
    library.espeak_Info.restype = ctypes.c_char_p
    rate = library.espeak_Initialize(RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0:
        raise RuntimeError("espeak_Initialize failed")
    return library, rate


def list_voices(library: ctypes.CDLL, language: str) -> list[str]:
    """The lines of the program's table: priority, language, sex, name, file."""
    rows = library.espeak_ListVoices(None)
    lines = []
    number = 0
    while rows[number]:
        row = rows[number].contents
        priority = ctypes.cast(row.languages, ctypes.POINTER(ctypes.c_ubyte))[0]
        own = ctypes.string_at(row.languages + 1).decode()
        name, file = row.name.decode().replace(" ", "_"), row.identifier.decode()
        if own.split("-")[0] == language:
            lines.append(f"{priority:2}  {own:15} --/M  {name:18} {file}")
        number += 1
    return lines


def speak(library: ctypes.CDLL, rate: int, voice: str, speed: int, text: bytes) -> bytes:
    """The text as a WAV file."""
    samples = bytearray()

    def take(sound: "ctypes._Pointer[ctypes.c_short]", count: int, events: int) -> int:
        if sound and count > 0:
            samples.extend(ctypes.string_at(sound, 2 * count))
        return 0

    callback = Callback(take)  # held until it is no longer called
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise ValueError("There is no such voice.")
    library.espeak_SetParameter(RATE, speed, 0)
    size = ctypes.c_size_t(len(text) + 1)
    if library.espeak_Synth(text, size, 0, CHARACTERS, 0, UTF8 | END_PAUSE, None, None) != 0:
        raise RuntimeError("espeak_Synth failed")
    library.espeak_Synchronize()
    file = io.BytesIO()
    with wave.open(file, "wb") as sound_file:
        sound_file.setnchannels(1)
        sound_file.setsampwidth(2)
        sound_file.setframerate(rate)
        sound_file.writeframes(bytes(samples))
    return file.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--version", action="store_true")
    parser.add_argument("--voices")
    parser.add_argument("-v", dest="voice")
    parser.add_argument("-s", dest="speed", type=int)
    parser.add_argument("-b", dest="encoding")
    parser.add_argument("--stdin", action="store_true")
    parser.add_argument("--stdout", action="store_true")
    asked = parser.parse_args()
    set_limits()
    library, rate = load_library()
    if asked.version:
        sys.stdout.write(f"eSpeak NG text-to-speech: {library.espeak_Info(None).decode()}\n")
    elif asked.voices:
        sys.stdout.write("\n".join(list_voices(library, asked.voices)))
    else:
        text = sys.stdin.buffer.read()
        sys.stdout.buffer.write(speak(library, rate, asked.voice, asked.speed, text))


if __name__ == "__main__":
    main()
