"""The documents that Twilio follows on a call (TwiML), by the official builder. Called by services/phone_lines.py.

Every document keeps a key within reach: what is said stands in a `<Gather>`, and what comes behind it asks this site
again. A document is a text; nothing here knows a call, a row or a setting.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twilio.twiml.voice_response import Gather, VoiceResponse

MOST_SAID = 3_000  # characters of one <Say>: Twilio takes 4,096, voices of Amazon 3,000
NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # of XML 1.0, 2.2: Characters
WAIT_SECONDS = 10  # this often a waiting line asks whether anybody is there
REPLY_SECONDS = 8
MOST_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Voice:
    """As Twilio names them: "de-DE", "Polly.Vicki-Neural"; an empty name is the account's own voice."""

    language: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text to be said; played instead where its sound lies at `audio_url`."""

    text: str
    audio_url: str = ""


def say_and_wait(spoken: Sequence[Spoken], voice: Voice, *, key_url: str, next_url: str, hears: bool = False) -> str:
    """Say it; a key goes to `key_url` at once, and `next_url` is asked when all has been said.

    With `hears` a word goes to `key_url` too.
    """
    response, gather = _begin(voice, key_url, seconds=1, hears=hears)
    _speak(gather, spoken, voice)
    response.append(gather)
    response.redirect(next_url)
    return str(response)


def wait(voice: Voice, *, key_url: str, next_url: str, hears: bool = False) -> str:
    """Say nothing; a key goes to `key_url`, and `next_url` is asked every ten seconds."""
    response, gather = _begin(voice, key_url, seconds=WAIT_SECONDS, hears=hears)
    response.append(gather)
    response.redirect(next_url)
    return str(response)


def open_stream(voice: Voice, *, socket_url: str, token: str, key_url: str, next_url: str) -> str:
    """Let the candidate's voice come to `socket_url` from now on, beside whatever is said; then wait."""
    from twilio.twiml.voice_response import Start

    response, gather = _begin(voice, key_url, seconds=WAIT_SECONDS)
    start = Start()
    stream = start.stream(url=socket_url, track="inbound_track")
    stream.parameter(name="token", value=token)
    response.append(start)
    response.append(gather)
    response.redirect(next_url)
    return str(response)


def ask(spoken: Sequence[Spoken], voice: Voice, *, reply_url: str, hints: str = "", hears: bool = True) -> str:
    """Ask for a key or a word, or with `hears` false for a key alone; `reply_url` gets it, or nothing after eight
    seconds."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    response.append(_gather_reply(spoken, voice, reply_url=reply_url, hints=hints, hears=hears))
    return str(response)


def read_and_ask(
    read: Sequence[tuple[Spoken, str]], question: Spoken, voice: Voice, *, reply_url: str, hints: str
) -> str:
    """Read one text after another, then ask as `ask`. While one is read a key goes to the address beside it, and no
    word is listened to: whoever says something meanwhile neither stops the reading nor answers what was not asked."""
    from twilio.twiml.voice_response import Gather, VoiceResponse

    response = VoiceResponse()
    for text, key_url in read:
        gather = Gather(input="dtmf", num_digits=1, finish_on_key="", timeout=1, action=key_url)
        _speak(gather, [text], voice)
        response.append(gather)
    response.append(_gather_reply([question], voice, reply_url=reply_url, hints=hints, hears=True))
    return str(response)


def ask_digits(spoken: Sequence[tuple[Spoken, Voice]], *, count: int, reply_url: str) -> str:
    """Ask for so many digits, each text in a voice of its own; `reply_url` gets them, or none after eight seconds."""
    from twilio.twiml.voice_response import Gather, VoiceResponse

    response = VoiceResponse()
    gather = Gather(
        input="dtmf", num_digits=count, timeout=REPLY_SECONDS, action=reply_url, action_on_empty_result=True
    )
    for one, voice in spoken:
        _speak(gather, [one], voice)
    response.append(gather)
    return str(response)


def say_and_go_on(spoken: Sequence[Spoken], voice: Voice, *, next_url: str, pause_seconds: int) -> str:
    """Say it, wait, and ask `next_url`; no key is listened to."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    _speak(response, spoken, voice)
    if pause_seconds:
        response.pause(length=pause_seconds)
    response.redirect(next_url, method="POST")
    return str(response)


def record_answer(
    spoken: Sequence[Spoken],
    voice: Voice,
    *,
    action_url: str,
    report_url: str,
    silence_seconds: int,
    longest_seconds: int,
) -> str:
    """Say it and record what is answered, until a silence, a key or the longest time; `action_url` is asked then, and
    `report_url` told when the recording is there. The key that ended it comes with the asking."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    _speak(response, spoken, voice)
    response.record(
        action=action_url,
        timeout=silence_seconds,
        max_length=longest_seconds,
        finish_on_key="1234567890*#",
        play_beep=True,
        trim="do-not-trim",
        recording_status_callback=report_url,
        recording_status_callback_event="completed absent",
    )
    response.redirect(action_url)
    return str(response)


def say_and_hang_up(spoken: Sequence[tuple[Spoken, Voice]]) -> str:
    """The last words of a call."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    for one, voice in spoken:
        _speak(response, [one], voice)
    response.hangup()
    return str(response)


def cut_text(text: str) -> list[str]:
    """Pieces that one `<Say>` takes, cut at the ends of sentences where there are any, else at spaces. What XML cannot
    hold, as control characters of a pasted question, is a space."""
    pieces: list[str] = []
    rest = NO_XML.sub(" ", text).strip()
    while len(rest) > MOST_SAID:
        ends = [found.end() for found in re.finditer(r"[.?!]\s+", rest[:MOST_SAID])] or [
            found.end() for found in re.finditer(r"\s+", rest[:MOST_SAID])
        ]
        at = ends[-1] if ends else MOST_SAID
        pieces.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [*pieces, rest] if rest else pieces


def _begin(voice: Voice, key_url: str, *, seconds: int, hears: bool = False) -> "tuple[VoiceResponse, Gather]":
    """A key is one key, the hash and the star too. Nothing pressed leads to what stands behind the `<Gather>`."""
    from twilio.twiml.voice_response import Gather, VoiceResponse

    spoken = {"speech_timeout": "auto", "language": voice.language} if hears else {}
    gather = Gather(
        input="dtmf speech" if hears else "dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=seconds,
        action=key_url,
        **spoken,
    )
    return VoiceResponse(), gather


def _gather_reply(spoken: Sequence[Spoken], voice: Voice, *, reply_url: str, hints: str, hears: bool) -> "Gather":
    from twilio.twiml.voice_response import Gather

    heard = {"speech_timeout": "auto", "language": voice.language, "hints": hints or None} if hears else {}
    gather = Gather(
        input="dtmf speech" if hears else "dtmf",
        num_digits=1,
        timeout=REPLY_SECONDS,
        action=reply_url,
        action_on_empty_result=True,
        **heard,
    )
    _speak(gather, spoken, voice)
    return gather


def _speak(verb: "Gather | VoiceResponse", spoken: Sequence[Spoken], voice: Voice) -> None:
    for one in spoken:
        if one.audio_url:
            verb.play(one.audio_url)
            continue
        for piece in cut_text(one.text):
            verb.say(piece, language=voice.language, voice=voice.name or None)
