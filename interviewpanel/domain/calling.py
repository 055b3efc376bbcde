"""Phone calls as plain facts: what Twilio's words mean, and whether a number may be called now. No I/O; the clock is
passed in.

The words of a call's state are Twilio's own (https://www.twilio.com/docs/voice/api/call-resource), and four of ours
for what Twilio was not asked, or may not have been, or does not tell: `requested`, `unknown`, `not-placed` and `lost`.
"""

from enum import StrEnum


class CallStatus(StrEnum):
    REQUESTED = "requested"  # ours: the row is there, Twilio has not been asked yet
    UNKNOWN = "unknown"  # ours: Twilio was asked, and nobody knows whether it took the call
    NOT_PLACED = "not-placed"  # ours: Twilio has certainly not placed it; `error` says why
    LOST = "lost"  # ours: it is over by now, and nobody knows how it went
    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"
    FAILED = "failed"


class CallOutcome(StrEnum):
    PERSON = "person"
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"  # of who answered, or whether it was placed: never taken for a machine


ENDED_AT_TWILIO = frozenset(
    {CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.CANCELED, CallStatus.FAILED}
)
ENDED = ENDED_AT_TWILIO | {CallStatus.NOT_PLACED, CallStatus.LOST}
# A call moves only forward: what Twilio says comes after our own words, and nothing comes after an end that it told.
RANKS = {
    CallStatus.REQUESTED: 0,
    CallStatus.UNKNOWN: 1,
    CallStatus.NOT_PLACED: 1,
    CallStatus.QUEUED: 2,
    CallStatus.INITIATED: 3,
    CallStatus.RINGING: 4,
    CallStatus.IN_PROGRESS: 5,
    CallStatus.LOST: 6,
} | dict.fromkeys(ENDED_AT_TWILIO, 7)
PERSON = "human"
MACHINES = frozenset({"machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax"})
ENDINGS = {
    CallStatus.BUSY: CallOutcome.BUSY,
    CallStatus.NO_ANSWER: CallOutcome.NO_ANSWER,
    CallStatus.CANCELED: CallOutcome.CANCELLED,
    CallStatus.FAILED: CallOutcome.FAILED,
    CallStatus.NOT_PLACED: CallOutcome.FAILED,
}


def list_earlier(status: CallStatus) -> frozenset[CallStatus]:
    """The states from which a call may come into this one."""
    return frozenset(other for other, rank in RANKS.items() if rank < RANKS[status])


def is_machine(answered_by: str) -> bool:
    """Whether Twilio's AnsweredBy says so. `unknown`, or nothing, is no machine."""
    return answered_by in MACHINES


def judge_outcome(status: str, answered_by: str, *, is_confirmed: bool) -> str:
    """What became of a call; empty while it goes on.

    `is_confirmed`: a person has confirmed by key or voice who they are. That is proof, and Twilio's detection, which
    guesses from the first seconds of sound, gives way to it.
    """
    if status in (CallStatus.UNKNOWN, CallStatus.LOST):
        return CallOutcome.UNKNOWN
    if status not in ENDED:
        return ""
    if ending := ENDINGS.get(CallStatus(status)):
        return ending
    if is_confirmed or answered_by == PERSON:
        return CallOutcome.PERSON
    return CallOutcome.MACHINE if is_machine(answered_by) else CallOutcome.UNKNOWN
