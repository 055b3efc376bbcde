"""The media sockets of a call: allowed once, taken once, ended. Called by phone_lines.py and consumers/phone.py."""

import hashlib
import secrets
from datetime import datetime, timedelta

from interviewpanel.domain.consent import ConsentText
from interviewpanel.models import InterviewSession, PhoneCall, PhoneStream
from interviewpanel.services.call_reports import begin_recording
from interviewpanel.services.deadlines import is_held

TOKEN_SECONDS = 60
MOST_STREAMS = 20  # of one call: a server that fails each time must not be asked for ever


def issue_stream(*, call: PhoneCall, now: datetime, consent: ConsentText | None = None, agreed_by: str = "") -> str:
    """The token by which one socket of this call may open within a minute; only its hash is kept.

    `consent` is what was read out and agreed to, where that was just now; else what the call knows of it goes on.
    """
    token = secrets.token_urlsafe(32)
    before = find_consent(call)
    stream = PhoneStream(
        call=call,
        token_hash=_hash(token),
        issued_at=now,
        expires_at=now + timedelta(seconds=TOKEN_SECONDS),
    )
    if consent is not None:
        stream.consent_version, stream.consent_language = consent.version, consent.language
        stream.consent_hash, stream.agreed_by = consent.hash, agreed_by
    elif before is not None:
        stream.consent_version, stream.consent_language = before.consent_version, before.consent_language
        stream.consent_hash, stream.agreed_by = before.consent_hash, before.agreed_by
    stream.save()
    return token


def keep_consent(*, call: PhoneCall, consent: ConsentText, agreed_by: str, now: datetime) -> None:
    """For a line that is not streamed. Effect: what was agreed to just now stands in a row that opens no socket."""
    issue_stream(call=call, now=now, consent=consent, agreed_by=agreed_by)
    call.streams.filter(used_at__isnull=True).update(used_at=now, ended_at=now)


def describe_consent(stream: PhoneStream) -> dict[str, object]:
    """`consent` of the protocol's `start`."""
    return {
        "accepted": bool(stream.consent_hash),
        "document_version": stream.consent_version,
        "language": stream.consent_language,
        "hash": stream.consent_hash,
    }


def find_consent(call: PhoneCall) -> PhoneStream | None:
    """The row of what was agreed to in this call, if it was."""
    agreed: PhoneStream | None = call.streams.exclude(consent_hash="").first()
    return agreed


def forget_consent(call: PhoneCall) -> None:
    """The text has changed before the interview began, so nothing is agreed to. Effect: it is asked for again."""
    call.streams.update(consent_version="", consent_language="", consent_hash="", agreed_by="")


def take_stream(*, token: str, call_sid: str, now: datetime) -> PhoneStream | None:
    """The stream this token opens, for the first who brings it from its own call in time; None for everybody else."""
    invitation = "call__invitation__"
    rows = PhoneStream.objects.select_related(
        f"{invitation}panel", f"{invitation}candidate", f"{invitation}organization"
    )
    stream = rows.filter(token_hash=_hash(token), call__sid=call_sid).first()
    if stream is None:
        return None
    # Of one table: with a join PostgreSQL reads the row in a subquery, which two that wait for each other both pass.
    unused = PhoneStream.objects.filter(pk=stream.pk, used_at__isnull=True, expires_at__gt=now)
    if unused.update(used_at=now) != 1:
        return None
    stream.used_at = now
    return stream


def attach_session(*, stream: PhoneStream, session_id: int) -> None:
    """The call is about this session from now on."""
    PhoneCall.objects.filter(pk=stream.call_id).exclude(session_id=session_id).update(session_id=session_id)


def record_call(*, stream: PhoneStream, now: datetime) -> bool:
    """Effects as `begin_recording`, of the call as it stands."""
    return begin_recording(PhoneCall.objects.get(pk=stream.call_id), now)


def end_stream(*, stream: PhoneStream, now: datetime) -> None:
    PhoneStream.objects.filter(pk=stream.pk, ended_at__isnull=True).update(ended_at=now)


def is_followed(stream: PhoneStream) -> bool:
    """Whether a newer socket of the same call has taken over."""
    return PhoneStream.objects.filter(call_id=stream.call_id, pk__gt=stream.pk, used_at__isnull=False).exists()


def needs_stream(*, call: PhoneCall, session: InterviewSession | None, now: datetime) -> bool:
    """Whether a waiting line has nobody who listens to it: its socket has ended, and no other is on its way."""
    newest = call.streams.first()
    if newest is not None and newest.used_at is None and newest.expires_at > now:
        return False
    if newest is not None and newest.used_at is not None and newest.ended_at is None:
        return session is not None and not is_held(session, now)  # its server was killed
    return True


def has_streams_left(call: PhoneCall) -> bool:
    return call.streams.count() < MOST_STREAMS


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
