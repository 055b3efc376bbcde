"""What a call is answered with: who calls, are you the one, do you agree; then the line of the interview itself.

Each function answers one request of Twilio's with the document it follows next (engines/telephony/documents.py).
Nothing is kept between two of them but rows: whichever process answers goes on where the last one stopped. Called by
views/phone_line.py, which has checked the signature.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from interviewpanel.domain.consent import ConsentText
from interviewpanel.domain.phone_replies import NO, YES, Reply
from interviewpanel.domain.states import SessionStatus
from interviewpanel.engines.telephony import documents
from interviewpanel.engines.telephony.documents import Spoken
from interviewpanel.models import CallOptOut, PhoneCall
from interviewpanel.selectors.consent import write_invitation_consent
from interviewpanel.selectors.links import LinkRefused, check_link
from interviewpanel.selectors.phone_addresses import LineAddresses
from interviewpanel.selectors.phone_words import ask_consent, ask_identity, say_words
from interviewpanel.services import phone_recorded
from interviewpanel.services.call_permissions import record_opt_out
from interviewpanel.services.call_reports import confirm_person
from interviewpanel.services.phone_speech import find_language, find_session, find_voice, speak_lines
from interviewpanel.services.phone_streams import find_consent, has_streams_left, issue_stream, needs_stream

MOST_ATTEMPTS = 3


def answer_call(*, call: PhoneCall, now: datetime) -> str:
    """Somebody has picked up, or has called and entered a PIN: says who calls and asks whether it is the candidate.

    Where the link opens no interview, its reason is said and the call ends.
    """
    try:
        check_link(call.invitation, now)
    except LinkRefused as refusal:
        return say_goodbye(call, refusal.code.replace(".", "_"))
    return _ask_identity(call, attempt=1)


def _ask_identity(call: PhoneCall, *, attempt: int) -> str:
    texts = ask_identity(call.invitation)
    return _ask(call, texts if attempt == 1 else texts[1:], LineAddresses(call.uuid).identity(attempt), attempt)


def take_identity(*, call: PhoneCall, reply: Reply | None, attempt: int, now: datetime) -> str:
    """Yes: it is kept, and consent is asked for, or the interview goes on where that was given. Anything else ends the
    call, or asks again, three times in all."""
    if reply is Reply.YES:
        confirm_person(call, now)
        session = find_session(call)
        if session is not None and session.consented_at is not None:
            return open_line(call=call, now=now)
        return _ask_consent(call, attempt=1)
    if reply is Reply.NO:
        return say_goodbye(call, "sorry")
    if reply is Reply.NEVER:
        return _promise_silence(call, now)
    return _ask_identity(call, attempt=attempt + 1) if attempt < MOST_ATTEMPTS else say_goodbye(call, "goodbye")


def _ask_consent(call: PhoneCall, *, attempt: int) -> str:
    texts = ask_consent(call.invitation)
    return _ask(call, texts if attempt == 1 else texts[-1:], LineAddresses(call.uuid).consent(attempt), attempt)


def take_consent(*, call: PhoneCall, reply: Reply | None, is_key: bool, attempt: int, now: datetime) -> str:
    """Yes: the line is opened, with the text as it was read out; the session keeps it when it begins. No: nothing was
    recorded, and the call ends."""
    if reply is Reply.YES:
        consent = write_invitation_consent(call.invitation, find_language(call))
        return open_line(call=call, now=now, consent=consent, agreed_by="key" if is_key else "voice")
    if reply is Reply.NO:
        return say_goodbye(call, "declined")
    if reply is Reply.NEVER:
        return _promise_silence(call, now)
    return _ask_consent(call, attempt=attempt + 1) if attempt < MOST_ATTEMPTS else say_goodbye(call, "goodbye")


def _promise_silence(call: PhoneCall, now: datetime) -> str:
    """Whoever has this number is not called again; the invitation stays, and can be taken another way."""
    is_out = call.direction == PhoneCall.Direction.OUTBOUND
    record_opt_out(
        organization=call.organization,
        number=call.to_number if is_out else call.from_number,
        way=CallOptOut.Way.CALL,
        now=now,
        invitation=call.invitation,
    )
    return say_goodbye(call, "never")


def open_line(*, call: PhoneCall, now: datetime, consent: ConsentText | None = None, agreed_by: str = "") -> str:
    """The candidate's voice comes here from now on: as it is said, or answer by answer. `consent`: given just now."""
    if settings.PHONE_LISTENS_BY == "record":
        return phone_recorded.begin(call=call, consent=consent, agreed_by=agreed_by, now=now)
    addresses = LineAddresses(call.uuid)
    return documents.open_stream(
        find_voice(find_language(call)),
        socket_url=addresses.socket,
        token=issue_stream(call=call, now=now, consent=consent, agreed_by=agreed_by),
        key_url=addresses.key(""),
        next_url=addresses.wait,
    )


def say_lines(*, call: PhoneCall, lines: Sequence[str], said: str, then: str) -> str:
    """What the live interview wants said now. `then`: "wait", "hear" (a word said is an answer too), "end"."""
    language, addresses = find_language(call), LineAddresses(call.uuid)
    session = find_session(call)
    spoken = speak_lines(session, lines, language)
    voice = find_voice(language)
    if then == "end":
        return documents.say_and_hang_up([(one, voice) for one in spoken])
    return documents.say_and_wait(
        spoken, voice, key_url=addresses.key(said), next_url=addresses.said(said), hears=then == "hear"
    )


def wait_on_line(*, call: PhoneCall, now: datetime) -> str:
    """Nothing is to be said. A line that nobody listens to, since its server has ended, is opened again; one whose
    interview is over ends. One that has come here before anybody said who they are, or while nothing is agreed to, is
    asked that: a document may have failed, or the text have changed."""
    session = find_session(call)
    if session is not None and session.is_over:
        return documents.say_and_hang_up([])
    if call.confirmed_at is None:
        return answer_call(call=call, now=now)
    if (session is None or session.consented_at is None) and find_consent(call) is None:
        return _ask_consent(call, attempt=1)
    if needs_stream(call=call, session=session, now=now):
        return open_line(call=call, now=now) if has_streams_left(call) else say_goodbye(call, "unavailable")
    addresses = LineAddresses(call.uuid)
    is_asked = session is not None and session.pause_reason == "are_you_there"
    return documents.wait(
        find_voice(find_language(call)),
        key_url=addresses.key(""),
        next_url=addresses.wait,
        hears=is_asked and session is not None and session.status == SessionStatus.PAUSED,
    )


def say_goodbye(call: PhoneCall, code: str) -> str:
    language = find_language(call)
    return documents.say_and_hang_up([(Spoken(say_words(code, language)), find_voice(language))])


def _ask(call: PhoneCall, texts: Sequence[str], reply_url: str, attempt: int) -> str:
    language = find_language(call)
    before = [Spoken(say_words("not_understood", language))] if attempt > 1 else []
    hints = ", ".join(sorted(YES.get(language, YES["en"]) | NO.get(language, NO["en"])))
    return documents.ask([*before, *map(Spoken, texts)], find_voice(language), reply_url=reply_url, hints=hints)
