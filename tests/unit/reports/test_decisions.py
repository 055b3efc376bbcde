"""A person's override counts in the place of what was measured; both numbers stay, and the words say whose is whose."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from reports.domain.answer_cards import AnswerCard, Component, HumanRating, Measured, Override
from reports.domain.decisions import apply_override, describe_measured
from reports.domain.evaluation import compile_scorecard
from reports.domain.scorecard import Scorecard
from reports.selectors.own_data import hide_people
from reports.services.documents import from_document, to_document
from reports.services.terminal import draw_scorecard
from tests.scorecards import make_cards, make_header

AT = datetime(2026, 3, 13, 8, 15, tzinfo=UTC)
PARTS = (
    Component(key="technical", label="Technical", value=90.0),
    Component(key="clarity", label="Clarity", value=80.0),
)


def make_override(**changes: Any) -> Override:
    fields = {"number": 1, "by": "Rosa Lind", "at": AT, "composite": 90, "reason": "It is right in other words."}
    return Override(**{**fields, "components": PARTS, **changes})


def judge(number: int, **changes: Any) -> Scorecard:
    """The sample interview with something said of one answer."""
    cards = [replace(card, **changes) if card.number == number else card for card in make_cards()]
    return compile_scorecard(header=make_header(), kind="final", answers=cards, transcript=())


def find_card(scorecard: Scorecard, number: int) -> AnswerCard:
    return next(card for card in scorecard.answers if card.number == number)


def test_an_override_counts_in_every_mean_and_the_automatic_overall_stays_beside() -> None:
    before = judge(6)
    scorecard = judge(6, overrides=(make_override(),))
    assert find_card(before, 6).composite == 45
    assert (scorecard.automatic, before.automatic) == (before.verdict, None)
    # weights as in the sample; answer 6 counts 90 instead of 45
    assert scorecard.verdict.overall == round((93 * 2 + 89 * 2 + 84 + 79 + 62 * 2 + 90 + 91 + 88 + 0) / 12)
    category = {measure.label: measure.value for measure in scorecard.categories}
    assert category["System design"] == round((62 * 2 + 90) / 3)
    card = find_card(scorecard, 6)
    assert (card.points, card.automatic, card.components) == (90, 45, PARTS)


def test_a_persons_number_is_one_where_the_machine_had_none() -> None:
    """Answer 9 failed on our side: left out of the score until a person has listened."""
    before = judge(9)
    scorecard = judge(9, overrides=(make_override(composite=70),))
    assert (find_card(before, 9).points, find_card(scorecard, 9).points) == (None, 70)
    whats = [[part.what for part in one.missing if part.answer == 9] for one in (before, scorecard)]
    assert whats == [["Answer 9 · Schema changes: technical failure"], ["Answer 9: 12 s of audio"]]
    assert describe_measured(find_card(scorecard, 9)) == "technical failure"
    assert find_card(scorecard, 9).automatic is None


def test_a_skipped_answer_keeps_its_measured_zero() -> None:
    card = find_card(judge(10, overrides=(make_override(),)), 10)
    assert (card.points, card.automatic, card.measured) == (
        90,
        0,
        Measured(state="skipped", composite=None, why=card.measured.why if card.measured else ""),
    )


def test_the_last_override_is_in_force_and_a_withdrawn_one_is_not() -> None:
    first, second = make_override(composite=50), make_override(number=2, composite=60)
    taken_back = replace(second, withdrawn_by="Rosa Lind", withdrawn_at=AT, withdrawal_reason="I had the wrong answer.")
    assert find_card(judge(6, overrides=(first, second)), 6).points == 60
    withdrawn = judge(6, overrides=(first, taken_back))
    assert (find_card(withdrawn, 6).points, withdrawn.automatic) == (45, None)
    assert [card.number for card in withdrawn.judged] == [6]
    assert withdrawn.overridden == ()


def test_parts_that_the_person_did_not_let_stand_count_no_more() -> None:
    whole = judge(6, overrides=(make_override(components=()),))
    without = compile_scorecard(
        header=make_header(),
        kind="final",
        answers=[card for card in make_cards() if card.number != 6],
        transcript=(),
    )
    clarity = {measure.key: measure.value for measure in whole.measures}["communication"]
    assert clarity == {measure.key: measure.value for measure in without.measures}["communication"]


def test_nothing_is_applied_twice() -> None:
    card = apply_override(replace(make_cards()[5], overrides=(make_override(),)))
    assert apply_override(card) is card


def test_a_rating_changes_no_number() -> None:
    rating = HumanRating(by="Rosa Lind", at=AT, composite=20, reason="I heard little.", is_blind=True)
    rated = judge(6, ratings=(rating,))
    assert rated.verdict == judge(6).verdict
    assert [card.number for card in rated.judged] == [6]


def test_the_summary_the_terminal_and_the_json_say_who_decided() -> None:
    scorecard = judge(6, overrides=(make_override(),))
    told = " ".join(claim.text for claim in scorecard.narrative.summary)
    assert "People set the score of answer 6 (90, measured: 45)." in told
    assert "The automatic scores alone come to" in told
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(draw_scorecard(scorecard))
    shown = console.export_text()
    assert "Rosa Lind set answer 6 to 90 of 100 (measured: 45). Reason: It is right in other words." in shown
    document = to_document(scorecard)
    assert from_document(document) == scorecard
    stored = document["answers"][5]
    assert (stored["overrides"][0]["by"], stored["overrides"][0]["reason"], stored["measured"]["composite"]) == (
        "Rosa Lind",
        "It is right in other words.",
        45,
    )


def test_the_candidates_copy_names_nobody_of_the_organization() -> None:
    scorecard = judge(6, overrides=(make_override(),), ratings=(HumanRating(by="Omar Said", at=AT, composite=20),))
    hidden = hide_people(to_document(scorecard))
    assert hidden is not None
    assert "Rosa Lind" in str(to_document(scorecard))
    assert "Rosa Lind" not in str(hidden)
    assert "Omar Said" not in str(hidden)
    assert hidden["answers"][5]["overrides"][0]["by"] == "a person of the organization"
    assert hidden["answers"][5]["overrides"][0]["withdrawn_by"] == ""
    assert hide_people(None) is None
