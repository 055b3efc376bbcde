"""Eight servers close one answer at once: one wins, the others are told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from interviewpanel.domain.states import MoveRefused
from interviewpanel.services.answers import close_answer
from tests.live_interviews import after, begin_interview, find_open, store_audio
from tests.work import do_due

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def test_of_eight_parallel_closes_one_wins() -> None:
    session = begin_interview()
    answer = find_open(session)
    store_audio(answer)
    barrier = Barrier(THREADS)

    def close(number: int) -> str:
        barrier.wait()
        try:
            close_answer(session_id=session.pk, epoch=1, answer_id=answer.pk, reason="done", now=after(60 + number))
        except MoveRefused as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "closed"

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = sorted(pool.map(close, range(THREADS)))
    assert outcomes == ["answer.closed"] * 7 + ["closed"]
    do_due(now=after(70))
    assert (answer.scores.count(), session.answers.count()) == (1, 2)
