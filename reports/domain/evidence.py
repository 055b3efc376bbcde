"""Where the quotes of an answer stand: in its own text, or in a follow-up's that was scored with it. Pure; used by
`selectors/answers.py`."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.domain.answer_cards import Quote
from reports.domain.transcripts import PlacedWord, find_second


@dataclass(frozen=True)
class AnswerPart:
    """The text of one answer, and where its words stand in it."""

    number: int
    text: str
    placed: Sequence[PlacedWord]


class Evidence:
    """Where quotes of one answer, with its follow-ups, stand in their texts and at which second they were said."""

    def __init__(self, parts: Sequence[AnswerPart]) -> None:
        self.number = parts[0].number
        self.parts = [part for part in parts if part.text]

    def find(self, quote: str, span: Sequence[int] | None = None) -> Quote | None:
        """The quote with its span and second; None for words that do not stand in the text (they prove nothing).

        Spans count in the texts as they were scored: put together, with the end of a line between them. Of a quote
        across that end the longer piece is shown.
        """
        whole = "\n".join(part.text for part in self.parts)
        start = span[0] if span and whole[span[0] : span[1]] == quote else whole.find(quote)
        if not quote or start < 0:
            return None
        found: list[Quote] = []
        offset = 0
        for part in self.parts:
            first, last = max(start - offset, 0), min(start + len(quote) - offset, len(part.text))
            if first < last:
                found.append(place_quote(part, first, last))
            offset += len(part.text) + 1
        return max(found, key=lambda one: len(one.text), default=None)


def place_quote(part: AnswerPart, start: int, end: int) -> Quote:
    return Quote(
        answer=part.number,
        text=part.text[start:end],
        span=(start, end),
        start_seconds=find_second(part.placed, start),
    )
