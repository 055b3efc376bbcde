"""Summaries of résumés: facts about work, each with its words, for greeting, questions and scoring. Called by
questionbank's apps.py (a text was read), tasks.py and the admin.

The text is data: what nobody sees is not in it any more, what no interviewer may ask about and what talks to a grader
is taken out before it is sent, and of what comes back only what the text says is kept. Without a model there is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from config.work.tasks import TryLater, WorkRefused
from config.work.transports import enqueue
from organizations.models import Candidate, ResumeText
from organizations.services.resume_texts import find_told
from questionbank.domain.model_purposes import Purpose
from questionbank.domain.personal_matters import take_out
from questionbank.domain.prompts import Prompt, load_prompt
from questionbank.domain.quoted_data import hash_json, make_nonce, make_seed, quote_data
from questionbank.domain.resume_facts import MOST_SENT_CHARACTERS, ResumeFacts, check_facts
from questionbank.engines.llm import Completion, ModelRefused, ModelRetry, ModelUnavailable
from questionbank.models import ResumeSummary
from questionbank.services.model_calls import BudgetSpent, check_budget, load_recorded_model

Store = Callable[[], None]
Outcome = ResumeSummary.Outcome
PROMPT_FILE = Path(__file__).parents[1] / "prompts" / "summarise_resume.md"
MOST_TOKENS = 3000
MOST_READ_CHARACTERS = 60_000  # before anything is taken out


@dataclass(frozen=True)
class Sent:
    """What is asked, of which text, by what hash."""

    prompt: Prompt
    text: str
    input_hash: str


def queue_summary(*, text: ResumeText, now: datetime) -> ResumeSummary | None:
    """In the caller's transaction. Effects: a summary of another text goes, a row for this one and its work announced.
    The one there is stays where the text is the same. None where the organization wants none, or there is no text."""
    rows = ResumeSummary.objects.filter(candidate=text.candidate_id)
    if text.text and text.organization.summarises_resumes:
        known = rows.filter(text_hash=text.text_hash).first()
        if known is not None and (not known.is_over or known.outcome == Outcome.MADE):
            return known
    rows.delete()
    if not text.text or not text.organization.summarises_resumes:
        return None
    row = ResumeSummary.objects.create(
        organization_id=text.organization_id, candidate_id=text.candidate_id, text_hash=text.text_hash, due_at=now
    )
    enqueue(row)
    return row


def forget_summary(*, candidate_id: int) -> None:
    """The résumé it was of is gone, or another by now."""
    ResumeSummary.objects.filter(candidate=candidate_id).delete()


def summarise_resume(row: ResumeSummary, now: datetime) -> Store:
    """Asks the model, outside any transaction. Returns what stores the outcome. Raises TryLater and WorkRefused."""
    text = ResumeText.objects.filter(candidate=row.candidate_id, text_hash=row.text_hash).first()
    if text is None or not text.text:
        raise WorkRefused("The résumé was replaced or removed meanwhile.")
    if not row.organization.summarises_resumes:
        raise WorkRefused("The organization wants no summaries of résumés any more.")
    try:
        check_budget(row.organization, now)
    except BudgetSpent:
        return partial(_keep, row, {"outcome": Outcome.BUDGET})
    model = load_recorded_model(Purpose.GENERATE, organization_id=row.organization_id)
    if model is None:
        return partial(_keep, row, {"outcome": Outcome.NO_MODEL})
    sent = prepare(text.text, row.candidate)
    try:
        completion = model.complete(sent.prompt, ResumeFacts, seed=make_seed(sent.input_hash), max_tokens=MOST_TOKENS)
    except ModelUnavailable as error:
        if row.attempts >= row.max_attempts:
            return partial(_keep, row, {"outcome": Outcome.NO_MODEL})
        raise TryLater(str(error), now + row.retry_delay(row.attempts)) from error
    except ModelRetry as error:
        raise TryLater(str(error), now + row.retry_delay(row.attempts)) from error
    except ModelRefused as error:
        raise WorkRefused(str(error)) from error
    return partial(_keep, row, _describe(completion, sent, row.candidate))


def prepare(text: str, candidate: Candidate) -> Sent:
    """The prompt, with what is taken out of the text taken out."""
    text = _drop_told(text[:MOST_READ_CHARACTERS])
    clean = take_out(text, candidate.full_name, (candidate.email, candidate.phone))[:MOST_SENT_CHARACTERS]
    template = load_prompt(PROMPT_FILE)
    input_hash = hash_json({"text": clean, "prompt": template.version})
    nonce = make_nonce(settings.SECRET_KEY.encode(), input_hash)
    prompt = template.fill({"nonce": nonce, "resume": quote_data(clean, nonce, "RESUME")})
    return Sent(prompt, clean, input_hash)


def _drop_told(text: str) -> str:
    """Without the lines in which something talks to a grader: a model might do as it is told."""
    told = find_told(text)
    return "\n".join(line for line in text.split("\n") if not find_told(line)) if told else text


def _describe(completion: Completion[ResumeFacts], sent: Sent, candidate: Candidate) -> dict[str, Any]:
    facts, dropped = check_facts(
        completion.value, sent.text, full_name=candidate.full_name, finds_instructions=find_told
    )
    return {
        "outcome": Outcome.MADE if facts.count else Outcome.NOTHING,
        "facts": facts.model_dump() if facts.count else {},
        "dropped": min(dropped, 32767),
        "engine": completion.engine,
        "model": completion.model,
        "prompt_version": sent.prompt.version,
        "input_hash": sent.input_hash,
    }


def _keep(row: ResumeSummary, values: dict[str, Any]) -> None:
    """In the transaction that ends the row."""
    ResumeSummary.objects.filter(pk=row.pk).update(**values)


def leave_unsummarised(row: ResumeSummary, reason: str) -> None:
    """Why stands in `last_error`; there is no summary, and nothing waits for one."""
