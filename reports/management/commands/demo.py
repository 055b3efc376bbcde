"""`manage.py demo`: a whole interview by a robot candidate, from an empty database to the PDF. `make demo` calls it."""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from config.private_services import ServiceMissingError
from interviewpanel.domain.word_errors import count_all_word_errors
from reports.management.demo_site import DemoError, DemoSite, open_site
from reports.services.demo_data import SHORT_PANEL_CANDIDATES, STAFF

ROBOT, VISITOR = SHORT_PANEL_CANDIDATES[:2]
REPORT_SECONDS = "60"
NO_DOWNLOAD = (
    "the demo fetches no model, with internet or without (WHISPER_DOWNLOAD=true lets it); "
    "a Whisper model that is on this disk is used"
)


class Command(BaseCommand):
    help = "Hold one whole interview by a robot candidate over the real socket, then keep serving until Ctrl-C."
    requires_system_checks: list[str] = []  # the site of the demo is another one, with an environment of its own

    def add_arguments(self, parser: ArgumentParser) -> None:
        stack_help = "one process on SQLite (the default), or PostgreSQL, Redis and workers"
        parser.add_argument("--stack", choices=("embedded", "full"), default="embedded", help=stack_help)
        parser.add_argument("--once", action="store_true", help="stop when the report is there")
        parser.add_argument("--port", type=int, help="of the web server; 0 for any free one (default 4545 if free)")
        parser.add_argument("--folder", type=Path, default=Path(settings.BASE_DIR) / "var" / "demo", help="of its data")
        parser.add_argument("--speed", default="3", help="of the robot's speech, times real time (default 3)")

    def handle(
        self, *args: Any, stack: str, once: bool, port: int | None, folder: Path, speed: str, **options: Any
    ) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        environment = dict(os.environ)  # noqa: TID251 - an entry point, which hands its environment on
        is_held = False
        try:
            with open_site(environment, stack=stack, port=port, folder=folder.resolve()) as site:
                show = Narrator(site, Console(highlight=False))
                with show.prepare_site():
                    session = show.hold_interview(speed)
                    is_held = True
                    if once:
                        show.print_remains(session)
                    else:
                        show.print_doors(session)
                        show.serve_on()
        except (DemoError, ServiceMissingError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")
            sys.exit(0 if is_held else 130)


class Narrator:
    """The demo's steps in order, each announced on the terminal."""

    def __init__(self, site: DemoSite, console: Console) -> None:
        self._site = site
        self._console = console

    @contextlib.contextmanager
    def prepare_site(self) -> Iterator[None]:
        """An empty database to a running site with the demo's data, for as long as the context lasts."""
        site = self._site
        for note in site.notes:
            self._console.print(Text.assemble(("! ", "yellow"), note), soft_wrap=True)
        with self._step("Database and static files"):
            site.run_together(["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"])
        with site.serve():
            with self._step("Roles, organization, question bank, panels, candidates"):
                site.run("seed_demo")
            with self._step(f"Server ready on {site.url}" + (", three workers, beat" if site.stack == "full" else "")):
                site.wait_until_live()
            yield

    def hold_interview(self, speed: str) -> str:
        """The robot's interview, then what came of it; returns its uuid."""
        site, console = self._site, self._console
        invitation = site.invite("--candidate", ROBOT)
        result_path = site.folder / "robot.json"
        console.rule(f"{ROBOT} (a robot) is interviewed, {speed} times as fast as people speak")
        if site.show("interview_robot", invitation["link"], "--speed", speed, "--result", str(result_path)):
            raise DemoError(f"The interview was not held to its end. The server's log: {site.folder / 'web.log'}")
        console.rule("Scorecard")
        session = site.invite("--show", invitation["invitation"])["session"]
        if site.show("scorecard", session, "--wait", REPORT_SECONDS):
            raise DemoError(f"There is no report. The logs are in {site.folder}.")
        document = site.run("scorecard", session, "--json")
        self._print_heard(json.loads(result_path.read_text()), json.loads(document))
        return session

    def serve_on(self) -> None:
        """Until Ctrl-C, watching that everything lives."""
        self._console.print("\nServing until Ctrl-C …")
        pause = threading.Event()
        while not pause.wait(1.0):
            self._site.check_children()

    @contextlib.contextmanager
    def _step(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        with self._console.status(f"{what} …"):
            yield
        self._console.print(f"[green]✓[/] {escape(what)} [dim]{time.monotonic() - started:.1f} s[/]")

    def _print_heard(self, result: dict[str, Any], document: dict[str, Any]) -> None:
        """What the robot said against the final transcripts, which the robot need not have waited for."""
        heard = {answer["number"]: answer for answer in document["answers"]}
        spoken = [answer for answer in result["answers"] if answer["is_spoken"]]
        errors = count_all_word_errors(
            (answer["reference"], "".join(piece["text"] for piece in heard[answer["answer"]]["transcript"]))
            for answer in spoken
        )
        engines = {heard[answer["answer"]]["transcription"] for answer in spoken}
        rate = "nothing was spoken" if errors.rate is None else f"{errors.rate:.0%} of {errors.words} spoken words"
        self._console.print()
        self._print_line("Word error rate", f"{rate}, heard by {', '.join(sorted(engines))}")
        if self._site.environment["WHISPER_DOWNLOAD"] == "false" and not any("whisper" in one for one in engines):
            self._print_line("Speech to text", NO_DOWNLOAD)

    def print_doors(self, session: str) -> None:
        """Where a person can go while the demo serves."""
        site = self._site
        link = site.invite("--candidate", VISITOR)["link"]
        password = site.environment["DEMO_PASSWORD"]
        logins = ", ".join(f"{email} ({role.label})" for role, (email, _) in STAFF.items())
        for label, text in (
            ("Candidate link", f"{link}  for you: {VISITOR}, not used yet"),
            ("Admin", f"{site.url}/admin/  password {password}: {logins}"),
        ):
            self._print_line(label, text)
        self._print_kept(session)

    def print_remains(self, session: str) -> None:
        """What there is when nothing serves any more; the paths of PDF and JSON stand above, below the scorecard."""
        self._print_kept(session)
        self._print_line("To see more", "make demo, without --once, serves on: the admin, and an interview for you")

    def _print_kept(self, session: str) -> None:
        if command := self._site.describe_command("scorecard", session):
            self._print_line("Scorecard again", command)
        self._print_line("Logs and data", str(self._site.folder))

    def _print_line(self, label: str, text: str) -> None:
        """One line, however long: a link must be whole to be clicked."""
        self._console.print(Text.assemble((f"{label:16}", "bold"), text), soft_wrap=True)
