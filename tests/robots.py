"""Robot candidates in threads of this process, which remember every frame that they recorded."""

import asyncio
import io
import json
import random
import threading
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from rich.console import Console

from interviewpanel.management.robot.candidate import Candidate
from interviewpanel.management.robot.display import Display, View
from interviewpanel.management.robot.frames import Outbox
from interviewpanel.management.robot.results import InterviewResult
from interviewpanel.management.robot.script import ANSWERS_PATH, Answers, Script, Step
from interviewpanel.management.robot.voice import Voice
from questionbank.services.bank_import import DEMO_BANK, read_bank
from tests.processes import wait_until


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


class Robot:
    """One candidate, from the moment it is made."""

    def __init__(self, link: str, steps: Sequence[Step], *, speed: float = 3.0, seed: int = 1) -> None:
        self.link = link
        self.outbox = RecordingOutbox()
        self._text = io.StringIO()
        voice = Voice()
        self.candidate = Candidate(
            link,
            Script(steps, load_answers(), voice.keys),
            voice,
            Display(Console(file=self._text, width=200), View()),
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
    def acknowledged(self) -> int:
        return self.outbox.counts.acknowledged

    @property
    def current_answer(self) -> int:
        return len(self.candidate.result.answers)

    def wait_for_frames(self, answer: int, count: int, *, seconds: float = 60.0) -> None:
        """Until this many frames of the answer have been recorded."""
        what = f"the robot has recorded {count} frames of answer {answer}"
        wait_until(what, lambda: self._check_going() and len(self.outbox.recorded[answer]) >= count, seconds=seconds)

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
