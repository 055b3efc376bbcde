"""What of an interview's messages is said on a phone, and what somebody answers there."""

from typing import Any

import pytest

from interviewpanel.domain.phone_replies import Reply, read_reply
from interviewpanel.domain.phone_script import Saying, Script, read_lines

QUESTION = {"sequence": 7, "message": "What is an index for?", "answer": 1}
TIMES = {"event": 5 / 2 + 1, "words": 12.0}  # five words at two a second, and one second; a fixed sentence


def read_all(*messages: tuple[str, dict[str, Any]]) -> list[tuple[str, ...]]:
    script = Script()
    said = [script.read(type_, values) for type_, values in messages]
    return [one.lines for one in said if one is not None]


def test_a_first_call_hears_greeting_keys_and_question() -> None:
    assert read_all(
        ("session_state", {"status": "pending", "question": None}),
        ("greeting", {"sequence": 1, "message": "Hello."}),
        ("next_question", QUESTION),
        ("turn_update", {"state": "listening", "reason": ""}),
        ("audio_ack", {"answer": 1, "through": 9}),
        ("transcription_update", {"sequence": 9, "message": "An index"}),
    ) == [("event.1", "words.keys"), ("event.7",)]


def test_a_question_says_when_it_has_been_heard() -> None:
    assert Script().read("next_question", QUESTION) == Saying(("event.7",), TIMES["event"], question=7)


def test_who_comes_back_hears_where_it_goes_on() -> None:
    assert read_all(("session_state", {"status": "in_progress", "question": QUESTION})) == [("words.back", "event.7")]
    assert read_all(("session_state", {"status": "in_progress", "question": None})) == [("words.back",)]
    assert read_all(("session_state", {"status": "paused", "question": QUESTION})) == [("words.back_paused",)]


def test_a_state_that_nobody_asked_for_is_not_said_and_a_repetition_is() -> None:
    script = Script()
    state = {"status": "in_progress", "question": QUESTION}
    script.read("session_state", state)
    assert script.read("session_state", state) is None
    assert script.press("1") == "repeat_question"
    said = script.read("session_state", state)
    assert said is not None
    assert said.lines == ("event.7",)


def test_what_keys_mean() -> None:
    script = Script()
    script.read("next_question", QUESTION)
    help_ = script.press("0")
    assert isinstance(help_, Saying)
    assert help_.lines == ("words.keys", "event.7")
    assert [script.press(key) for key in ("2", "3", "4", "5", "#", "7", "")] == [
        *("rephrase_question", "need_time", "skip_question", "pause", "end_turn", None, None),
    ]
    script.is_longest_near = True
    assert script.press("3") == "more_time"
    script.read("paused", {"reason": "candidate"})
    assert script.press("5") == "resume"


def test_the_end_is_pressed_twice_and_nothing_else_between() -> None:
    script = Script()
    asked = script.press("9")
    assert isinstance(asked, Saying)
    assert asked.lines == ("words.confirm_end",)
    assert script.press("9") == "end_interview"
    assert (script.press("9"), script.press("4"), script.press("9")) == (asked, "skip_question", asked)


def test_pauses_and_whether_anybody_is_there() -> None:
    script = Script()
    script.read("next_question", QUESTION)
    assert script.read("paused", {"reason": "candidate"}) == Saying(("words.paused",), 13.0)
    assert (script.is_paused, script.is_asked_whether_there) == (True, False)
    resumed = script.read("resumed", {"reason": "pause_budget_spent"})
    assert resumed is not None
    assert resumed.lines == ("words.pause_over", "event.7")
    script.read("turn_update", {"state": "closed", "reason": "no_speech_timeout"})
    assert script.read("paused", {"reason": "are_you_there"}) == Saying(
        ("words.are_you_there",), 13.0, is_answerable=True
    )
    assert script.is_asked_whether_there
    assert script.read("resumed", {"reason": "candidate"}) == Saying(("words.resumed",), 13.0)


def test_what_is_running_out_is_said_once_and_never_into_an_answer() -> None:
    silent = {"state": "ending", "reason": "no_speech_timeout", "ends_in_ms": 5000}
    longest = {"state": "speaking", "reason": "max_duration", "more_time_left": 9}
    assert read_all(
        ("next_question", QUESTION),
        ("turn_update", silent),
        ("turn_update", silent),
        ("turn_update", longest),
        ("turn_update", longest),
        ("clock", {"remaining_seconds": 299.6, "warning": 300}),
        ("next_question", {**QUESTION, "sequence": 12}),
        ("next_question", {**QUESTION, "sequence": 15}),
    ) == [
        ("event.7",),
        ("words.no_words",),
        ("words.longest_turn",),
        ("words.minutes_left.5", "event.12"),
        ("event.15",),
    ]


