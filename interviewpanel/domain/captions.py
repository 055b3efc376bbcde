"""WebVTT captions from words with their times. Pure; called by selectors/captions.py.

The format is W3C's (https://www.w3.org/TR/webvtt1/); the sizes are those of broadcasters' guidelines: at most two lines
of about 40 characters, at most seven seconds, a new caption where the speaker pauses or a sentence ends.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

LINE_CHARACTERS = 42
CUE_CHARACTERS = 2 * LINE_CHARACTERS
CUE_SECONDS = 7.0
PAUSE_SECONDS = 0.8
SHORTEST_SECONDS = 1.0
QUESTION_SECONDS = 10.0
TOP = "line:0"
MIDDLE = "line:45%"  # of a player without a picture, whose controls always cover the bottom
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")


@dataclass(frozen=True)
class SpokenWord:
    """A word of a recording, in seconds from its start. `text` brings its own space in front, where there is one."""

    text: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Cue:
    """One caption. `place` is a WebVTT setting; without one it is shown at the bottom. `voice`: who speaks."""

    start_seconds: float
    end_seconds: float
    text: str
    place: str = ""
    voice: str = ""


@dataclass(frozen=True)
class Observation:
    """A stretch of sound that was stored at `stored_at` and ends `end_seconds` after the sound's start."""

    end_seconds: float
    stored_at: float


def spread_words(text: str, start_seconds: float, end_seconds: float) -> list[SpokenWord]:
    """For an engine that tells no times: each word gets its share of the time, by its length."""
    parts = text.split()
    total = sum(len(part) for part in parts)
    words: list[SpokenWord] = []
    at = start_seconds
    for part in parts:
        end = at + (end_seconds - start_seconds) * len(part) / total
        words.append(SpokenWord(f" {part}", at, end))
        at = end
    return words


def make_cues(words: Sequence[SpokenWord], duration_seconds: float, place: str = "") -> list[Cue]:
    """Captions of one speaker, in order, none over another and all within the recording.

    A caption too short to read stays until SHORTEST_SECONDS have passed or the next one comes.
    """
    cues = [_join_words(group) for group in _group_words(words)]
    for number, cue in enumerate(cues):
        limit = cues[number + 1].start_seconds if number + 1 < len(cues) else duration_seconds
        end = min(max(cue.end_seconds, cue.start_seconds + SHORTEST_SECONDS), limit)
        cues[number] = replace(cue, end_seconds=end, place=place)
    return [cue for cue in cues if cue.start_seconds < cue.end_seconds]


def make_question_cue(question: str, start_seconds: float, words: Sequence[SpokenWord], end_seconds: float) -> Cue:
    """The question, from where its answer begins until the candidate talks, but long enough to be read."""
    talk = words[0].start_seconds if words else end_seconds
    readable = max(talk, start_seconds + 3 * SHORTEST_SECONDS)
    end = min(readable, start_seconds + QUESTION_SECONDS, end_seconds)
    return Cue(start_seconds, end, " ".join(question.split()), TOP)


def move_words(words: Iterable[SpokenWord], seconds: float) -> list[SpokenWord]:
    """The same words on the clock of a recording in which they come so much later; what lies before its start falls."""
    moved = (
        replace(word, start_seconds=word.start_seconds + seconds, end_seconds=word.end_seconds + seconds)
        for word in words
    )
    return [word for word in moved if word.start_seconds >= 0]


def find_origins(observations: Sequence[Observation]) -> list[float]:
    """For each stretch of an answer, in order, the time at which the answer's sound would have begun without pauses.

    Storing comes after hearing, so `stored_at - end_seconds` is never too early, and late where the network was slow;
    a pause, in which no sound is taken, moves the origin later for good. So the best guess that fits all: the earliest
    that this or any later stretch tells.
    """
    origins: list[float] = []
    earliest = float("inf")
    for one in reversed(observations):
        earliest = min(earliest, one.stored_at - one.end_seconds)
        origins.append(earliest)
    return origins[::-1]


def write_webvtt(cues: Iterable[Cue]) -> str:
    """The file's text. What is in a cue is text: nothing in it can be a tag or end the cue."""
    ordered = sorted(cues, key=lambda cue: (cue.start_seconds, cue.end_seconds))
    blocks = ["WEBVTT"]
    for number, cue in enumerate(ordered, start=1):
        times = f"{_write_time(cue.start_seconds)} --> {_write_time(cue.end_seconds)}"
        voice = f"<v {_escape(cue.voice)}>" if cue.voice else ""
        blocks.append(f"{number}\n{times} {cue.place}".rstrip() + f"\n{voice}{_escape(cue.text)}")
    return "\n\n".join(blocks) + "\n"


def _group_words(words: Sequence[SpokenWord]) -> Iterator[list[SpokenWord]]:
    group: list[SpokenWord] = []
    for word in words:
        if group and _begins_cue(group, word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _begins_cue(group: Sequence[SpokenWord], word: SpokenWord) -> bool:
    length = sum(len(one.text) for one in group) + len(word.text)
    seconds = word.end_seconds - group[0].start_seconds
    pause = word.start_seconds - group[-1].end_seconds
    is_sentence_over = group[-1].text.endswith(_SENTENCE_ENDS) and length > LINE_CHARACTERS
    return length > CUE_CHARACTERS or seconds > CUE_SECONDS or pause >= PAUSE_SECONDS or is_sentence_over


def _join_words(group: Sequence[SpokenWord]) -> Cue:
    lines, line = [], ""
    for word in group:
        if line and len(line + word.text) > LINE_CHARACTERS:
            lines.append(line.strip())
            line = ""
        line += word.text
    text = "\n".join([*lines, line.strip()]).strip()
    return Cue(max(0.0, group[0].start_seconds), group[-1].end_seconds, text)


def _write_time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _escape(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    kept = "\n".join(line for line in lines if line)  # an empty line would end the cue
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
