"""A line that is not streamed: each question is said and its answer recorded by Twilio, fetched, and heard then.

For sites that Twilio's media socket cannot reach (PHONE_LISTENS_BY=record). No process holds such a line, so each
request is one step of it: it keeps the session's lease as long as the longest answer may take, and follows with what
the rows say is next. Called by phone_lines.py and views/phone_recorded.py; what is recorded is heard by
live/recorded_answers.py.
"""

import contextlib
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from config.work.transports import enqueue
from interviewpanel.domain.consent import ConsentText
from interviewpanel.domain.phone_script import count_queue_minutes, list_queue_lines
from interviewpanel.domain.states import MoveRefused, SessionStatus
from interviewpanel.engines.telephony import documents
from interviewpanel.engines.telephony.documents import Spoken
from interviewpanel.models import Answer, CallUpkeep, InterviewSession, PhoneCall, PhoneRecording, SessionEvent
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.selectors.phone_addresses import LineAddresses
from interviewpanel.selectors.phone_words import say_line, say_words
from interviewpanel.selectors.session_state import load_open_answer, load_session
from interviewpanel.selectors.turn_rules import load_rules
from interviewpanel.services import answers, deadlines, session_manager
from interviewpanel.services.call_recordings import remove_at_twilio_later
from interviewpanel.services.call_reports import begin_recording
from interviewpanel.services.events import ConnectionReplaced, hold_session
from interviewpanel.services.phone_speech import find_language, find_voice, speak_lines
from interviewpanel.services.phone_streams import find_consent, forget_consent, keep_consent
from interviewpanel.services.queue_states import describe_queue

SPOKEN = ("greeting", "next_question", "question_rephrased", "interview_completed")
SLACK_SECONDS = 180.0  # of the lease, besides the longest answer: a question is said, a document is asked for
QUEUE_SECONDS = 10  # so often it is looked whether a place is free, besides what is said before
QUEUE_LEASE_SECONDS = 60  # three sentences and the pause behind them; whoever has no lease counts as absent
AGAIN, SKIP, PAUSE, HANGUP = "1", "4", "5", "hangup"


def begin(*, call: PhoneCall, consent: ConsentText | None, agreed_by: str, now: datetime) -> str:
    """Effects: the session is this call's; it begins with what was agreed to in the call as soon as it may, or goes on
    where it was. `consent`: given just now."""
    if consent is not None:
        keep_consent(call=call, consent=consent, agreed_by=agreed_by, now=now)
    try:
        session = session_manager.open_session(invitation=call.invitation, now=now)
    except LinkRefused as refusal:
        return _end(call, None, [f"words.{refusal.code.replace('.', '_')}"], now)
    PhoneCall.objects.filter(pk=call.pk).update(session=session, session_epoch=session.epoch)
    call.session = session
    asked = _find_question(session)
    return go_on(call=call, epoch=session.epoch, heard=0 if asked is None else asked.sequence - 1, now=now)


def go_on(*, call: PhoneCall, epoch: int, heard: int, told: int = 0, now: datetime) -> str:
    """What comes next on this line. `heard`: the newest event that was said; `told`: where in the queue was said last.

    Effects: the lease, as long as the longest answer may take; limits that are due; an open question's turn begins.
    """
    assert call.session_id is not None
    try:
        session_manager.renew_lease(session_id=call.session_id, epoch=epoch, now=now)
        deadlines.act_on_limits(session_id=call.session_id, epoch=epoch, now=now)
        unbegun = _begin_or_wait(call, epoch, heard, told, now)
    except ConnectionReplaced:
        return _end(call, None, ["words.elsewhere"], now)
    except LinkRefused as refusal:
        return _end(call, None, [f"words.{refusal.code.replace('.', '_')}"], now)
    if unbegun is not None:
        return unbegun
    _record_call(call, now)
    answers.stop_waiting_for_words(session_id=call.session_id, now=now)
    session = load_session(call.session_id)
    longest = load_rules(session).max_turn_seconds
    until = now + timedelta(seconds=longest + SLACK_SECONDS)
    _hold_lease(session, epoch, until)
    events = list(
        SessionEvent.objects.filter(session=session, type__in=SPOKEN, sequence__gt=heard).order_by("sequence")
    )
    lines = [line for event in events for line in _name_lines(event)]
    newest = events[-1].sequence if events else heard
    if session.is_over:
        return _end(call, session, lines, now)
    return _follow(call, session, lines, newest, now)


