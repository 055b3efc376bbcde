"""Which fields of which rows a candidate's download has, and why it has not the others. Read by own_data.py.

Every field of every model that leads to a candidate stands in `SHOWN` or in `LEFT_OUT`; a test walks the models and
fails for a field that stands in neither. Apps above this one add theirs where they start (`add_part`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from interviewpanel.models import (
    AccommodationRequest,
    Answer,
    AnswerCorrection,
    AnswerRating,
    AnswerScore,
    AudioSegment,
    Booking,
    CallConsent,
    CallRecording,
    CallUpkeep,
    CandidateFeedback,
    CandidateRequest,
    ClientEvent,
    Decision,
    InterviewPanelCandidate,
    InterviewSession,
    JoinedVideo,
    PhoneCall,
    PhonePin,
    PhoneRecording,
    PhoneStream,
    Place,
    PreparedLine,
    Recording,
    Room,
    RoomRecording,
    ScoreOverride,
    SessionEvent,
    SessionStep,
    SpokenAudio,
    SpokenLine,
    TranscriptEntry,
    VideoChunk,
    VideoRecording,
)
from organizations.models import Candidate, Change, Message, ResumeText
from questionbank.models import ResumeSummary

Facts = dict[str, Any]

WORK = ("work_status", "created_at", "finished_at")

# By the name of the field; the download calls it the same.
SHOWN: dict[type[Model], tuple[str, ...]] = {
    Candidate: ("uuid", "full_name", "email", "phone", "time_zone", "resume_name", "resume_at", "created_at"),
    ResumeText: ("uuid", "text", "characters", "pages", "is_cut", "flags", "refusal", *WORK),
    ResumeSummary: ("uuid", "outcome", "facts", "dropped", "engine", "model", *WORK),
    Message: (
        *("uuid", "channel", "kind", "language", "to_address", "subject", "text", "state", "reason"),
        *("created_at", "sent_at", "reported_at"),
    ),
    InterviewPanelCandidate: (
        *("uuid", "created_at", "expires_at", "revoked_at"),
        *("time_multiplier", "silence_multiplier", "extra_break_seconds", "prefers_typing"),
        *("metadata", "is_trial", "retention_days", "recording_days", "kept_until", "erased_at", "erased_because"),
    ),
    Booking: ("starts_at", "booked_at"),
    Place: (
        "state",
        "arrived_at",
        "called_at",
        "held_until",
        "begun_at",
        "left_at",
        "tell_by",
        "told_at",
        "consent_hash",
    ),
    AccommodationRequest: ("uuid", "needs", "note", "state", "asked_at", "decided_at", "reply"),
    CandidateRequest: ("uuid", "kind", "note", "asked_at", "answered_at", "reply"),
    InterviewSession: (
        *("uuid", "status", "created_at", "started_at", "ended_at", "end_reason"),
        *("consented_at", "consent_version", "consent_language", "consent_hash", "waits_for_done"),
        *("clock_limit_seconds", "clock_used_seconds", "clock_running_since"),
        *("pause_used_seconds", "paused_at", "pause_reason"),
        *("grace_used_seconds", "interrupted_at", "interrupted_from", "empty_answers_in_row", "kept_until"),
        *("recordings_kept_until", "recordings_erased_at"),
    ),
    CallConsent: ("number", "given_by", "note", "given_at", "withdrawn_at"),
    PhoneCall: (
        *("uuid", "direction", "to_number", "from_number", "status", "answered_by", "outcome", "error"),
        *("requested_at", "asked_at", "placed_at", "confirmed_at", "answered_at", "ended_at", "seconds"),
    ),
    PhonePin: ("token_version",),
    PhoneStream: (
        *("issued_at", "expires_at", "used_at", "ended_at", "agreed_by"),
        *("consent_version", "consent_language", "consent_hash"),
    ),
    PhoneRecording: ("closes", "first_sequence", *WORK),
    CallUpkeep: ("records", "recording_rests", "hangs_up", "happenings", *WORK),
    CallRecording: ("uuid", "seconds", "size_bytes", *WORK),
    Answer: (
        *("uuid", "number", "kind", "question_text", "cell_difficulty", "weightage", "choice"),
        *("status", "closed_reason", "asked_at", "turn_started_at", "turn_deadline_at", "turn_memory", "closed_at"),
        *("closing_sequence", "times_rephrased", "typed_text", "transcript", "transcribed_at", "provisional"),
    ),
    AnswerCorrection: ("text", "at"),
    AudioSegment: (
        *("number", "first_sequence", "last_sequence", "start_sample", "end_sample", "lost_samples"),
        *("has_speech", "is_answer", "text", "words", "dropped_reason", "engine", "engine_model", "is_rough", *WORK),
    ),
    AnswerScore: (
        *("number", "follow_ups", "state", "composite", "components", "criteria", "elements", "interval", "rationale"),
        *("strengths", "improvements", "notable_quote", "red_flags", "flags", "reasons", "is_fallback"),
        *("provenance", "second_opinion", "asked_reason", *WORK),
    ),
    AnswerRating: ("uuid", "composite", "components", "reason", "is_blind", "at"),
    ScoreOverride: (
        *("uuid", "number", "measured", "composite", "components", "reason", "decided_at"),
        *("withdrawn_at", "withdrawal_reason"),
    ),
    TranscriptEntry: ("sequence", "speaker", "kind", "text", "started_at", "ended_at"),
    Recording: ("uuid", "kind", "samples", "has_interviewer", "lines_said", "lines_heard", *WORK),
    SpokenLine: ("text", "seconds", "started_at", "ended_at"),
    VideoRecording: ("uuid", "content_type", "started_at"),
    Room: (
        *("uuid", "state", "opened_at", "closed_at", "candidate_joined_at", "candidate_left_at", "microphone_at"),
        *WORK,
    ),
    RoomRecording: ("uuid", "has_video", "is_to_end", "started_at", "ended_at", "seconds", *WORK),
    JoinedVideo: ("last_chunk_at", "size_bytes", "seconds", "chunk_count", *WORK),
    VideoChunk: ("number", "size_bytes", "stored_at"),
    SessionEvent: ("sequence", "type", "at", "payload"),
    SessionStep: ("kind", *WORK),
    PreparedLine: (
        *("uuid", "kind", "state", "text", "details", "reason", "deadline_at", "used_at", "provenance", *WORK),
    ),
    SpokenAudio: ("uuid", "text", "voice", "language", "seconds", "use_count", "used_at", *WORK),
    ClientEvent: ("kind", "client_at", "at"),
    Decision: ("uuid", "stage", "reason", "decided_at"),
    CandidateFeedback: ("rating", "comment", "at"),
    # No key leads from a line to whom it is about: own_history.py finds them by the rows that they name.
    Change: ("at", "action", "message", "differences", "reason"),
}

# A bare name is left out of every model, one with a dot of that model only.
_PLACE = "said by where the row stands in the download, or by a number beside it"
_WORK = "how the server went about the work, not what it found of you; that it failed stands in work_status"
_STAFF = "who of the organization acted is that person's data; `is_by_a_person` says that somebody did"
_STAFF_RATED = "who of the organization judged is that person's data; every rating and override is a person's"
_TWILIO = "by which the telephone service names it; what it keeps goes when this is erased"
_CALL_WORK = "status, and the times beside it, say it"
_COUNTER = "a counter or a lock of the server; what it counts is here row by row"
LEFT_OUT: dict[str, str] = {
    "id": "a number of the database without a meaning; uuid, number or sequence names the row",
    "organization": "said once, above all else",
    **dict.fromkeys(("candidate", "invitation", "session", "answer", "recording"), _PLACE),
    **dict.fromkeys(
        ("attempts", "due_at", "republished_at", "claimed_until", "claimed_by", "claim_number", "last_error"), _WORK
    ),
    "Candidate.is_erased": "true of the one row that stands for everybody who was erased",
    "Candidate.is_trial": "true of staff who try a panel; that an interview is a trial is said with it",
    "Candidate.resume": "linked",
    "ResumeText.file_name": "where the file lies on the server; the file is linked",
    "ResumeText.text_hash": "made of the text, which is here",
    "ResumeSummary.text_hash": "made of the text, which is here",
    "ResumeSummary.input_hash": "made of what was sent: the text, without what is nobody's business",
    "ResumeSummary.prompt_version": "which words of ours it was asked in",
    "Message.about": "the invitation that this file is about",
    "Message.once_key": "keeps the server from sending the same reminder twice",
    "Message.provider_id": "by which the mail server or the SMS service names the message",
    "Message.work_status": "state says it in other words",
    "Message.finished_at": "sent_at and reported_at say it",
    "InterviewPanelCandidate.panel": "the job is said; how the organization plans its interviews is not about you",
    "InterviewPanelCandidate.token_version": "counts the links that were sent; you have the last one",
    "InterviewPanelCandidate.token_hash": "made of your link, which you have; it opens nothing",
    "AccommodationRequest.decided_by": _STAFF,
    "CallConsent.recorded_by": _STAFF,
    "PhoneCall.placed_by": _STAFF,
    "PhoneCall.session_epoch": "counts the connections of your interview; tells which of them the call was",
    "PhoneCall.call_back_of": "that it followed another call; that one is here as well",
    **dict.fromkeys(("PhoneCall.sid", "PhoneCall.recording_sid", "CallRecording.sid"), _TWILIO),
    **dict.fromkeys(("PhoneCall.price", "PhoneCall.price_unit"), "what the call cost the organization"),
    **dict.fromkeys(("PhoneCall.work_status", "PhoneCall.created_at", "PhoneCall.finished_at"), _CALL_WORK),
    **dict.fromkeys(("CallRecording.call", "CallUpkeep.call"), _PLACE),
    "CallRecording.file": "linked",
    "PhonePin.salt": "a part of what the PIN is made of",
    "PhonePin.pin_hash": "made of the PIN on your page; it opens nothing",
    "PhoneStream.token_hash": "made of what one connection was opened with, once",
    **dict.fromkeys(("PhoneStream.call", "PhoneRecording.call"), _PLACE),
    "PhoneRecording.sid": _TWILIO,
    "CandidateRequest.answered_by": _STAFF,
    **dict.fromkeys(("AnswerRating.rated_by", "AnswerRating.rated_by_name"), _STAFF_RATED),
    **dict.fromkeys(("ScoreOverride.decided_by", "ScoreOverride.decided_by_name"), _STAFF_RATED),
    **dict.fromkeys(("ScoreOverride.withdrawn_by", "ScoreOverride.withdrawn_by_name"), _STAFF_RATED),
    **dict.fromkeys(("AnswerScore.asked_by", "AnswerScore.asked_by_name"), _STAFF_RATED),
    "ScoreOverride.score": "which of the answer's scores it stands in place of; its number is in `measured`",
    "Decision.decided_by": _STAFF,
    "Place.let_in_by": _STAFF,
    "Booking.booked_by": _STAFF,
    "Change.actor": _STAFF,
    **dict.fromkeys(("Change.subject_type", "Change.subject_id", "Change.subject_uuid"), _PLACE),
    "Change.subject_name": "your name, or your own words",
    "InterviewSession.seed": "a random number that the choice of questions began with",
    **{
        f"InterviewSession.{name}": _COUNTER
        for name in ("epoch", "lease_until", "lease_owner", "event_sequence", "transcript_sequence")
    },
    "Answer.follow_up_of": _PLACE,
    "PreparedLine.question_version": "the bank's question that it stands for; if it was asked, it is with its answer",
    "PreparedLine.draft": "what answers to a question were to be rated on; the question itself is in `text`",
    **dict.fromkeys(
        ("SpokenAudio.engine", "SpokenAudio.engine_version"), "which program's voice it was, and which release"
    ),
    "SpokenAudio.text_hash": "made of the text, which is here",
    "SpokenAudio.file": "a machine's voice that reads the text, which is here; it goes with your interview",
    "Answer.question_version": "the question as asked is here; what else the bank has on it is not about you",
    "Answer.distribution_row": "a line of the organization's plan; why you were asked this question stands in choice",
    "AudioSegment.file": "its sound is a part of the answer's recording, which is linked",
    "Recording.file": "linked",
    "SpokenLine.file_name": "where its sound lies; it is in the recording of the whole interview",
    **{
        f"Room.{name}": "how the server of rooms names it, and which program of ours was in it"
        for name in ("name", "sid", "candidate_sid", "needs_agent", "agent_owner", "agent_until")
    },
    **dict.fromkeys(("Room.agent_failures", "Room.agent_after"), _WORK),
    "RoomRecording.room": _PLACE,
    "RoomRecording.egress_id": "how the server of rooms names it",
    "RoomRecording.file": "linked",
    "JoinedVideo.file": "linked: it is the video",
    "VideoChunk.file": "the chunks are together the video, which is linked",
}

# What tells how answers were rated: kept back until the interview is over (docs/decisions/0017).
AFTER_THE_END: dict[type[Model], frozenset[str]] = {Answer: frozenset({"cell_difficulty", "choice", "provisional"})}


@dataclass(frozen=True)
class Part:
    """What an app above this one keeps of an interview: its name in the download, and how it is read."""

    name: str
    describe: Callable[[InterviewSession], Facts | None]


PARTS: dict[str, Part] = {}


def add_part(
    part: Part, *, shown: Mapping[type[Model], tuple[str, ...]], left_out: Mapping[str, str] | None = None
) -> None:
    """Called as the site starts. Adding the same twice changes nothing."""
    PARTS[part.name] = part
    SHOWN.update(shown)
    LEFT_OUT.update(left_out or {})


def pick_shown(row: Model, *, is_over: bool = True) -> Facts:
    """The shown fields of a row by their names."""
    late = frozenset() if is_over else AFTER_THE_END.get(type(row), frozenset())
    return {name: getattr(row, name) for name in SHOWN[type(row)] if name not in late}
