"""`manage.py interview_robot LINK`: hold an interview as a robot candidate, over the real socket."""

import asyncio
import json
import os
import random
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from interviewpanel.management.robot.candidate import Candidate
from interviewpanel.management.robot.connection import RobotError
from interviewpanel.management.robot.display import Display, View
from interviewpanel.management.robot.results import InterviewResult
from interviewpanel.management.robot.script import DEFAULT_STEPS, Answers, Script, Step, UnknownStepError, parse_steps
from interviewpanel.management.robot.voice import Voice
from questionbank.services.bank_import import DEMO_BANK, read_bank


def list_bank_questions() -> dict[str, str]:
    """The key of every question of the demo bank, by its text."""
    return {
        question.text: question.key
        for document in read_bank(DEMO_BANK)
        for subtopic in document.subtopics
        for question in subtopic.questions
    }


def check_can_write(path: Path) -> None:
    """Before an interview is held for it. Raises CommandError that says what is in the way."""
    if path.is_dir():
        raise CommandError(f"--result {path} is a folder. Name a file in it.")
    if not path.parent.is_dir():
        raise CommandError(f"--result {path} cannot be written: there is no folder {path.parent}. Make it first.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"--result {path} may not be written to. Name another file.")


class Command(BaseCommand):
    help = "Hold one interview as a robot candidate that speaks prepared answers over the real socket."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("link", help="the candidate link, http(s)://…/i/TOKEN/, or the socket, ws(s)://…")
        parser.add_argument("--speed", type=float, default=3.0, help="times real time, 0.5 to 3 (default 3)")
        parser.add_argument(
            "--script",
            default=",".join(DEFAULT_STEPS),
            help=f"what to do with each question, of: {', '.join(Step)} (default %(default)s)",
        )
        parser.add_argument("--result", type=Path, help="write what was said and heard to this JSON file")
        parser.add_argument(
            "--patience", type=float, default=60.0, help="seconds to wait for a lost server (default 60)"
        )
        parser.add_argument("--seed", type=int, default=1, help="of the waits between reconnects and the room's noise")

    def handle(self, *, link: str, speed: float, script: str, result: Path | None, patience: float, seed: int, **_):
        if not 0.5 <= speed <= 3:
            raise CommandError(f"--speed is {speed:g}; give 0.5 to 3. The server refuses audio faster than 4.")
        if result is not None:
            check_can_write(result)
        voice = Voice()
        display = Display(Console(), View())
        try:
            steps = parse_steps(script)
            candidate = Candidate(
                link,
                Script(steps, Answers.load(list_bank_questions()), voice.keys),
                voice,
                display,
                random.Random(seed),  # noqa: S311 - jitter and noise, not secrets
                speed=speed,
                patience_seconds=patience,
            )
            with display:
                outcome = asyncio.run(candidate.hold_interview())
        except (RobotError, UnknownStepError) as error:
            raise CommandError(str(error)) from error
        self._report(display, outcome)
        if result is not None:
            result.write_text(json.dumps(outcome.to_dict(), indent=1, ensure_ascii=False) + "\n")
        if not outcome.is_completed:
            raise CommandError("The interview ended without a closing.")

    def _report(self, display: Display, outcome: InterviewResult) -> None:
        frames = outcome.frames
        audio = f"{frames.sent} frames sent, {frames.resent} of them again"
        questions = f"{len(outcome.answers)} questions in {outcome.seconds:.0f} s"
        display.log("robot", f"{questions}, {audio}, {outcome.reconnects} reconnects", "dim")
