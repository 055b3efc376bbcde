"""Which expected points an answer covers, where its score does not say so. Pure; called by `selectors/answers.py`.

A language model rates criteria and does not go through the expected points one by one; the embedded scorer does, in
milliseconds, by the words. What it finds is shown beside the score and enters no number.
"""

from collections.abc import Sequence
from typing import Any

from interviewpanel.domain.embedded_scorer import score_text


def match_elements(
    text: str, *, question: str, expected_answer: str, elements: Sequence[str], language: str
) -> list[dict[str, Any]]:
    """Each expected point with whether it is covered and the words that cover it, as a score stores them."""
    if not text.strip() or not elements:
        return []
    score = score_text(text, question=question, expected_answer=expected_answer, elements=elements, language=language)
    return [
        {"element": match.element, "is_covered": match.is_covered, "quote": match.quote, "span": match.span}
        for match in score.elements
    ]
