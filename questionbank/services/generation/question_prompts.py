"""The prompt of one question for the bank, and the seed that goes with it. Used by batch_parts.py."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from questionbank.domain.batches import BatchRow
from questionbank.domain.prompts import Prompt, load_prompt
from questionbank.domain.quoted_data import hash_json, make_nonce, make_seed, quote_data

PROMPT_PATH = Path(__file__).parents[2] / "prompts" / "write_bank_question.md"
LONGEST_KNOWN = 160
OPERATION = PROMPT_PATH.stem


def build_question_prompt(
    row: BatchRow, kind: str, language: str, *, wishes: str, existing: Sequence[str], refused: Sequence[str]
) -> tuple[Prompt, int]:
    """What is asked, and a seed that is another with every question that there is: at temperature 0 the same request
    would bring the same text again."""
    told = {"place": row.place, "wishes": wishes, "existing": [*existing], "refused": [*refused]}
    digest = hash_json([told, row.difficulty, kind, language])
    nonce = make_nonce(settings.SECRET_KEY.encode(), digest)
    place = f"Category: {row.category}\nTopic: {row.topic}\nSubtopic: {row.subtopic}"
    values = {
        "nonce": nonce,
        "language": language,
        "difficulty": row.difficulty,
        "kind": kind,
        "place": quote_data(place, nonce, "PLACE"),
        "wishes": quote_data(wishes, nonce, "REMARKS"),
        "existing": quote_data(_list(existing), nonce, "EXISTING"),
        "refused": quote_data(_list(refused), nonce, "REFUSED"),
    }
    given = {"wishes": wishes, "existing": existing, "refused": refused}
    sections = ("user", *(name for name, value in given.items() if value))
    return load_prompt(PROMPT_PATH).fill(values, sections), make_seed(digest)


def _list(texts: Sequence[str]) -> str:
    return "\n".join(f"- {text[:LONGEST_KNOWN]}" for text in texts)
