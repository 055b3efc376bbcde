"""Which states follow which, and that nothing follows an end."""

import itertools

import pytest

from interviewpanel.domain.states import (
    ANSWER_MOVES,
    LIVE,
    OPEN_ANSWER,
    OVER,
    SESSION_MOVES,
    TERMINAL_ANSWER,
    AnswerStatus,
    MoveRefused,
    SessionStatus,
    check_answer_move,
    check_session_move,
)


@pytest.mark.parametrize(("current", "target"), list(itertools.product(SessionStatus, SessionStatus)))
def test_a_session_makes_the_moves_of_the_table_and_no_others(current: SessionStatus, target: SessionStatus) -> None:
    if target in SESSION_MOVES[current]:
        check_session_move(current.value, target)
    else:
        with pytest.raises(MoveRefused, match=f"is {current.replace('_', ' ')}; it cannot become") as refusal:
            check_session_move(current.value, target)
        assert refusal.value.code == "state.conflict"


@pytest.mark.parametrize(("current", "target"), list(itertools.product(AnswerStatus, AnswerStatus)))
def test_an_answer_makes_the_moves_of_the_table_and_no_others(current: AnswerStatus, target: AnswerStatus) -> None:
    if target in ANSWER_MOVES[current]:
        check_answer_move(current.value, target)
    else:
        with pytest.raises(MoveRefused, match=f"is {current.replace('_', ' ')}; it cannot become"):
            check_answer_move(current.value, target)


def test_every_state_has_its_row_and_its_kind() -> None:
    assert set(SESSION_MOVES) == set(SessionStatus) == LIVE | OVER | {SessionStatus.PENDING}
    assert set(ANSWER_MOVES) == set(AnswerStatus)
    assert not LIVE & OVER
    assert not OPEN_ANSWER & TERMINAL_ANSWER


def test_nothing_follows_the_end_of_a_session_and_every_live_one_can_end() -> None:
    assert all(not SESSION_MOVES[status] for status in OVER)
    assert all({SessionStatus.COMPLETED, SessionStatus.ABANDONED} <= SESSION_MOVES[status] for status in LIVE)


def test_a_terminal_answer_never_becomes_a_score() -> None:
    """Silence may turn out to be nobody's; nothing else of an answer changes once it is over."""
    assert {status: ANSWER_MOVES[status] for status in TERMINAL_ANSWER if ANSWER_MOVES[status]} == {
        AnswerStatus.NO_SPEECH: {AnswerStatus.TECHNICAL_FAILURE}
    }
