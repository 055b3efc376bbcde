"""The way of an answer's audio from frames to chunks: buffer, real voice detector and turn detector together."""

import json
from dataclasses import dataclass, field

import numpy as np

from interviewpanel.domain.audio_buffer import AudioBuffer, Chunk, Frame
from interviewpanel.domain.turn_detection import (
    PATIENT,
    EndReason,
    SegmentClosed,
    TurnDetector,
    TurnEnded,
    TurnEvent,
    TurnMemory,
)
from interviewpanel.engines.vad import load_speech_detector
from tests.speech_clips import load_speech, make_quiet, make_room_noise, to_pcm

FRAME_BYTES = 3072
NOW = 1_800_000_000.0


@dataclass
class Server:
    """What a server holds of an open answer, and what it has stored."""

    stored: list[tuple[Chunk, SegmentClosed]] = field(default_factory=list)
    ended: TurnEnded | None = None

    def open_answer(self) -> None:
        """As after a restart: everything comes from what is stored."""
        memory, sequence, sample = None, 0, 0
        if self.stored:
            chunk, segment = self.stored[-1]
            memory = TurnMemory.from_dict(json.loads(json.dumps(segment.memory.to_dict())))
            sequence, sample = chunk.last_sequence + 1, chunk.end_sample
        self.buffer = AudioBuffer(sequence, sample)
        self.voice = load_speech_detector().stream(sample)
        self.detector = TurnDetector(PATIENT, memory=memory)
        self.act([*self.detector.start_turn(NOW), *self.detector.rejoin(NOW)])

    def receive(self, sequence: int, pcm: bytes) -> None:
        now = NOW + sequence * 0.032
        for frame in self.buffer.push(sequence, pcm, now).ready:
            self.hear(frame, now)

    def hear(self, frame: Frame, now: float) -> None:
        for window in self.voice.feed(frame.pcm):
            self.act(self.detector.audio(window.end_sample, window.probability, now, window.energy))

    def act(self, events: list[TurnEvent]) -> None:
        for event in events:
            if isinstance(event, SegmentClosed):
                is_last = event.memory.end_reason is not None
                chunk = self.buffer.take_all() if is_last else self.buffer.take_through(event.through_sample)
                if chunk is not None:
                    self.stored.append((chunk, event))
            elif isinstance(event, TurnEnded):
                self.ended = event


def make_answer() -> list[bytes]:
    sound = np.concatenate(
        [
            make_quiet(3),
            load_speech("rms"),
            make_quiet(1),
            load_speech("slt"),
            make_quiet(4),
            load_speech("kal16"),
            make_quiet(14),
        ]
    )
    pcm = to_pcm(sound + make_room_noise(len(sound) / 16_000, level=30))
    return [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]


def test_an_answer_is_cut_into_its_sentences_and_ends_in_silence() -> None:
    frames = make_answer()
    server = Server()
    server.open_answer()
    for sequence, pcm in enumerate(frames):
        server.receive(sequence, pcm)

    assert server.ended is not None
    assert server.ended.reason == EndReason.SILENCE
    spoken_until = (3 + 1 + 4) * 16_000 + sum(len(load_speech(voice)) for voice in ("rms", "slt", "kal16"))
    assert 9 * 16_000 < server.ended.at_sample - spoken_until < 11 * 16_000
    speech_seconds = [
        (chunk.end_sample - chunk.start_sample) / 16_000 for chunk, segment in server.stored if segment.has_speech
    ]
    # Each sentence with its pre-roll and the pause after it; a comma may cut one in two.
    assert 3 <= len(speech_seconds) <= 5
    assert 12 < sum(speech_seconds) < 17
    assert_stored_audio_is(server, frames)


def test_a_server_killed_every_few_seconds_stores_the_same_answer() -> None:
    frames = make_answer()
    server = Server()
    server.open_answer()
    live = Server()
    live.open_answer()
    for sequence, pcm in enumerate(frames):
        live.receive(sequence, pcm)
        if server.ended is None:
            server.receive(sequence, pcm)
        if sequence % 47 == 46 and server.ended is None:
            server.open_answer()
            for again in range(server.buffer.next_sequence, sequence + 1):
                server.receive(again, frames[again])

    assert_stored_audio_is(server, frames)
    assert server.ended is not None
    assert live.ended is not None
    assert server.ended.reason == live.ended.reason
    # The model's own memory is not stored, so that a border may move by some windows.
    assert abs(server.ended.at_sample - live.ended.at_sample) <= 5 * 512
    assert [segment.has_speech for _, segment in server.stored] == [segment.has_speech for _, segment in live.stored]


def assert_stored_audio_is(server: Server, frames: list[bytes]) -> None:
    """Every frame up to the end of the turn is stored once, in whole frames, in order."""
    chunks = [chunk for chunk, _ in server.stored]
    assert b"".join(chunk.pcm for chunk in chunks) == b"".join(frames[: chunks[-1].last_sequence + 1])
    assert [chunk.first_sequence for chunk in chunks] == [0, *(chunk.last_sequence + 1 for chunk in chunks[:-1])]
    assert all(chunk.end_sample - chunk.start_sample <= 15 * 16_000 for chunk in chunks)
    assert server.ended is not None
    assert 0 <= chunks[-1].end_sample - server.ended.at_sample < 1536
