"""The parts of a score in the order of the page. Called by `answers.py` and `human_ratings.py`."""

from collections.abc import Mapping

from reports.domain.answer_cards import Component
from reports.domain.wording import COMPONENTS, word_for

COMPONENT_ORDER = ("technical", "relevance", "depth", "clarity")


def read_components(stored: Mapping[str, float | None], *, is_technical: bool) -> tuple[Component, ...]:
    """In the order of the page. `technical` is no component of a question that is not technical."""
    known = [name for name in COMPONENT_ORDER if name in stored and (is_technical or name != "technical")]
    own = sorted(set(stored) - set(COMPONENT_ORDER))
    return tuple(Component(key=name, label=word_for(name, COMPONENTS), value=stored[name]) for name in [*known, *own])
