"""What calls of the API cost: milliseconds at the median and the 95th percentile, and how many a second at once.

    python -m benchmarks.api_calls [--candidates 10000] [--interviews 1000] [--calls 40] [--at-once 4]

On a private PostgreSQL with the rows of benchmarks/desk_rows, through real servers (uvicorn, one for each two cores) by
an API key of the largest of four organizations; signing in by a password. Wanted: 300 ms at the 95th percentile, asked
one after the other; exits with 1 where a call is above, or is not answered as it should be.

CALLS names what is measured.
"""

import argparse
import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from config.private_services import ServiceMissingError, run_services

WANTED_MS = 300.0
INSIDE = "--inside"
MANY = "1000000"
PASSWORD = "a password of the benchmark"
POSITION = "Backend engineer"
EMAIL = "owner@company.example"
Body = Callable[[int, "Desk"], dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """`path`: below /api/v1/; {candidate}, {panel} … are filled in with rows of the organization, each time others."""

    name: str
    path: str
    body: Body | None = None  # what is posted, by the number of the call
    is_signed_in: bool = True
    slowest_ms: float = WANTED_MS


def make_candidate(number: int, desk: "Desk") -> dict[str, Any]:
    return {"full_name": f"New Person {number}", "email": f"new{number}@example.com"}


def make_invitation(number: int, desk: "Desk") -> dict[str, Any]:
    return {"panel": desk.pick("panel", 0), "new_candidate": make_candidate(number, desk)}


def make_start(number: int, desk: "Desk") -> dict[str, Any]:
    return {"name": f"Started Person {number}", "position": POSITION}


def make_sign_in(number: int, desk: "Desk") -> dict[str, Any]:
    return {"email": EMAIL, "password": PASSWORD}


CALLS = (
    Call("candidates: a page", "candidates/?page_size=50"),
    Call("candidates: a late page", "candidates/?page_size=10&page=20"),
    Call("candidates: search", "candidates/?search=mori"),
    Call("candidates: newest first", "candidates/?ordering=-created_at"),
    Call("candidate", "candidates/{candidate}/"),
    Call("candidate: added", "candidates/", make_candidate),
    Call("questions: a page", "questions/?page_size=50"),
    Call("panels: a page", "panels/"),
    Call("invitations: a page", "panel-candidates/?page_size=50"),
    Call("invitation: made", "panel-candidates/", make_invitation),
    Call("interviews: a page", "interviews/?page_size=50"),
    Call("interviews: completed", "interviews/?status=completed"),
    Call("interview", "interviews/{interview}/"),
    Call("interview: its report", "interviews/{reported}/report/"),
    Call("interview: started", "interviews/start/", make_start),
    Call("standings: a page", "standings/"),
    Call(
        "token", "auth/token/", make_sign_in, is_signed_in=False, slowest_ms=3000
    ),  # slow on purpose: a password's hash
)


@dataclass
class Desk:
    """Ids of the organization's rows, the key, and where the servers are."""

    ids: dict[str, list[str]]
    key: str
    ports: Sequence[int]
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def pick(self, kind: str, place: int) -> str:
        rows = self.ids[kind]
        return rows[place % len(rows)]

    def make(self, call: Call) -> tuple[int, float, bytes]:
        """One call: its status, its milliseconds, and what was answered."""
        number = next(self.numbers)
        path = re.sub(r"\{(\w+)\}", lambda found: self.pick(found[1], number), call.path)
        headers = {"Content-Type": "application/json"}
        if call.is_signed_in:
            headers["Authorization"] = f"Bearer {self.key}"
        data = json.dumps(call.body(number, self)).encode() if call.body else None
        address = f"http://127.0.0.1:{self.ports[number % len(self.ports)]}/api/v1/{path}"
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=60) as answer:
                status, told = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, told = error.code, error.read()
        return status, 1000 * (time.perf_counter() - began), told


def run_inside(arguments: Sequence[str]) -> int:
    """This module once more, with a private PostgreSQL and Redis and a folder of its own."""
    environment = dict(os.environ)  # noqa: TID251 - an entry point; it hands its environment on
    rates = dict.fromkeys(("API_RATE_ADDRESS", "API_RATE_ACCOUNT", "API_RATE_KEY", "API_RATE_TENANT"), MANY)
    with (
        tempfile.TemporaryDirectory(prefix="api-calls-") as folder,
        run_services(environment, is_durable=False) as ours,
    ):
        own = {"VAR_DIR": folder, "DEBUG": "false", "SECRET_KEY": "of a benchmark " * 4, "ALLOWED_HOSTS": "127.0.0.1"}
        own |= {"DJANGO_SETTINGS_MODULE": "config.settings", "WORK_TRANSPORT": "sweeper", "LOG_LEVEL": "error", **rates}
        command = [sys.executable, "-m", "benchmarks.api_calls", INSIDE, *arguments]
        return subprocess.run(command, env=environment | ours | own, check=False).returncode


