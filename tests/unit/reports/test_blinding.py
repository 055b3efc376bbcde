"""Names taken out of texts: all forms of the name, and nothing else."""

import json
from dataclasses import replace

import pytest

from reports.domain.blinding import blind_scorecard, make_redactor
from reports.domain.scorecard import Decided
from reports.services.documents import from_document, to_document
from tests.scorecards import SAMPLE, STARTED_AT, make_scorecard

NAME = SAMPLE["candidate"]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Hello Priya, and welcome.", "Hello [name], and welcome."),
        ("Priya Raghunathan's answer", "[name]'s answer"),
        ("PRIYA RAGHUNATHAN", "[name]"),
        ("i am priya raghunathan", "i am [name]"),
        ("Raghunathan, Priya", "[name], [name]"),
        ("Write to Priya@Example.com now", "Write to [name] now"),
        ("Priyanka is somebody else", "Priyanka is somebody else"),
        ("an index", "an index"),
        ("", ""),
    ],
)
def test_a_name_goes_in_every_form(text: str, redacted: str) -> None:
    assert make_redactor("Priya Raghunathan", "priya@example.com")(text) == redacted


def test_a_name_that_is_a_word_stays_a_word_in_small_letters() -> None:
    redact = make_redactor("Will Grant")
    assert redact("Will, will you grant it, said Grant") == "[name], will you grant it, said [name]"


def test_initials_and_no_name_change_nothing() -> None:
    assert make_redactor("J Ng")("J and Ng") == "J and [name]"
    assert make_redactor("")("Anything") == "Anything"
    assert make_redactor("O'Neil (Max)")("mr o'neil (max) and (Max)") == "mr [name] and [name]"


def test_a_blind_scorecard_names_nobody_and_is_a_scorecard_still() -> None:
    decided = Decided(stage="advance", reason=f"{NAME} knew it.", at=STARTED_AT, by="Rosa Lindqvist")
    blind = blind_scorecard(replace(make_scorecard(), decided=decided), "Candidate B")
    document = to_document(blind)
    text = json.dumps(document, ensure_ascii=False).lower()
    assert [part for part in (*NAME.lower().split(), SAMPLE["email"].lower()) if part in text] == []
    assert from_document(document) == blind
    assert blind.header.candidate.name == "Candidate B"
    assert blind.decided == replace(decided, reason="[name] knew it.")


def test_numbers_codes_and_quotes_stay() -> None:
    scorecard = make_scorecard()
    blind = blind_scorecard(scorecard, "Candidate B")
    assert blind.verdict == scorecard.verdict
    assert [card.quotes for card in blind.answers] == [card.quotes for card in scorecard.answers]
    assert blind.header.job == scorecard.header.job


def test_a_quote_loses_its_place_where_a_name_was_taken_out_before_it() -> None:
    scorecard = make_scorecard()
    card = next(card for card in scorecard.answers if any(quote.span for quote in card.quotes))
    run = replace(card.transcript[0], text=f"{NAME} here. {card.transcript[0].text}")
    named = replace(scorecard, answers=(replace(card, transcript=(run, *card.transcript[1:])),))
    (blind,) = blind_scorecard(named, "Candidate").answers
    assert {quote.span for quote in blind.quotes} == {None}
    assert blind.text.startswith("[name] here.")
