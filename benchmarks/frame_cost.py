"""What one 96 ms frame of a candidate's audio costs: buffer, voice detector and turn detector.

    python -m benchmarks.frame_cost [sessions] [seconds]

Prints the processor time per frame and how many sessions one core could carry at that. `measure_frame_cost` is called
by `make bench`; what the consumer and the socket add is measured elsewhere.
"""

from __future__ import annotations

import platform
import sys
import time
import tracemalloc
from dataclasses import dataclass

import numpy as np

from interviewpanel.domain.audio_buffer import AudioBuffer
from interviewpanel.domain.turn_detection import PATIENT, SegmentClosed, TurnDetector
from interviewpanel.engines.vad import VoiceStream, load_speech_detector
from tests.speech_clips import VOICES, load_speech, make_room_noise, to_pcm

SAMPLE_RATE = 16_000
FRAME_SAMPLES = 1536
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE


@dataclass(frozen=True)
class FrameCost:
    """Processor time in microseconds per frame, in all and of each part, and memory per session."""

    sessions: int
    frames: int
    total_us: float
    buffer_us: float
    voice_us: float
    turn_us: float
    session_kib: float

    @property
    def sessions_per_core(self) -> float:
        return FRAME_SECONDS * 1e6 / self.total_us


class Session:
    """One open answer, as the consumer holds it."""

    def __init__(self) -> None:
        self.buffer = AudioBuffer()
        self.voice: VoiceStream = load_speech_detector().stream()
        self.detector = TurnDetector(PATIENT)
        self.detector.start_turn(0.0)


def make_frames(seconds: float) -> list[bytes]:
    """Frames of sentences with two seconds of a quiet room after each."""
    sound = np.concatenate([part for voice in VOICES for part in (load_speech(voice), make_room_noise(2, level=30))])
    pcm = to_pcm(np.resize(sound, round(seconds / FRAME_SECONDS) * FRAME_SAMPLES))
    return [pcm[at : at + 2 * FRAME_SAMPLES] for at in range(0, len(pcm), 2 * FRAME_SAMPLES)]


def measure_frame_cost(sessions: int = 100, seconds: float = 10.0) -> FrameCost:
    """Feed `sessions` answers frame by frame in turn, as a server with that many candidates would."""
    frames = make_frames(seconds)
    session_kib = measure_session_kib(sessions, frames[0])
    live = [Session() for _ in range(sessions)]
    spent = [0.0, 0.0, 0.0]
    for sequence, pcm in enumerate(frames):
        for session in live:
            feed_frame(session, sequence, pcm, spent)
    fed = sessions * len(frames)
    buffer_us, voice_us, turn_us = (1e6 * part / fed for part in spent)
    return FrameCost(sessions, fed, sum(spent) / fed * 1e6, buffer_us, voice_us, turn_us, session_kib)


def measure_session_kib(sessions: int, pcm: bytes) -> float:
    """Memory of a session in use, its audio stored and taken from it."""
    feed_frame(Session(), 0, pcm, [0.0, 0.0, 0.0])
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    live = [Session() for _ in range(sessions)]
    for session in live:
        feed_frame(session, 0, pcm, [0.0, 0.0, 0.0])
        session.buffer.take_all()
    kib = (tracemalloc.get_traced_memory()[0] - before) / 1024 / sessions
    tracemalloc.stop()
    return kib


def feed_frame(session: Session, sequence: int, pcm: bytes, spent: list[float]) -> None:
    """One frame on its way; adds the processor seconds of buffer, voice detector and turn detector to `spent`."""
    now = sequence * FRAME_SECONDS
    began = time.thread_time()
    ready = session.buffer.push(sequence, pcm, now).ready
    buffered = time.thread_time()
    windows = [window for frame in ready for window in session.voice.feed(frame.pcm)]
    heard = time.thread_time()
    for window in windows:
        for event in session.detector.audio(window.end_sample, window.probability, now, window.energy):
            if isinstance(event, SegmentClosed):
                session.buffer.take_through(event.through_sample)
    done = time.thread_time()
    for part, (start, end) in enumerate([(began, buffered), (buffered, heard), (heard, done)]):
        spent[part] += end - start


def main() -> None:
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    cost = measure_frame_cost(sessions, seconds)
    print(f"{platform.machine()}, Python {platform.python_version()}, one thread; {cost.frames} frames of 96 ms")
    print(f"per frame  {cost.total_us:6.0f} µs  = buffer {cost.buffer_us:.0f} + voice {cost.voice_us:.0f}", end="")
    print(f" + turn {cost.turn_us:.0f}")
    print(f"per core   {cost.sessions_per_core:6.0f} sessions by this part alone")
    print(f"memory     {cost.session_kib:6.1f} KiB per session, besides audio not yet stored (at most 15 s, 470 KiB)")


if __name__ == "__main__":
    main()
