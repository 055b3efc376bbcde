"""What deciding who may begin costs: milliseconds and queries of one decision, with few and with 500 in line.

Run: python -m benchmarks.queue_cost [--waiting 500]. Makes a scratch database (SQLite, or PostgreSQL where DB_* is set)
and drops it afterwards. 200 interviews go on; the line is of five organizations. Measured: a decision while all places
are taken (what every arrival and every sweep costs then), one that calls the next, and the reading of the whole line
that a process tells to all of its pages every two seconds.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - a script, before settings exist
SCRATCH = tempfile.TemporaryDirectory(prefix="queue-cost-")
os.environ["VAR_DIR"] = SCRATCH.name  # noqa: TID251 - as above

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from benchmarks.selection_cost import scratch_database  # noqa: E402
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession, Place  # noqa: E402
from interviewpanel.selectors.queue_board import read_board  # noqa: E402
from interviewpanel.services.admissions import let_in  # noqa: E402
from organizations.models import Candidate, Organization  # noqa: E402

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORGANIZATIONS, LIVE, TRIES = 5, 200, 20


def make_panels() -> list[InterviewPanel]:
    panels = []
    for number in range(ORGANIZATIONS):
        organization = Organization.objects.create(name=f"Organization {number}", slug=f"organization-{number}")
        panels.append(InterviewPanel.objects.create(organization=organization, title="Back end", job_title="Engineer"))
    return panels


@transaction.atomic
def make_rows(panels: list[InterviewPanel], start: int, stop: int) -> None:
    """The first have begun, the others are in line; each page is open."""
    for number in range(start, stop):
        panel, is_live = panels[number % ORGANIZATIONS], number < LIVE
        owner = {"organization": panel.organization}
        candidate = Candidate.objects.create(**owner, full_name=f"Candidate {number}", email=f"{number}@example.com")
        invitation = InterviewPanelCandidate.objects.create(
            **owner, panel=panel, candidate=candidate, token_hash=f"{number:064d}", expires_at=NOON + timedelta(days=1)
        )
        begun = {"status": "in_progress", "consented_at": NOON, "started_at": NOON - timedelta(minutes=number % 30)}
        session = InterviewSession.objects.create(
            **owner,
            invitation=invitation,
            seed=number,
            clock_limit_seconds=1800,
            epoch=1,
            lease_until=NOON + timedelta(days=1),
            **(begun if is_live else {}),
        )
        state = {"state": "begun", "begun_at": NOON} if is_live else {"state": "waiting"}
        arrived_at = NOON + timedelta(seconds=number)
        Place.objects.create(**owner, session=session, arrived_at=arrived_at, consent_hash="a" * 64, **state)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(act: Callable[[], object]) -> tuple[float, int]:
    """Median milliseconds, and queries; what it changes is undone each time."""
    took = []
    for _ in range(TRIES):
        with transaction.atomic():
            started = time.perf_counter()
            act()
            took.append(1000 * (time.perf_counter() - started))
            transaction.set_rollback(True)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        act()
        transaction.set_rollback(True)
    return statistics.median(took), len(captured)


def measure_line(waiting: int) -> None:
    now = NOON + timedelta(hours=1)
    for name, limit, act in (
        ("all taken", LIVE, lambda: let_in(now)),
        ("one called", LIVE + 1, lambda: let_in(now)),
        ("line read", LIVE, lambda: read_board(now)),
    ):
        settings.INTERVIEW_LIMIT = limit
        milliseconds, queries = measure(act)
        print(f"{waiting:>5} waiting, {LIVE} live, {name:<10}: {milliseconds:6.1f} ms, {queries} queries")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--waiting", type=int, default=500)
    most = parser.parse_args().waiting
    print(f"The queue on {connection.vendor}, {os.cpu_count()} cores")
    with SCRATCH, scratch_database():
        panels, made = make_panels(), 0
        for waiting in sorted({5, most}):
            make_rows(panels, made, LIVE + waiting)
            made = LIVE + waiting
            measure_line(waiting)


if __name__ == "__main__":
    main()
