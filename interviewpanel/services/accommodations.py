"""Accommodations: asked for by candidates, granted or declined by people or by the panel's policy, and put into force.

Called by the candidate's views and by the admin. What is granted changes the invitation, from which the engine takes
every number; an interview under way goes on by the new ones at once. Nothing here is shown to those who rate.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from authentication.models import User
from interviewpanel.domain.accommodations import NEEDS, OTHER, Terms, propose_terms
from interviewpanel.domain.states import LIVE, OPEN_ANSWER, SessionStatus
from interviewpanel.models import AccommodationRequest, InterviewPanel, InterviewPanelCandidate, InterviewSession
from interviewpanel.models.requests import MOST_NOTE_CHARACTERS
from interviewpanel.selectors.recordings import find_held_session
from interviewpanel.selectors.withdrawals import has_withdrawn_by_link
from interviewpanel.services.events import lock_session, tell_sockets
from interviewpanel.services.invitations import prolong_link

TERM_FIELDS = ("time_multiplier", "silence_multiplier", "extra_break_seconds", "prefers_typing")
MOST_ROWS = 20  # of one invitation; only who grants by policy is asked so often
CAN_CHANGE = sorted({SessionStatus.PENDING, *LIVE})


class AccommodationRefused(Exception):
    """What is asked for, or how it is decided, cannot be; the message says why and what to do."""


@transaction.atomic
def ask_accommodation(
    *, invitation: InterviewPanelCandidate, needs: Iterable[str], note: str, now: datetime
) -> list[AccommodationRequest]:
    """Keep what a candidate needs; where the panel's policy is to grant, grant it at once, all but `other`.

    Effects: one row that is granted, or one that waits for a person, or both. A row that waits already is changed, so
    nobody has to answer twice. Asking again for what is in force changes nothing. Returns the rows, in that order.
    Raises AccommodationRefused, also once the interview is over or the candidate has withdrawn.
    """
    wanted, note = _check_asked(needs, note)
    locked = _lock_invitation(invitation)
    if locked.erased_at is not None:
        raise AccommodationRefused(gettext("Everything about this interview was erased."))
    _check_may_ask(locked)
    at_once = [need for need in wanted if need != OTHER] if _is_granted_at_once(locked) else []
    for_people = [need for need in wanted if need not in at_once]
    rows = [_grant_at_once(locked, at_once, "" if for_people else note, now)] if at_once else []
    if for_people:
        rows.append(_put_to_people(locked, for_people, note, now))
    return rows


def _check_asked(needs: Iterable[str], note: str) -> tuple[list[str], str]:
    values: dict[str, object]
    asked, note = set(needs), note.strip()
    if unknown := sorted(asked - set(NEEDS)):
        values = {"need": unknown[0][:40], "needs": ", ".join(NEEDS)}
        raise AccommodationRefused(gettext("There is no accommodation “%(need)s”; choose of: %(needs)s.") % values)
    if len(note) > MOST_NOTE_CHARACTERS:
        values = {"length": len(note), "most": MOST_NOTE_CHARACTERS}
        raise AccommodationRefused(gettext("This is too long: %(length)s characters. Use %(most)s at most.") % values)
    if not asked:
        raise AccommodationRefused(gettext("Nothing was chosen. Choose what would help you."))
    if asked == {OTHER} and not note:
        raise AccommodationRefused(gettext("Write in your words what would help you."))
    return [need for need in NEEDS if need in asked], note


def _check_may_ask(invitation: InterviewPanelCandidate) -> None:
    session = find_held_session(invitation)
    if has_withdrawn_by_link(invitation.pk) or (session is not None and session.is_over):
        raise AccommodationRefused(gettext("The interview is over, so nothing of it can be changed any more."))
    if invitation.accommodations.count() >= MOST_ROWS:
        raise AccommodationRefused(gettext("You have asked very often. Please write to the people who invited you."))


def _is_granted_at_once(invitation: InterviewPanelCandidate) -> bool:
    return invitation.panel.accommodation_policy == InterviewPanel.AccommodationPolicy.GRANT


def _grant_at_once(
    invitation: InterviewPanelCandidate, needs: list[str], note: str, now: datetime
) -> AccommodationRequest:
    terms = propose_terms(needs, read_terms(invitation))
    same = invitation.accommodations.filter(state=AccommodationRequest.State.GRANTED, needs=needs, note=note).first()
    if same is not None and terms == read_terms(invitation):
        return same
    change_terms(invitation=invitation, terms=terms, now=now)
    return AccommodationRequest.objects.create(
        organization_id=invitation.organization_id,
        invitation=invitation,
        needs=needs,
        note=note,
        state=AccommodationRequest.State.GRANTED,
        asked_at=now,
        decided_at=now,
    )


def _put_to_people(
    invitation: InterviewPanelCandidate, needs: list[str], note: str, now: datetime
) -> AccommodationRequest:
    row, _ = AccommodationRequest.objects.update_or_create(
        invitation=invitation,
        state=AccommodationRequest.State.ASKED,
        defaults={"organization_id": invitation.organization_id, "needs": needs, "note": note},
        create_defaults={
            "organization_id": invitation.organization_id,
            "needs": needs,
            "note": note,
            "asked_at": now,
        },
    )
    return row


def fingerprint_asked(needs: Sequence[str], note: str) -> str:
    """Of what is asked for; a page that shows it sends this back, so that nobody decides what they did not read."""
    return hashlib.sha256(json.dumps([list(needs), note]).encode()).hexdigest()


@transaction.atomic
def grant_accommodation(
    *, request: AccommodationRequest, terms: Terms, user: User, reply: str, now: datetime, seen: str | None = None
) -> None:
    """A person grants what `request` says; `seen` is the fingerprint of what was on their screen.

    Effects in order: the terms are in force (see `change_terms`); the row says who granted and when; the link is open
    for as long as a new one would be (see `prolong_link`).
    Raises AccommodationRefused if somebody has decided already, if the candidate has changed the request meanwhile, or
    for terms that cannot be.
    """
    change_terms(invitation=request.invitation, terms=terms, now=now)
    _decide(request, AccommodationRequest.State.GRANTED, user, reply, now, seen)


@transaction.atomic
def decline_accommodation(
    *, request: AccommodationRequest, user: User, reply: str, now: datetime, seen: str | None = None
) -> None:
    """A person declines, and says why: the candidate reads it. Otherwise as `grant_accommodation`."""
    if not reply.strip():
        raise AccommodationRefused("Write in the reply why this cannot be, and what can: the candidate reads it.")
    _decide(request, AccommodationRequest.State.DECLINED, user, reply, now, seen)


def _decide(request: AccommodationRequest, state: str, user: User, reply: str, now: datetime, seen: str | None) -> None:
    values = {"state": state, "decided_at": now, "decided_by": user, "reply": reply.strip()}
    open_ones = AccommodationRequest.objects.filter(pk=request.pk, state=AccommodationRequest.State.ASKED)
    is_read = seen is None or seen == fingerprint_asked(request.needs, request.note)
    as_read = open_ones.filter(needs=request.needs, note=request.note) if is_read else open_ones.none()
    if not as_read.update(**values):
        if open_ones.exists():
            raise AccommodationRefused("The candidate has changed the request meanwhile. Read it again, then decide.")
        raise AccommodationRefused("Somebody has decided this already. Load the page again to see how.")
    for name, value in values.items():
        setattr(request, name, value)
    prolong_link(invitation=request.invitation, now=now)


def read_terms(invitation: InterviewPanelCandidate) -> Terms:
    return Terms(**{name: getattr(invitation, name) for name in TERM_FIELDS})


@transaction.atomic
def change_terms(
    *,
    invitation: InterviewPanelCandidate,
    terms: Terms,
    now: datetime,
    expected: Terms | None = None,
    takes_back: bool = False,
) -> None:
    """Put the terms into force; with `expected`, only in place of these.

    Effects: the invitation has them (`invitation` too); a session that is not over has its new talking time, the
    stored deadline of its open answer is moved, and its socket is told to go on by the new rules.
    Raises AccommodationRefused if others than the expected are in force, and as `check_terms`.
    """
    locked = _lock_invitation(invitation)
    before = read_terms(locked)
    if expected is not None and before != expected:
        raise AccommodationRefused("Somebody has changed the accommodation meanwhile. Load the page again.")
    check_terms(locked, terms, takes_back=takes_back)
    for name in TERM_FIELDS:
        setattr(locked, name, getattr(terms, name))
        setattr(invitation, name, getattr(terms, name))
    locked.save(update_fields=TERM_FIELDS)
    for session in InterviewSession.objects.filter(invitation=locked, status__in=CAN_CHANGE):
        _change_session(session.pk, before, terms)


def check_terms(invitation: InterviewPanelCandidate, terms: Terms, *, takes_back: bool = False) -> None:
    """Raises AccommodationRefused unless `change_terms` would put these into force. `invitation` as it is stored.

    Refused are numbers out of range; less than is in force once the interview has begun, or, unless somebody says that
    it is meant (`takes_back`), once a request was granted: the candidate was told so.
    """
    if not 1 <= terms.time_multiplier <= 3:
        raise AccommodationRefused("Time, multiplied by: Give a number from 1 (no change) to 3.")
    if not 1 <= terms.silence_multiplier <= 5:
        raise AccommodationRefused("Silence, multiplied by: Give a number from 1 (no change) to 5.")
    if not 0 <= terms.extra_break_seconds <= 4 * 3600:
        raise AccommodationRefused("Longer breaks: Give a number of seconds from 0 to 14400.")
    sessions = InterviewSession.objects.filter(invitation_id=invitation.pk, started_at__isnull=False)
    if invitation.pk is None or terms.covers(read_terms(invitation)):
        return
    if sessions.exists():
        raise AccommodationRefused("The interview has begun. What was granted can grow, and not be taken back.")
    granted = AccommodationRequest.objects.filter(invitation=invitation, state=AccommodationRequest.State.GRANTED)
    if granted.exists() and not takes_back:
        raise AccommodationRefused(
            "The candidate was told that a request is granted. To take it back, tick “Takes back what was granted”."
        )


def _change_session(session_id: int, before: Terms, terms: Terms) -> None:
    session = lock_session(session_id)
    if session.is_over:
        return
    session.clock_limit_seconds = session.invitation.talking_limit_seconds
    session.save(update_fields=["clock_limit_seconds"])
    _move_deadline(session, before, terms)
    tell_sockets(session, {"type": "session.settings"})


def _move_deadline(session: InterviewSession, before: Terms, terms: Terms) -> None:
    """For who is not connected just now: the sweeper goes by this column, and only a socket can reckon it anew.

    The whole turn is stretched, which is never less than the rules give; the grace period bounds it.
    """
    stretch = terms.time_multiplier / before.time_multiplier * terms.silence_multiplier / before.silence_multiplier
    late = session.answers.filter(status__in=sorted(OPEN_ANSWER), turn_deadline_at__isnull=False)
    for answer in late:
        began_at, deadline_at = answer.turn_started_at or answer.asked_at, answer.turn_deadline_at
        assert deadline_at is not None
        answer.turn_deadline_at = max(deadline_at, began_at + (deadline_at - began_at) * stretch)
        answer.save(update_fields=["turn_deadline_at"])


def _lock_invitation(invitation: InterviewPanelCandidate) -> InterviewPanelCandidate:
    """Locked before its session, as `open_session` does."""
    rows = InterviewPanelCandidate.objects.select_for_update(of=("self",)).select_related("panel")
    return rows.get(pk=invitation.pk)
