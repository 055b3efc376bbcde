"""What a live socket reads: where hearing the open answer begins or goes on, and its news. Called by the consumer."""

from dataclasses import dataclass

from interviewpanel.domain.open_turn import OpenTurn
from interviewpanel.domain.states import AnswerStatus
from interviewpanel.domain.turn_detection import EndReason, TurnMemory
from interviewpanel.models import Answer, InterviewSession, SessionEvent, TranscriptEntry
from interviewpanel.selectors.session_state import list_events, load_open_answer, load_session
from interviewpanel.selectors.speech import count_heard_seconds


def load_open_turn(session: InterviewSession) -> OpenTurn | None:
    """The open answer as far as it is stored; None when no question is open."""
    answer = load_open_answer(session.pk)
    if answer is None:
        return None
    answer.session = session
    last = answer.segments.order_by("-number").first()
    asked = SessionEvent.objects.filter(session=session, type="next_question").order_by("-sequence").first()
    assert asked is not None, "a question is asked by its event"
    texts = [answer.question_text, *(list_greetings(session) if answer.number == 1 else [])]
    return OpenTurn(
        answer_id=answer.pk,
        number=answer.number,
        first_sequence=last.last_sequence + 1 if last else 0,
        start_sample=last.end_sample if last else 0,
        memory=read_memory(answer),
        is_started=answer.status == AnswerStatus.ANSWERING,
        heard_seconds=max(count_heard_seconds(*texts), _count_sound_seconds(asked))
        * session.invitation.time_multiplier,
        think_seconds=find_think_seconds(answer),
        # As asked, but that a grant may have come since.
        question={
            "sequence": asked.sequence,
            **asked.payload,
            "think_seconds": count_think_seconds(answer),
            **find_other_words(answer),
        },
        asked_at=answer.asked_at,
        question_sequence=asked.sequence,
    )


def _count_sound_seconds(asked: SessionEvent) -> float:
    """How long it takes to hear what the server's voice has said: the question, and the greeting before the first."""
    if "audio" not in asked.payload:
        return 0.0
    said = [asked.payload]
    if asked.payload["answer"] == 1:
        said += SessionEvent.objects.filter(session_id=asked.session_id, type="greeting").values_list(
            "payload", flat=True
        )
    return sum(float(one["audio"]["seconds"]) for one in said if "audio" in one) + 1.0


def list_greetings(session: InterviewSession) -> list[str]:
    """As they were said: what is heard before the first question."""
    greetings = session.transcript.filter(kind=TranscriptEntry.Kind.GREETING)
    return list(greetings.values_list("text", flat=True))


def find_other_words(answer: Answer) -> dict[str, object]:
    """`rephrased`: the question as it was said in other words; nothing where it was not."""
    if not answer.times_rephrased:
        return {}
    said = answer.transcript_entries.filter(kind=TranscriptEntry.Kind.REPHRASING).first()
    return {"rephrased": said.text} if said else {}


@dataclass(frozen=True)
class News:
    """Events for a socket, and what they changed. `session` and `turn` are None where nothing of them is new to it."""

    events: list[SessionEvent]
    session: InterviewSession | None = None
    turn: OpenTurn | None = None


def load_news(session_id: int, *, sent: int, acted: int) -> News:
    """The events after `sent`; with those after `acted` come the session and, if a question is new, its turn."""
    events = list_events(session_id, sent)
    new_types = {event.type for event in events if event.sequence > acted}
    if not new_types:
        return News(events)
    session = load_session(session_id)
    return News(events, session, load_open_turn(session) if "next_question" in new_types else None)


def count_think_seconds(answer: Answer) -> int:
    """Of the question, with the candidate's accommodation, as it is told."""
    return round(find_think_seconds(answer) * float(answer.session.invitation.time_multiplier))


def find_think_seconds(answer: Answer) -> float:
    """The panel's own number where it has one, for all its questions; else the question's."""
    own = answer.session.invitation.panel.turn_settings.get("think_seconds")
    return float(own if own is not None else answer.question_version.think_seconds)


def read_memory(answer: Answer) -> TurnMemory:
    """What the turn's detector knew where the answer is stored to; of a new turn, what it may know."""
    if not answer.turn_memory:
        return _find_first_memory(answer)
    memory = TurnMemory.from_dict(answer.turn_memory)
    if memory.end_reason in (EndReason.TYPED, EndReason.INTERVIEW_OVER):
        memory.end_reason = None  # the text, or the end, did not get here: the turn stays open
    return memory


def _find_first_memory(answer: Answer) -> TurnMemory:
    """A new turn remembers of the one before only how long this person's pauses are."""
    previous = Answer.objects.filter(session_id=answer.session_id, number=answer.number - 1).first()
    if previous is None or not previous.turn_memory:
        return TurnMemory()
    return TurnMemory.from_dict(previous.turn_memory).next_turn()
