"""The background work of a live interview, by the names that stand on the broker. Each hands over to one service."""

import contextlib
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from config.work.starts import SOCKETS, at_start
from config.work.sweeper import sweep_task
from config.work.tasks import work_task
from interviewpanel.engines.embeddings import begin_loading
from interviewpanel.engines.speech import find_speech_engine
from interviewpanel.engines.transcription import TranscriptionUnavailable, load_engine
from interviewpanel.engines.vad import load_speech_detector
from interviewpanel.live import recorded_answers
from interviewpanel.models import (
    Answer,
    AnswerScore,
    AudioSegment,
    CalibrationRun,
    CallRecording,
    CallUpkeep,
    FileRemoval,
    JoinedVideo,
    PhoneCall,
    PhoneRecording,
    PreparedLine,
    Recording,
    Room,
    RoomRecording,
    SessionStep,
    SpokenAudio,
    TwilioRemoval,
)
from interviewpanel.room_agents.worker import run_in_thread
from interviewpanel.services import (
    answers,
    call_recordings,
    call_upkeep,
    deadlines,
    erasure,
    file_removals,
    joined_videos,
    phone_calls,
    questions,
    recording_retention,
    recordings,
    reminders,
    room_recordings,
    rooms,
    scores,
    spoken_audio,
    transcripts,
)
from interviewpanel.services.calibration import runs
from interviewpanel.services.conversation import writing
from interviewpanel.services.events import hold_session, lock_session

Store = Callable[[], None]


@at_start(queue="transcription")
def load_transcription_engine() -> None:
    """So that the log tells the choice at the start, and the first answer need not wait for a model to load."""
    with contextlib.suppress(TranscriptionUnavailable):  # logged where it is raised
        load_engine()


@at_start(queue=SOCKETS)
def load_speech_detection() -> None:
    """Half a second in which no socket of the process would be served."""
    load_speech_detector()


@at_start(queue="realtime")
@at_start(queue="transcription")
@at_start(queue="scoring")
@at_start(queue="generation")
@at_start(queue=SOCKETS)
def load_embedding_model() -> None:
    """Wherever an answer may be scored, or wishes for questions are compared. Nobody waits for it: until it is there,
    stems alone are compared."""
    begin_loading()


@at_start(queue="speech")
@at_start(queue="realtime")
@at_start(queue=SOCKETS)
def look_for_speech_engine() -> None:
    """Which voices there are is asked of a program; whoever asks a question does not wait for that."""
    find_speech_engine()


@at_start(queue="realtime")
def begin_room_agent() -> None:
    """On the embedded stack, where the server is the interviewer in rooms, if there are any."""
    if settings.STACK == "embedded":
        run_in_thread()


def hold_session_of_step(step: SessionStep | PreparedLine) -> None:
    hold_session(step.session_id)


def hold_session_of_answer(row: AudioSegment | AnswerScore) -> None:
    """By a query: the answer may be erased by now."""
    for session_id in Answer.objects.filter(pk=row.answer_id).values_list("session_id", flat=True):
        hold_session(session_id)


@work_task(SessionStep, give_up=questions.give_up_step, lock=hold_session_of_step)
def generate_greeting(step: SessionStep) -> Store:
    """The welcome, by name."""
    return questions.greet(step)


@work_task(AudioSegment, give_up=transcripts.give_up_segment, lock=hold_session_of_answer)
def process_buffered_audio(segment: AudioSegment) -> Store:
    """From a segment's audio to its words."""
    return transcripts.transcribe_segment(segment, load_engine())


@work_task(SessionStep, give_up=questions.give_up_step, lock=hold_session_of_step)
def finalize_answer(step: SessionStep) -> Store:
    """A closed answer that could not be joined where its turn or its last segment ended: once more."""
    assert step.answer_id is not None
    answer_id = step.answer_id
    return lambda: answers.join_answer(lock_session(step.session_id), answer_id, timezone.now())


@work_task(AnswerScore, give_up=scores.give_up_score, lock=hold_session_of_answer)
def analyze_and_score_answer(score: AnswerScore) -> Store:
    """From a transcript to scores with their evidence."""
    return scores.analyse_score(score)


@work_task(SessionStep, give_up=questions.give_up_step, lock=hold_session_of_step)
def select_and_send_next_question(step: SessionStep) -> Store:
    """The next question, or the closing words."""
    return questions.ask_next(step)


