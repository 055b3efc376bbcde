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
from interviewpanel.selectors.phone_words import ask_identity, list_closing_lines, say_words
from interviewpanel.services import phone_recorded
from interviewpanel.services.call_permissions import record_opt_out
from interviewpanel.services.call_reports import confirm_person
from interviewpanel.services.phone_speech import find_language, find_session, find_voice, order_sounds, speak_lines
from interviewpanel.services.phone_streams import find_consent, has_streams_left, issue_stream, needs_stream
from interviewpanel.services.spoken_lines import stop_spoken_lines

MOST_ATTEMPTS = 3
ELSEWHERE = "words.elsewhere"


def answer_call(*, call: PhoneCall, now: datetime) -> str:
    """Somebody has picked up, or has called and entered a PIN: says who calls and asks whether it is the candidate.

    Where the link opens no interview, its reason is said and the call ends. Effect: that of `order_sounds`.
    """
    try:
        check_link(call.invitation, now)
    except LinkRefused as refusal:
        return say_goodbye(call, refusal.code.replace(".", "_"))
    order_sounds(call=call, now=now)
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
        return _read_agreement(call)
    if reply is Reply.NO:
        return say_goodbye(call, "sorry")
    if reply is Reply.NEVER:
        return _promise_silence(call, now)
    if reply is Reply.UNWANTED:
        return _ask_for_nine(call, LineAddresses(call.uuid).identity(attempt))
    return _ask_identity(call, attempt=attempt + 1) if attempt < MOST_ATTEMPTS else say_goodbye(call, "goodbye")


def _read_agreement(call: PhoneCall, *, start: int = 0, shown_hash: str = "") -> str:
    """The whole text that is agreed to, as the page shows it, and then the question. `start`: from which of its parts
    the text with `shown_hash` is read again. Where that is not the text any more, the new one is read, and so said."""
    language, addresses = find_language(call), LineAddresses(call.uuid)
    consent = write_invitation_consent(call.invitation, language)
    parts = [say_words("agreement", language), *consent.paragraphs]
    read = [(Spoken(text), addresses.reading(at, consent.hash)) for at, text in enumerate(parts)]
    if shown_hash and shown_hash != consent.hash:
        read = [(Spoken(say_words("consent_changed", language)), addresses.reading(0, consent.hash)), *read]
        start = 0
    return documents.read_and_ask(
        read[start:],
        Spoken(say_words("agreement_question", language)),
        find_voice(language),
        reply_url=addresses.consent(1, consent.hash),
        hints=_list_hints(language),
    )


def take_reading(*, call: PhoneCall, reply: Reply | None, paragraph: int, shown_hash: str, now: datetime) -> str:
    """A key while the agreement is read: 2 and 9 count at once. Nothing can be agreed to before it was heard: with any
    other key it goes on with the paragraph that the key has cut off."""
    if reply is Reply.NO:
        return say_goodbye(call, "declined")
    if reply is Reply.NEVER:
        return _promise_silence(call, now)
    return _read_agreement(call, start=paragraph, shown_hash=shown_hash)


def take_consent(
    *, call: PhoneCall, reply: Reply | None, is_key: bool, attempt: int, shown_hash: str, now: datetime
) -> str:
    """Yes: the line is opened, with the text as it was read out; the session keeps it when it begins. Where the text
    has changed since (`shown_hash`), the new one is read. No: nothing was recorded, and the call ends."""
    if reply is Reply.YES:
        consent = write_invitation_consent(call.invitation, find_language(call))
        if consent.hash != shown_hash:
            return _read_agreement(call, shown_hash=shown_hash)
        return open_line(call=call, now=now, consent=consent, agreed_by="key" if is_key else "voice")
    if reply is Reply.NO:
        return say_goodbye(call, "declined")
    if reply is Reply.NEVER:
        return _promise_silence(call, now)
    if reply is Reply.UNWANTED:
        return _ask_for_nine(call, LineAddresses(call.uuid).consent(attempt, shown_hash))
    if attempt >= MOST_ATTEMPTS:
        return say_goodbye(call, "goodbye")
    question = say_words("agreement_question", find_language(call))
    return _ask(call, [question], LineAddresses(call.uuid).consent(attempt + 1, shown_hash), attempt + 1)


def _ask_for_nine(call: PhoneCall, reply_url: str) -> str:
    """They have said, or seem to have, that they want no calls. A mailbox says as much; no mailbox presses a key."""
    language = find_language(call)
    spoken = [Spoken(say_words("never_by_key", language))]
    return documents.ask(spoken, find_voice(language), reply_url=reply_url, hears=False)


def _promise_silence(call: PhoneCall, now: datetime) -> str:
    """Whoever has this number is not called again; the invitation stays, and can be taken another way. Who has called
    in means the number at which they would be called, too, be it another than they call from."""
    is_out = call.direction == PhoneCall.Direction.OUTBOUND
    numbers = [call.to_number] if is_out else [call.from_number, call.invitation.candidate.phone]
    for number in dict.fromkeys(numbers):
        record_opt_out(
            organization=call.organization, number=number, way=CallOptOut.Way.CALL, now=now, invitation=call.invitation
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


def say_lines(*, call: PhoneCall, lines: Sequence[str], said: str, then: str, now: datetime) -> str:
    """What the live interview wants said now. `then`: "wait", "hear" (a word said is an answer too), "end".

    Effects: those of `speak_lines`; a call whose interview goes on elsewhere says nothing for its recording.
    """
    language, addresses = find_language(call), LineAddresses(call.uuid)
    session = find_session(call)
    spoken = speak_lines(call, session, lines, now=now, is_noted=ELSEWHERE not in lines)
    voice = find_voice(language)
    if then == "end":
        return documents.say_and_hang_up([(one, voice) for one in spoken])
    return documents.say_and_wait(
        spoken, voice, key_url=addresses.key(said), next_url=addresses.said(said), hears=then == "hear"
    )


def cut_off(*, call: PhoneCall, now: datetime) -> None:
    """A key was pressed, or a word said. Effect: a sound of ours that was being played has ended."""
    session = find_session(call)
    if session is not None:
        stop_spoken_lines(session_id=session.pk, ended_at=now)


def wait_on_line(*, call: PhoneCall, now: datetime) -> str:
    """Nothing is to be said. A line that nobody listens to, since its server has ended, is opened again; one whose
    interview is over ends with its last words, whether or not its server still comes to say them. One that has come
    here before anybody said who they are, or while nothing is agreed to, is asked that: a document may have failed, or
    the text have changed."""
    session = find_session(call)
    if session is not None and session.is_over:
        lines = list_closing_lines(session) if call.confirmed_at is not None else []
        if not lines:
            return documents.say_and_hang_up([])
        return say_lines(call=call, lines=lines, said="", then="end", now=now)
    if call.confirmed_at is None:
        return answer_call(call=call, now=now)
    if (session is None or session.consented_at is None) and find_consent(call) is None:
        return _read_agreement(call)
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
    spoken = [*before, *map(Spoken, texts)]
    return documents.ask(spoken, find_voice(language), reply_url=reply_url, hints=_list_hints(language))


def _list_hints(language: str) -> str:
    return ", ".join(sorted(YES.get(language, YES["en"]) | NO.get(language, NO["en"])))
