"""The robot's conversation: reads what the server says, holds the turns, and keeps what came of them.

Called by `manage.py interview_robot` and by the tests that run a real server.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from interviewpanel.management.robot.connection import Connection, Message, RobotError
from interviewpanel.management.robot.display import Display
from interviewpanel.management.robot.frames import Outbox
from interviewpanel.management.robot.results import AnswerResult, InterviewResult
from interviewpanel.management.robot.script import Question, Script
from interviewpanel.management.robot.turn import Microphone, Turn
from interviewpanel.management.robot.voice import Voice

STALL_SECONDS = 90.0  # of nothing but the clock: the interview has stopped, and nobody is there to look after it


class Candidate:
    """One interview, from consent to closing."""

    def __init__(
        self,
        link: str,
        script: Script,
        voice: Voice,
        display: Display,
        chance: random.Random,
        *,
        speed: float,
        patience_seconds: float = 60.0,
        outbox: Outbox | None = None,
    ) -> None:
        self._script = script
        self._voice = voice
        self._display = display
        self._chance = chance
        self._outbox = outbox or Outbox()
        self._connection = Connection(
            link, self._outbox, chance, patience_seconds=patience_seconds, report_state=display.report_connection
        )
        self._microphone = Microphone(self._connection, self._outbox, speed=speed)
        self._turn: Turn | None = None
        self._turn_task: asyncio.Task[None] | None = None
        self._repeat_task: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._failure: BaseException | None = None
        self._answers: dict[int, AnswerResult] = {}
        self.result = InterviewResult(frames=self._outbox.counts)
        self._handlers: dict[str, Callable[[Message], object]] = {
            "session_state": self._read_state,
            "greeting": self._hear_greeting,
            "next_question": self._hear_question,
            "turn_update": self._update_turn,
            "transcription_update": self._update_transcript,
            "scoring_update": self._update_score,
            "clock": self._update_clock,
            "paused": self._pause,
            "resumed": self._resume,
            "notice": self._read_notice,
            "error": self._read_error,
            "interview_completed": self._hear_closing,
        }

    async def hold_interview(self) -> InterviewResult:
        """The whole interview; raises RobotError when it cannot go on."""
        clock = asyncio.get_running_loop().time
        started = clock()
        self._tasks.append(asyncio.create_task(self._display.keep_fresh()))
        try:
            async with asyncio.timeout(STALL_SECONDS) as limit:
                async for message in self._connection.messages():
                    if message["type"] not in ("clock", "pong"):
                        limit.reschedule(clock() + STALL_SECONDS)
                    await self._handle(message)
        except TimeoutError as error:
            raise RobotError(f"The interviewer has said nothing for {STALL_SECONDS:.0f} s.") from error
        finally:
            for task in self._tasks:
                task.cancel()
        if self._failure is not None:
            raise RobotError(f"The robot's turn failed: {self._failure!r}") from self._failure
        self.result.seconds = round(clock() - started, 2)
        self.result.reconnects = self._connection.reconnects
        return self.result

    async def _handle(self, message: Message) -> None:
        handler = self._handlers.get(message["type"])
        if handler is not None:
            pending = handler(message)
            if asyncio.iscoroutine(pending):
                await pending
        self._refresh_view()

    # --- what the server says ---------------------------------------------------------------------------------------

    async def _read_state(self, state: Message) -> None:
        if state["status"] == "pending":
            document = (state.get("consent") or {}).get("document_version", "")
            consent = {"document_version": document, "accepted": True}
            await self._connection.send({"type": "start", "consent": consent})
        elif self._turn is not None:
            if read_open_answer(state) == self._turn.question.answer:
                self._repeat_words(self._turn)
            else:
                self._turn.is_closed.set()

    def _repeat_words(self, turn: Turn) -> None:
        """Beside the reading of messages, which must go on: the connection may be lost again meanwhile."""
        if self._repeat_task is not None:
            self._repeat_task.cancel()
        self._repeat_task = asyncio.create_task(turn.repeat_words())
        self._tasks.append(self._repeat_task)

    async def _hear_greeting(self, message: Message) -> None:
        self._display.log("interviewer", message["message"])
        await self._connection.send({"type": "playback_finished", "sequence": message["sequence"]})

    def _hear_question(self, message: Message) -> None:
        question = Question.from_message(message)
        plan = self._script.plan_answer(question)
        if self._turn is not None:
            self._turn.is_closed.set()
        if self._turn_task is not None:
            self._turn_task.cancel()
        self._display.log_question(question, plan.step)
        self._turn = turn = Turn(question, plan, self._connection, self._microphone, self._voice)
        self._answers[question.answer] = AnswerResult(
            question.answer, question.text, plan.step, turn.reference, str(message.get("answer_uuid", ""))
        )
        self.result.answers = list(self._answers.values())
        self._turn_task = asyncio.create_task(turn.hold(self._chance))
        self._turn_task.add_done_callback(self._note_failure)
        self._tasks.append(self._turn_task)

    def _update_turn(self, message: Message) -> None:
        self._display.update_turn(message["state"], message.get("ends_in_ms"))
        if message["state"] == "closed" and self._turn is not None:
            reason = str(message.get("reason", ""))
            self._display.log("turn", f"closed ({reason})", "dim")
            self._answers[self._turn.question.answer].closed_reason = reason
            self._turn.is_closed.set()

    def _update_transcript(self, message: Message) -> None:
        answer = self._find_answer(message["answer_uuid"])
        if answer is None:
            return
        answer.heard = message["message"]
        answer.is_final = not message.get("is_partial", False)
        if self._turn is not None and answer.answer == self._turn.question.answer:
            self._display.view.heard = answer.heard
        if answer.is_final:
            self._outbox.forget(answer.answer)
            self._display.log("heard", answer.heard or "(nothing)", "green")

    def _update_score(self, message: Message) -> None:
        answer = self._find_answer(message["answer_uuid"])
        if answer is not None:
            score = message.get("score")
            answer.score = str(message["status"]) if score is None else f"{message['status']}: {score}"
            self._display.log("score", f"answer {answer.answer}: {answer.score}", "dim")

    def _update_clock(self, message: Message) -> None:
        self._display.view.remaining_seconds = message.get("remaining_seconds")

    def _pause(self, message: Message) -> None:
        self._display.log("paused", str(message.get("reason", "")), "yellow")
        self._microphone.is_open.clear()

    def _resume(self, _message: Message) -> None:
        self._display.log("resumed", style="yellow")
        self._microphone.is_open.set()

    def _read_notice(self, message: Message) -> None:
        self._display.log("notice", str(message["message"]), "yellow")

    def _read_error(self, message: Message) -> None:
        self._display.log("error", f"{message['code']}: {message['message']}", "red")

    async def _hear_closing(self, message: Message) -> None:
        self._display.log("interviewer", message["message"])
        self.result.is_completed, self.result.closing = True, message["message"]
        if self._turn is not None:
            self._turn.is_closed.set()
        await self._connection.finish()

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _find_answer(self, answer_uuid: str) -> AnswerResult | None:
        return next((answer for answer in self._answers.values() if answer.answer_uuid == answer_uuid), None)

    def _refresh_view(self) -> None:
        view = self._display.view
        view.counts, view.unacknowledged = self._outbox.counts, self._outbox.unacknowledged

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        """An error in a turn must end the interview loudly, not leave it waiting."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failure = error
            self._tasks.append(asyncio.create_task(self._connection.finish()))


def read_open_answer(state: Message) -> int | None:
    """The number of the answer that the server is waiting for, from a `session_state`."""
    question = state.get("question")
    return None if question is None else question["answer"]
