"""What language models wrote of an interview's scores. Called by the services of reports and by the review page."""

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from interviewpanel.models import InterviewSession
from reports.domain.narration.evidence import describe_evidence, hash_evidence
from reports.domain.narration.merge import add_narration
from reports.domain.narration.replies import NarrativeReply
from reports.domain.scorecard import Dropped, Scorecard, Writer
from reports.models import InterviewNarrative

DROPPED = TypeAdapter(tuple[Dropped, ...])
BEING_WRITTEN = "A language model is being asked. When it has answered, a new edition of the report has its words."


@dataclass(frozen=True)
class NarrativePlan:
    """A scorecard as it can be told now, and whether to ask a language model for more.

    `row_id` is of the narrative that tells it; None where the template does.
    """

    scorecard: Scorecard
    evidence_hash: str
    row_id: int | None = None
    is_wanted: bool = False


def find_narrative(session_id: int, evidence_hash: str) -> InterviewNarrative | None:
    """What was written of exactly these scores."""
    written = InterviewNarrative.objects.filter(session=session_id, evidence_hash=evidence_hash)
    return written.filter(work_status=InterviewNarrative.WorkStatus.DONE, reply__isnull=False).first()


def hash_scorecard(scorecard: Scorecard) -> str:
    return hash_evidence(describe_evidence(scorecard))


def tell_stored(scorecard: Scorecard, row: InterviewNarrative) -> Scorecard:
    """The scorecard in the stored words. They are checked once more: checks that were added since hold for old ones."""
    writer = Writer(
        engine=row.engine,
        model=row.model,
        prompt_version=row.prompt_version,
        evidence_hash=row.evidence_hash,
        written_at=row.finished_at,
    )
    dropped = DROPPED.validate_python(row.dropped)
    return add_narration(scorecard, NarrativeReply.model_validate(row.reply), writer, dropped)


def tell_in_words(scorecard: Scorecard, session: InterviewSession) -> Scorecard:
    """For a page that shows the interview as it is now: with what is written of it, or why there is nothing."""
    row = InterviewNarrative.objects.filter(session=session, evidence_hash=hash_scorecard(scorecard)).first()
    if row is None:
        return scorecard
    if row.work_status == row.WorkStatus.DONE:
        return tell_stored(scorecard, row)
    note = f"The language model could not be had: {row.last_error}" if row.is_over else BEING_WRITTEN
    return replace(scorecard, narrative=replace(scorecard.narrative, note=note))
