"""An answer's words cut where they were quoted and where they are unsure."""

from reports.domain.answer_cards import AnswerCard, Element, Quote, TextRun
from reports.domain.blinding import make_redactor
from reports.domain.excerpts import Piece, cut_text, redact_pieces

TEXT = "I would read the plan first."


def quote(words: str, second: float | None = None) -> Element:
    start = TEXT.index(words)
    return Element(
        text=words,
        is_covered=True,
        quote=Quote(answer=1, text=words, span=(start, start + len(words)), start_seconds=second),
    )


def card(*elements: Element, runs: tuple[TextRun, ...] = (TextRun(text=TEXT),)) -> AnswerCard:
    return AnswerCard(number=1, question="What do you do?", transcript=runs, elements=elements)


def test_a_quote_is_a_piece_that_is_heard_from_its_second() -> None:
    assert cut_text(card(quote("read the plan", 1.5))) == [
        Piece("I would "),
        Piece("read the plan", is_quoted=True, start_seconds=1.5),
        Piece(" first."),
    ]


def test_quotes_that_overlap_are_one_stretch() -> None:
    pieces = cut_text(card(quote("the plan first", 2.0), quote("read the plan", 1.5)))
    assert [(piece.text, piece.is_quoted, piece.start_seconds) for piece in pieces] == [
        ("I would ", False, None),
        ("read the plan first", True, 1.5),
        (".", False, None),
    ]


def test_unsure_words_are_pieces_too_also_within_a_quote() -> None:
    runs = (TextRun(text="I would read the "), TextRun(text="plan", is_unsure=True), TextRun(text=" first."))
    pieces = cut_text(card(quote("read the plan", 1.5), runs=runs))
    assert [(piece.text, piece.is_quoted, piece.is_unsure) for piece in pieces] == [
        ("I would ", False, False),
        ("read the ", True, False),
        ("plan", True, True),
        (" first.", False, False),
    ]
    assert [piece.start_seconds for piece in pieces] == [None, 1.5, None, None]
    assert "".join(piece.text for piece in pieces) == TEXT


def test_a_quote_without_a_place_and_no_words_at_all_make_no_pieces_of_their_own() -> None:
    lost = Element(text="x", is_covered=True, quote=Quote(answer=1, text="elsewhere"))
    assert cut_text(card(lost)) == [Piece(TEXT)]
    assert cut_text(card(runs=())) == []


def test_names_go_out_of_each_piece() -> None:
    assert redact_pieces([Piece("I am Ada", is_quoted=True)], make_redactor("Ada Byron")) == [
        Piece("I am [name]", is_quoted=True)
    ]
