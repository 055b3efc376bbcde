"""The circuit breaker, under a clock of the test's own."""

import pytest

from config.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_it_lets_everything_through_until_it_trips(clock: Clock) -> None:
    breaker = Breaker(5.0, clock)

    assert [breaker.is_closed(), breaker.admit_call(), breaker.admit_call()] == [True, True, True]


def test_a_trip_holds_calls_back_for_the_rest(clock: Clock) -> None:
    breaker = Breaker(5.0, clock)
    breaker.trip()
    clock.seconds += 4.9
    assert [breaker.is_closed(), breaker.admit_call()] == [False, False]

    clock.seconds += 0.1
    assert [breaker.is_closed(), breaker.is_closed()] == [True, True]


def test_after_a_rest_one_call_tries_and_the_others_wait_for_its_outcome(clock: Clock) -> None:
    breaker = Breaker(5.0, clock)
    breaker.trip()
    clock.seconds += 5.0
    assert [breaker.admit_call(), breaker.admit_call(), breaker.admit_call()] == [True, False, False]

    breaker.reset()
    assert [breaker.admit_call(), breaker.admit_call()] == [True, True]


def test_a_try_of_which_nothing_was_heard_is_followed_by_another(clock: Clock) -> None:
    breaker = Breaker(5.0, clock)
    breaker.trip()
    clock.seconds += 5.0
    breaker.admit_call()
    clock.seconds += 5.0

    assert breaker.admit_call()
