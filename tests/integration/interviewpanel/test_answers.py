"""From the end of a turn to the next question: each order of events, each kind of answer, each task five times."""

import itertools
from dataclasses import replace

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError

from interviewpanel.domain.states import MoveRefused
from interviewpanel.domain.turn_detection import EndReason, TurnMemory
from interviewpanel.models import AnswerScore, AudioSegment, SessionStep, TranscriptEntry
from interviewpanel.selectors.open_turns import load_open_turn
from interviewpanel.services import answers, session_manager
from tests.live_interviews import after, begin_interview, close, find_open, list_events, store_audio, summarise
from tests.work import ScriptedEngine, do_due, do_row

pytestmark = pytest.mark.django_db


def test_a_turn_starts_once_and_a_closed_one_not_at_all() -> None:
    session = begin_interview()
    answer = find_open(session)
    for seconds in (5, 9):
        answers.start_turn(
            session_id=session.pk, epoch=1, answer_id=answer.pk, deadline_at=after(300), now=after(seconds)
        )
    answer.refresh_from_db()
    assert (answer.status, answer.turn_started_at) == ("answering", after(5))
    close(session)
    with pytest.raises(MoveRefused) as refusal:
        answers.start_turn(session_id=session.pk, epoch=1, answer_id=answer.pk, deadline_at=None, now=after(61))
    assert refusal.value.code == "answer.closed"


def test_audio_of_a_closed_answer_is_not_stored_and_leaves_no_file() -> None:
    session = begin_interview()
    answer = find_open(session)
    store_audio(answer)
    close(session)
    with pytest.raises(MoveRefused):
        store_audio(answer)
    assert answer.segments.count() == 1
    assert len(list(answer.segments.get().file.storage.listdir(f"audio/{session.uuid}")[1])) == 1


def test_after_an_error_that_may_have_left_a_row_the_recording_stays() -> None:
    session = begin_interview()
    with pytest.raises(TypeError):
        store_audio(find_open(session), memory={"not": object()})  # breaks in the transaction
    assert len(default_storage.listdir(f"audio/{session.uuid}")[1]) == 1


def test_a_segment_that_an_error_left_stored_is_not_stored_twice() -> None:
    session = begin_interview()
    answer = find_open(session)
    store_audio(answer)
    stored = store_audio(answer)
    assert store_audio(answer, is_again=True) == stored
    with pytest.raises(IntegrityError):
        store_audio(answer, is_again=True, frames=7)  # other frames in its place
    assert answer.segments.count() == 2
    assert len(default_storage.listdir(f"audio/{session.uuid}")[1]) == 2


def test_what_the_end_of_an_interview_did_not_close_stays_open_after_a_reload() -> None:
    session = begin_interview()
    memory = TurnMemory(is_started=True, end_reason=EndReason.INTERVIEW_OVER)
    store_audio(find_open(session), memory=memory.to_dict())
    opened = load_open_turn(session)
    assert opened is not None
    assert (opened.memory, opened.first_sequence) == (replace(memory, end_reason=None), 10)


def test_the_last_stored_frame_closes_the_answer() -> None:
    session = begin_interview()
    assert close(session).closing_sequence == -1
    do_due(now=after(61))
    store_audio(find_open(session), frames=7)
    assert close(session, seconds=90).closing_sequence == 6
    assert answers.find_closing_sequence(session.pk, 2) == 6
    assert answers.find_closing_sequence(session.pk, 3) is None


@pytest.mark.parametrize("order", list(itertools.permutations(("first", "second", "close", "steps"))))
def test_whatever_comes_first_the_answer_goes_on_exactly_once(order: tuple[str, ...]) -> None:
    session, engine = begin_interview(), ScriptedEngine("joined up")
    answer = find_open(session)
    segments = {"first": store_audio(answer), "second": store_audio(answer)}
    for event in order:
        if event == "close":
            close(session)
        elif event == "steps":
            do_due(SessionStep, now=after(60))
        else:
            do_row(segments[event], engine=engine)
    do_due(now=after(61), engine=engine)
    assert summarise(answer) == ("scored", "joined up joined up", 1)
    assert answer.transcript_entries.filter(kind="answer").count() == 1
    assert session.answers.count() == 2
    assert find_open(session).number == 2
    assert [sequence for sequence, _ in list_events(session)] == list(range(1, 1 + session.events.count()))


