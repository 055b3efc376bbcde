"""In which voice a call is spoken to, and what of its session is said. Used by phone_lines.py and phone_recorded.py.

Where the panel wants this server's voice, what is said is a sound of ours that Twilio plays; it is ordered ahead, made
at the latest by the door before the call is led to it (consumers/phone_voice.py), and only looked up where the document
is written. What is not there then is said by Twilio's voice.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from interviewpanel.domain.phone_script import WORDS_PER_SECOND
from interviewpanel.engines.telephony.documents import Spoken, Voice
from interviewpanel.models import InterviewSession, PhoneCall, SpokenAudio
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.selectors.phone_words import SAID_LIVE, say_line, say_words
from interviewpanel.selectors.rooms import is_bank_text
from interviewpanel.services.phone_sounds import sign_sound
from interviewpanel.services.session_manager import foresee_session
from interviewpanel.services.spoken_audio import find_sound, is_spoken_here, order_speech, speak_text
from interviewpanel.services.spoken_lines import note_spoken_line, stop_spoken_lines


def find_voice(language: str) -> Voice:
    """The site's voice for a language, as Twilio names it; else English."""
    locale, name = settings.PHONE_VOICES.get(language) or settings.PHONE_VOICES["en"]
    return Voice(locale, name)


def find_language(call: PhoneCall) -> str:
    return str(call.invitation.panel.language)


def find_session(call: PhoneCall) -> InterviewSession | None:
    """Of the call; before its socket has opened, the one that the invitation has."""
    return call.session or call.invitation.sessions.order_by("-id").first()


def order_sounds(*, call: PhoneCall, now: datetime) -> None:
    """Effects, as somebody picks up: what will be said first, and what everybody is told, is due to be said by this
    server's voice, while the candidate is asked who they are and listens to the agreement."""
    panel = call.invitation.panel
    if not is_spoken_here(panel):
        return
    with suppress(LinkRefused):
        foresee_session(invitation=call.invitation, now=now)
    with transaction.atomic():
        order_speech(panel, [say_words(code, panel.language) for code in SAID_LIVE], now=now)


def list_missing_sounds(*, call: PhoneCall, lines: Sequence[str]) -> list[tuple[str, bool]]:
    """Texts of these lines that were never said in this server's voice, though the panel wants it; and whether each is
    one that everybody is told."""
    session = find_session(call)
    if session is None or not is_spoken_here(session.invitation.panel):
        return []
    texts = [(one.text, line) for line in lines for one in say_line(session, line, find_language(call))]
    return [
        (text, line.startswith("words.") or is_bank_text(session, text))
        for text, line in texts
        if find_sound(session, text) is None
    ]


def make_sounds(*, call: PhoneCall, missing: Sequence[tuple[str, bool]]) -> None:
    """Effect: they are made, one after another, as far as this server can. Blocks for seconds."""
    session = find_session(call)
    for text, is_for_all in missing:
        if session is not None:
            speak_text(text, session=session, is_bank_text=is_for_all)


def speak_lines(
    call: PhoneCall,
    session: InterviewSession | None,
    lines: Sequence[str],
    *,
    now: datetime,
    is_noted: bool = True,
) -> list[Spoken]:
    """The sentences of lines (domain/phone_script.py), in the voice of the panel.

    Effects, where a sound of ours is among them: it counts as used; with `is_noted` it is a line of the interview's
    recording from when Twilio comes to it, which is now but for what is said before it. What was being said is over.
    """
    if session is not None and is_noted:
        stop_spoken_lines(session_id=session.pk, ended_at=now)
    spoken: list[Spoken] = []
    begins_at = now
    for text in [one.text for line in lines for one in say_line(session, line, find_language(call))]:
        audio = _find_playable(session, text)
        if session is None or audio is None:
            spoken.append(Spoken(text))
            begins_at += timedelta(seconds=len(text.split()) / WORDS_PER_SECOND)
            continue
        spoken.append(Spoken(text, sign_sound(call=call, audio=audio, now=now)))
        SpokenAudio.objects.filter(pk=audio.pk).update(use_count=F("use_count") + 1, used_at=now)
        if is_noted:
            note_spoken_line(session_id=session.pk, text=text, sound=audio, started_at=begins_at)
        begins_at += timedelta(seconds=audio.seconds)
    return spoken


def _find_playable(session: InterviewSession | None, text: str) -> SpokenAudio | None:
    """Its file is there as well: a document whose sound is none may end the call."""
    if session is None or not is_spoken_here(session.invitation.panel):
        return None
    audio = find_sound(session, text)
    return audio if audio is not None and audio.file.storage.exists(str(audio.file.name)) else None
