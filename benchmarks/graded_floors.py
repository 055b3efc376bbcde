"""What the embedded scorer with an embedding model must reach on questions it has not seen.

Called by fit_embedded_scorer (`--check`) and by the tests: of the figures in embedded_scorer_vectors.json always, of
figures measured anew where the data and the model are given.
"""

from collections.abc import Mapping
from typing import Any

MOST_MILLISECONDS = 15.0


def check_floors(measured: Mapping[str, Any]) -> list[str]:
    """A sentence for each floor that does not hold."""
    values = {
        "SciEntsBank, published unseen questions, AUC": (measured["scientsbank_unseen_questions_auc"], 0.80),
        "Beetle, published unseen questions, AUC": (measured["beetle_unseen_questions_auc"], 0.70),
        "Beetle, each question left out in turn, AUC": (measured["beetle_auc"], 0.70),
        "SAF without empty submissions, r": (measured["saf_without_no_response_or_submission"]["pearson"], 0.45),
    }
    below = [f"{name}: {value} is below {floor}." for name, (value, floor) in values.items() if value < floor]
    milliseconds = measured["milliseconds_to_embed_an_answer"]["p50"]
    if milliseconds > MOST_MILLISECONDS:
        below.append(f"An answer takes {milliseconds} ms to embed; at most {MOST_MILLISECONDS} will do.")
    return below
