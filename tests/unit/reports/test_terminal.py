"""The scorecard in a terminal."""

import io
from dataclasses import replace

from rich.console import Console

from reports.domain.scorecard import Candidate, Scorecard
from reports.services.terminal import draw_scorecard
from tests.scorecards import make_cards, make_empty_scorecard, make_header, make_rough_cards, make_scorecard


def print_scorecard(scorecard: Scorecard) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(draw_scorecard(scorecard))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_it_shows_the_decision_the_four_scores_and_every_answer() -> None:
    shown = print_scorecard(make_scorecard())
    assert "Priya Raghunathan · Senior Backend Engineer" in shown
    assert "73 of 100 · grade C · 7.3 of 10 · recommendation: Consider for Next Round" in shown
    assert "measured on 86 % of the planned weight" in shown
    for label, value in (("Technical", 67), ("Communication", 77), ("Problem solving", 88), ("Role fit", 91)):
        assert any(line.split()[:-1] == [*label.split(), str(value)] for line in shown.splitlines())
    assert [line.split()[0] for line in shown.splitlines() if "Scored" in line or "Skipped" in line][:9] == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "10",
    ]


def test_doubts_and_gaps_are_said() -> None:
    shown = print_scorecard(make_scorecard(make_rough_cards(), kind="partial"))
    assert "partial report, measured on 71 %" in shown
    assert "Clarity was not assessed in any answer." in shown
    assert "coverage, not truth" in shown
    assert "Left out of the score; not held against the candidate." in shown


def test_what_a_person_should_look_at_is_said_once() -> None:
    cards = [replace(card, needs_human=("Too close to call.",)) if card.number == 5 else card for card in make_cards()]
    assert "! A person should look at answer 5." in print_scorecard(make_scorecard(cards))


def test_answers_that_are_longer_than_the_clock_are_told() -> None:
    header = make_header(times=replace(make_header().times, talking_seconds=26.0))
    told = "! Clock 26 s, 11 min 23 s of answers: audio arrived faster than real time."
    assert told in print_scorecard(make_scorecard(header=header))
    assert "faster" not in print_scorecard(make_scorecard())


def test_without_a_number_there_is_none() -> None:
    shown = print_scorecard(make_empty_scorecard())
    assert "No overall score: only 0 % of what was planned could be scored" in shown
    assert "grade" not in shown


def test_brackets_in_a_name_or_an_answer_are_not_markup() -> None:
    header = make_header(candidate=Candidate(name="[red]Bobby[/red]"))
    card = replace(make_cards()[0], question="What does a[0] mean? [bold]")
    shown = print_scorecard(make_scorecard([card], header=header))
    assert "[red]Bobby[/red]" in shown
    assert "What does a[0] mean? [bold]" in shown