def test_where_somebody_stands_in_the_queue_is_said() -> None:
    waiting = {"state": "waiting", "position": 3, "estimated_seconds": 250, "is_drained": False}
    assert read_all(
        ("queue", waiting),
        ("queue", {**waiting, "position": 1, "estimated_seconds": 5}),
        ("queue", {**waiting, "estimated_seconds": None}),
        ("queue", {**waiting, "is_drained": True}),
        ("queue", {**waiting, "state": "called", "position": 0}),
        ("queue", {"state": "left"}),
    ) == [
        ("words.queue_place.3", "words.queue_minutes.4", "words.queue_stay"),
        ("words.queue_place.1", "words.queue_minutes.1", "words.queue_stay"),
        ("words.queue_place.3", "words.queue_stay"),
        ("words.queue_drained", "words.queue_stay"),
    ]


def test_the_end_and_what_is_fatal_are_said_as_the_line_is_left() -> None:
    script = Script()
    assert script.read("interview_completed", {"sequence": 20, "message": "Thank you."}) is None
    assert script.closing == ("event.20",)
    assert script.read("error", {"code": "link.not_open_yet", "fatal": True}) is None
    assert script.closing == ("words.link_not_open_yet",)


def test_of_errors_only_what_answers_a_key_is_said() -> None:
    codes = ["pause.budget_spent", "turn.no_more_time", "audio.paused", "answer.none_open", "flood"]
    assert read_all(*[("error", {"code": code, "fatal": False}) for code in codes]) == [
        ("words.pause_budget_spent",),
        ("words.turn_no_more_time",),
    ]


@pytest.mark.parametrize("text", ["", "event.x", "words.Keys", "event.1,", "words.a;b", ",".join(["event.1"] * 9)])
def test_what_names_no_lines_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no lines"):
        read_lines(text)


def test_lines_are_named_in_their_order() -> None:
    assert read_lines("words.minutes_left.5,event.12") == ("words.minutes_left.5", "event.12")


@pytest.mark.parametrize(
    ("digits", "speech", "confidence", "language", "wanted"),
    [
        ("1", "", "", "en", Reply.YES),
        ("2", "yes", "0.9", "en", Reply.NO),  # a key counts before a voice
        ("9", "", "", "en", Reply.NEVER),
        ("5", "yes", "0.9", "en", None),
        ("", "Yes, I agree.", "0.9", "en", Reply.YES),
        ("", "Yes.", "", "en", Reply.YES),
        ("", "Yes.", "0.3", "en", None),
        ("", "Yes.", "much", "en", None),
        ("", "No, I don't.", "0.9", "en", Reply.NO),
        ("", "I do not agree", "0.9", "en", Reply.NO),
        ("", "Yes, I am Priya, but I do not agree", "0.9", "en", None),
        ("", "Yes, no, well", "0.9", "en", None),
        ("", "Who is this?", "0.9", "en", None),
        ("", "Please never call me again", "0.9", "en", Reply.UNWANTED),  # the key makes it so
        ("", "Stop calling.", "0.9", "en", Reply.UNWANTED),
        ("", "Don’t ever call me again!", "0.9", "en", Reply.UNWANTED),
        ("", "Ja, einverstanden.", "0.9", "de", Reply.YES),
        ("", "Nein danke.", "0.9", "de", Reply.NO),
        ("", "Ich bin nicht einverstanden.", "0.9", "de", Reply.NO),
        ("", "Bitte rufen Sie nicht mehr an.", "0.9", "de", Reply.UNWANTED),
        ("", "Ich möchte nie wieder angerufen werden", "0.9", "de", Reply.UNWANTED),
        ("", "Keine Anrufe mehr.", "0.9", "de", Reply.UNWANTED),
        ("", "yes", "0.9", "fr", Reply.YES),
        ("", "", "", "en", None),
    ],
)
def test_a_reply_is_what_was_pressed_or_clearly_said(
    digits: str, speech: str, confidence: str, language: str, wanted: Reply | None
) -> None:
    assert read_reply(digits=digits, speech=speech, confidence=confidence, language=language) == wanted


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Sorry, I can't take your call right now. Please leave a message after the tone."),
        ("en", "I'm not available at the moment, but I'll call you back."),
        ("en", "Leave a message and I will get right back to you."),
        ("en", "I do not agree to this call being recorded."),
        ("en", "I can't talk now, can you call me later?"),
        ("en", "Right, who is this?"),
        ("en", "OK, one moment, I'll get her."),
        ("en", "Who's speaking?"),
        ("en", "Yes, who is this?"),
        *(("en", word) for word in ("Right.", "Okay.", "OK", "Sure.", "Sure, not.", "Not.", "Never.")),
        ("de", "Ich kann Ihren Anruf gerade nicht entgegennehmen."),
        ("de", "Guten Tag, ja, hier ist der Anschluss von Priya. Rufen Sie später noch einmal an."),
        ("de", "Genau, wer ist denn da?"),
        ("de", "Okay."),
    ],
)
def test_a_mailboxs_greeting_and_an_ordinary_sentence_are_no_reply(language: str, said: str) -> None:
    assert read_reply(digits="", speech=said, confidence="0.95", language=language) is None
