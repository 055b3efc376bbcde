"""Which of a room's sound belongs to which answer, numbered as the protocol numbers it. A part of RoomDoor."""

from collections.abc import Mapping
from typing import Any

from interviewpanel.domain.protocol import AudioFrame
from interviewpanel.domain.states import SessionStatus
from interviewpanel.engines.rooms.lines import SoundFrame
from interviewpanel.room_agents.sounds import FRAME_SECONDS, FrameCutter


class RoomHearing:
    """Nothing is taken before consent, in a pause, or while no question is open: that sound belongs to nobody."""

    def __init__(self) -> None:
        self._cutter = FrameCutter()
        self._answer: int | None = None
        self._sequence = 0
        self._is_paused = False
        self._lost_seconds = 0.0

    def heed(self, message: Mapping[str, Any]) -> None:
        """What was told: it says which answer is open, and from which frame on."""
        match message["type"]:
            case "session_state":
                self._is_paused = message["status"] == SessionStatus.PAUSED
                stored, question = message["acknowledged"], message["question"]
                if question is None:
                    self._close()
                elif question["answer"] != self._answer:
                    is_same = stored is not None and stored["answer"] == question["answer"]
                    self._open(question["answer"], stored["through"] + 1 if is_same else 0)
            case "next_question":
                self._open(message["answer"], 0)
            case "turn_update" if message["state"] == "closed":
                self._close()
            case "paused":
                self._is_paused = True
            case "resumed":
                self._is_paused = False

    def _open(self, answer: int, sequence: int) -> None:
        if answer != self._answer:
            self._answer, self._sequence, self._lost_seconds = answer, sequence, 0.0
            self._cutter.forget()

    def _close(self) -> None:
        self._answer = None

    def lose(self, seconds: float) -> None:
        """A gap: its frames are numbered and never sent, so that it is recorded as lost sound of that length."""
        if self._answer is not None and not self._is_paused:
            self._lost_seconds += seconds
            frames = int(self._lost_seconds / FRAME_SECONDS)
            self._sequence += frames
            self._lost_seconds -= frames * FRAME_SECONDS

    def take(self, frame: SoundFrame, *, is_listening: bool = True) -> list[AudioFrame]:
        """The frames that are ready to be heard."""
        if self._answer is None or self._is_paused or not is_listening:
            return []
        frames = []
        for pcm in self._cutter.take(frame):
            frames.append(AudioFrame(self._answer, self._sequence, pcm))
            self._sequence += 1
        return frames
