"""What the home page calls its figures, and which list each leads to. Read by home_cards.py."""

from collections.abc import Mapping
from dataclasses import dataclass

from interviewpanel.selectors.waiting import EXPIRED_SINCE, FAILURE_DAYS

REPORTS = "reports_interviewreport"
SCORES = "interviewpanel_answerscore"
SEGMENTS = "interviewpanel_audiosegment"
SESSIONS = "interviewpanel_interviewsession"
INVITATIONS = "interviewpanel_interviewpanelcandidate"
ACCOMMODATIONS = "interviewpanel_accommodationrequest"
REQUESTS = "interviewpanel_candidaterequest"
MESSAGES = "organizations_message"
WEBHOOKS = "organizations_webhookendpoint"


@dataclass(frozen=True)
class Words:
    """What a figure is called for one and for many, what is to be done, and where its list is."""

    one: str
    many: str
    meaning: str
    page: str
    query: Mapping[str, str]
    tone: str = ""


def _asked(kind: str) -> Mapping[str, str]:
    return {"kind__exact": kind, "answered_at__isempty": "1"}


TASKS: Mapping[str, Words] = {
    "review": Words(
        "interview to review",
        "interviews to review",
        "They are over, and nobody has decided about them yet.",
        SESSIONS,
        {"decision": "to_review"},
    ),
    "rate": Words(
        "interview for you to rate",
        "interviews for you to rate",
        "You rate the answers first. Then you are shown how they were scored.",
        SESSIONS,
        {"needs": "rate"},
    ),
    "person": Words(
        "answer needs a person",
        "answers need a person",
        "They have no number, or one that there are reasons to doubt. Read or hear them.",
        SCORES,
        {"needs": "person"},
    ),
    "expiring": Words(
        "link ends within a day",
        "links end within a day",
        "Nobody has begun these interviews. Remind the candidates, or make new links.",
        INVITATIONS,
        {"link": "ending"},
        "is-warning",
    ),
    "expired": Words(
        "link ended unused",
        "links ended unused",
        f"In the last {EXPIRED_SINCE.days} days, without anybody having begun. A new link invites again.",
        INVITATIONS,
        {"link": "lately"},
    ),
    "undelivered": Words(
        "invitation did not arrive",
        "invitations did not arrive",
        f"In the last {FAILURE_DAYS} days a message came back, or was not sent. Mend the address, then send it again.",
        INVITATIONS,
        {"delivery": "undelivered"},
        "is-bad",
    ),
    "accommodation": Words(
        "accommodation to decide",
        "accommodations to decide",
        "These candidates wait for your answer before they begin.",
        ACCOMMODATIONS,
        {"state__exact": "asked"},
        "is-warning",
    ),
    "human_interview": Words(
        "person asks for a human interview",
        "people ask for a human interview",
        "They do not want an automated one. Write to them, then send the reply.",
        REQUESTS,
        _asked("human_interview"),
        "is-warning",
    ),
    "human_review": Words(
        "result to be reviewed by a person",
        "results to be reviewed by a person",
        "The candidate has asked for it, and has a right to it.",
        REQUESTS,
        _asked("human_review"),
        "is-warning",
    ),
    "withdraw": Words(
        "withdrawal to confirm",
        "withdrawals to confirm",
        "It counts already; a reply tells the candidate that you know.",
        REQUESTS,
        _asked("withdraw"),
    ),
    "erasure": Words(
        "erasure asked for",
        "erasures asked for",
        "All that is kept of the candidate. The law gives you a month.",
        REQUESTS,
        _asked("erasure"),
        "is-warning",
    ),
    "webhook": Words(
        "webhook endpoint was switched off",
        "webhook endpoints were switched off",
        "The other system failed for too long, or is gone. See why, switch it on, and send again what was given up.",
        WEBHOOKS,
        {"health": "lost"},
        "is-bad",
    ),
}
LATELY = f"In the last {FAILURE_DAYS} days."
FAILED = {"needs": "failed"}
FAILURES: Mapping[str, Words] = {
    "transcription": Words(
        "part was not transcribed", "parts were not transcribed", f"{LATELY} Listen to them.", SEGMENTS, FAILED
    ),
    "scoring": Words("answer was not scored", "answers were not scored", f"{LATELY} Each says why.", SCORES, FAILED),
    "reports": Words(
        "report was not made", "reports were not made", f"{LATELY} “Make again” tries once more.", REPORTS, FAILED
    ),
    "interviews": Words(
        "interview with a step or recording that failed",
        "interviews with a step or recording that failed",
        f"{LATELY} “Join recordings that failed again” helps with recordings.",
        SESSIONS,
        FAILED,
    ),
}
QUEUES: Mapping[str, tuple[str, str]] = {
    "transcription": ("Transcription", SEGMENTS),
    "scoring": ("Scoring", SCORES),
    "reports": ("Reports", REPORTS),
    "steps": ("Next questions", SESSIONS),
    "recordings": ("Recordings", SESSIONS),
    "videos": ("Videos", SESSIONS),
    "messages": ("Messages", MESSAGES),
}
STAGES: Mapping[str, str] = {
    "invited": "Invited",
    "opened": "Opened the link",
    "begun": "Began",
    "finished": "Finished",
    "reported": "Report made",
    "reviewed": "Reviewed",
}
