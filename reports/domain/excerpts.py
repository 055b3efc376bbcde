"""An answer's text cut where it was quoted and where it was unsure, for pages that mark both. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from reports.domain.answer_cards import AnswerCard, Quote
from reports.domain.blinding import Redact


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text. `start_seconds` is where a quote is heard in the answer's recording, at its beginning."""

    text: str
    is_quoted: bool = False
    is_unsure: bool = False
    start_seconds: float | None = None


def cut_text(card: AnswerCard) -> list[Piece]:
    """The whole text in order; quotes that overlap make one stretch, which is heard from where the first begins."""
    spans = join_spans(quote for quote in card.quotes if quote.span is not None and quote.answer == card.number)
    unsure = list_unsure(card)
    edges = sorted({0, len(card.text), *(edge for start, end, _ in spans for edge in (start, end)), *unsure})
    pieces = []
    for start, end in pairwise(edges):
        quote = next((span for span in spans if span[0] <= start < span[1]), None)
        pieces.append(
            Piece(
                card.text[start:end],
                is_quoted=quote is not None,
                is_unsure=is_within(unsure, start),
                start_seconds=quote[2] if quote is not None and quote[0] == start else None,
            )
        )
    return pieces


def join_spans(quotes: Iterable[Quote]) -> list[tuple[int, int, float | None]]:
    """(start, end, second) of each stretch that is quoted, in order."""
    joined: list[tuple[int, int, float | None]] = []
    for quote in sorted(quotes, key=lambda one: one.span or (0, 0)):
        start, end = quote.span or (0, 0)
        if joined and start < joined[-1][1]:
            first, last, second = joined[-1]
            joined[-1] = (first, max(last, end), second)
        else:
            joined.append((start, end, quote.start_seconds))
    return joined


def list_unsure(card: AnswerCard) -> list[int]:
    """Where unsure words begin and end, by turns."""
    edges, place = [], 0
    for run in card.transcript:
        if run.is_unsure:
            edges += [place, place + len(run.text)]
        place += len(run.text)
    return edges


def is_within(edges: list[int], place: int) -> bool:
    return any(start <= place < end for start, end in zip(edges[::2], edges[1::2], strict=True))


def redact_pieces(pieces: Iterable[Piece], redact: Redact) -> list[Piece]:
    """Without names: each stretch by itself, since places in the text would not fit any more."""
    return [replace(piece, text=redact(piece.text)) for piece in pieces]
