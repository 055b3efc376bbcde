"""The life of a session: opened, started, paused, interrupted, ended. Every change is a guarded transition.

Each public function is one transaction on the locked session row. Functions that a socket calls take its `epoch` and
raise ConnectionReplaced when another connection has taken over; all raise MoveRefused when the state does not allow it.
"""

import random
from datetime import datetime, timedelta

from django.db import transaction

from config.work.owners import current_owner
from config.work.transports import enqueue
from interviewpanel.domain.states import LIVE, OPEN_ANSWER, ClosedReason, MoveRefused, SessionStatus, check_session_move
from interviewpanel.models import (
    InterviewPanelCandidate,
    InterviewSession,
    SessionStep,
    TranscriptEntry,
)
from interviewpanel.selectors.links import LinkRefused, check_link, check_not_over, check_window
from interviewpanel.selectors.places import find_asked_at
from interviewpanel.selectors.session_state import load_open_answer
from interviewpanel.selectors.speech import compose_what_next
from interviewpanel.services import answers
from interviewpanel.services.admissions import let_in_after_commit, take_place
from interviewpanel.services.announcements import announce_ended, announce_started
from interviewpanel.services.clocks import (
    count_pause,
    count_pause_seconds_left,
    run_clock,
    stop_clock,
)
from interviewpanel.services.consents import Shown, check_shown, keep_shown_text
from interviewpanel.services.conversation.closings import choose_closing
from interviewpanel.services.conversation.greetings import prepare_greeting
from interviewpanel.services.conversation.lines import drop_lines
from interviewpanel.services.conversation.next_questions import prepare_next_question
from interviewpanel.services.events import add_transcript_entry, lock_session, record_event, tell_sockets
from interviewpanel.services.interviewer_voice import prepare_session_speech
from interviewpanel.services.outside_recordings import follow_pause
from interviewpanel.services.recording_retention import find_recordings_end
from interviewpanel.services.recordings import open_recordings
from interviewpanel.services.rooms import make_room_due
from interviewpanel.services.spoken_audio import describe_speech
from interviewpanel.signals import interview_ended

LEASE_SECONDS = 30


@transaction.atomic
def open_session(*, invitation: InterviewPanelCandidate, now: datetime) -> InterviewSession:
    """Take the connection of this link's session, making the session on the first visit.

    Effects: a new epoch (an older connection is told that it is replaced), the lease, and, if the session was
    interrupted, back to what it was. Expiry and the panel's window count only until the interview has begun.
    Raises LinkRefused.
    """
    asked_hash = invitation.token_hash
    invitation = InterviewPanelCandidate.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.token_hash != asked_hash:
        raise LinkRefused("link.withdrawn")  # a new link was made while this one was being read
    existing = check_link(invitation, now)
    session = lock_session((existing or _make_session(invitation)).pk)
    if session.epoch == 0:
        prepare_greeting(session, now)
        prepare_next_question(session, None, now)
        prepare_session_speech(session, now)
    session.epoch += 1
    session.lease_until = now + timedelta(seconds=LEASE_SECONDS)
    session.lease_owner = current_owner()
    if session.status == SessionStatus.INTERRUPTED:
        _reconnect(session, now)
    session.save()
    tell_sockets(session, {"type": "session.replaced", "epoch": session.epoch})
    return session


@transaction.atomic
def prepare_session(*, invitation: InterviewPanelCandidate) -> InterviewSession:
    """The session of a link that nobody has opened yet, for another system to know it by. Effect: its row."""
    return _make_session(invitation)


@transaction.atomic
def foresee_session(*, invitation: InterviewPanelCandidate, now: datetime) -> None:
    """Effects, as the page of a link is shown: what will be said first is due to be said, where this server speaks.
    No session is made: nothing has begun. Raises LinkRefused.
    """
    invitation = InterviewPanelCandidate.objects.select_for_update(of=("self",), no_key=True).get(pk=invitation.pk)
    if check_link(invitation, now) is None:
        prepare_session_speech(_build_session(invitation), now)


def _make_session(invitation: InterviewPanelCandidate) -> InterviewSession:
    session = _build_session(invitation)
    session.save(force_insert=True)
    return session


