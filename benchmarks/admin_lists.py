"""What the admin's pages cost: milliseconds and queries of the home page and of every page of the sidebar.

    python -m benchmarks.admin_lists [--candidates 10000] [--interviews 1000] [--rounds 7] [--plans]

On a private PostgreSQL, as a recruiter of the largest of four organizations and as a superadmin. A page is asked for
through Django's test client, so that all but the network is in the figure. Wanted: 300 ms at most; exits with 1 where a
median is above. `--plans` prints the slowest statement of each slow page.
"""

import argparse
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

from config.private_services import ServiceMissingError, run_services

WANTED_MS = 300
INSIDE = "--inside"
# Lists that home's figures lead to and the sidebar does not, and lists as home opens them.
MORE_PAGES = (
    "/admin/?days=90",
    "/admin/interviewpanel/answerscore/",
    "/admin/interviewpanel/answerscore/?needs=person",
    "/admin/interviewpanel/audiosegment/",
    "/admin/interviewpanel/audiosegment/?needs=failed",
    "/admin/interviewpanel/interviewsession/?live=yes",
    "/admin/interviewpanel/interviewsession/?needs=failed",
    "/admin/interviewpanel/interviewsession/?q=raghunathan",
    "/admin/interviewpanel/interviewpanelcandidate/?link=ending",
    "/admin/interviewpanel/interviewpanelcandidate/?reached=finished",
    "/admin/interviewpanel/interviewpanelcandidate/?q=mori",
    "/admin/organizations/candidate/?q=mori",
    "/admin/organizations/candidate/?p=40",
    "/admin/interviewpanel/interviewsession/?decision=to_review",
)


@dataclass(frozen=True)
class PageCost:
    page: str
    median_ms: float
    slowest_ms: float
    processor_ms: float  # of this process: what another busy process does not add to
    queries: int
    database_ms: float
    slowest_statement: str

    @property
    def is_slow(self) -> bool:
        return self.median_ms > WANTED_MS


def run_inside(arguments: Sequence[str]) -> int:
    """This module once more, with a private PostgreSQL and a folder of its own, before Django reads its settings."""
    environment = dict(os.environ)  # noqa: TID251 - an entry point; it hands its environment on
    with (
        tempfile.TemporaryDirectory(prefix="admin-lists-") as folder,
        run_services(environment, is_durable=False) as ours,
    ):
        own = {"VAR_DIR": folder, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-m", "benchmarks.admin_lists", INSIDE, *arguments]
        return subprocess.run(command, env=environment | ours | own, check=False).returncode


def measure_site(candidates: int, interviews: int, rounds: int, *, shows_plans: bool) -> bool:
    """Fill a scratch database, ask for every page as both people. True if every page is fast enough."""
    import django

    django.setup()
    logging.disable(logging.WARNING)  # of pages that a person may not open
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    from benchmarks.desk_rows import DeskMaker, Sizes
    from benchmarks.machine import describe_machine
    from tests.staff import make_member

    setup_test_environment(debug=False)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        organizations = DeskMaker(Sizes(candidates, interviews), timezone.now()).make()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        people = {
            "a recruiter of one organization": make_member("hr@company.example", {organizations[0]: "hr"}),
            "a superadmin": make_superadmin("root@company.example"),
        }
        print(f"{candidates:,} candidates and invitations, {interviews:,} interviews; {describe_machine()}")
        fits = [measure_person(title, user, rounds, shows_plans) for title, user in people.items()]
        return all(fits)
    finally:
        connection.close()
        connection.creation.destroy_test_db(name, verbosity=0)


def make_superadmin(email: str) -> object:
    from django.contrib.auth.models import Group

    from authentication.models import User

    user = User.objects.create_user(email, "correct horse", is_staff=True)
    user.groups.add(Group.objects.get(name="superadmin"))
    return user


def measure_person(title: str, user: object, rounds: int, shows_plans: bool) -> bool:
    from authentication.models import User
    from tests.staff import sign_in

    assert isinstance(user, User)
    client = sign_in(user)
    costs = [measure_page(client, page, rounds) for page in list_pages(client)]
    print(f"\nAs {title}:\n{'median':>10} {'slowest':>10} {'processor':>10} {'database':>10} {'queries':>8}  page")
    for cost in costs:
        mark = "  ← slow" if cost.is_slow else ""
        print(
            f"{cost.median_ms:>7.0f} ms {cost.slowest_ms:>7.0f} ms {cost.processor_ms:>7.0f} ms"
            f" {cost.database_ms:>7.0f} ms {cost.queries:>8}  {cost.page}{mark}"
        )
        if shows_plans and cost.is_slow:
            print(f"    {cost.slowest_statement[:2000]}")
    return not any(cost.is_slow for cost in costs)


def list_pages(client) -> list[str]:  # type: ignore[no-untyped-def]
    """Of the sidebar, those that this person may open."""
    from config.admin_theme import NAVIGATION

    pages = [str(entry["link"]) for group in NAVIGATION for entry in group["items"]]
    answers = {page: client.get(page).status_code for page in (*pages, *MORE_PAGES)}
    broken = {page: status for page, status in answers.items() if status not in (200, 403)}
    assert not broken, f"not pages, and not refused either: {broken}"
    return [page for page, status in answers.items() if status == 200]


def measure_page(client, page: str, rounds: int) -> PageCost:  # type: ignore[no-untyped-def]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times, processor = [], []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        assert client.get(page).status_code == 200, page
        times.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - used))
    # Counted apart: Django's own log of a statement costs time as well.
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    slowest = max(captured.captured_queries, key=lambda one: float(one["time"]))
    return PageCost(
        page=page,
        median_ms=statistics.median(times),
        slowest_ms=max(times),
        processor_ms=statistics.median(processor),
        queries=len(captured),
        database_ms=1000 * sum(float(one["time"]) for one in captured.captured_queries),
        slowest_statement=f"{slowest['time']} s: {slowest['sql']}",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--candidates", type=int, default=10_000)
    parser.add_argument("--interviews", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--plans", action="store_true", help="print the slowest statement of each slow page")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        try:
            return run_inside(sys.argv[1:])
        except ServiceMissingError as error:
            print(error)
            return 1
    fits = measure_site(options.candidates, options.interviews, options.rounds, shows_plans=options.plans)
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
