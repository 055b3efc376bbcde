"""`manage.py doctor`: what works here, what falls back to what, what is broken and what to do about it."""

import sys
from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.services.diagnosis import diagnose
from reports.services.diagnosis.findings import Health

MARKS = {Health.GOOD: "[green]✓[/green]", Health.FALLBACK: "[yellow]~[/yellow]", Health.BROKEN: "[red]✗[/red]"}


class Command(BaseCommand):
    help = "Look at everything an interview stands on. Exits with 1 if something is broken."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--width", type=int, help="of the table, in characters")

    def handle(self, *args: Any, width: int | None, **options: Any) -> None:
        findings = diagnose()
        table = Table(box=None, show_header=False, padding=(0, 1))
        table.add_column()
        table.add_column(no_wrap=True, style="bold")
        table.add_column()
        for finding in findings:
            table.add_row(MARKS[finding.health], finding.subject, Text(finding.detail))
        console = Console(file=cast("IO[str]", self.stdout), highlight=False, width=width)
        console.print(table)
        console.print("\n✓ works   ~ something lesser does its work   ✗ broken")
        if any(finding.health is Health.BROKEN for finding in findings):
            sys.exit(1)
