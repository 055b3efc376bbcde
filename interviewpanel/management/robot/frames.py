"""The robot's audio on its way: binary frames, kept until the server says that they are stored. No input or output."""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass

SAMPLE_RATE = 16_000
FRAME_SAMPLES = 1_536  # 96 ms
FRAME_BYTES = FRAME_SAMPLES * 2
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
HEADER = struct.Struct(">II")  # number of the answer, number of the frame within it


def build_frame(answer: int, sequence: int, pcm: bytes) -> bytes:
    """The binary message of docs/protocol: 8 bytes of header, then 16 kHz mono s16le samples."""
    return HEADER.pack(answer, sequence) + pcm


def cut_frames(pcm: bytes) -> list[bytes]:
    """Whole frames of `pcm`, the last one filled up with silence."""
    return [pcm[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for at in range(0, len(pcm), FRAME_BYTES)]


@dataclass(slots=True)
class Counts:
    """What happened to the frames so far."""

    recorded: int = 0
    sent: int = 0  # each frame once
    resent: int = 0  # every further sending
    acknowledged: int = 0


class Outbox:
    """Every frame that the server has not acknowledged, in order, and which of them are still to be sent."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._kept: dict[tuple[int, int], bytes] = {}
        self._unsent: deque[tuple[int, int]] = deque()
        self._sent: set[tuple[int, int]] = set()
        self._next_sequence: dict[int, int] = {}

    @property
    def unacknowledged(self) -> int:
        return len(self._kept)

    @property
    def has_unsent(self) -> bool:
        return any(key in self._kept for key in self._unsent)

    @property
    def newest(self) -> tuple[int, int] | None:
        """(answer, sequence) of the last frame that is kept; None if there is none."""
        return max(self._kept, default=None)

    def record(self, answer: int, pcm: bytes) -> int:
        """Keep one new frame of `answer` and return its sequence."""
        sequence = self._next_sequence.get(answer, 0)
        self._next_sequence[answer] = sequence + 1
        self._kept[answer, sequence] = pcm
        self._unsent.append((answer, sequence))
        self.counts.recorded += 1
        return sequence

    def take_unsent(self) -> bytes | None:
        """The next message to send, or None. A frame acknowledged in the meantime is passed over."""
        while self._unsent:
            key = self._unsent.popleft()
            if key in self._kept:
                if key in self._sent:
                    self.counts.resent += 1
                else:
                    self.counts.sent += 1
                    self._sent.add(key)
                return build_frame(*key, self._kept[key])
        return None

    def acknowledge(self, answer: int, through: int) -> None:
        """Forget every frame of `answer` up to and including `through`: the server has stored them."""
        stored = [key for key in self._kept if key[0] == answer and key[1] <= through]
        for key in stored:
            del self._kept[key]
        self.counts.acknowledged += len(stored)
        # A robot started again in the middle of an answer goes on after what the server has of it.
        self._next_sequence[answer] = max(self._next_sequence.get(answer, 0), through + 1)

    def repeat(self, answer: int, first: int, last: int) -> None:
        """Send these frames again, before anything else: the server did not get them."""
        missing = [(answer, sequence) for sequence in range(first, last + 1) if (answer, sequence) in self._kept]
        self._unsent.extendleft(reversed(missing))

    def rewind(self) -> None:
        """After a reconnect: everything unacknowledged is to be sent again, in the order it was recorded."""
        self._unsent = deque(self._kept)

    def forget(self, answer: int) -> None:
        """Drop what is left of an answer that is whole on the server: frames after its last one."""
        for key in [key for key in self._kept if key[0] == answer]:
            del self._kept[key]