def test_the_words_of_a_segment_are_told_and_placed_in_the_answer() -> None:
    session, engine = begin_interview(), ScriptedEngine("two words")
    answer = find_open(session)
    store_audio(answer, has_speech=False, frames=10)
    store_audio(answer, frames=10)
    do_due(AudioSegment, engine=engine)
    event = session.events.get(type="transcription_update")
    assert event.payload == {
        "answer_uuid": str(answer.uuid),
        "message": "two words",
        "is_partial": True,
        "segments": [{"number": 2, "text": "two words", "status": "done", "is_rough": False}],
    }
    assert answer.segments.get(number=2).words == [
        {"text": "two", "start": 0.96, "end": 1.01, "probability": 0.9},
        {"text": "words", "start": 1.06, "end": 1.11, "probability": 0.9},
    ]
    assert engine.preroll_samples == [8000]


def test_a_typed_answer_follows_what_was_said() -> None:
    session = begin_interview()
    store_audio(find_open(session))
    answer = close(session, "typed", typed="  and in writing: a b-tree  ")
    do_due(now=after(61), engine=ScriptedEngine("an index"))
    assert summarise(answer) == ("scored", "an index\nand in writing: a b-tree", 1)


@pytest.mark.parametrize(("text", "code"), [("  \n", "answer.empty"), ("x" * 20_001, "answer.too_long")])
def test_a_typed_answer_that_is_none_is_refused(text: str, code: str) -> None:
    with pytest.raises(MoveRefused) as refusal:
        answers.check_typed(text)
    assert refusal.value.code == code


def test_a_skipped_question_is_over_at_once_and_the_next_is_asked() -> None:
    session = begin_interview()
    answer = close(session, "skipped")
    assert summarise(answer) == ("skipped", "", 0)
    do_due(now=after(61), times=5)
    assert (session.answers.count(), find_open(session).number) == (2, 2)


def test_words_later_than_five_seconds_are_not_waited_for() -> None:
    session, engine = begin_interview(), ScriptedEngine("late words")
    answer = find_open(session)
    store_audio(answer)
    close(session, seconds=60)
    do_due(SessionStep, now=after(61))
    assert not answers.stop_waiting_for_words(session_id=session.pk, now=after(64.9))
    assert answers.stop_waiting_for_words(session_id=session.pk, now=after(65))
    assert not answers.stop_waiting_for_words(session_id=session.pk, now=after(66))
    do_due(SessionStep, now=after(66))
    assert (summarise(answer), find_open(session).number) == (("closed", "", 0), 2)
    do_due(now=after(90), engine=engine)
    assert summarise(answer) == ("scored", "late words", 1)
    assert session.answers.count() == 2


def test_every_task_delivered_five_times_has_one_effect() -> None:
    once, five = begin_interview(name="Once"), begin_interview(name="Five")
    for session, times in ((once, 1), (five, 5)):
        store_audio(find_open(session))
        close(session)
        do_due(now=after(61), times=times)
        for row in (*SessionStep.objects.all(), *AudioSegment.objects.all(), *AnswerScore.objects.all()):
            do_row(row)
    kinds = [[kind for _, kind in list_events(session)] for session in (once, five)]
    assert kinds[0] == kinds[1]
    counts = [
        (
            session.answers.count(),
            session.steps.count(),
            session.transcript.count(),
            AnswerScore.objects.filter(answer__session=session).count(),
        )
        for session in (once, five)
    ]
    assert counts[0] == counts[1] == (2, 3, 4, 1)


def test_a_question_waits_for_the_end_of_a_pause() -> None:
    session = begin_interview()
    store_audio(find_open(session))
    close(session)
    session_manager.pause_session(session_id=session.pk, epoch=1, now=after(61))
    do_due(now=after(61))
    step = SessionStep.objects.get(session=session, kind="next_question", answer__number=1)
    assert (step.work_status, step.attempts, step.due_at, session.answers.count()) == ("queued", 0, after(66), 1)
    session_manager.resume_session(session_id=session.pk, epoch=1, now=after(63))
    do_due(now=after(63))
    assert find_open(session).number == 2


def test_scores_reach_a_candidate_only_where_the_panel_shows_them() -> None:
    payloads: list[dict[str, object]] = []
    for name, shows in (("Hides", False), ("Shows", True)):
        session = begin_interview(name=name, shows_scores_to_candidates=shows)
        close(session, "typed", typed="Everything that matters is that it is known.")
        do_due(now=after(61))
        payloads.append(session.events.get(type="scoring_update").payload)
    assert [sorted(payload) for payload in payloads] == [
        ["answer_uuid", "status"],
        ["answer_uuid", "rationale", "score", "status"],
    ]


def test_the_transcript_is_the_conversation_in_order() -> None:
    session = begin_interview(questions=1)
    close(session, "typed", typed="Known to me.")
    do_due(now=after(61))
    lines = TranscriptEntry.objects.filter(session=session).values_list("sequence", "speaker", "kind")
    assert list(lines) == [
        (1, "interviewer", "greeting"),
        (2, "interviewer", "question"),
        (3, "candidate", "answer"),
        (4, "interviewer", "closing"),
    ]
