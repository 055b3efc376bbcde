"""A text in stretches, each with what it was taken for: for pages that highlight quotes. Pure."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Stretch:
    """Some characters of a text and the labels of the spans that hold them; no labels: nothing was found there."""

    text: str
    labels: tuple[str, ...] = ()


def mark_text(text: str, spans: Iterable[tuple[str, int, int]]) -> list[Stretch]:
    """The whole text in order. Spans are (label, start, end exclusive) and may overlap; those outside are cut off."""
    known = [(label, max(0, start), min(len(text), end)) for label, start, end in spans]
    known = [one for one in known if one[1] < one[2]]
    edges = sorted({0, len(text), *(start for _, start, _ in known), *(end for _, _, end in known)})
    return [
        Stretch(text[start:end], tuple(label for label, first, last in known if first <= start and end <= last))
        for start, end in itertools.pairwise(edges)
        if start < end
    ]
