"""The events that other systems can be told of: their names, what they mean, and what they carry. Plain Python.

`data` of each is an example of what is sent; docs, the API's schema and tests read it from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_IDS: Mapping[str, str] = {
    "invitation_id": "5f0c1c0e-8f5b-4a56-9f2a-0c5a3e7f9b11",
    "candidate_id": "b9d7f6a2-5f1e-4b0a-8f0e-6f0e1f6c2a33",
    "panel_id": "0d6a3a54-2c1b-4a7e-9a43-58e5a1f0c722",
}
_METADATA: Mapping[str, Any] = {"application": "A-1042"}
_SESSION: Mapping[str, Any] = {
    "session_id": "a3f2b5d4-77c1-4c0e-8e43-9d1f0b2a6c55",
    **_IDS,
    "metadata": _METADATA,
}
_SCORECARD: Mapping[str, Any] = {
    **_SESSION,
    "status": "completed",
    "report": "final",
    "overall": 71,
    "grade": "B",
    "scores": {"technical": 74, "communication": 69, "problem_solving": 71, "role_fit": None},
    "decision": None,
    "made_at": "2026-11-21T09:31:40Z",
}


@dataclass(frozen=True)
class EventType:
    name: str
    words: str
    data: Mapping[str, Any]


_ALL = (
    EventType(
        "candidate.invited",
        "A candidate was invited to a panel. Not told to a URL that this very invitation brings: its call is answered.",
        {**_IDS, "expires_at": "2026-11-22T09:00:00Z", "metadata": _METADATA},
    ),
    EventType(
        "interview.started",
        "A candidate agreed, and the interview began.",
        {**_SESSION, "started_at": "2026-11-21T09:00:00Z"},
    ),
    EventType(
        "interview.ended",
        "An interview came to its end, and was not abandoned.",
        {**_SESSION, "status": "completed", "end_reason": "all_asked", "ended_at": "2026-11-21T09:31:12Z"},
    ),
    EventType(
        "interview.abandoned",
        "An interview ended because its candidate left and did not come back.",
        {**_SESSION, "status": "abandoned", "end_reason": "connection_lost", "ended_at": "2026-11-21T09:31:12Z"},
    ),
    EventType(
        "answer.scored",
        "An answer has its score, or a state that says why there is none.",
        {
            **_SESSION,
            "answer_id": "d4c1b7a0-1f4e-4c2d-9a55-7a2b3c4d5e66",
            "number": 3,
            "status": "scored",
            "score": 74,
        },
    ),
    EventType(
        "interview.completed",
        "The scorecard of an interview exists. Where too little was measured, overall and grade are null.",
        _SCORECARD,
    ),
    EventType(
        "report.updated",
        "There is a new edition of a scorecard: a person rated, overrode or decided, answers that were late came, or a "
        "language model wrote its narrative.",
        {**_SCORECARD, "overall": 73, "decision": "advance", "made_at": "2026-11-21T14:02:09Z"},
    ),
    EventType(
        "webhook.test",
        "Somebody pressed “send a test event”; also sent to endpoints that did not ask for it.",
        {"endpoint_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "words": "This is a test."},
    ),
)
EVENT_TYPES: Mapping[str, EventType] = {one.name: one for one in _ALL}
TEST = "webhook.test"
# What an endpoint can be told to listen to: a test goes where it was asked for.
ALL_CHOICES = tuple((one.name, one.words) for one in _ALL)
CHOICES = tuple(one for one in ALL_CHOICES if one[0] != TEST)
# What became of a delivery, for people and for other systems.
STATES = (
    ("waiting", "On its way, or to be sent again"),
    ("delivered", "Taken by the other system"),
    ("failed", "Given up; it can be sent again"),
)
# Why the log does not show what was sent.
ONLY_A_CALL = "Nothing but a call was sent: a PATCH without a body, after which the other system asks for the rest."
RATE_FIRST = "This panel asks you to rate first. Rate the interview; then what was sent and answered is shown."
