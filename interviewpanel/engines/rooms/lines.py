"""One participant of ours in a room, as the interviewer needs it: sound and texts in, sound and texts out.

`livekit_line.LiveKitLine` is the one over a network; tests have one in their own process. Nothing of LiveKit's
libraries is named here.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

PROTOCOL_TOPIC = "interview"  # the messages of docs/protocol, one JSON object a text
CHAT_TOPIC = "lk.chat"  # what LiveKit's own clients show and write as chat
SPOKEN_RATE = 48_000
SPOKEN_PIECE_SECONDS = 0.1


class SoundFrame(Protocol):
    """As `livekit.rtc.AudioFrame` is: 16-bit samples, those of several channels by turns."""

    @property
    def data(self) -> Any: ...

    @property
    def sample_rate(self) -> int: ...

    @property
    def num_channels(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of the candidate's voice, any rate. What lies between two of them was silence, or never came."""

    frame: SoundFrame


@dataclass(frozen=True, slots=True)
class SoundLost:
    """So much of the candidate's voice came and could not be taken: nobody was quick enough here."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Text:
    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class ConnectionQuality:
    """The candidate's, as the server sees it."""

    is_poor: bool


@dataclass(frozen=True, slots=True)
class CandidateLeft:
    """The interviewer is alone."""


@dataclass(frozen=True, slots=True)
class LineLost:
    """Our own connection is gone for good, after what the library tried to get it back."""

    reason: str


LineEvent = Sound | SoundLost | Text | ConnectionQuality | CandidateLeft | LineLost


class CandidateAway(Exception):
    """Nobody is in the room to be interviewed."""


class LineFailed(Exception):
    """The room could not be joined, or a text could not be sent; the message says why."""


class RoomLine(Protocol):
    def events(self) -> AsyncIterator[LineEvent]:
        """In order, until CandidateLeft or LineLost, which is the last."""

    async def send(self, topic: str, text: str) -> None:
        """To the candidate. Raises LineFailed."""

    async def play(self, pcm: bytes) -> None:
        """A piece of speech, 48 kHz mono s16le. Returns when there is room for another; a little is played ahead."""

    async def wait_played(self) -> None:
        """Until all of it was heard, or was stopped."""

    def stop_playing(self) -> None:
        """What was not heard yet is not said."""

    async def leave(self) -> None:
        """Out of the room. Never raises."""


Connect = Callable[[str, str], Awaitable[RoomLine]]  # room, identity of the candidate; raises CandidateAway, LineFailed
