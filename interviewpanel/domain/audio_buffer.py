"""The audio of one open answer between the socket and the storage: in order, each sample once, gaps told.

The consumer makes one per open answer, pushes every binary frame into it, asks for what is missing, and takes a chunk
whenever the turn detector has closed a segment. Memory is bounded: what was taken is no longer held, and a frame too
far ahead of a gap is refused (the client still has it, since it was not acknowledged).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

BYTES_PER_SAMPLE = 2
USUAL_FRAME_SAMPLES = 1536  # 96 ms: what the client normally sends


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the client in its place: samples [start_sample, end_sample) of the answer's audio."""

    sequence: int
    pcm: bytes
    start_sample: int
    is_lost: bool = False

    @property
    def end_sample(self) -> int:
        return self.start_sample + len(self.pcm) // BYTES_PER_SAMPLE


@dataclass(frozen=True, slots=True)
class PushResult:
    """What a frame led to: the frames now in order (pass them to the voice detector), or why it was dropped."""

    ready: list[Frame]
    duplicate: bool = False
    refused: bool = False  # too far ahead of what is missing: not kept, to be sent again


@dataclass(frozen=True, slots=True)
class Gap:
    """Frames `from_sequence` to `to_sequence` (both inclusive) are missing while later ones have come."""

    from_sequence: int
    to_sequence: int
    first_seen_at: float


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole, consecutive frames as one piece of 16 kHz mono s16le audio; `lost_samples` of it are silence put in."""

    first_sequence: int
    last_sequence: int
    start_sample: int
    end_sample: int
    pcm: bytes
    lost_samples: int


class AudioBuffer:
    """Frames of one answer, put in order.

    A server that takes over an answer starts the buffer behind the last stored segment: `first_sequence` is the next
    frame, `start_sample` the sample it begins at. Frames before that count as duplicates.
    """

    def __init__(self, first_sequence: int = 0, start_sample: int = 0, max_pending: int = 640) -> None:
        self._next_sequence = first_sequence
        self._next_sample = start_sample
        self._max_pending = max_pending  # 640 frames: one minute, 2 MB
        self._highest_sequence = first_sequence - 1
        self._pending: dict[int, bytes] = {}
        self._missing_since: dict[int, float] = {}
        self._ready: deque[Frame] = deque()
        self._frame_samples: int | None = None

    @property
    def next_sequence(self) -> int:
        """The first frame that has neither come nor been given up."""
        return self._next_sequence

    @property
    def next_sample(self) -> int:
        """The end of the audio that is in order."""
        return self._next_sample

    def locate_end(self, sequence: int) -> int:
        """The sample at which a frame ends, or would end if it has not come and is as long as those before it."""
        return self._next_sample + (sequence + 1 - self._next_sequence) * self._guess_frame_samples()

    def push(self, sequence: int, pcm: bytes, now: float) -> PushResult:
        """Take one frame in. Effects: it joins the audio with all that waited for it, or waits itself.

        Raises ValueError for audio that is not whole samples (the consumer has refused such frames before).
        """
        if not pcm or len(pcm) % BYTES_PER_SAMPLE:
            raise ValueError(f"Frame {sequence} has {len(pcm)} bytes; a frame is a positive, even number of bytes.")
        if sequence < self._next_sequence or sequence in self._pending:
            return PushResult([], duplicate=True)
        if sequence - self._next_sequence >= self._max_pending:
            return PushResult([], refused=True)
        for skipped in range(self._highest_sequence + 1, sequence):
            self._missing_since[skipped] = now
        self._missing_since.pop(sequence, None)
        self._highest_sequence = max(self._highest_sequence, sequence)
        if sequence != self._next_sequence:
            self._pending[sequence] = pcm
            return PushResult([])
        ready = [self._append(pcm, is_lost=False)]
        self._frame_samples = len(pcm) // BYTES_PER_SAMPLE
        ready += self._append_pending()
        return PushResult(ready)

    def missing(self, now: float) -> list[Gap]:
        """The gaps as of `now`, in order: what to ask the client for. Empty while frames merely have not come yet."""
        gaps: list[Gap] = []
        for sequence, since in sorted(self._missing_since.items()):
            if since > now:
                continue
            if gaps and gaps[-1].to_sequence == sequence - 1:
                gaps[-1] = replace(gaps[-1], to_sequence=sequence)  # all seen at once, by the frame behind them
            else:
                gaps.append(Gap(sequence, sequence, since))
        return gaps

    def give_up(self, now: float, after_seconds: float = 10.0) -> list[Frame]:
        """Put silence where a frame has been missing for `after_seconds`; return it and what could follow it, in order.

        A lost frame is as long as the frame before it, or, with none before, as the next that came. Should it come
        after all, it is a duplicate: what was recorded as lost stays lost.
        """
        frames: list[Frame] = []
        while self._is_overdue(now - after_seconds):
            del self._missing_since[self._next_sequence]
            frames.append(self._append(bytes(self._guess_frame_samples() * BYTES_PER_SAMPLE), is_lost=True))
            frames += self._append_pending()
        return frames

    def take_through(self, sample: int) -> Chunk | None:
        """Take the frames that end at or before `sample` and were not taken yet; None if there are none."""
        frames: list[Frame] = []
        while self._ready and self._ready[0].end_sample <= sample:
            frames.append(self._ready.popleft())
        return _join(frames)

    def take_all(self) -> Chunk | None:
        """Take every frame in order that was not taken yet (the turn has ended); None if there are none.

        Frames that wait behind a gap stay: give the gap up first, or leave them to the late frames of a closed answer.
        """
        return self.take_through(self._next_sample)

    def _append(self, pcm: bytes, *, is_lost: bool) -> Frame:
        frame = Frame(self._next_sequence, pcm, self._next_sample, is_lost)
        self._next_sequence += 1
        self._next_sample = frame.end_sample
        self._ready.append(frame)
        return frame

    def _append_pending(self) -> list[Frame]:
        frames: list[Frame] = []
        while (pcm := self._pending.pop(self._next_sequence, None)) is not None:
            frames.append(self._append(pcm, is_lost=False))
            self._frame_samples = len(pcm) // BYTES_PER_SAMPLE
        return frames

    def _is_overdue(self, seen_before: float) -> bool:
        since = self._missing_since.get(self._next_sequence)
        return since is not None and since <= seen_before

    def _guess_frame_samples(self) -> int:
        if self._frame_samples is not None:
            return self._frame_samples
        if self._pending:
            return len(self._pending[min(self._pending)]) // BYTES_PER_SAMPLE
        return USUAL_FRAME_SAMPLES


def _join(frames: list[Frame]) -> Chunk | None:
    if not frames:
        return None
    return Chunk(
        first_sequence=frames[0].sequence,
        last_sequence=frames[-1].sequence,
        start_sample=frames[0].start_sample,
        end_sample=frames[-1].end_sample,
        pcm=b"".join(frame.pcm for frame in frames),
        lost_samples=sum(len(frame.pcm) // BYTES_PER_SAMPLE for frame in frames if frame.is_lost),
    )
