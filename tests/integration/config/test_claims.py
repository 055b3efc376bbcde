"""Claiming a row, keeping it, ending it: exactly one worker has it, and a stale one changes nothing."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from config.work.claims import Claim, claim_row, keep_claim
from config.work.owners import current_owner
from interviewpanel.models import Answer, AudioSegment
from tests.processes import wait_until
from tests.work_rows import add_segment, change_row, find_dead_owner, read_row, run_at_once

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SOON = NOW + timedelta(seconds=10)
STATE = ("work_status", "attempts", "claim_number", "claimed_until", "claimed_by", "last_error", "finished_at")


def add_due(answer: Answer, number: int = 0, **changes: Any) -> AudioSegment:
    return add_segment(answer, number, **{"due_at": NOW, **changes})


def take(row: AudioSegment, now: datetime = NOW) -> Claim:
    claim = claim_row(AudioSegment, row.pk, now)
    assert claim is not None
    return claim


def test_a_claim_takes_the_row_for_one_lease_and_counts_an_attempt(answer: Answer) -> None:
    row = add_due(answer, republished_at=NOW - LEASE)

    assert take(row) == Claim(AudioSegment, row.pk, 1, NOW)
    assert read_row(row, *STATE) == ("running", 1, 1, NOW + LEASE, current_owner(), "", None)
    assert read_row(row, "republished_at") == (None,)  # should we die, it is announced again without waiting its turn


@pytest.mark.parametrize(
    "changes",
    [
        {"due_at": NOW + timedelta(seconds=1)},
        {"work_status": "done"},
        {"work_status": "failed"},
        {"work_status": "dead"},
        {"attempts": 3},
        {"work_status": "running", "claimed_until": NOW, "claimed_by": "elsewhere:1:1"},
        {"work_status": "running", "claimed_until": NOW - LEASE, "attempts": 3},
    ],
    ids=["not due", "done", "failed", "dead", "exhausted", "held", "abandoned and exhausted"],
)
def test_a_row_that_is_not_free_is_left_alone(answer: Answer, changes: dict[str, Any]) -> None:
    row = add_due(answer, **changes)
    before = read_row(row, *STATE)

    assert claim_row(AudioSegment, row.pk, NOW) is None
    assert read_row(row, *STATE) == before


def test_a_row_that_is_gone_is_nobodys(answer: Answer) -> None:
    assert claim_row(AudioSegment, 0, NOW) is None


def test_what_a_dead_process_of_this_machine_held_is_free_at_once(answer: Answer) -> None:
    row = add_due(answer, work_status="running", claimed_until=NOW + LEASE, claimed_by=find_dead_owner(), attempts=1)

    assert take(row).number == 1
    assert read_row(row, "attempts", "claimed_by") == (2, current_owner())


def test_what_another_machine_holds_is_free_when_its_lease_has_run_out(answer: Answer) -> None:
    row = add_due(answer, work_status="running", claimed_until=NOW + LEASE, claimed_by="elsewhere:1:1")

    assert claim_row(AudioSegment, row.pk, NOW + LEASE) is None
    assert claim_row(AudioSegment, row.pk, NOW + LEASE + timedelta(seconds=1)) is not None


def test_renewing_gives_another_lease_from_now(answer: Answer) -> None:
    row = add_due(answer)

    assert take(row).renew(SOON)
    assert read_row(row, "claimed_until") == (SOON + LEASE,)


def test_ending_gives_the_row_back(answer: Answer) -> None:
    row = add_due(answer)

    assert take(row).end("done", SOON)
    assert read_row(row, *STATE) == ("done", 1, 1, None, "", "", SOON)


def test_ending_for_a_retry_sets_when_and_why(answer: Answer) -> None:
    row = add_due(answer)
    later = SOON + timedelta(seconds=2)

    assert take(row).end("queued", SOON, error="y" * 3000, due_at=later)
    assert read_row(row, *STATE) == ("queued", 1, 1, None, "", "y" * 2000, None)
    assert read_row(row, "due_at", "republished_at") == (later, None)


def test_postponing_counts_no_attempt(answer: Answer) -> None:
    row = add_due(answer)
    later = NOW + timedelta(minutes=5)

    assert take(row).postpone(later)
    assert read_row(row, *STATE) == ("queued", 0, 1, None, "", "", None)
    assert read_row(row, "due_at") == (later,)


@pytest.mark.parametrize("is_postponed", [True, False])
@pytest.mark.parametrize(("wished", "due"), [(2, 2), (600, 300)])
def test_whoever_made_it_due_meanwhile_need_not_wait_for_the_later_of_two_times(
    answer: Answer, wished: int, due: int, is_postponed: bool
) -> None:
    row = add_due(answer)
    claim = take(row)
    AudioSegment.objects.filter(pk=row.pk).update(due_at=NOW + timedelta(seconds=wished))

    later = NOW + timedelta(seconds=300)
    assert claim.postpone(later) if is_postponed else claim.end("queued", NOW, due_at=later)
    assert read_row(row, "due_at") == (NOW + timedelta(seconds=due),)


def test_a_stale_claim_changes_nothing(answer: Answer) -> None:
    row = add_due(answer)
    stale = take(row)
    fresh = take(row, NOW + LEASE + timedelta(seconds=1))
    before = read_row(row, *STATE)

    assert [stale.renew(SOON), stale.end("done", SOON), stale.postpone(SOON)] == [False, False, False]
    assert read_row(row, *STATE) == before
    assert fresh.end("done", SOON)
    assert [fresh.renew(SOON), fresh.end("dead", SOON)] == [False, False]


def test_of_workers_that_reach_for_the_same_rows_one_gets_each(committed_answer: Answer) -> None:
    rows = [add_due(committed_answer, number) for number in range(5)]

    claims = run_at_once([partial(claim_row, AudioSegment, row.pk, NOW) for row in rows for _ in range(4)])

    taken = [claim for claim in claims if claim is not None]
    assert sorted(claim.pk for claim in taken) == [row.pk for row in rows]
    assert [read_row(row, "attempts", "claim_number") for row in rows] == [(1, 1)] * 5


def test_of_workers_that_find_a_row_abandoned_one_gets_it(committed_answer: Answer) -> None:
    row = add_due(committed_answer, work_status="running", claimed_until=NOW - LEASE, claimed_by="elsewhere:1:1")

    claims = run_at_once([partial(claim_row, AudioSegment, row.pk, NOW)] * 6)

    assert [claim for claim in claims if claim is not None] == [Claim(AudioSegment, row.pk, 1, NOW)]


def read_renewed(row: AudioSegment, before: datetime) -> tuple[Any, ...]:
    """Until when the row is claimed, or nothing while that is as it was."""
    found = read_row(row, "claimed_until")
    return () if found == (before,) else found


def test_a_claim_is_kept_while_the_work_takes_longer_than_a_lease(
    committed_answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AudioSegment, "lease_seconds", 0.3)
    row = add_due(committed_answer)
    claim = take(row)

    with keep_claim(claim):
        (first,) = read_row(row, "claimed_until")
        (second,) = wait_until("renewed", lambda: read_renewed(row, first), seconds=30)
        wait_until("renewed again", lambda: read_renewed(row, second), seconds=30)
    last = read_row(row, "claimed_until")

    assert claim.end("done", SOON)
    assert last != (NOW + timedelta(seconds=0.3),)


def test_keeping_a_claim_that_was_lost_ends_quietly(committed_answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AudioSegment, "lease_seconds", 0.03)
    row = add_due(committed_answer)
    claim = take(row)
    change_row(row, claim_number=9)

    with keep_claim(claim) as _:
        before = read_row(row, "claimed_until")
    assert read_row(row, "claimed_until") == before
