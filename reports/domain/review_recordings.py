"""What of an interview can be heard and seen on its review page, as plain frozen values (see review.py)."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class SoundView:
    """The recording of an answer. `url` is empty where there is none to play; then `state` says why."""

    url: str = ""
    state: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoView:
    """`origins`: for each answer, from which second of it on the picture is so many seconds into the video."""

    url: str
    captions_url: str
    label: str
    language: str
    origins: dict[int, tuple[tuple[float, float], ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomView:
    """What LiveKit recorded of an interview's room, both voices. `url` is empty while there is nothing to play; then
    `state` says why."""

    label: str
    url: str = ""
    state: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class WholeLine:
    """Something that was said, at a second of the interview's own time line. `answer` is 0 for what is no answer."""

    second: float
    speaker: str
    text: str
    answer: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WholeView:
    """The interview as it went. `voices` says in words whose voices are in it."""

    url: str
    captions_url: str
    language: str
    seconds: float
    voices: str
    lines: tuple[WholeLine, ...]
    tracks: tuple[tuple[str, str], ...] = ()  # label and address
