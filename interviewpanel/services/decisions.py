"""Decisions about interviews: made by a person, with a reason, and taken back by another row. Called by the admin.

Nothing here follows from a score, and nothing is sent to anybody: to decline is to write down what was decided.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from authentication.models import User
from interviewpanel.models import Decision, InterviewSession
from interviewpanel.models.decisions import MOST_REASON_CHARACTERS
from interviewpanel.selectors.decisions import filter_decidable, find_decision
from interviewpanel.signals import interview_judged
from organizations.domain.bulk import MOST_AT_ONCE


class DecisionRefused(Exception):
    """It cannot be decided so; the message says why and what to do."""


class AlreadyDecided(DecisionRefused):
    """This very decision is in force."""


@transaction.atomic
def decide(
    *, session_id: int, stage: str, reason: str, decided_by: User, now: datetime, seen_id: int | None
) -> Decision:
    """Write down what a person decided. `seen_id` is the last decision that the person knew of; None for none.

    Effects in order: the row; the interview's report is told, and made again. Nothing is sent to the candidate.
    Raises DecisionRefused without a reason, for an interview about which nothing can be decided, for the stage that is
    in force already, and where somebody else has decided since.
    """
    reason = check_reason(reason)
    sessions = InterviewSession.objects.select_for_update(of=("self",)).filter(pk=session_id)
    session = filter_decidable(sessions).first()
    if session is None:
        raise DecisionRefused(
            "Nothing can be decided about this interview: it is not over, or it was erased, or the candidate has "
            "withdrawn, or somebody of yours only tried the panel."
        )
    last = find_decision(session.pk)
    if (last.pk if last else None) != seen_id:
        raise DecisionRefused("Somebody has decided meanwhile. Read what they decided, then decide again.")
    if stage == (last.stage if last else Decision.Stage.TO_REVIEW):
        raise AlreadyDecided(f"The decision is “{Decision.Stage(stage).label}” already.")
    made = Decision.objects.create(
        organization_id=session.organization_id,
        session=session,
        stage=Decision.Stage(stage),
        reason=reason,
        decided_by=decided_by,
        decided_at=now,
    )
    interview_judged.send(sender=InterviewSession, session=session, now=now)
    return made


def check_reason(reason: str) -> str:
    """The reason without spaces around it. Raises DecisionRefused for none, and for one that is too long."""
    reason = reason.strip()
    if not reason:
        raise DecisionRefused("Say why, in a sentence that you could read out to the candidate.")
    if len(reason) > MOST_REASON_CHARACTERS:
        raise DecisionRefused(f"The reason has {len(reason)} characters; at most {MOST_REASON_CHARACTERS} are kept.")
    return reason


@transaction.atomic
def decide_many(
    *, seen: Mapping[int, int | None], stage: str, reason: str, decided_by: User, now: datetime
) -> list[Decision]:
    """The same decision about several interviews, each with a row of its own. `seen` has each interview's last
    decision that the person knew of. Those where it is in force already stay as they are.

    Raises DecisionRefused, and then changes nothing, for more than 500 at once and where one cannot be decided so.
    """
    if len(seen) > MOST_AT_ONCE:
        raise DecisionRefused(f"{len(seen)} interviews are chosen; decide about {MOST_AT_ONCE} at once at most.")
    made = []
    for pk in sorted(seen):  # in one order, so that two who decide at once do not wait for each other
        with suppress(AlreadyDecided):
            made.append(
                decide(session_id=pk, stage=stage, reason=reason, decided_by=decided_by, now=now, seen_id=seen[pk])
            )
    return made