def fill(candidates: int, interviews: int) -> Desk:
    """The database with its rows; the ids of those that the key reaches."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from authentication.models import User
    from authentication.services.roles import create_roles
    from benchmarks.desk_rows import DeskMaker, Sizes
    from interviewpanel.models import InterviewPanel, InterviewSession, PositionQuestionSet
    from organizations.domain.scopes import SCOPES
    from organizations.models import Candidate
    from organizations.services.api_keys import make_key
    from organizations.services.members import add_member

    call_command("migrate", verbosity=0)
    create_roles()
    organization = DeskMaker(Sizes(candidates, interviews), timezone.now()).make()[0]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    owner = User.objects.create_user(EMAIL, PASSWORD)
    add_member(organization, owner, "admin")
    _, key = make_key(
        organization=organization, name="Benchmark", scopes=list(SCOPES), made_by=owner, now=timezone.now()
    )
    panel = InterviewPanel.objects.filter(organization=organization, status="published").order_by("pk")[0]
    PositionQuestionSet.objects.create(organization=organization, position=POSITION, panel=panel)
    kept = {"organization": organization, "is_trial": False}
    rows = {
        "candidate": Candidate.objects.filter(**kept),
        "panel": InterviewPanel.objects.filter(organization=organization, status="published"),
        "interview": (held := InterviewSession.objects.filter(organization=organization, invitation__is_trial=False)),
        "reported": held.filter(report__document__isnull=False),
    }
    ids = {
        kind: [str(one) for one in some.order_by("pk").values_list("uuid", flat=True)] for kind, some in rows.items()
    }
    connection.close()
    return Desk(ids, key, ())


@contextlib.contextmanager
def serve(number: int) -> Iterator[list[int]]:
    """So many web servers on one database, ready to answer."""
    from tests.processes import find_free_port, wait_until

    ports = [find_free_port() for _ in range(number)]
    uvicorn = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--log-level", "error", "--port"]
    servers = [subprocess.Popen([*uvicorn, str(port)]) for port in ports]
    try:
        for port in ports:
            wait_until(f"the server on {port} answers", lambda port=port: answers(port), seconds=60)  # type: ignore[misc]
        yield ports
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(30)


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5):
        return True
    return False


def measure(desk: Desk, call: Call, calls: int, at_once: int) -> bool:
    """Prints a line. True if it is fast enough, and answered as it should be."""
    warm = [desk.make(call) for _ in range(3)]
    alone = [desk.make(call) for _ in range(calls)]
    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        together = list(threads.map(lambda _: desk.make(call), range(calls)))
    throughput = calls / (time.perf_counter() - began)
    refused = [answer for answer in (*warm, *alone, *together) if answer[0] not in (200, 201)]
    times = sorted(milliseconds for _, milliseconds, _ in alone)
    median, p95 = times[len(times) // 2], times[min(len(times) - 1, int(0.95 * len(times)))]
    mark = "" if p95 <= call.slowest_ms else "  ← slow"
    mark += f"  ← {len(refused)} answered {refused[0][0]}: {refused[0][2][:200]!r}" if refused else ""
    print(f"{median:>7.0f} ms {p95:>7.0f} ms {throughput:>8.0f}/s  {call.name}{mark}", flush=True)
    return p95 <= call.slowest_ms and not refused


def measure_all(candidates: int, interviews: int, calls: int, at_once: int) -> bool:
    desk = fill(candidates, interviews)
    from benchmarks.machine import describe_machine

    with serve(max(1, (os.cpu_count() or 2) // 2)) as ports:
        desk.ports = ports
        print(f"{candidates:,} candidates, {interviews:,} interviews, {len(ports)} server(s); {describe_machine()}")
        print(f"{'median':>10} {'p95':>10} {f'{at_once} at once':>10}  call")
        fits = [measure(desk, call, calls, at_once) for call in CALLS]
    return all(fits)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--candidates", type=int, default=10_000)
    parser.add_argument("--interviews", type=int, default=1_000)
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        try:
            return run_inside(sys.argv[1:])
        except ServiceMissingError as error:
            print(error)
            return 1
    return 0 if measure_all(options.candidates, options.interviews, options.calls, options.at_once) else 1


if __name__ == "__main__":
    sys.exit(main())