def _build_session(invitation: InterviewPanelCandidate) -> InterviewSession:
    return InterviewSession(
        organization_id=invitation.organization_id,
        invitation=invitation,
        # From the invitation, so that the same link gives the same interview on every database.
        seed=random.Random(str(invitation.uuid)).getrandbits(53),  # noqa: S311 - a repeatable choice, not a secret
        clock_limit_seconds=invitation.talking_limit_seconds,
    )


def _reconnect(session: InterviewSession, now: datetime) -> None:
    if session.interrupted_at is not None:
        session.grace_used_seconds += max(0.0, (now - session.interrupted_at).total_seconds())
    session.status, session.interrupted_from, session.interrupted_at = session.interrupted_from, "", None
    if session.status == SessionStatus.PAUSED:
        session.paused_at = now
    else:
        run_clock(session, now)


@transaction.atomic
def renew_lease(*, session_id: int, epoch: int, now: datetime) -> InterviewSession:
    """Effects: another 30 s; a session that was taken for interrupted (the server was slow) is what it was again.

    Returns the session as it is now.
    Raises ConnectionReplaced or LinkRefused where the connection holds the session no more: hints of it may be lost.
    """
    session = lock_session(session_id, epoch=epoch)
    if session.invitation.revoked_at is not None:
        raise LinkRefused("link.withdrawn")
    session.lease_until, session.lease_owner = now + timedelta(seconds=LEASE_SECONDS), current_owner()
    if session.status == SessionStatus.INTERRUPTED:
        _reconnect(session, now)
    session.save()
    return session


def start_session(
    *, session_id: int, epoch: int, document_version: str, language: str, now: datetime, shown_hash: str | None = None
) -> bool:
    """The candidate agrees: consent is kept, the clock starts, the greeting is made, other systems are told. Nothing is
    recorded before; until when it is kept is set here. False where all places are taken: then they stand in the queue,
    and of their agreement only the text is kept, which names no candidate.

    `language` is that of the consent text as it was shown, `shown_hash` the text's: what it says follows the
    organization and the panel, which may change while a page is open. A client that shows no text of its own says none.

    Raises LinkRefused if the link or the panel has expired while the page was open, or the interview is over;
    MoveRefused `consent.version` if the text is not the one that was shown.
    """
    shown = Shown(document_version, language, shown_hash)
    kept_hash = keep_shown_text(session_id, shown)  # before any lock: storage may be a bucket, and everybody would wait
    return _start_session(session_id, epoch, shown, kept_hash, now)


@transaction.atomic
def _start_session(session_id: int, epoch: int, shown: Shown, kept_hash: str, now: datetime) -> bool:
    session = lock_session(session_id, epoch=epoch)
    check_not_over(session)
    if session.status != SessionStatus.PENDING:
        return True  # said again after a reconnect
    check_window(session.invitation, find_asked_at(session, now))
    consent = check_shown(session.invitation, shown, kept_hash)
    if not take_place(session, consent_hash=consent.hash, now=now):
        return False
    check_session_move(session.status, SessionStatus.GREETING)
    session.status = SessionStatus.GREETING
    session.consented_at = session.started_at = now
    session.recordings_kept_until = find_recordings_end(session.invitation, now)
    session.consent_version, session.consent_language = consent.version, consent.language
    session.consent_hash = consent.hash
    run_clock(session, now)
    session.save()
    enqueue(SessionStep.objects.create(session=session, kind=SessionStep.Kind.GREETING))
    announce_started(session, now)
    return True


@transaction.atomic
def wait_for_done(*, session_id: int, epoch: int, is_wanted: bool, now: datetime) -> None:
    """The candidate ends answers by hand from now on, or lets silence end them again (WCAG 2.2.1: turn off)."""
    session = lock_session(session_id, epoch=epoch)
    session.waits_for_done = is_wanted
    session.save(update_fields=["waits_for_done"])


@transaction.atomic
def pause_session(*, session_id: int, epoch: int | None, now: datetime, reason: str = "candidate") -> None:
    """Effects: the clocks of the interview and of the turn stop, the candidate is told.

    Raises MoveRefused when the pause budget is spent.
    """
    session = lock_session(session_id, epoch=epoch)
    if session.status == SessionStatus.PAUSED:
        return
    check_session_move(session.status, SessionStatus.PAUSED)
    if count_pause_seconds_left(session, now) <= 0:
        raise MoveRefused("The time for pauses is used up.", "pause.budget_spent")
    stop_clock(session, now)
    session.status, session.paused_at, session.pause_reason = SessionStatus.PAUSED, now, reason
    session.save()
    session.answers.filter(status__in=sorted(OPEN_ANSWER)).update(turn_deadline_at=None)
    payload = {"reason": reason, "seconds_left": round(count_pause_seconds_left(session, now))}
    record_event(session, "paused", payload, now)
    follow_pause(session, now)


