"""All that is stored about one candidate's interview, for the candidate: the download of their privacy page.

Which fields, and why not the others, is own_data_fields.py's. Rows that may be many are iterators, so that whoever
writes them down (config/json_stream.py) holds a few at a time.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.models import (
    AccommodationRequest,
    Answer,
    AnswerScore,
    Booking,
    CallConsent,
    CandidateRequest,
    Decision,
    InterviewPanelCandidate,
    InterviewSession,
    PhoneCall,
    Place,
    Recording,
    Room,
    RoomRecording,
    VideoChunk,
    VideoRecording,
)
from interviewpanel.selectors.consent import find_agreed_text
from interviewpanel.selectors.link_facts import list_messages
from interviewpanel.selectors.own_data_fields import PARTS, Facts, pick_shown
from interviewpanel.selectors.own_history import list_changes_of_interview, list_own_changes
from interviewpanel.selectors.recordings import WHOLE_KINDS
from organizations.models import ResumeText
from questionbank.models import ResumeSummary

FORMAT = "interviewbot.candidate-data/2"
NOTES = (
    "This is what is stored about you under this link. Links are relative to the address of this file.",
    "Times are in UTC. Samples are of sound, sample_rate of them to the second.",
    "The seconds of words count from the beginning of the answer.",
    "How your answers were rated is in it once the interview is over.",
)
SCORING_EVENTS = ("scoring_update",)
# Few answers at a time: each brings its words along. One more query of each kind for so many answers.
ANSWERS_AT_ONCE = 10


def describe_stored(invitation: InterviewPanelCandidate, now: datetime) -> Facts:
    """Plain values and iterators of them. Nothing of how answers were rated while their interview goes on."""
    organization, panel = invitation.organization, invitation.panel
    return {
        "format": FORMAT,
        "notes": NOTES,
        "written_at": now,
        "sample_rate": SAMPLE_RATE,
        "organization": {
            "name": organization.name,
            "contact_email": organization.contact_email,
            "kept_for_days": invitation.retention_days,
        },
        "candidate": {
            **pick_shown(invitation.candidate),
            "resume": _link_resume(invitation),
            "resume_text": _describe_only(ResumeText, invitation),
            "resume_summary": _describe_only(ResumeSummary, invitation),
        },
        "job": {name: getattr(panel, name) for name in ("job_title", "job_category", "experience_level", "language")},
        "invitation": pick_shown(invitation),
        "booking": next((pick_shown(row) for row in Booking.objects.filter(invitation=invitation)), None),
        "accommodations": (_describe_accommodation(row) for row in invitation.accommodations.all()),
        "requests": (_describe_request(row) for row in invitation.requests.all()),
        "pin": pick_shown(invitation.phone_pin) if hasattr(invitation, "phone_pin") else None,
        "call_consents": (_describe_call_consent(row) for row in invitation.call_consents.all()),
        "calls": (_describe_call(row) for row in invitation.calls.select_related("recording", "upkeep").order_by("id")),
        "messages": (pick_shown(message) for message in list_messages(invitation)),
        "changes": list_own_changes(invitation),
        "interviews": (_describe_session(row) for row in _list_sessions(invitation)),
    }


def _link_resume(invitation: InterviewPanelCandidate) -> str | None:
    return _link("candidate-resume") if invitation.candidate.resume else None


def _describe_only(model: type[ResumeText] | type[ResumeSummary], invitation: InterviewPanelCandidate) -> Facts | None:
    """What a machine has read of the résumé and left out, or made of it."""
    row = model._default_manager.filter(candidate=invitation.candidate_id).first()
    return None if row is None else pick_shown(row)


def _list_sessions(invitation: InterviewPanelCandidate) -> Iterator[InterviewSession]:
    rows = InterviewSession.objects.filter(invitation=invitation)
    yield from rows.select_related(
        "invitation__panel", "invitation__organization", "organization", "feedback"
    ).order_by("id")


def _describe_accommodation(row: AccommodationRequest) -> Facts:
    return {**pick_shown(row), "is_by_a_person": row.decided_by_id is not None}


def _describe_call_consent(row: CallConsent) -> Facts:
    return {**pick_shown(row), "is_by_a_person": row.recorded_by_id is not None}


def _describe_call(row: PhoneCall) -> Facts:
    recording = getattr(row, "recording", None)
    return {
        **pick_shown(row),
        "is_by_a_person": row.placed_by_id is not None,
        "recording": {**pick_shown(recording), "file": _link("candidate-call", row.uuid) if recording.file else None}
        if recording
        else None,
        "upkeep": pick_shown(row.upkeep) if hasattr(row, "upkeep") else None,
        "streams": [pick_shown(stream) for stream in row.streams.order_by("id")],
        "answer_recordings": [pick_shown(one) for one in row.answer_recordings.order_by("id")],
    }


def _describe_request(row: CandidateRequest) -> Facts:
    return {**pick_shown(row), "is_by_a_person": row.answered_by_id is not None}


def _describe_session(session: InterviewSession) -> Facts:
    """In the order in which it is read: while one list is written, no other is."""
    feedback = getattr(session, "feedback", None)
    events = session.events.order_by("sequence")
    if not session.is_over:
        events = events.exclude(type__in=SCORING_EVENTS)
    return {
        **pick_shown(session),
        "consent": _describe_consent(session),
        "queue": next((pick_shown(row) for row in Place.objects.filter(session=session)), None),
        "has_ratings": session.is_over,
        "answers": _list_answers(session),
        "conversation": (
            {**pick_shown(line), **_number_of(line)}
            for line in session.transcript.select_related("answer").order_by("sequence").iterator()
        ),
        "recordings": (_describe_recording(row) for row in _list_recordings(session)),
        "room": _describe_room(session),
        "captions": _link("candidate-interview-captions"),
        "captions_of_whole": _link("candidate-whole-captions"),
        "spoken_by_the_server": (pick_shown(line) for line in session.spoken_lines.iterator()),
        "videos": (_describe_video(video) for video in session.videos.select_related("joined")),
        "video_parts": ({"video": chunk.recording.uuid, **pick_shown(chunk)} for chunk in _list_chunks(session)),
        "told_to_your_page": (pick_shown(event) for event in events.iterator()),
        "noticed_by_your_page": (pick_shown(event) for event in session.client_events.order_by("id").iterator()),
        "steps": (
            {**pick_shown(step), **_number_of(step)}
            for step in session.steps.select_related("answer").order_by("id").iterator()
        ),
        "prepared_lines": (
            {**pick_shown(line), **_number_of(line)}
            for line in (
                session.prepared_lines.select_related("answer").order_by("id").iterator() if session.is_over else ()
            )
        ),
        "said_by_the_servers_voice": (
            pick_shown(audio) for audio in (session.invitation.spoken_audio.order_by("id") if session.is_over else ())
        ),
        "decisions": (_describe_decision(row) for row in session.decisions.order_by("id")),
        "feedback": pick_shown(feedback) if feedback else None,
        "changes": list_changes_of_interview(session),
        **{name: part.describe(session) if session.is_over else None for name, part in PARTS.items()},
    }


def _describe_decision(row: Decision) -> Facts:
    """Always a person's: nothing in the product decides."""
    return {**pick_shown(row), "is_by_a_person": True}