def _begin_or_wait(call: PhoneCall, epoch: int, heard: int, told: int, now: datetime) -> str | None:
    """None once the interview has begun. Else where they stand in the queue, said when that changes; or that they have
    to agree once more, as the text has changed meanwhile. Raises ConnectionReplaced, LinkRefused."""
    assert call.session_id is not None
    session = load_session(call.session_id)
    if session.status != SessionStatus.PENDING:
        return None
    addresses, voice, agreed = LineAddresses(call.uuid), find_voice(find_language(call)), find_consent(call)
    if agreed is None:
        return documents.say_and_go_on([], voice, next_url=addresses.wait, pause_seconds=0)
    try:
        if session_manager.start_session(
            session_id=session.pk,
            epoch=epoch,
            document_version=agreed.consent_version,
            language=agreed.consent_language,
            shown_hash=agreed.consent_hash,
            now=now,
        ):
            return None
    except ConnectionReplaced:
        raise
    except MoveRefused:
        forget_consent(call)
        changed = [Spoken(say_words("consent_changed", find_language(call)))]
        return documents.say_and_go_on(changed, voice, next_url=addresses.wait, pause_seconds=0)
    until = now + timedelta(seconds=QUEUE_LEASE_SECONDS)
    _hold_lease(session, epoch, until)
    facts = describe_queue(session, now, since=time.monotonic()) or {}
    minutes = count_queue_minutes(facts)
    standing = int(facts.get("position") or 0) * 10_000 + (minutes or 0)
    lines = list_queue_lines(facts) if standing != told else ()
    spoken = [Spoken(one.text) for line in lines for one in say_line(session, line, find_language(call))]
    next_url = addresses.recorded("next", epoch=epoch, heard=heard, told=standing)
    return documents.say_and_go_on(spoken, voice, next_url=next_url, pause_seconds=QUEUE_SECONDS)


def _hold_lease(session: InterviewSession, epoch: int, until: datetime) -> None:
    """Effect: this line has the session until then, whichever process its next request comes to."""
    held = InterviewSession.objects.filter(pk=session.pk, epoch=epoch, lease_until__isnull=False)
    held.update(lease_until=until, lease_owner="")


def _record_call(call: PhoneCall, now: datetime) -> None:
    """The interview has begun. Effects, with the first request of each call for which that is so: those of
    `begin_recording`."""
    if not CallUpkeep.objects.filter(call=call, records=True).exists():
        begin_recording(call, now)


def _follow(call: PhoneCall, session: InterviewSession, lines: Sequence[str], heard: int, now: datetime) -> str:
    addresses, voice = LineAddresses(call.uuid), find_voice(find_language(call))
    here = {"epoch": session.epoch, "heard": heard}
    if session.status == SessionStatus.PAUSED:
        word = "words.are_you_there" if session.pause_reason == "are_you_there" else "words.paused"
        spoken = speak_lines(call, session, [*lines, word], now=now)
        return documents.ask(spoken, voice, reply_url=addresses.recorded("resume", **here))
    answer = load_open_answer(session.pk)
    spoken = speak_lines(call, session, lines, now=now)
    if answer is None or answer.phone_recordings.exclude(closes="").exists():
        return documents.say_and_go_on(spoken, voice, next_url=addresses.recorded("next", **here), pause_seconds=1)
    answers.start_turn(session_id=session.pk, epoch=session.epoch, answer_id=answer.pk, deadline_at=None, now=now)
    rules = load_rules(session)
    return documents.record_answer(
        spoken,
        voice,
        action_url=addresses.recorded("answer", number=answer.number, **here),
        report_url=addresses.recorded("ready", number=answer.number),
        silence_seconds=round(rules.silence_seconds),
        longest_seconds=round(rules.max_turn_seconds),
    )


