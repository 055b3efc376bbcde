"""What a person sees of the robot's interview: lines that stay, and on a terminal a live panel below them.

Called by `candidate.Candidate`, which writes to a `View`; without a terminal there are only the lines.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from interviewpanel.management.robot.frames import Counts
from interviewpanel.management.robot.script import Question

LABEL_WIDTH = 15
STATE_STYLES = {"speaking": "bold green", "ending": "bold yellow", "closed": "dim", "connected": "green"}
DOING = {
    "good": "gives the whole answer, then says that it is done",
    "partial": "gives the first part of the answer only",
    "silence": "gives the first part of the answer, then is silent until the turn ends",
    "skip": "skips the question",
    "dont-know": "says that it does not know",
    "typed": "types its answer",
}


@dataclass
class View:
    """The state of the moment."""

    connection: str = "connecting"
    question: Question | None = None
    heard: str = ""
    turn: str = ""
    ends_at: float | None = None  # of time.monotonic()
    remaining_seconds: float | None = None
    unacknowledged: int = 0
    counts: Counts = field(default_factory=Counts)


class Display:
    """Use as a context manager around the interview."""

    def __init__(self, console: Console, view: View, clock: Callable[[], float] = time.monotonic) -> None:
        self.view = view
        self._console = console
        self._clock = clock
        # Refreshed by `keep_fresh`: rich's own thread can draw between a line and the panel below it.
        self._live = Live(get_renderable=self.render, console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Display:
        if self._console.is_terminal:
            self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live.is_started:
            self._live.stop()

    def log(self, label: str, text: str = "", style: str = "") -> None:
        """A line that stays."""
        if self._console.is_terminal:
            line = Table.grid(padding=(0, 2, 0, 0))
            line.add_column(width=LABEL_WIDTH, justify="right", style=style or "cyan")
            line.add_row(label, Text(text))
            self._console.print(line)
        else:
            self._console.print(Text(f"{label:>{LABEL_WIDTH}}  {text}"), soft_wrap=True)

    async def keep_fresh(self) -> None:
        """Draw the panel eight times a second until cancelled; does nothing without a terminal."""
        while self._live.is_started:
            self._live.refresh()
            await asyncio.sleep(1 / 8)

    def report_connection(self, state: str) -> None:
        self.view.connection = state
        if state != "connected":
            self.log("link", state, "yellow")

    def log_question(self, question: Question, step: str) -> None:
        self.view.question, self.view.heard = question, ""
        self.view.turn, self.view.ends_at = "listening", None
        what = "Follow-up" if question.kind == "follow_up" else f"Question {question.number} of {question.of}"
        self.log(what, question.text, "bold")
        self.log("robot", DOING[step], "magenta")

    def update_turn(self, state: str, ends_in_ms: float | None) -> None:
        self.view.turn = state
        self.view.ends_at = None if ends_in_ms is None else self._clock() + ends_in_ms / 1000

    def render(self) -> Panel:
        """The panel of this moment."""
        view = self.view
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", justify="right")
        grid.add_column(ratio=1)
        if view.question is not None:
            grid.add_row("question", f"{view.question.number} of {view.question.of}  {escape(view.question.text)}")
        grid.add_row("heard", Text(view.heard[-400:] or "…", style="italic"))
        grid.add_row("turn", self._render_turn())
        counts = view.counts
        sent = f"{counts.sent} frames sent, {counts.acknowledged} acknowledged, {view.unacknowledged} kept"
        grid.add_row("audio", sent + (f", {counts.resent} sent again" if counts.resent else ""))
        left = "" if view.remaining_seconds is None else f"   {view.remaining_seconds / 60:.0f} min left"
        grid.add_row(
            "link", Text(view.connection, style=STATE_STYLES.get(view.connection, "yellow")).append(left, "dim")
        )
        return Panel(Group(grid, self._render_progress()), title="interview", border_style="blue")

    def _render_turn(self) -> Text:
        turn = Text(self.view.turn or "…", style=STATE_STYLES.get(self.view.turn, ""))
        if self.view.ends_at is not None:
            turn.append(f"   ends in {max(0.0, self.view.ends_at - self._clock()):.1f} s", "yellow")
        return turn

    def _render_progress(self) -> ProgressBar:
        question = self.view.question
        return ProgressBar(total=max(1, question.of if question else 1), completed=question.number if question else 0)
