"""The PDF: accessible, complete, real text, and nothing fetched or injected."""

import io
import itertools
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from reports.domain.scorecard import Branding, Candidate, Scorecard
from reports.engines.drawing import Asset
from reports.engines.pdf import DrawingFailed, PdfUnavailable, keep_environment, render_pdf
from reports.services.render import read_logo, render_scorecard
from tests.scorecards import make_cards, make_empty_scorecard, make_header, make_rough_cards, make_scorecard


def make_png(width: int = 30, height: int = 10) -> bytes:
    """A red picture, written by hand: the tests need no image library."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    rows = (b"\x00" + b"\xd0\x20\x20" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def squeeze(text: str) -> str:
    """Text without any white space: a PDF breaks lines where it likes."""
    return re.sub(r"\s+", "", text)


def read_text(pdf: PdfReader) -> str:
    return squeeze("".join(page.extract_text() for page in pdf.pages))


def walk_structure(node: Any) -> Iterator[DictionaryObject]:
    """Every element of the tag tree."""
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, ArrayObject):
        for child in node:
            yield from walk_structure(child)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from walk_structure(node["/K"])


@pytest.fixture(scope="module")
def sample() -> Scorecard:
    return make_scorecard()


@pytest.fixture(scope="module")
def pdf(sample: Scorecard) -> PdfReader:
    return PdfReader(io.BytesIO(render_scorecard(sample)))


def test_it_declares_itself_as_accessible(pdf: PdfReader) -> None:
    catalog = pdf.root_object
    assert catalog["/Lang"] == "en"
    assert bool(catalog["/MarkInfo"]["/Marked"]) is True
    assert bool(catalog["/ViewerPreferences"]["/DisplayDocTitle"]) is True
    metadata = catalog["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", metadata)
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Interview scorecard: Priya Raghunathan, Senior Backend Engineer"
    assert pdf.metadata.author == "Fernbrook Systems"


def test_its_tags_hold_headings_in_order_tables_with_heads_and_pictures_with_words(pdf: PdfReader) -> None:
    elements = list(walk_structure(pdf.root_object["/StructTreeRoot"]))
    levels = [int(one["/S"][2:]) for one in elements if re.fullmatch(r"/H[1-6]", one["/S"])]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    figures = [one for one in elements if one["/S"] == "/Figure"]
    assert figures
    assert all(str(one.get("/Alt", "")).strip() for one in figures)
    assert "Technical: 67 of 100" in {str(one["/Alt"]) for one in figures}
    tables = [one for one in elements if one["/S"] == "/Table"]
    assert tables
    assert all(any(part["/S"] == "/TH" for part in walk_structure(table["/K"])) for table in tables)


def test_bookmarks_lead_to_every_question(pdf: PdfReader, sample: Scorecard) -> None:
    def flatten(outline: Any) -> Iterator[str]:
        for item in outline:
            if isinstance(item, list):
                yield from flatten(item)
            else:
                yield item.title

    titles = list(flatten(pdf.outline))
    assert titles[0] == "Priya Raghunathan"
    assert {"Strengths", "Gaps", "Question by question", "The whole conversation"} <= set(titles)
    assert [title for title in titles if title in {card.question for card in sample.answers}] == [
        card.question for card in sample.answers
    ]


def test_every_page_has_its_number_and_whose_it_is(pdf: PdfReader) -> None:
    count = len(pdf.pages)
    assert 8 <= count <= 16
    for number, page in enumerate(pdf.pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {count}" in text
        assert "Priya Raghunathan · Senior Backend Engineer" in text


def test_the_first_page_is_the_decision(pdf: PdfReader) -> None:
    text = squeeze(pdf.pages[0].extract_text())
    for words in (
        "Fernbrook Systems",
        "73 of 100",
        "Consider for Next Round",
        "Grade C · 7.3 of 10",
        "Recommendation",
        "Technical 67",
        "Communication 77",
        "Problem solving 88",
        "Role fit 91",
        "What is missing, and why",
        "Answer 9 · Schema changes: technical failure",
        "Nothing in this product rejects a candidate by itself.",
        "Summary",
    ):
        assert squeeze(words) in text, words
    assert "faster than real time" not in pdf.pages[0].extract_text()


def test_every_answer_stands_there_with_its_words_its_quotes_and_its_scores(pdf: PdfReader, sample: Scorecard) -> None:
    text = read_text(pdf)
    for card in sample.answers:
        assert squeeze(card.question) in text
        assert squeeze(card.text) in text
        for quote in card.quotes:
            assert squeeze(f"“{quote.text}”") in text
        for element in card.elements:
            assert squeeze(element.text) in text
        for criterion in card.criteria:
            assert squeeze(criterion.name) in text
    for turn in sample.transcript:
        assert squeeze(turn.text) in text
    for claim in (*sample.narrative.strengths, *sample.narrative.gaps, *sample.narrative.technical):
        assert squeeze(claim.text) in text
    for item in sample.narrative.follow_ups:
        assert squeeze(item.question) in text


def test_doubts_stand_on_the_first_page_and_in_the_answers() -> None:
    cards = [
        replace(card, needs_human=("The number may lie on either side of a threshold.",))
        if card.number in (1, 5)
        else card
        for card in make_rough_cards()
    ]
    scorecard = make_scorecard(cards, kind="partial")
    pdf = PdfReader(io.BytesIO(render_scorecard(scorecard)))
    first = squeeze(pdf.pages[0].extract_text())
    for warning in scorecard.warnings:
        assert squeeze(warning) in first
    assert squeeze("confidential · partial") in first
    assert squeeze("A person should look at answers 1 and 5; the reasons stand with them.") in first
    text = read_text(pdf)
    assert squeeze("The recogniser was unsure of 37 of 112 words.") in text
    assert squeeze("technical score lies between 75 and 100 in 80 of 100 such answers") in text
    assert squeeze("Criteria, not assessed. Rated by a language model only: Looks at the query plan") in text


def test_with_nothing_missing_a_skipped_question_is_still_told() -> None:
    cards = [card for card in make_cards() if card.state in ("scored", "skipped")]
    first = squeeze(PdfReader(io.BytesIO(render_scorecard(make_scorecard(cards)))).pages[0].extract_text())
    assert squeeze("answer that was given was heard and scored. 1 skipped or silent question counts 0.") in first


def test_nothing_scored_gives_a_report_without_a_number() -> None:
    pdf = PdfReader(io.BytesIO(render_scorecard(make_empty_scorecard())))
    first = pdf.pages[0].extract_text()
    assert squeeze("No overall score") in squeeze(first)
    assert squeeze("2 medium questions on Indexing: not asked") in squeeze(first)
    for label in ("Technical", "Communication", "Problem solving", "Role fit"):
        assert squeeze(f"{label} not assessed") in squeeze(first)
    assert "Grade" not in first


def test_fifteen_questions_a_very_long_name_and_a_pale_colour() -> None:
    long_name = "Maximiliane-Theodora " + "Wolfeschlegelsteinhausenbergerdorff" * 3
    header = make_header(candidate=Candidate(name=long_name), branding=Branding(organization="Gelb", colour="#ffff00"))
    cards = [replace(card, number=number) for number, card in enumerate((make_cards() * 2)[:15], start=1)]
    pdf = PdfReader(io.BytesIO(render_scorecard(make_scorecard(cards, header=header))))
    text = read_text(pdf)
    assert squeeze(long_name) in text
    assert all(squeeze(card.text) in text for card in cards)
    assert f"Page {len(pdf.pages)} of {len(pdf.pages)}" in pdf.pages[-1].extract_text()


def test_times_are_those_of_the_organizations_clock() -> None:
    header = make_header(times=replace(make_header().times, time_zone="Asia/Tokyo"))
    pdf = PdfReader(io.BytesIO(render_scorecard(make_scorecard(make_cards()[:1], header=header))))
    assert squeeze("12 March 2026 18:30 to 18:56 JST") in squeeze(pdf.pages[0].extract_text())


def test_names_from_right_to_left_are_text_too() -> None:
    header = make_header(candidate=Candidate(name="عبد الرحمن"), branding=Branding(organization="חברת דוגמה"))
    pdf = PdfReader(io.BytesIO(render_scorecard(make_scorecard(make_cards()[:1], header=header))))
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Interview scorecard: عبد الرحمن, Senior Backend Engineer"
    assert re.search("[\u0600-\u06ff\ufb50-\ufeff]", pdf.pages[0].extract_text())


def test_what_a_candidate_says_is_text_never_markup() -> None:
    evil = '</p><img src="file:///etc/passwd"><script>alert(1)</script> & {{ settings.SECRET_KEY }}'
    card = make_cards()[0]
    header = make_header(candidate=Candidate(name="<b>Bobby</b>"), branding=Branding(organization="x", colour="red;}"))
    spoken = replace(card, transcript=(replace(card.transcript[0], text=evil),), criteria=(), elements=())
    pdf = PdfReader(io.BytesIO(render_scorecard(make_scorecard([spoken], header=header))))
    text = read_text(pdf)
    assert squeeze(evil) in text
    assert "<b>Bobby</b>" in text
    assert not any(page.images for page in pdf.pages)


def test_a_logo_is_shown_with_the_organizations_name_as_its_words() -> None:
    scorecard = make_scorecard(make_cards()[:1])
    pdf = PdfReader(io.BytesIO(render_scorecard(scorecard, logo=make_png())))
    assert len(pdf.pages[0].images) == 1
    figures = [one for one in walk_structure(pdf.root_object["/StructTreeRoot"]) if one["/S"] == "/Figure"]
    assert "Fernbrook Systems" in {str(one.get("/Alt")) for one in figures}


@pytest.mark.parametrize(
    "content",
    [None, b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n" + b"0" * (2 * 1024 * 1024)],
    ids=["none", "empty", "svg", "too big"],
)
def test_what_is_no_small_picture_is_no_logo(content: bytes | None) -> None:
    assert read_logo(content) is None


def test_a_damaged_logo_leaves_the_name_in_its_place() -> None:
    scorecard = make_scorecard(make_cards()[:1])
    pdf = PdfReader(io.BytesIO(render_scorecard(scorecard, logo=b"\x89PNG\r\n\x1a\nbroken")))
    assert "Fernbrook Systems" in pdf.pages[0].extract_text()


def test_only_what_was_handed_in_is_ever_read() -> None:
    refused = ("file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA", "asset:other")
    pictures = "".join(f'<img alt="picture" src="{url}">' for url in (*refused, "asset:logo"))
    html = (
        f'<html lang="en"><head><title>t</title></head><body>{pictures}<style>@import "file:///x.css";</style></body>'
    )
    content = render_pdf(html, css="body { color: #000 }", assets={"asset:logo": Asset(make_png(), "image/png")})
    assert [len(page.images) for page in PdfReader(io.BytesIO(content)).pages] == [1]


@pytest.mark.parametrize(
    ("module", "expected", "message"),
    [
        (
            "raise OSError('cannot load library libpango-1.0.so.0\\nmore')",
            PdfUnavailable,
            (
                "WeasyPrint cannot be loaded (cannot load library libpango-1.0.so.0). On Debian and Ubuntu: "
                "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
            ),
        ),
        (
            "import os; os._exit(7)",
            DrawingFailed,
            "The report could not be drawn (exit status 7): ",
        ),
    ],
    ids=["no library", "a crash"],
)
def test_a_drawing_process_that_cannot_says_why(
    module: str, expected: type[Exception], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text(module)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(expected) as failure:
        render_pdf("<p>Text</p>", css="")
    assert str(failure.value) == message


def test_the_drawing_process_gets_no_secret_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DB_PASSWORD", "REDIS_URL", "LANG"):
        monkeypatch.setenv(name, "C")
    kept = keep_environment()
    assert {"SECRET_KEY", "DB_PASSWORD", "REDIS_URL"} & set(kept) == set()
    assert {"PATH", "LANG"} <= set(kept)
