"""What a candidate's résumé adds to the scoring of their answers: context for a model, and a flag for the reviewer."""

from dataclasses import dataclass

from organizations.models import Candidate, ResumeText
from organizations.services.resume_texts import INSTRUCTIONS
from questionbank.selectors.resume_context import find_resume_context

HIDDEN_TEXT = "resume_hidden_text"


@dataclass(frozen=True)
class Background:
    """A summary for the language model, and flags for the reviewer."""

    summary: str = ""
    flags: tuple[str, ...] = ()


NO_BACKGROUND = Background()


def read_background(candidate: Candidate) -> Background:
    """Two queries. Without a résumé, or a summary of it, there is nothing."""
    text = ResumeText.objects.filter(candidate=candidate).first()
    if text is None:
        return NO_BACKGROUND
    is_hidden = any(flag["reason"] != INSTRUCTIONS for flag in text.warnings)
    return Background(find_resume_context(candidate) or "", (HIDDEN_TEXT,) if is_hidden else ())
