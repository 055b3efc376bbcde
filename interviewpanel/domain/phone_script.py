"""What of a live interview's messages is said on a phone, and what a key means. Pure; used by consumers/phone.py.

A line is a name, not a text: `event.12` is what the session's event 12 says, `words.keys` a sentence that is always the
same (selectors/phone_words.py). So the address that Twilio is sent to holds nothing that anybody said, and whichever
process answers there finds the same words in the rows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WORDS_PER_SECOND = 2.0  # a voice on a phone is slower than the 2.5 of a browser
SECONDS_OF_WORDS = 12.0  # the longest of the sentences that are always the same
MOST_LINES = 8
LINE = re.compile(r"event\.\d{1,9}|words\.[a-z_]{1,40}(\.\d{1,4})?")

KEYS: Mapping[str, str] = {
    "1": "repeat_question",
    "2": "rephrase_question",
    "3": "need_time",
    "4": "skip_question",
    "5": "pause",
    "9": "end_interview",
    "#": "end_turn",
}
HELP_KEYS = frozenset({"0", "*"})
# Errors that somebody who cannot see a screen must hear of; the others answer what nobody on a phone asks.
SPOKEN_ERRORS = frozenset({"pause.budget_spent", "turn.no_more_time", "interview.not_live"})


@dataclass(frozen=True, slots=True)
class Saying:
    """Lines that are said in one go. `question`: the sequence of the question that has been heard at their end."""

    lines: tuple[str, ...]
    seconds: float
    question: int | None = None
    is_answerable: bool = False  # any word said answers it, not only a key


def read_lines(text: str) -> tuple[str, ...]:
    """The names in an address's `lines`, parted by commas. Raises ValueError."""
    names = tuple(text.split(",")) if text else ()
    if not 0 < len(names) <= MOST_LINES or not all(map(LINE.fullmatch, names)):
        raise ValueError("These are no lines.")
    return names


def count_queue_minutes(facts: Mapping[str, Any]) -> int | None:
    """Until it is their turn, of the protocol's `queue`; at least one. None where nobody can tell."""
    seconds = facts.get("estimated_seconds")
    return None if seconds is None else min(9999, max(1, round(seconds / 60)))


