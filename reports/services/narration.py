"""The narrative of a report by a language model: a step of its own, which no score and no report waits for.

A report is made at once in the words of the template. If a model is there, its narrative is opened as work on the queue
`generation`; when that is done the report is made again, in a new edition. Why: docs/decisions/0027.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from config.work.tasks import TryLater, WorkRefused
from config.work.transports import enqueue
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.withdrawals import NOTHING_MORE, has_withdrawn
from questionbank.domain.model_purposes import Purpose
from questionbank.domain.prompts import Prompt, load_prompt
from questionbank.domain.quoted_data import hash_json, make_nonce, make_seed, quote_data
from questionbank.engines.llm import Completion, ModelRefused, ModelRetry, ModelUnavailable
from questionbank.services.model_calls import RecordedModel, load_recorded_model
from reports.domain.narration.evidence import describe_evidence, hash_evidence
from reports.domain.narration.merge import check_reply
from reports.domain.narration.replies import NarrativeReply
from reports.domain.scorecard import Scorecard
from reports.models import InterviewNarrative, InterviewReport
from reports.selectors.interviews import compile_interview, read_interview
from reports.selectors.narratives import BEING_WRITTEN, NarrativePlan, find_narrative, hash_scorecard, tell_stored
from reports.services.remaking import remake_report

PROMPT_PATH = Path(__file__).parents[1] / "prompts" / "narrate_interview.md"
MOST_TOKENS = 3_500
PARTIAL = "Not every answer was scored when this edition was made. A language model is asked when all are."
NOTHING_SCORED = "No answer was scored, so that there is nothing to write about."
NO_MODEL = "No language model is configured."

Store = Callable[[], None]


def plan_narrative(scorecard: Scorecard, *, session: InterviewSession) -> NarrativePlan:
    """The scorecard in the words that are there already, and whether a model is to be asked. Changes nothing.

    Not to be called in a transaction: whether the model is there is asked over the network, for a second at most.
    """
    evidence_hash = hash_scorecard(scorecard)
    row = find_narrative(session.pk, evidence_hash)
    if row is not None:
        return NarrativePlan(tell_stored(scorecard, row), evidence_hash, row_id=row.pk)
    why_not = explain_template(scorecard, load_model(session))
    story = replace(scorecard.narrative, note=why_not or BEING_WRITTEN)
    return NarrativePlan(replace(scorecard, narrative=story), evidence_hash, is_wanted=not why_not)


def explain_template(scorecard: Scorecard, model: RecordedModel | None) -> str:
    """Why no language model is asked; empty where one is."""
    if scorecard.kind != "final":
        return PARTIAL
    if not any(card.state == "scored" for card in scorecard.answers):
        return NOTHING_SCORED
    if model is None:
        return NO_MODEL
    return "" if model.is_reachable() else f"{model.engine} ({model.model}) could not be reached."


def load_model(session: InterviewSession) -> RecordedModel | None:
    return load_recorded_model(Purpose.NARRATE, organization_id=session.organization_id, interview=session.uuid)


def open_narrative(plan: NarrativePlan, *, session: InterviewSession, now: datetime) -> None:
    """In the transaction that stores the report. Effects: the row, or one that was given up put back to work."""
    if not plan.is_wanted:
        return
    row, is_new = InterviewNarrative.objects.get_or_create(
        session=session,
        evidence_hash=plan.evidence_hash,
        defaults={"organization_id": session.organization_id, "due_at": now},
    )
    if row.is_over and row.work_status != row.WorkStatus.DONE:
        row.work_status, row.attempts, row.due_at, row.republished_at = row.WorkStatus.QUEUED, 0, now, None
        row.save(update_fields=["work_status", "attempts", "due_at", "republished_at"])
        is_new = True
    if is_new:
        enqueue(row)


def prepare_narrative(*, narrative: InterviewNarrative, now: datetime) -> Store:
    """Ask the model and check what it says; nothing is changed until the returned function is called.

    Where the scores are not any more those that it was opened for, nobody is asked and the row goes: the report that
    was made of the new ones has opened another. Raises WorkRefused, TryLater.
    """
    session = narrative.session
    if has_withdrawn(session):
        raise WorkRefused(NOTHING_MORE)
    report = InterviewReport.objects.get(session=session)
    scorecard = compile_interview(read_interview(report, now), "final")
    evidence = describe_evidence(scorecard)
    if hash_evidence(evidence) != narrative.evidence_hash:
        return lambda: delete_narrative(narrative)
    completion = ask(session, evidence, narrative)
    kept, dropped = check_reply(completion.value, scorecard)
    values: dict[str, Any] = {
        "reply": kept.model_dump(mode="json"),
        "dropped": [asdict(one) for one in dropped],
        "engine": completion.engine,
        "model": completion.model,
        "prompt_version": load_prompt(PROMPT_PATH).version,
        "reply_hash": hash_json(completion.value.model_dump(mode="json")),
    }
    return lambda: store_narrative(narrative=narrative, values=values, now=now)


def delete_narrative(narrative: InterviewNarrative) -> None:
    InterviewNarrative.objects.filter(pk=narrative.pk).delete()


def store_narrative(*, narrative: InterviewNarrative, values: dict[str, Any], now: datetime) -> None:
    """In the transaction that ends the work, with the session locked. Effects in order: the row; the report that was
    made without it is made again. One that is just being made looks by itself (`check_narrative`)."""
    if has_withdrawn(narrative.session):
        raise WorkRefused(NOTHING_MORE)
    InterviewNarrative.objects.filter(pk=narrative.pk).update(**values)
    report = InterviewReport.objects.select_for_update(of=("self",)).get(session=narrative.session_id)
    if report.work_status == InterviewReport.WorkStatus.DONE:
        remake_report(report_id=report.pk, now=now)


def ask(
    session: InterviewSession, evidence: dict[str, Any], narrative: InterviewNarrative
) -> Completion[NarrativeReply]:
    """Raises WorkRefused, and TryLater as of the end of a question that may have taken its whole time limit."""
    model = load_model(session)
    if model is None:
        raise WorkRefused(NO_MODEL)
    prompt = build_prompt(evidence, narrative.evidence_hash)
    try:
        return model.complete(prompt, NarrativeReply, seed=make_seed(narrative.evidence_hash), max_tokens=MOST_TOKENS)
    except ModelRefused as error:
        raise WorkRefused(str(error)) from error
    except (ModelRetry, ModelUnavailable) as error:
        raise TryLater(str(error), timezone.now() + narrative.retry_delay(narrative.attempts)) from error


def build_prompt(evidence: dict[str, Any], evidence_hash: str) -> Prompt:
    nonce = make_nonce(settings.SECRET_KEY.encode(), evidence_hash)
    text = json.dumps(evidence, ensure_ascii=False, indent=1)
    return load_prompt(PROMPT_PATH).fill({"nonce": nonce, "evidence": quote_data(text, nonce, "EVIDENCE")})
