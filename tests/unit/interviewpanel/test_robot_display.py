"""What a person sees of the robot's interview."""

import io

from rich.console import Console

from interviewpanel.management.robot.display import Display, View
from interviewpanel.management.robot.frames import Counts
from interviewpanel.management.robot.script import Question

ASKED = Question(answer=2, sequence=7, text="What does [bold] mean?", number=2, of=5, kind="question")


def draw(display: Display) -> list[str]:
    """The panel's lines as plain text, without its frame."""
    console = Console(file=io.StringIO(), width=80, color_system=None)
    console.print(display.render())
    assert isinstance(console.file, io.StringIO)
    return [line.strip("│ ") for line in console.file.getvalue().splitlines()[1:-2]]


def test_without_a_terminal_there_are_only_lines_and_each_is_whole() -> None:
    output = io.StringIO()
    display = Display(Console(file=output, width=40), View())
    with display:
        display.report_connection("connected")
        display.log_question(ASKED, "skip")
        display.log("heard", "a long line that must not be broken, whatever the width of the log is")
        display.report_connection("reconnecting")

    assert output.getvalue().splitlines() == [
        "Question 2 of 5  What does [bold] mean?",
        "          robot  skips the question",
        "          heard  a long line that must not be broken, whatever the width of the log is",
        "           link  reconnecting",
    ]


def test_on_a_terminal_a_long_text_hangs_beside_its_label() -> None:
    output = io.StringIO()
    display = Display(Console(file=output, width=40, force_terminal=True, color_system=None), View())

    display.log("heard", "an index is not free it makes writing slower")

    assert [line.rstrip() for line in output.getvalue().splitlines()] == [
        "          heard  an index is not free it",
        "                 makes writing slower",
    ]


def test_the_panel_shows_the_moment() -> None:
    view = View(connection="connected", question=ASKED, heard="an index [i]s", remaining_seconds=130, unacknowledged=4)
    view.counts = Counts(recorded=20, sent=20, resent=3, acknowledged=16)
    display = Display(Console(file=io.StringIO()), view, clock=lambda: 100.0)
    display.update_turn("ending", 2500)

    assert draw(display) == [
        "question  2 of 5  What does [bold] mean?",
        "heard  an index [i]s",
        "turn  ending   ends in 2.5 s",
        "audio  20 frames sent, 16 acknowledged, 4 kept, 3 sent again",
        "link  connected   2 min left",
    ]


def test_a_new_question_begins_with_nothing_heard() -> None:
    view = View(heard="the last answer", turn="closed", ends_at=3.0)
    Display(Console(file=io.StringIO()), view).log_question(ASKED, "good")

    assert view == View(question=ASKED, turn="listening")
