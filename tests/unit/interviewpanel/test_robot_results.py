"""What the robot writes down of its interview."""

from interviewpanel.management.robot.frames import Counts
from interviewpanel.management.robot.results import AnswerResult, InterviewResult


def test_word_errors_count_spoken_answers_with_a_whole_transcript() -> None:
    result = InterviewResult(
        answers=[
            AnswerResult(1, "Q", "good", "an index helps", "u1", "an index helped", is_final=True),
            AnswerResult(2, "Q", "skip"),
            AnswerResult(3, "Q", "typed", "written words", "u3", "written words", is_final=True),
            AnswerResult(4, "Q", "silence", "one row", "u4", "one", is_final=False),
        ],
        frames=Counts(recorded=9, sent=9, resent=2, acknowledged=7),
    )

    written = result.to_dict()

    assert {name: written[name] for name in ("word_errors", "words", "word_error_rate", "frames")} == {
        "word_errors": 1,
        "words": 3,
        "word_error_rate": 1 / 3,
        "frames": {"recorded": 9, "sent": 9, "resent": 2, "acknowledged": 7},
    }


def test_an_interview_without_speech_has_no_error_rate() -> None:
    assert InterviewResult().to_dict()["word_error_rate"] is None
