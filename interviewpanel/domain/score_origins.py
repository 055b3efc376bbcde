"""Where a score comes from, in words and in a fixed order. Shown by the admin's record and by the review page."""

from collections.abc import Mapping

LABELS = {
    "engine": "Engine",
    "model": "Model",
    "fallback_reason": "Why not the language model",
    "prompt_version": "Prompt",
    "rubric_hash": "Rubric",
    "input_hash": "Input",
    "background_hash": "Résumé’s summary",
    "seed": "Seed",
    "order": "Order of the criteria",
    "rechecked": "Asked once more",
    "recheck_error": "Why that gave nothing",
    "control": "Control criterion",
    "control_rating": "Control rated",
    "seconds": "Seconds it took",
}


def tell_origin(provenance: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """What was kept of it; what is empty says nothing."""
    return tuple(
        (label, ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
        for key, label in LABELS.items()
        if (value := provenance.get(key)) not in (None, "", [], ())
    )
