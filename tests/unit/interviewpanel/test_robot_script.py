"""What the robot decides to do with a question, and the words and recordings it has."""

import json

import pytest

from interviewpanel.management.commands.interview_robot import list_bank_questions
from interviewpanel.management.robot.frames import SAMPLE_RATE
from interviewpanel.management.robot.script import (
    ANSWERS_PATH,
    Answers,
    Plan,
    Question,
    Script,
    Step,
    UnknownStepError,
    parse_steps,
)
from interviewpanel.management.robot.voice import Voice

ANSWERS = Answers(
    {"keys": "A key is unique.", "fallback": "I would measure.", "dont-know": "No."}, {"what is a key?": "keys"}
)


def ask(answer: int, text: str = "What is a key?") -> Question:
    return Question(answer=answer, sequence=answer * 2, text=text, number=answer, of=5, kind="question")


def test_a_question_is_read_from_its_message() -> None:
    message = {
        "type": "next_question",
        "answer": 2,
        "sequence": 9,
        "message": "Why?",
        "number": 2,
        "of": 5,
        "kind": "follow_up",
    }

    assert Question.from_message(message) == Question(2, 9, "Why?", 2, 5, "follow_up")


def test_each_step_has_its_plan() -> None:
    script = Script(tuple(Step), ANSWERS, frozenset({"keys", "dont-know"}))

    assert [script.plan_answer(ask(number)) for number in range(1, 8)] == [
        Plan(Step.GOOD, recording="keys"),
        Plan(Step.PARTIAL, recording="keys", parts=1),
        Plan(Step.SILENCE, recording="keys", parts=1),
        Plan(Step.SKIP),
        Plan(Step.DONT_KNOW, recording="dont-know", text="No."),
        Plan(Step.TYPED, text="A key is unique."),
        Plan(Step.GOOD, recording="keys"),  # beyond the script
    ]


def test_a_question_without_a_recording_is_answered_in_writing() -> None:
    script = Script((Step.GOOD, Step.GOOD), ANSWERS, frozenset())

    assert script.plan_answer(ask(1)) == Plan(Step.TYPED, text="A key is unique.")
    assert script.plan_answer(ask(2, "What is a queue?")) == Plan(Step.TYPED, text="I would measure.")


def test_words_around_the_question_do_not_hide_it() -> None:
    assert ANSWERS.find_key("Thank you. Now:  WHAT is a\nkey?") == "keys"


def test_a_question_asked_again_keeps_its_plan() -> None:
    script = Script((Step.GOOD, Step.SKIP), ANSWERS, frozenset({"keys"}))

    assert script.plan_answer(ask(1)) == script.plan_answer(ask(1))
    assert script.plan_answer(ask(2)) == Plan(Step.SKIP)


def test_steps_are_parsed() -> None:
    assert parse_steps("good, skip,dont-know") == (Step.GOOD, Step.SKIP, Step.DONT_KNOW)


@pytest.mark.parametrize(
    ("text", "message"), [("good,sing", "'sing' is not a valid Step"), (" , ", "The script is empty")]
)
def test_a_step_that_does_not_exist_is_refused_with_the_list(text: str, message: str) -> None:
    with pytest.raises(UnknownStepError, match=f"{message}.*good, partial, silence, skip, dont-know, typed"):
        parse_steps(text)


def test_every_answer_is_recorded_and_answers_a_question_of_the_demo_bank() -> None:
    answers = Answers.load(list_bank_questions())
    recorded = Voice().keys - {"dont-know"}

    assert set(answers.keys_by_question.values()) == recorded
    assert recorded == set(json.loads(ANSWERS_PATH.read_text())["answers"])


def test_recordings_say_what_the_answers_say() -> None:
    """Fails after a change of answers.json until bin/make_robot_voice has been run."""
    voice = Voice()
    content = json.loads(ANSWERS_PATH.read_text())["answers"]

    assert {key: voice.read_words(key) for key in content} == {
        key: " ".join(entry.get("spoken") or entry["parts"]) for key, entry in content.items()
    }


def test_one_part_of_a_recording_ends_after_its_words() -> None:
    voice = Voice()
    whole, part = voice.load_speech("db-primary-foreign-key"), voice.load_speech("db-primary-foreign-key", 1)

    assert whole.text.startswith(part.text)
    assert 5 < part.seconds < whole.seconds < 30
    assert len(part.pcm) % 2 == 0
    assert part.pcm[: SAMPLE_RATE // 10] != b"\0" * (SAMPLE_RATE // 10)  # a room is never digitally silent