@transaction.atomic
def resume_session(*, session_id: int, epoch: int | None, now: datetime, reason: str = "candidate") -> None:
    """Effects: the clock runs again, the candidate is told, a question that waited for them is asked."""
    session = lock_session(session_id, epoch=epoch)
    if session.status == SessionStatus.IN_PROGRESS:
        return
    if session.status != SessionStatus.PAUSED:  # an interrupted one comes back by its connection, to what it was
        raise MoveRefused(f"The interview is {session.status.replace('_', ' ')}; there is no pause to end.")
    count_pause(session, now)
    session.status, session.paused_at, session.pause_reason = SessionStatus.IN_PROGRESS, None, ""
    session.empty_answers_in_row = 0
    run_clock(session, now)
    session.save()
    record_event(session, "resumed", {"reason": reason}, now)
    follow_pause(session, now)
    answers.ask_next_if_waiting(session, now)


@transaction.atomic
def interrupt_session(*, session_id: int, epoch: int | None, now: datetime) -> None:
    """No client is there. Effects: the interview's clock and the turn's stop, the grace period runs, the lease is free.

    Idempotent."""
    try:
        session = lock_session(session_id, epoch=epoch)
    except MoveRefused:
        return  # another connection has it: nobody was interrupted
    session.lease_until, session.lease_owner = None, ""
    if session.is_live and session.status != SessionStatus.INTERRUPTED:
        check_session_move(session.status, SessionStatus.INTERRUPTED)
        count_pause(session, now)
        session.paused_at = None
        stop_clock(session, now)
        session.interrupted_from, session.status = session.status, SessionStatus.INTERRUPTED
        session.interrupted_at = now
        session.answers.filter(status__in=sorted(OPEN_ANSWER)).update(turn_deadline_at=None)
        tell_sockets(session, {"type": "session.news"})  # no event: those who watch look at the row
    session.save()


@transaction.atomic
def end_session(
    *, session_id: int, epoch: int | None = None, now: datetime, reason: str, is_abandoned: bool = False
) -> bool:
    """End a live session once. Effects: see `finish_locked_session`. False if it was not live."""
    session = lock_session(session_id, epoch=epoch)
    if session.status not in LIVE:
        return False
    finish_locked_session(session, now=now, reason=reason, is_abandoned=is_abandoned)
    return True


def finish_locked_session(session: InterviewSession, *, now: datetime, reason: str, is_abandoned: bool = False) -> None:
    """Effects in order: an open answer is closed and goes its way; the end, and until when it is kept; the
    closing words; the signal; recordings; a room is closed; other systems are told.

    Of an interview that nobody was left in, the silence before the end is not held against anybody.

    The scores of the last answers may still be coming: the report waits for them, the candidate does not.
    """
    target = SessionStatus.ABANDONED if is_abandoned else SessionStatus.COMPLETED
    check_session_move(session.status, target)
    if is_abandoned:
        answers.excuse_empty_answers(session)
    open_answer = load_open_answer(session.pk)
    if open_answer is not None:
        answers.close_locked_answer(session, open_answer, reason=ClosedReason.INTERVIEW_OVER, now=now)
    stop_clock(session, now)
    count_pause(session, now)
    session.status, session.ended_at, session.end_reason = target, now, reason
    session.kept_until = now + timedelta(days=session.invitation.retention_days)
    session.interrupted_at = session.paused_at = None
    session.save()
    closing = choose_closing(session, reason, now)
    drop_lines(session)
    add_transcript_entry(session, kind=TranscriptEntry.Kind.CLOSING, text=closing, started_at=now)
    payload: dict[str, object] = {
        "message": closing,
        "what_next": compose_what_next(session, reason),
        "reason": reason,
        **describe_speech(session, closing, now),
    }
    record_event(session, "interview_completed", payload, now)
    interview_ended.send(sender=InterviewSession, session=session, now=now)
    open_recordings(session, now)
    make_room_due(session, now)
    announce_ended(session, now)
    let_in_after_commit(now)
