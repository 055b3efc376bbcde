"""What fails on our side between the end of a turn and the next question, and is never held against the candidate."""

import logging

import pytest

from config.work.tasks import KINDS
from interviewpanel.models import AnswerScore, SessionStep
from tests.live_interviews import after, begin_interview, close, find_open, list_events, reload, store_audio, summarise
from tests.work import ScriptedEngine, do_due, do_row

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("audio", "expected"),
    [
        ([{"has_speech": False}], "no_speech"),  # the microphone worked
        ([], "technical_failure"),  # nothing ever arrived
        ([{"has_speech": False, "lost_frames": 10}], "technical_failure"),  # only silence that was put in
        ([{"has_speech": True}], "technical_failure"),  # something was said that could not be heard
        ([{"has_speech": True, "is_answer": False}], "no_speech"),  # what was heard was the question
    ],
)
def test_an_answer_without_words_is_a_zero_only_if_nothing_was_said(
    audio: list[dict[str, object]], expected: str
) -> None:
    session = begin_interview()
    for values in audio:
        store_audio(find_open(session), **values)  # type: ignore[arg-type]
    answer = close(session, "no_speech_timeout")
    do_due(now=after(61), engine=ScriptedEngine(""))
    assert summarise(answer) == (expected, "", 0)
    assert find_open(session).number == 2


@pytest.mark.parametrize(("lost_frames", "is_told"), [(1, False), (2, True)])
def test_more_than_a_tenth_of_the_sound_lost_on_the_way_is_no_score(lost_frames: int, is_told: bool) -> None:
    session = begin_interview()
    store_audio(find_open(session), lost_frames=lost_frames)
    answer = close(session)
    do_due(now=after(61), engine=ScriptedEngine("an index lets the database find rows without reading all of them"))
    score = answer.scores.get()
    lost = "A part of this answer's sound never arrived; listen to the recording."
    assert (lost in score.reasons) == is_told
    if is_told:
        assert (score.state, score.composite) == ("needs_human", None)


def test_who_types_the_answer_that_did_not_arrive_is_scored() -> None:
    session = begin_interview()
    store_audio(find_open(session), has_speech=False, lost_frames=10)
    score = close(session, "typed", typed="Everything that matters is that it is known.").scores.get()
    do_due(now=after(61))
    score.refresh_from_db()
    assert (score.state, score.reasons) == ("scored", [])


def test_a_failed_transcription_is_never_a_low_score() -> None:
    session = begin_interview()
    first = store_audio(find_open(session))
    do_row(first, engine=ScriptedEngine("half of what was said"))
    second = store_audio(find_open(session))
    do_row(second, engine=ScriptedEngine(refuses=True))
    answer = close(session)
    do_due(now=after(61))
    second.refresh_from_db()
    score = answer.scores.get()
    assert (second.work_status, second.last_error) == ("failed", "This language is not known here.")
    assert (score.state, score.composite) == ("needs_human", None)
    assert "1 part(s) of this answer could not be transcribed; listen to the recording." in score.reasons
    assert summarise(answer) == ("scored", "half of what was said", 1)


def test_an_unreadable_recording_is_a_technical_failure_and_the_interview_goes_on() -> None:
    session = begin_interview()
    segment = store_audio(find_open(session))
    segment.file.storage.delete(segment.file.name)
    with segment.file.storage.open(segment.file.name, "wb") as file:
        file.write(b"no audio at all")
    answer = close(session)
    do_due(now=after(61))
    segment.refresh_from_db()
    assert segment.work_status == "failed"
    assert summarise(answer) == ("technical_failure", "", 0)
    assert find_open(session).number == 2


def test_a_text_that_breaks_the_scorer_holds_nothing_up(caplog: pytest.LogCaptureFixture) -> None:
    session = begin_interview()
    version = find_open(session).question_version
    version.criteria = [{"without": "a key"}]
    version.save()
    answer = close(session, "typed", typed="An answer like any other.")
    with caplog.at_level(logging.CRITICAL):
        do_due(now=after(61))
    answer.refresh_from_db()
    assert (answer.status, answer.provisional, find_open(session).number) == ("transcribed", None, 2)


def give_up(step: SessionStep) -> None:
    KINDS[step.task_name].give_up(step, "The worker ended 3 times.")


def test_a_step_that_nobody_can_take_ends_the_interview_politely() -> None:
    session = begin_interview()
    close(session, "skipped")
    give_up(SessionStep.objects.get(kind="next_question", answer__number=1))
    assert (reload(session).status, reload(session).end_reason) == ("abandoned", "technical_failure")


def test_an_answer_that_cannot_be_finalized_is_a_failure_of_ours() -> None:
    session = begin_interview()
    answer = find_open(session)
    stray = AnswerScore.objects.create(answer=answer, number=1)  # in the way of the one that joining makes
    close(session, "typed", typed="An answer.")
    step = SessionStep.objects.get(kind="finalize_answer")
    answer.refresh_from_db()
    assert (answer.status, answer.transcript, step.work_status) == ("closed", "", "queued")
    stray.delete()
    SessionStep.objects.filter(pk=step.pk).update(work_status="dead")
    give_up(step)
    do_due(now=after(61))
    assert (summarise(answer), find_open(session).number) == (("technical_failure", "", 0), 2)


def test_what_could_not_be_joined_at_its_closing_is_joined_later(caplog: pytest.LogCaptureFixture) -> None:
    session = begin_interview()
    answer = find_open(session)
    stray = AnswerScore.objects.create(answer=answer, number=1)
    with caplog.at_level(logging.CRITICAL):
        close(session, "typed", typed="An answer.")
    stray.delete()
    do_due(now=after(61), times=5)
    assert (summarise(answer), find_open(session).number) == (("scored", "An answer.", 1), 2)
    assert answer.transcript_entries.filter(kind="answer").count() == 1
    assert [kind for _, kind in list_events(session)].count("next_question") == 2
