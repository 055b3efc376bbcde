"""How many pass, and who waits how long: in memory and virtual time here, in Redis in integration."""

from concurrent.futures import ThreadPoolExecutor

from config.api.rates import MemoryRates, Rate, Verdict

RATE = Rate(hits=5, seconds=10)


def test_as_many_as_may_pass_at_once_and_then_one_by_one() -> None:
    rates = MemoryRates()
    at_once = [rates.hit("anna", RATE, 100.0) for _ in range(7)]
    assert at_once == [*(Verdict(0, left) for left in (4, 3, 2, 1, 0)), Verdict(2.0, 0), Verdict(2.0, 0)]
    assert [rates.hit("anna", RATE, at) for at in (101.9, 102.0, 102.1)] == [
        Verdict(wait_seconds=102.0 - 101.9, left=0),
        Verdict(0, 0),
        Verdict(wait_seconds=104.0 - 102.1, left=0),
    ]


def test_each_has_their_own() -> None:
    rates = MemoryRates()
    assert [rates.hit(name, Rate(1, 60), 0.0).passes for name in ("a", "a", "b")] == [True, False, True]


def test_after_a_rest_it_is_as_at_the_beginning_and_no_more() -> None:
    rates = MemoryRates()
    for _ in range(5):
        rates.hit("anna", RATE, 0.0)
    assert [rates.hit("anna", RATE, 1000.0).passes for _ in range(6)] == [True] * 5 + [False]


def test_of_many_threads_exactly_as_many_pass_as_may() -> None:
    rates = MemoryRates()
    with ThreadPoolExecutor(20) as pool:
        passed = list(pool.map(lambda _: rates.hit("anna", Rate(50, 1e9), 0.0).passes, range(1000)))
    assert sum(passed) == 50
