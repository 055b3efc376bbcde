"""What an interviewer, a writer of questions and a scorer may know of a candidate's résumé: the facts about work, and
nothing of the text itself."""

from django.db.models import F

from organizations.models import Candidate
from questionbank.domain.resume_facts import CONTEXT_CHARACTERS, ResumeFacts, write_context
from questionbank.models import ResumeSummary


def find_resume_context(candidate: Candidate, most_characters: int = CONTEXT_CHARACTERS) -> str | None:
    """Lines of at most so many characters; None without a summary of the résumé as it is now, or where the organization
    wants none.

    Its words are the candidate's and a model's: put them into a prompt by `quote_data`, and into a page escaped. One
    statement of the database; cheap enough for a live interview's worker, not for a socket's loop.
    """
    row = (
        ResumeSummary.objects.filter(
            candidate=candidate.pk,
            outcome=ResumeSummary.Outcome.MADE,
            organization__summarises_resumes=True,
            candidate__resume_text__text_hash=F("text_hash"),
        )
        .only("facts")
        .first()
    )
    if row is None:
        return None
    return write_context(ResumeFacts.model_validate(row.facts), most_characters) or None