def _describe_consent(session: InterviewSession) -> Facts | None:
    """The text that was agreed to; its hash, version and language stand beside it."""
    agreed = find_agreed_text(session)
    if agreed is None:
        return None
    return {"paragraphs": agreed.consent.paragraphs, "is_as_shown": agreed.is_as_shown}


def _list_answers(session: InterviewSession) -> Iterator[Facts]:
    rows = session.answers.select_related("correction", "follow_up_of").order_by("number")
    rows = rows.prefetch_related("segments", "scores", "ratings", "overrides")
    for answer in rows.iterator(chunk_size=ANSWERS_AT_ONCE):
        yield _describe_answer(answer, session.is_over)


def _describe_answer(answer: Answer, is_over: bool) -> Facts:
    correction = getattr(answer, "correction", None)
    segments = sorted(answer.segments.all(), key=lambda segment: segment.number)
    scores = sorted(answer.scores.all(), key=lambda score: score.number) if is_over else []
    return {
        **pick_shown(answer, is_over=is_over),
        "follow_up_of": answer.follow_up_of.number if answer.follow_up_of else None,
        "correction": pick_shown(correction) if correction else None,
        "captions": _link("candidate-captions", answer.number),
        "sound": [pick_shown(segment) for segment in segments],
        **(_describe_judging(answer, scores) if is_over else {}),
    }


def _describe_judging(answer: Answer, scores: list[AnswerScore]) -> Facts:
    """What was measured, what people made of it, and whose number counts."""
    return {
        "ratings": [pick_shown(score) for score in scores],
        "ratings_by_people": [pick_shown(rating) for rating in answer.ratings.all()],
        "overrides_by_people": [pick_shown(override) for override in answer.overrides.all()],
    }


def _list_recordings(session: InterviewSession) -> Iterator[Recording]:
    yield from session.recordings.select_related("answer").order_by("id")


def _describe_recording(recording: Recording) -> Facts:
    """With a link once it is there."""
    is_ready = recording.work_status == Recording.WorkStatus.DONE
    link = _link_recording(recording) if is_ready else None
    return {**_number_of(recording), **pick_shown(recording), "file": link}


def _link_recording(recording: Recording) -> str:
    if recording.answer is not None:
        return _link("candidate-audio", recording.answer.number)
    if recording.kind == Recording.Kind.INTERVIEW:
        return _link("candidate-interview-audio")
    return _link("candidate-whole", next(name for name, kind in WHOLE_KINDS.items() if kind == recording.kind))


def _describe_room(session: InterviewSession) -> Facts | None:
    """Where it was held, if in a room, and what was recorded there of both voices."""
    room = Room.objects.filter(session=session).first()
    if room is None:
        return None
    return {**pick_shown(room), "recordings": [_describe_room_recording(row) for row in room.recordings.all()]}


def _describe_room_recording(row: RoomRecording) -> Facts:
    return {**pick_shown(row), "file": _link("candidate-room-recording", row.uuid) if row.file else None}


def _describe_video(video: VideoRecording) -> Facts:
    joined = getattr(video, "joined", None)
    return {
        **pick_shown(video),
        "joined": pick_shown(joined) if joined else None,
        "file": _link("candidate-video-file", video.uuid),
        "captions": _link("candidate-video-captions", video.uuid),
    }


def _list_chunks(session: InterviewSession) -> Iterator[VideoChunk]:
    rows = VideoChunk.objects.filter(recording__session=session).select_related("recording")
    yield from rows.order_by("recording__started_at", "recording_id", "number").iterator()


def _number_of(row: Any) -> Facts:
    """The number of the answer that a row is of; None for the whole interview."""
    return {"answer": row.answer.number if row.answer is not None else None}


def _link(name: str, *names: object) -> str:
    """Relative to the download: the link's secret is in its address already, and need not be in the file too."""
    here = reverse("candidate-data", args=["-"]).removesuffix("data.json")
    return reverse(name, args=["-", *names]).removeprefix(here)