@work_task(PreparedLine, give_up=writing.give_up_line, lock=hold_session_of_step)
def prepare_line(line: PreparedLine) -> Store:
    """What the interviewer may say next, worded ahead."""
    return writing.prepare_line(line)


@work_task(SpokenAudio, give_up=spoken_audio.give_up_sound)
def speak_text(audio: SpokenAudio) -> Store:
    """A text as sound, in this server's voice."""
    return spoken_audio.make_sound(audio)


@sweep_task
def forget_unused_speech(now: datetime) -> int:
    """What no interview has needed for long."""
    return spoken_audio.forget_unused(now)


@work_task(Recording, give_up=recordings.give_up_recording)
def join_recording(recording: Recording) -> Store:
    """One file of an answer's sound, or of the whole interview's."""
    return recordings.join_recording(recording, timezone.now())


@work_task(JoinedVideo, give_up=joined_videos.give_up_joining)
def join_video(joined: JoinedVideo) -> Store:
    """One file, which can be sought in, of a video's pieces."""
    return joined_videos.join_chunks(joined, timezone.now())


@work_task(Room, give_up=rooms.give_up_room)
def look_after_room(room: Room) -> Store:
    """A LiveKit room, opened for an interview and closed behind it."""
    return rooms.look_after_room(room, timezone.now())


@work_task(RoomRecording, give_up=room_recordings.give_up_recording)
def keep_room_recording(recording: RoomRecording) -> Store:
    """What the LiveKit server records of a room, until its file is here."""
    return room_recordings.keep_recording(recording, timezone.now())


@sweep_task
def sweep_sessions(now: datetime) -> int:
    """Act for sessions that no server holds any more."""
    return deadlines.sweep_sessions(now)


@work_task(FileRemoval, give_up=file_removals.give_up_removal)
def remove_files(removal: FileRemoval) -> Store:
    """The files of what was erased or deleted."""
    return file_removals.remove_files(removal, timezone.now())


@sweep_task
def erase_due_interviews(now: datetime) -> int:
    """Erase what has been kept as long as was told."""
    return erasure.erase_due(now)


@sweep_task
def erase_due_recordings(now: datetime) -> int:
    """Erase sound and video that were kept as long as was told."""
    return recording_retention.erase_due_recordings(now)


@sweep_task
def remind_candidates(now: datetime) -> int:
    """Remind who has a link and has not begun."""
    return reminders.remind_waiting(now)


@work_task(CalibrationRun, give_up=runs.give_up_run)
def score_rated_set(run: CalibrationRun) -> Store:
    """Answers that people have rated, by what scores interviews now."""
    return runs.score_set(run, timezone.now())


@sweep_task
def score_golden_sets(now: datetime) -> int:
    """Each golden set once a night."""
    return runs.ask_nightly_runs(now)


def hold_session_of_recording(row: PhoneRecording) -> None:
    hold_session(row.answer.session_id)


def give_up_recorded_answer(row: PhoneRecording, reason: str) -> None:
    recorded_answers.give_up_recording(row, reason, timezone.now())


@work_task(PhoneRecording, give_up=give_up_recorded_answer, lock=hold_session_of_recording)
def hear_phone_recording(recording: PhoneRecording) -> Store:
    return recorded_answers.hear_recording(recording, timezone.now())


@work_task(PhoneCall, give_up=phone_calls.give_up_call)
def place_call(call: PhoneCall) -> Store:
    """A call that somebody asked for, by Twilio, once."""
    return phone_calls.place_requested_call(call, timezone.now())


@work_task(CallUpkeep, give_up=call_upkeep.give_up_upkeep)
def keep_up_call(upkeep: CallUpkeep) -> Store:
    """What is to be asked of Twilio about a call."""
    return call_upkeep.keep_up_call(upkeep, timezone.now())


@work_task(CallRecording, give_up=call_recordings.give_up_recording)
def fetch_call_recording(recording: CallRecording) -> Store:
    """The recording of a call, from Twilio to here."""
    return call_recordings.fetch_call_recording(recording, timezone.now())


@work_task(TwilioRemoval, give_up=call_recordings.give_up_removal)
def remove_at_twilio(removal: TwilioRemoval) -> Store:
    """What is not to stay at Twilio."""
    return call_recordings.remove_at_twilio(removal, timezone.now())
