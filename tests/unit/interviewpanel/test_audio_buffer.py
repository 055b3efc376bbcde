"""Frames put in order: none lost, none doubled, gaps told and given up as silence of their length."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewpanel.domain.audio_buffer import AudioBuffer, Chunk, Frame, Gap, PushResult

SAMPLES = 1536
NOW = 1_800_000_000.0
UNHURRIED = settings(deadline=None)


def make_pcm(sequence: int, samples: int = SAMPLES) -> bytes:
    return bytes([sequence % 251 + 1, 0]) * samples


def make_frame(sequence: int, *, is_lost: bool = False) -> Frame:
    pcm = bytes(2 * SAMPLES) if is_lost else make_pcm(sequence)
    return Frame(sequence, pcm, sequence * SAMPLES, is_lost)


def push(buffer: AudioBuffer, *sequences: int, now: float = NOW) -> list[PushResult]:
    return [buffer.push(sequence, make_pcm(sequence), now) for sequence in sequences]


def test_frames_in_order_are_ready_at_once() -> None:
    buffer = AudioBuffer()
    assert push(buffer, 0, 1) == [PushResult([make_frame(0)]), PushResult([make_frame(1)])]
    assert (buffer.next_sequence, buffer.next_sample) == (2, 2 * SAMPLES)
    assert buffer.missing(NOW) == []


def test_a_late_frame_brings_those_that_waited_for_it() -> None:
    buffer = AudioBuffer()
    assert push(buffer, 2, 1, 0) == [
        PushResult([]),
        PushResult([]),
        PushResult([make_frame(0), make_frame(1), make_frame(2)]),
    ]


def test_duplicates_are_dropped_whether_in_order_or_waiting_or_taken() -> None:
    buffer = AudioBuffer()
    push(buffer, 0, 1, 3)
    assert [result.duplicate for result in push(buffer, 0, 1, 3)] == [True, True, True]
    buffer.take_all()
    assert push(buffer, 0) == [PushResult([], duplicate=True)]
    assert buffer.next_sample == 2 * SAMPLES


def test_gaps_are_told_with_the_time_they_were_first_seen() -> None:
    buffer = AudioBuffer()
    push(buffer, 0)
    push(buffer, 3, now=NOW + 1)
    push(buffer, 6, now=NOW + 2)
    assert buffer.missing(NOW + 2) == [Gap(1, 2, NOW + 1), Gap(4, 5, NOW + 2)]

    push(buffer, 2, now=NOW + 3)
    assert buffer.missing(NOW + 3) == [Gap(1, 1, NOW + 1), Gap(4, 5, NOW + 2)]
    push(buffer, 1, 4, 5, now=NOW + 4)
    assert buffer.missing(NOW + 4) == []
    assert buffer.next_sequence == 7


def test_frames_missing_at_the_beginning_are_a_gap_too() -> None:
    buffer = AudioBuffer()
    push(buffer, 2)
    assert buffer.missing(NOW) == [Gap(0, 1, NOW)]


def test_gaps_are_told_as_of_the_time_asked() -> None:
    buffer = AudioBuffer()
    push(buffer, 2)
    push(buffer, 5, now=NOW + 5)
    assert buffer.missing(NOW + 5) == [Gap(0, 1, NOW), Gap(3, 4, NOW + 5)]
    assert buffer.missing(NOW + 1) == [Gap(0, 1, NOW)]


def test_a_gap_is_given_up_after_ten_seconds_and_not_before() -> None:
    buffer = AudioBuffer()
    push(buffer, 0, 3)
    assert buffer.give_up(NOW + 9.99) == []
    assert buffer.give_up(NOW + 10) == [
        make_frame(0 + 1, is_lost=True),
        make_frame(2, is_lost=True),
        make_frame(3),
    ]
    assert buffer.missing(NOW + 10) == []
    assert push(buffer, 1) == [PushResult([], duplicate=True)]


def test_a_later_gap_waits_for_its_own_ten_seconds() -> None:
    buffer = AudioBuffer()
    push(buffer, 1)
    push(buffer, 3, now=NOW + 5)
    assert buffer.give_up(NOW + 10) == [make_frame(0, is_lost=True), make_frame(1)]
    assert buffer.missing(NOW + 10) == [Gap(2, 2, NOW + 5)]
    assert buffer.give_up(NOW + 15) == [make_frame(2, is_lost=True), make_frame(3)]


def test_a_gap_can_be_given_up_at_once() -> None:
    buffer = AudioBuffer()
    push(buffer, 1)
    assert [frame.is_lost for frame in buffer.give_up(NOW, after_seconds=0)] == [True, False]


def test_a_lost_frame_is_as_long_as_the_one_before_it_or_else_as_the_next() -> None:
    before = AudioBuffer()
    before.push(0, make_pcm(0, 800), NOW)
    before.push(2, make_pcm(2, 100), NOW)
    assert [frame.end_sample for frame in before.give_up(NOW, 0)] == [1600, 1700]

    first = AudioBuffer()
    first.push(2, make_pcm(2, 100), NOW)
    first.push(1, make_pcm(1, 320), NOW)
    assert [frame.end_sample for frame in first.give_up(NOW, 0)] == [320, 640, 740]


def test_chunks_are_cut_at_the_last_frame_that_ends_by_the_sample() -> None:
    buffer = AudioBuffer()
    push(buffer, 0, 1, 2, 3)
    assert buffer.take_through(SAMPLES - 1) is None
    assert buffer.take_through(2 * SAMPLES) == Chunk(0, 1, 0, 2 * SAMPLES, make_pcm(0) + make_pcm(1), 0)
    assert buffer.take_through(2 * SAMPLES + 511) is None
    assert buffer.take_all() == Chunk(2, 3, 2 * SAMPLES, 4 * SAMPLES, make_pcm(2) + make_pcm(3), 0)
    assert buffer.take_all() is None


def test_a_chunk_tells_how_much_of_it_was_lost() -> None:
    buffer = AudioBuffer()
    push(buffer, 0, 2)
    buffer.give_up(NOW, 0)
    chunk = buffer.take_all()
    assert chunk == Chunk(0, 2, 0, 3 * SAMPLES, make_pcm(0) + bytes(2 * SAMPLES) + make_pcm(2), SAMPLES)


def test_frames_behind_a_gap_are_not_taken() -> None:
    buffer = AudioBuffer()
    push(buffer, 0, 2)
    chunk = buffer.take_all()
    assert chunk is not None
    assert chunk.last_sequence == 0


def test_a_buffer_that_takes_over_begins_behind_what_is_stored() -> None:
    buffer = AudioBuffer(first_sequence=10, start_sample=10 * SAMPLES)
    assert push(buffer, 9, 10) == [PushResult([], duplicate=True), PushResult([make_frame(10)])]
    assert buffer.take_all() == Chunk(10, 10, 10 * SAMPLES, 11 * SAMPLES, make_pcm(10), 0)


def test_a_frame_too_far_ahead_is_refused_and_may_come_again() -> None:
    buffer = AudioBuffer(max_pending=3)
    assert push(buffer, 3, 2**32 - 1) == [PushResult([], refused=True)] * 2
    assert buffer.missing(NOW) == []
    assert push(buffer, 2) == [PushResult([])]
    push(buffer, 0, 1)
    assert push(buffer, 3) == [PushResult([make_frame(3)])]


@pytest.mark.parametrize("pcm", [b"", b"\x00", bytes(3073)])
def test_half_samples_are_refused(pcm: bytes) -> None:
    with pytest.raises(ValueError, match=f"Frame 4 has {len(pcm)} bytes; a frame is a positive, even number"):
        AudioBuffer().push(4, pcm, NOW)


@UNHURRIED
@given(
    frame_samples=st.lists(st.integers(1, 4000), min_size=1, max_size=60),
    seed=st.integers(0, 2**32),
    shuffle_width=st.integers(1, 20),
    cuts=st.lists(st.integers(0, 100_000), max_size=20),
)
def test_whatever_the_order_the_audio_comes_out_whole(
    frame_samples: list[int], seed: int, shuffle_width: int, cuts: list[int]
) -> None:
    randomness = random.Random(seed)
    frames = [(sequence, randomness.randbytes(2 * samples)) for sequence, samples in enumerate(frame_samples)]
    arrivals = sorted(
        frames + randomness.choices(frames, k=10), key=lambda f: f[0] + randomness.uniform(0, shuffle_width)
    )
    buffer = AudioBuffer()
    chunks: list[Chunk] = []
    heard: list[Frame] = []
    for index, (sequence, pcm) in enumerate(arrivals):
        heard += buffer.push(sequence, pcm, NOW + index).ready
        if cuts and index % 3 == 0:
            chunk = buffer.take_through(cuts[index % len(cuts)])
            chunks += [chunk] if chunk else []
    last = buffer.take_all()
    chunks += [last] if last else []

    whole = b"".join(pcm for _, pcm in frames)
    assert b"".join(frame.pcm for frame in heard) == whole
    assert b"".join(chunk.pcm for chunk in chunks) == whole
    assert [chunk.start_sample for chunk in chunks] == [0, *(chunk.end_sample for chunk in chunks[:-1])]
    assert [chunk.first_sequence for chunk in chunks] == [0, *(chunk.last_sequence + 1 for chunk in chunks[:-1])]
    assert chunks[-1].last_sequence == len(frames) - 1


@UNHURRIED
@given(present=st.lists(st.booleans(), min_size=1, max_size=60))
def test_lost_frames_keep_every_other_in_its_place(present: list[bool]) -> None:
    buffer = AudioBuffer()
    push(buffer, *(sequence for sequence, is_present in enumerate(present) if is_present))
    buffer.give_up(NOW, 0)
    length = max((sequence + 1 for sequence, is_present in enumerate(present) if is_present), default=0)
    chunk = buffer.take_all()
    assert (chunk.pcm if chunk else b"") == b"".join(
        make_pcm(sequence) if present[sequence] else bytes(2 * SAMPLES) for sequence in range(length)
    )
    assert (chunk.lost_samples if chunk else 0) == present[:length].count(False) * SAMPLES
