"""What counts as drift of frozen answers' scores, and what is only noise."""

from interviewpanel.domain.agreement import Agreement
from interviewpanel.domain.drift import Drift, Scored, compare_runs


def agree(qwk: float) -> Agreement:
    return Agreement(pairs=40, qwk=qwk, qwk_95=None, icc=None, mae=9.0, bias=0.0, exact=0.5, adjacent=0.9)


def score(*composites: int | None) -> dict[str, Scored]:
    return {
        str(number): Scored("scored" if value is not None else "needs_human", value)
        for number, value in enumerate(composites, 1)
    }


def test_the_same_scores_are_steady() -> None:
    assert compare_runs(score(50, 60, None), score(50, 60, None)) == Drift(3, 0.0, 0.0, 0, ())


def test_a_shift_is_told_with_its_direction() -> None:
    found = compare_runs(score(50, 60, 70), score(56, 66, 70))
    assert (found.mean_change, found.shift) == (4.0, 4.0)
    assert found.alarms == ("Scores differ by 4.0 points on average; 3 are normal.",)


def test_answers_that_lose_their_number_are_told() -> None:
    found = compare_runs(score(*[50] * 10), score(*[50] * 8, None, None))
    assert found.state_changes == 2
    assert found.alarms == ("2 of 10 answers got a score and had none, or had one and get none.",)


def test_one_in_ten_may_change_its_state() -> None:
    assert compare_runs(score(*[50] * 10), score(*[50] * 9, None)).alarms == ()


def test_what_was_not_scored_is_told() -> None:
    found = compare_runs(score(50, 60), {"1": Scored("scored", 50)})
    assert (found.compared, found.alarms) == (1, ("1 of 2 answers could not be scored.",))


def test_agreement_that_falls_is_told_and_one_that_rises_is_not() -> None:
    same = score(50)
    falls = compare_runs(same, same, agree(0.80), agree(0.74))
    assert falls.alarms == ("Agreement with people fell from 0.80 to 0.74 (weighted kappa).",)
    assert compare_runs(same, same, agree(0.74), agree(0.80)).alarms == ()
    assert compare_runs(same, same, agree(0.80), None).alarms == ()


def test_nothing_to_compare_is_no_number() -> None:
    found = compare_runs(score(None), score(None))
    assert (found.mean_change, found.shift) == (None, None)
