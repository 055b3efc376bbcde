"""In which voice a call is spoken to, and what of its session is said. Used by phone_lines.py and phone_recorded.py."""

from collections.abc import Sequence

from django.conf import settings

from interviewpanel.engines.telephony.documents import Spoken, Voice
from interviewpanel.models import InterviewSession, PhoneCall
from interviewpanel.selectors.phone_words import say_line


def find_voice(language: str) -> Voice:
    """The site's voice for a language, as Twilio names it; else English."""
    locale, name = settings.PHONE_VOICES.get(language) or settings.PHONE_VOICES["en"]
    return Voice(locale, name)


def find_language(call: PhoneCall) -> str:
    return str(call.invitation.panel.language)


def find_session(call: PhoneCall) -> InterviewSession | None:
    """Of the call; before its socket has opened, the one that the invitation has."""
    return call.session or call.invitation.sessions.order_by("-id").first()


def speak_lines(session: InterviewSession | None, lines: Sequence[str], language: str) -> list[Spoken]:
    """The sentences of lines (domain/phone_script.py)."""
    return [Spoken(one.text) for line in lines for one in say_line(session, line, language)]