def take_answer(*, call: PhoneCall, epoch: int, heard: int, number: int, sid: str, key: str, now: datetime) -> str:
    """An answer was recorded, up to `key`, a silence, or the end of the call. Effects: it is to be fetched and heard,
    whatever becomes of the rest of this request; the question is asked again, the interview paused or interrupted, as
    the key says. Where nothing was recorded at all, it is asked whether anybody is there."""
    assert call.session_id is not None
    closes = "" if key in (AGAIN, PAUSE, HANGUP) else "skipped" if key == SKIP else "done"
    if sid:
        _keep_recording(call, sid, number=number, closes=closes, now=now)
    if key == HANGUP:
        session_manager.interrupt_session(session_id=call.session_id, epoch=epoch, now=now)
        return documents.say_and_hang_up([])
    reason = "candidate" if key == PAUSE else "" if sid else "are_you_there"
    if reason:
        with contextlib.suppress(MoveRefused):  # the budget is spent, or it is over: what comes next says so
            session_manager.pause_session(session_id=call.session_id, epoch=epoch, now=now, reason=reason)
    asked = _find_question(load_session(call.session_id))
    is_again = not closes and asked is not None
    return go_on(call=call, epoch=epoch, heard=asked.sequence - 1 if asked and is_again else heard, now=now)


@transaction.atomic
def _keep_recording(call: PhoneCall, sid: str, *, number: int, closes: str, now: datetime) -> None:
    """Twilio tells twice of a recording, in any order. Only when its action is asked for it is known what it `closes`:
    that counts although it may be heard by then."""
    assert call.session_id is not None
    hold_session(call.session_id)  # whoever hears it reads what it closes behind the same lock
    answer = Answer.objects.filter(session_id=call.session_id, number=number).first()
    if answer is not None and answer.is_open:
        row, is_new = PhoneRecording.objects.get_or_create(
            sid=sid, defaults={"call": call, "answer": answer, "closes": closes, "due_at": now}
        )
        if is_new:
            enqueue(row)
        elif closes and not row.closes:
            PhoneRecording.objects.filter(pk=row.pk).update(closes=closes)
            if row.is_over:
                answers.close_answer(
                    session_id=call.session_id, epoch=None, answer_id=answer.pk, reason=closes, now=now
                )
    elif not PhoneRecording.objects.filter(sid=sid).exists():  # told late: nobody will hear it
        remove_at_twilio_later([sid], now)


def resume(*, call: PhoneCall, epoch: int, heard: int, is_answered: bool, now: datetime) -> str:
    """A key or a word ends a pause; the open question is asked again."""
    assert call.session_id is not None
    if is_answered:
        with contextlib.suppress(MoveRefused):
            session_manager.resume_session(session_id=call.session_id, epoch=epoch, now=now)
        asked = _find_question(load_session(call.session_id))
        heard = heard if asked is None else min(heard, asked.sequence - 1)
    return go_on(call=call, epoch=epoch, heard=heard, now=now)


@transaction.atomic
def announce_recording(*, uuid: UUID, sid: str, number: int, now: datetime) -> None:
    """Twilio has the recording ready. Effect: where it was looked for too early, it is looked for now; of a call that
    has been erased meanwhile it is removed there. `number`: of the answer, 0 where there is no sound. A recording that
    nothing is known of, since the request behind it failed, is heard; the answer goes on."""
    call = PhoneCall.objects.filter(uuid=uuid).first()
    if call is None:
        remove_at_twilio_later([sid], now)
    elif number and call.session_id is not None and not PhoneRecording.objects.filter(sid=sid).exists():
        _keep_recording(call, sid, number=number, closes="", now=now)
    for row in PhoneRecording.objects.filter(sid=sid, work_status=PhoneRecording.WorkStatus.QUEUED):
        PhoneRecording.objects.filter(pk=row.pk, due_at__gt=now).update(due_at=now)
        enqueue(row)


def _find_question(session: InterviewSession) -> SessionEvent | None:
    """The event that asked the open question."""
    if load_open_answer(session.pk) is None:
        return None
    asked: SessionEvent | None = (
        SessionEvent.objects.filter(session=session, type="next_question").order_by("-sequence").first()
    )
    return asked


def _name_lines(event: SessionEvent) -> list[str]:
    line = f"event.{event.sequence}"
    return [line, "words.keys_recorded"] if event.type == "greeting" else [line]


def _end(call: PhoneCall, session: InterviewSession | None, lines: Sequence[str], now: datetime) -> str:
    voice = find_voice(find_language(call))
    return documents.say_and_hang_up([(one, voice) for one in speak_lines(call, session, lines, now=now)])
