"""What the first page says of the clock, and of the recommendation."""

import io
import re
from dataclasses import replace

from pypdf import PdfReader

from reports.services.render import render_scorecard
from tests.scorecards import make_cards, make_header, make_scorecard


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_answers_that_are_longer_than_the_clock_are_told_on_the_first_page() -> None:
    header = make_header(times=replace(make_header().times, talking_seconds=26.0))
    pdf = PdfReader(io.BytesIO(render_scorecard(make_scorecard(header=header))))
    first = squeeze(pdf.pages[0].extract_text())
    assert squeeze("11 min 23 s of answers: audio arrived faster than real time") in first
    assert squeeze("in 26 s of interview time (11 min 23 s of answers: audio arrived faster") in first


def test_no_word_of_the_first_page_rejects() -> None:
    cards = [replace(card, composite=10) for card in make_cards() if card.state == "scored"]
    first = PdfReader(io.BytesIO(render_scorecard(make_scorecard(cards)))).pages[0].extract_text()
    assert "Not Recommended" in first
    assert re.findall(r"reject\w*", first) == ["rejects"]
