"""Where voices lie on the time line: end to end where storing only took its time, apart where it was a pause."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.domain.timelines import Place, Spoken, Stretch, measure_end, place_lines, place_stretches
from interviewpanel.engines.mixing import BLOCK_SAMPLES, add_voices, lay_out

RATE = 16_000


def second(place: Place) -> tuple[float, float]:
    return place.start_sample / RATE, place.samples / RATE


def part(answer: int, start: float, end: float, stored_at: float) -> Stretch:
    return Stretch(answer, round(start * RATE), round(end * RATE), stored_at)


def test_an_answer_lies_where_its_storing_tells() -> None:
    places = place_stretches([part(1, 0, 4, 24.2), part(1, 4, 7, 27.3), part(2, 0, 5, 60.0)])
    assert [second(one) for one in places] == [(20.2, 4.0), (24.2, 3.0), (55.0, 5.0)]


def test_a_slow_moment_of_storing_is_no_pause_and_a_pause_is_one() -> None:
    slow = place_stretches([part(1, 0, 4, 24.0), part(1, 4, 7, 28.9)])
    assert [second(one) for one in slow] == [(20.0, 4.0), (24.0, 3.0)]
    paused = place_stretches([part(1, 0, 4, 24.0), part(1, 4, 7, 57.0), part(1, 7, 9, 59.5)])
    assert [second(one) for one in paused] == [(20.0, 4.0), (54.0, 3.0), (57.0, 2.0)]


def test_what_would_lie_over_what_was_said_before_comes_after_it() -> None:
    places = place_stretches([part(1, 0, 4, 30.0), part(2, 0, 3, 31.0)])
    assert [second(one) for one in places] == [(26.0, 4.0), (30.0, 3.0)]
    assert second(place_stretches([part(1, 0, 4, 1.0)])[0]) == (0.0, 4.0)


def test_a_line_ends_where_it_was_cut_off_or_the_next_begins() -> None:
    lines = [Spoken(1.0, 4 * RATE), Spoken(3.0, 2 * RATE, 4.5), Spoken(9.0, RATE), Spoken(9.0, RATE)]
    assert [second(one) for one in place_lines(lines)] == [(1.0, 2.0), (3.0, 1.5), (9.0, 0.0), (9.0, 1.0)]


def test_it_ends_with_the_last_that_is_heard() -> None:
    assert measure_end([Place(5, 10), Place(90, 0), Place(20, 3)]) == 23
    assert measure_end([]) == 0


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9 * RATE), st.floats(0, 90)), max_size=12),
)
def test_no_stretch_ever_lies_over_another(drawn: list[tuple[int, int, float]]) -> None:
    stretches, at, answer = [], 0, 0
    for step, samples, stored_at in drawn:
        answer, at = (answer + 1, 0) if step > 1 else (answer, at)
        stretches.append(Stretch(answer, at, at + samples, stored_at))
        at += samples
    places = place_stretches(stretches)
    assert [one.samples for one in places] == [one.end_sample - one.start_sample for one in stretches]
    ends = [0, *(one.end_sample for one in places)]
    assert all(one.start_sample >= end for one, end in zip(places, ends, strict=False))


# --- The sound --------------------------------------------------------------------------------------------------------


def noise(samples: int, seed: int = 1) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    return np.random.default_rng(seed).integers(-9000, 9000, samples, dtype=np.int16)


@pytest.mark.parametrize("starts", [(0, 70_000), (63_999, 128_000), (100, 64_000), (64_000, 200_001)])
def test_sound_lies_bit_for_bit_at_its_place_and_silence_between(starts: tuple[int, int]) -> None:
    parts = [(starts[0], noise(5000)), (starts[1], noise(150_000, 2))]
    samples = 400_000
    wanted = np.zeros(samples, np.int16)
    for start, sound in parts:
        wanted[start : start + len(sound)] = sound
    blocks = list(lay_out(iter(parts), samples))
    assert np.array_equal(np.concatenate(blocks), wanted)
    assert {len(block) for block in blocks[:-1]} == {BLOCK_SAMPLES}


def test_what_lies_beyond_the_end_is_left_out() -> None:
    sound = np.concatenate(list(lay_out([(10, noise(100))], 50)))
    assert np.array_equal(sound, np.concatenate([np.zeros(10, np.int16), noise(100)[:40]]))
    assert list(lay_out([], 0)) == []


def test_two_voices_are_added_and_never_turn_over() -> None:
    loud, quiet = np.full(4, 30_000, np.int16), np.array([0, -1000, 5000, -32768], np.int16)
    (both,) = add_voices([loud], [quiet])
    assert both.tolist() == [30_000, 29_000, 32_767, -2768]
    assert both.dtype == np.int16