def list_queue_lines(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Where somebody stands who waits for a place, and that they need do nothing."""
    if facts.get("is_drained"):
        return "words.queue_drained", "words.queue_stay"
    minutes = count_queue_minutes(facts)
    estimate = () if minutes is None else (f"words.queue_minutes.{minutes}",)
    return f"words.queue_place.{min(9999, facts.get('position') or 1)}", *estimate, "words.queue_stay"


class Script:
    """Follows one connection's messages, as `Door.tell` gets them, and says which become speech."""

    def __init__(self) -> None:
        self.question: Mapping[str, Any] | None = None  # the open one, as it was last told
        self.closing: tuple[str, ...] = ()
        self.is_paused = False
        self.is_asked_whether_there = False
        self.is_longest_near = False  # the longest time of an answer is nearly over, and can be put off
        self._wants_question = True  # the next state says it: after connecting, and when it is to be repeated
        self._is_first_state = True
        self._is_silence_told = False  # of the open question: once, or saying it would put its end off for ever
        self._minutes_left: int | None = None
        self._ends_at_next_press = False

    def press(self, key: str) -> "Saying | str | None":
        """What a key means now: something to say, or the type of a page's message. An empty key is a word."""
        is_end, self._ends_at_next_press = self._ends_at_next_press and key == "9", False
        if self.is_asked_whether_there or (key == "5" and self.is_paused):
            return "resume"
        if key in HELP_KEYS:
            return self._ask("words.keys")  # and then the question, which the press has cut off or covered
        if key == "9" and not is_end:
            self._ends_at_next_press = True
            return self._say("words.confirm_end")
        if key == "3" and self.is_longest_near:
            return "more_time"
        if key == "1":
            self._wants_question = True  # the state that comes next is asked for in order to hear it again
        return KEYS.get(key)

    def read(self, type_: str, values: Mapping[str, Any]) -> Saying | None:
        """None for what needs a screen, or nobody. `values` are the message's fields, without its time."""
        reader = getattr(self, f"_read_{type_}", None)
        return reader(values) if reader is not None else None

    def admit_deafness(self) -> Saying:
        return self._say("words.cannot_hear")

    def _read_session_state(self, values: Mapping[str, Any]) -> Saying | None:
        is_first, self._is_first_state = self._is_first_state, False
        is_wanted, self._wants_question = self._wants_question, False
        self.question = values.get("question") or self.question
        self.is_paused = values.get("status") == "paused"
        if not is_wanted:
            return None
        if self.is_paused:
            return self._say("words.back_paused")
        if values.get("question"):
            return self._ask(*(["words.back"] if is_first else []))
        return self._say("words.back") if values.get("status") == "in_progress" else None

    def _read_queue(self, values: Mapping[str, Any]) -> Saying | None:
        """Told as it changes. Who is called hears the greeting next."""
        return self._say(*list_queue_lines(values)) if values.get("state") == "waiting" else None

    def _read_greeting(self, values: Mapping[str, Any]) -> Saying:
        return self._say(f"event.{values['sequence']}", "words.keys", text=values["message"])

    def _read_next_question(self, values: Mapping[str, Any]) -> Saying:
        self.question, self._is_silence_told = values, False
        before = [] if self._minutes_left is None else [f"words.minutes_left.{self._minutes_left}"]
        self._minutes_left = None
        return self._ask(*before)

    def _read_question_rephrased(self, values: Mapping[str, Any]) -> Saying:
        sequence = None if self.question is None else int(self.question["sequence"])
        return self._say(f"event.{values['sequence']}", text=values["message"], question=sequence)

    def _read_paused(self, values: Mapping[str, Any]) -> Saying:
        self.is_paused = True
        self.is_asked_whether_there = values.get("reason") == "are_you_there"
        if self.is_asked_whether_there:
            return self._say("words.are_you_there", is_answerable=True)
        return self._say("words.paused")

    def _read_resumed(self, values: Mapping[str, Any]) -> Saying:
        self.is_paused = self.is_asked_whether_there = False
        word = "words.pause_over" if values.get("reason") == "pause_budget_spent" else "words.resumed"
        return self._ask(word)

    def _read_turn_update(self, values: Mapping[str, Any]) -> Saying | None:
        if values.get("state") == "closed":
            self.question = None
        if values.get("state") == "ending" and values.get("reason") == "no_speech_timeout":
            is_told, self._is_silence_told = self._is_silence_told, True
            return None if is_told else self._say("words.no_words")
        was_near, self.is_longest_near = self.is_longest_near, bool(values.get("more_time_left"))
        return self._say("words.longest_turn") if self.is_longest_near and not was_near else None

    def _read_clock(self, values: Mapping[str, Any]) -> None:
        """Said before the next question: nobody is talked over for it."""
        if values.get("warning"):
            self._minutes_left = max(1, round(values["remaining_seconds"] / 60))

    def _read_interview_completed(self, values: Mapping[str, Any]) -> None:
        """Said as the line is left: the last words, and then the end of the call."""
        self.closing = (f"event.{values['sequence']}",)

    def _read_error(self, values: Mapping[str, Any]) -> Saying | None:
        code = str(values.get("code"))
        if values.get("fatal"):
            self.closing = (f"words.{_name(code)}",)
            return None
        return self._say(f"words.{_name(code)}") if code in SPOKEN_ERRORS else None

    def _ask(self, *before: str) -> Saying:
        """The open question, if there is one, behind other lines."""
        if self.question is None:
            return self._say(*before)
        sequence = int(self.question["sequence"])
        return self._say(*before, f"event.{sequence}", text=str(self.question["message"]), question=sequence)

    @staticmethod
    def _say(*lines: str, text: str = "", question: int | None = None, is_answerable: bool = False) -> Saying:
        fixed = sum(line.startswith("words.") for line in lines) * SECONDS_OF_WORDS
        return Saying(lines, fixed + len(text.split()) / WORDS_PER_SECOND + 1, question, is_answerable)


def _name(code: str) -> str:
    """An error's code as a line's name: `link.over` is `link_over`."""
    return re.sub(r"[^a-z]+", "_", code.lower())[:40]
