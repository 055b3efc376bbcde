"""Robot candidates in threads of this process, which remember every frame that they recorded."""

import asyncio
import io
import random
import re
import threading
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from rich.console import Console

from interviewpanel.management.robot.candidate import Candidate
from interviewpanel.management.robot.display import Display, View
from interviewpanel.management.robot.frames import Outbox
from interviewpanel.management.robot.results import InterviewResult
from interviewpanel.management.robot.script import ANSWERS_PATH, Answers, Plan, Question, Script, Step
from interviewpanel.management.robot.voice import Voice
from questionbank.services.bank_import import DEMO_BANK, read_bank
from tests.processes import wait_until

SPARE_RECORDING = "db-primary-foreign-key"


class RecordingOutbox(Outbox):
    """An outbox that never forgets what was recorded, for comparing it with what the server has."""

    def __init__(self) -> None:
        super().__init__()
        self.recorded: dict[int, list[bytes]] = defaultdict(list)

    def record(self, answer: int, pcm: bytes) -> int:
        sequence = super().record(answer, pcm)
        assert sequence == len(self.recorded[answer]), "the robot has numbered a frame out of turn"
        self.recorded[answer].append(pcm)
        return sequence


@cache
def load_answers() -> Answers:
    questions = [
        question
        for document in read_bank(DEMO_BANK)
        for subtopic in document.subtopics
        for question in subtopic.questions
    ]
    return Answers.load({question.text: question.key for question in questions}, ANSWERS_PATH)


class TalkativeScript(Script):
    """Speaks whatever the question is: where there is no recording for it, another one does as well."""

    def _make_plan(self, step: Step, question: Question) -> Plan:
        plan = super()._make_plan(step, question)
        if plan.step is Step.TYPED and step is not Step.TYPED:
            return Plan(step, recording=SPARE_RECORDING, parts=None if step is Step.GOOD else 1)
        return plan


class NotingDisplay(Display):
    """A display without a terminal that keeps the codes its connections were closed with."""

    def __init__(self, text: io.StringIO) -> None:
        super().__init__(Console(file=text, width=200), View())
        self.close_codes: list[int] = []

    def report_connection(self, state: str) -> None:
        super().report_connection(state)
        if found := re.fullmatch(r"closed \((\d+)\)", state):
            self.close_codes.append(int(found[1]))


class Robot:
    """One candidate, from the moment it is made."""

    def __init__(self, link: str, steps: Sequence[Step], *, speed: float = 3.0, seed: int = 1) -> None:
        self.link = link
        self.outbox = RecordingOutbox()
        self._text = io.StringIO()
        self._display = NotingDisplay(self._text)
        voice = Voice()
        self.candidate = Candidate(
            link,
            TalkativeScript(steps, load_answers(), voice.keys),
            voice,
            self._display,
            random.Random(seed),
            speed=speed,
            outbox=self.outbox,
        )
        self._result: InterviewResult | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="robot", daemon=True)
        self._thread.start()

    @property
    def result(self) -> InterviewResult:
        """What has come of it so far."""
        return self.candidate.result

    @property
    def last_sequence(self) -> int:
        """Of the newest event it was told."""
        return self.candidate._connection.last_sequence

    @property
    def close_codes(self) -> list[int]:
        """Of every connection that the server ended before the interview's end."""
        return self._display.close_codes

    def wait_for_frames(self, answer: int, count: int, *, seconds: float = 60.0) -> None:
        """Until this many frames of the answer have been recorded."""
        what = f"the robot has recorded {count} frames of answer {answer}"
        wait_until(what, lambda: self._check_going() and len(self.outbox.recorded[answer]) >= count, seconds=seconds)

    def wait_until_answer_is_said(self, answer: int, *, seconds: float = 60.0) -> None:
        """Until the robot has said that it is done with the answer (whether or not anybody heard it)."""

        def has_said() -> bool:
            turn = self.candidate._turn
            said = [message["type"] for message in turn._said] if turn else []
            return turn is not None and turn.question.answer == answer and "end_turn" in said

        wait_until(f"the robot has ended answer {answer}", lambda: self._check_going() and has_said(), seconds=seconds)

    def finish(self, *, seconds: float) -> InterviewResult:
        """Its result; raises AssertionError with what it saw if it failed or was not done in time."""
        self._thread.join(seconds)
        told = f"What the robot saw:\n{self._text.getvalue()[-3000:]}"
        assert not self._thread.is_alive(), f"The interview was not over after {seconds:g} s. {told}"
        assert self._error is None, f"The robot gave up: {self._error!r}. {told}"
        assert self._result is not None
        assert self._result.is_completed, f"The interview ended without a closing. {told}"
        return self._result

    def _check_going(self) -> bool:
        assert self._thread.is_alive(), f"The robot has stopped: {self._error!r}\n{self._text.getvalue()[-3000:]}"
        return True

    def _run(self) -> None:
        try:
            self._result = asyncio.run(self.candidate.hold_interview())
        except BaseException as error:
            self._error = error
