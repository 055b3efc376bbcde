"""One open answer as a socket hears it: every frame is in exactly one stored chunk, whatever happens between."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from interviewpanel.domain.audio_buffer import Chunk
from interviewpanel.domain.open_turn import OpenTurn
from interviewpanel.domain.turn_detection import PATIENT, TurnMemory
from interviewpanel.engines.vad import load_speech_detector
from interviewpanel.live.live_turn import CloseTurn, LiveTurn, Step, StoreChunk, TellTurn, TurnBegan
from tests.speech_clips import load_speech, make_quiet, to_pcm

FRAME_BYTES = 3072
START = OpenTurn(
    answer_id=1,
    number=1,
    first_sequence=0,
    start_sample=0,
    memory=TurnMemory(),
    is_started=False,
    heard_seconds=999.0,
    think_seconds=30.0,
    question={},
    asked_at=datetime(2027, 1, 15, 8, 0, tzinfo=UTC),
    question_sequence=2,
)


@dataclass
class Listener:
    """Hears frames at real time and keeps what would be stored; may be killed and started again from that."""

    start: OpenTurn = START
    now: float = 1_800_000_000.0
    chunks: list[Chunk] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turn = LiveTurn(self.start, PATIENT, load_speech_detector(), self.now)

    def note(self, steps: list[Step]) -> None:
        self.steps += steps
        for step in steps:
            if isinstance(step, StoreChunk):
                self.chunks.append(step.chunk)
                self.memory = TurnMemory.from_dict(step.memory)

    def hear(self, frames: list[bytes], first: int = 0) -> None:
        for sequence, pcm in enumerate(frames, first):
            self.now += 0.096
            self.note(self.turn.push(sequence, pcm, self.now))

    def restart(self) -> int:
        """A new server with nothing but what is stored. Returns the first frame to send again."""
        last = self.chunks[-1]
        self.start = replace(
            START, first_sequence=last.last_sequence + 1, start_sample=last.end_sample, memory=self.memory
        )
        self.turn = LiveTurn(self.start, PATIENT, load_speech_detector(), self.now)
        self.note(self.turn.rejoin(self.now))
        return last.last_sequence + 1

    @property
    def closes(self) -> list[str]:
        return [step.reason for step in self.steps if isinstance(step, CloseTurn)]


def make_frames(*, quiet_after: float = 11.0, frame_bytes: int = FRAME_BYTES) -> list[bytes]:
    sound = to_pcm(load_speech("rms")) + to_pcm(make_quiet(1.5)) + to_pcm(load_speech("slt"))
    sound += to_pcm(make_quiet(quiet_after))
    return [sound[at : at + frame_bytes].ljust(frame_bytes, b"\0") for at in range(0, len(sound), frame_bytes)]


def assert_tiled(chunks: list[Chunk], frames: list[bytes]) -> None:
    """The chunks are the frames, each once, up to the last that was stored."""
    stored = chunks[-1].last_sequence + 1
    assert b"".join(chunk.pcm for chunk in chunks) == b"".join(frames[:stored])
    assert [chunk.first_sequence for chunk in chunks] == [0, *(chunk.last_sequence + 1 for chunk in chunks[:-1])]
    assert [chunk.start_sample for chunk in chunks] == [0, *(chunk.end_sample for chunk in chunks[:-1])]


def test_silence_ends_the_turn_and_every_frame_is_in_one_chunk() -> None:
    frames, listener = make_frames(), Listener()
    listener.note(listener.turn.start(listener.now))
    listener.hear(frames)
    assert listener.closes == ["silence"]
    assert listener.turn.is_closed
    assert_tiled(listener.chunks, frames)
    assert isinstance(listener.steps[-1], CloseTurn)


def test_frames_that_fit_no_window_are_tiled_too() -> None:
    frames, listener = make_frames(frame_bytes=1234), Listener()
    listener.note(listener.turn.start(listener.now))
    listener.hear(frames[:400])
    listener.note(listener.turn.end(listener.now, "done"))
    assert listener.closes == ["done"]
    assert listener.chunks[-1].last_sequence == 399
    assert_tiled(listener.chunks, frames)


def test_a_server_that_restarts_stores_the_same_frames() -> None:
    frames, listener = make_frames(quiet_after=2.0), Listener()
    listener.note(listener.turn.start(listener.now))
    sent = 0
    for until in (40, 70, 100, len(frames)):
        listener.hear(frames[sent:until], sent)
        sent = listener.restart() if listener.chunks and until < len(frames) else until
    listener.note(listener.turn.end(listener.now, "done"))
    assert_tiled(listener.chunks, frames)
    assert listener.chunks[-1].last_sequence == len(frames) - 1


def test_an_end_that_was_not_carried_out_is_told_again_after_a_restart() -> None:
    listener = Listener()
    listener.note(listener.turn.start(listener.now))
    listener.hear(make_frames()[:20])
    listener.note(listener.turn.end(listener.now, "skipped"))
    listener.restart()
    assert listener.closes == ["skipped", "skipped"]


def test_what_is_heard_while_the_question_plays_is_stored_as_no_answer() -> None:
    frames, listener = make_frames(), Listener()
    silence = [bytes(FRAME_BYTES)] * 20
    listener.hear(silence)
    listener.note(listener.turn.end(listener.now, "skipped"))
    stored = [step for step in listener.steps if isinstance(step, StoreChunk)]
    assert [(step.is_answer, step.has_speech) for step in stored] == [(False, False)]
    assert_tiled(listener.chunks, silence + frames)


def test_talking_over_the_question_begins_the_turn() -> None:
    listener = Listener()
    listener.hear(make_frames()[:30])
    assert [step for step in listener.steps if isinstance(step, TurnBegan)] == [TurnBegan()]
    assert listener.turn.is_started
    assert listener.turn.heard_by is None


def test_a_question_nobody_said_was_heard_counts_as_heard_in_time_but_not_in_a_pause() -> None:
    listener = Listener(start=replace(START, heard_seconds=10.0))
    listener.note(listener.turn.tick(1_800_000_009.0))
    listener.note(listener.turn.pause(1_800_000_009.5))
    listener.note(listener.turn.tick(1_800_000_011.0))
    assert not listener.turn.is_started
    listener.note(listener.turn.resume(1_800_000_020.0))
    listener.note(listener.turn.tick(1_800_000_021.0))
    assert TurnBegan() in listener.steps
    assert listener.turn.is_started


def test_a_gap_is_asked_for_and_given_up_after_ten_seconds() -> None:
    frames, listener = make_frames(), Listener()
    listener.note(listener.turn.start(listener.now))
    listener.hear(frames[:5])
    listener.hear(frames[7:20], 7)
    (gap,) = listener.turn.missing(listener.now)
    assert (gap.from_sequence, gap.to_sequence) == (5, 6)
    listener.note(listener.turn.tick(listener.now + 8))
    assert listener.turn.missing(listener.now + 8)
    listener.note(listener.turn.tick(listener.now + 11))
    assert listener.turn.missing(listener.now + 11) == []
    listener.note(listener.turn.end(listener.now + 11, "done"))
    assert sum(chunk.lost_samples for chunk in listener.chunks) == 2 * 1536
    assert_tiled(listener.chunks, [*frames[:5], bytes(FRAME_BYTES), bytes(FRAME_BYTES), *frames[7:]])


def test_an_end_does_not_wait_for_a_gap_and_loses_nothing_behind_it() -> None:
    frames, listener = make_frames(), Listener()
    listener.hear(frames[:5])
    listener.hear(frames[6:20], 6)
    listener.note(listener.turn.end(listener.now, "done"))
    assert_tiled(listener.chunks, [*frames[:5], bytes(FRAME_BYTES), *frames[6:]])
    assert listener.chunks[-1].last_sequence == 19


def test_thinking_is_told_and_moves_the_end() -> None:
    listener = Listener()
    listener.note(listener.turn.start(listener.now))
    listener.note(listener.turn.need_time(listener.now))
    assert [step.update.reason for step in listener.steps if isinstance(step, TellTurn)] == ["", "thinking"]
    assert listener.turn.deadline(listener.now) == listener.now + 120
