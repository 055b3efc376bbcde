"""Prepared lines: opened while there is time, written by a worker, taken at the moment they are needed. Nobody waits.

`open_line` and `take_line` are called under the session's lock by the services that greet, ask and close; `prepare` is
the work of tasks.prepare_line.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from config.work.transports import enqueue
from interviewpanel.domain.spoken_lines import CHECKED_LANGUAGES
from interviewpanel.models import Answer, InterviewSession, PreparedLine
from interviewpanel.selectors.withdrawals import has_withdrawn
from interviewpanel.services.interviewer_voice import prepare_line_speech
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import Completion, ModelError, load_language_model
from questionbank.services.model_calls import load_recorded_model

Kind, State = PreparedLine.Kind, PreparedLine.State
LONGEST_REASON = 300
USEFUL = timedelta(minutes=10)  # a line that nobody began to write by then is of no use to anybody
TOO_LATE = "It was needed before it was written."


@dataclass(frozen=True)
class Written:
    """What came of asking the model: words that may be said, or why they may not."""

    text: str = ""
    fault: str = ""
    state: str = State.READY
    details: dict[str, Any] = field(default_factory=dict)
    draft: dict[str, Any] = field(default_factory=dict)
    completion: Completion[Any] | None = None
    prompt_version: str = ""
    question_version_id: int | None = None


Writer = Callable[[PreparedLine, Any], Written | None]  # the line, with its session, and the model; None: not needed


def may_prepare(session: InterviewSession) -> bool:
    """Whether this interview's words may be a model's at all: the panel wants it, code can check the language, and a
    model is configured. Whether it answers is the worker's to find out."""
    panel = session.invitation.panel
    is_checked = panel.language.split("-")[0] in CHECKED_LANGUAGES
    return panel.words_by_model and is_checked and load_language_model(Purpose.CONVERSE) is not None


def open_line(
    session: InterviewSession, kind: str, *, now: datetime, answer: Answer | None = None, **details: Any
) -> PreparedLine | None:
    """Effects: a line is due to be written. None where none may be. The session is locked."""
    if not may_prepare(session):
        return None
    line = PreparedLine.objects.create(
        session=session, kind=kind, answer=answer, details=details, deadline_at=now + USEFUL, due_at=now
    )
    enqueue(line)
    return line


def take_line(
    session: InterviewSession,
    kind: str,
    *,
    now: datetime,
    answer: Answer | None = None,
    fits: Callable[[PreparedLine], bool] = lambda _: True,
) -> PreparedLine | None:
    """The newest that is ready and fits, to be said now. Effects: it is used; what is still being written is late from
    now on; what does not fit is not needed. The session is locked."""
    taken: PreparedLine | None = None
    lines = session.prepared_lines.filter(kind=kind, answer=answer, state__in=[State.WAITING, State.READY])
    for line in lines.order_by("-pk"):
        if line.state == State.WAITING:
            line.state, line.reason = State.LATE, TOO_LATE
        elif taken is None and fits(line):
            line.state, line.used_at, taken = State.USED, now, line
        else:
            line.state = State.UNNEEDED
        line.save(update_fields=["state", "reason", "used_at"])
    return taken


def drop_lines(session: InterviewSession, answer: Answer | None = None) -> None:
    """What was prepared beside an answer that is over, or an interview that is: nobody asked for it."""
    lines = session.prepared_lines.filter(state__in=[State.WAITING, State.READY])
    if answer is not None:
        lines = lines.filter(answer=answer)
    lines.update(state=State.UNNEEDED)


def prepare(line: PreparedLine, writers: dict[str, Writer]) -> Callable[[], None]:
    """Ask the model, outside any transaction. Returns what stores what it said.

    Never raises for what a model does: without its words the interview goes on as well.
    """
    line.session = InterviewSession.objects.select_related(
        "invitation__panel", "invitation__candidate", "organization"
    ).get(pk=line.session_id)
    written = _write(line, writers[line.kind])
    return lambda: _store(line, written)


def _write(line: PreparedLine, writer: Writer) -> Written:
    session = line.session
    if line.state != State.WAITING or session.is_over or has_withdrawn(session):
        return Written(state=State.UNNEEDED)
    if timezone.now() > line.deadline_at:
        return Written(state=State.LATE, fault="Nobody came to write it in time.")
    model = load_recorded_model(Purpose.CONVERSE, organization_id=session.organization_id, interview=session.uuid)
    if model is None or not model.is_reachable():
        return Written(state=State.UNAVAILABLE, fault="No language model can be reached.")
    try:
        return writer(line, model) or Written(state=State.UNNEEDED)
    except ModelError as error:
        return Written(state=State.UNAVAILABLE, fault=str(error))


def _store(line: PreparedLine, written: Written) -> None:
    """The session is locked by the task. What is not waited for any more is dropped; only what it cost stays."""
    kept = PreparedLine.objects.get(pk=line.pk)
    if kept.state == State.WAITING:
        kept.state = State.REFUSED if written.fault and written.state == State.READY else written.state
        kept.text = written.text if kept.state == State.READY else ""
        kept.reason = written.fault[:LONGEST_REASON]
        kept.draft = written.draft if kept.state == State.READY else {}
        kept.question_version_id = written.question_version_id
        kept.details = kept.details | written.details
    if written.completion is not None:
        kept.provenance = describe_origin(written)
    kept.save(update_fields=["state", "text", "reason", "question_version", "details", "draft", "provenance"])
    if kept.state == State.READY:
        kept.session = line.session
        prepare_line_speech(kept, timezone.now())


def describe_origin(written: Written) -> dict[str, Any]:
    completion = written.completion
    assert completion is not None
    return {
        "engine": completion.engine,
        "model": completion.model,
        "prompt_version": written.prompt_version,
        **asdict(completion.usage),
        "cost": None if completion.usage.cost is None else str(completion.usage.cost),
    }


def give_up(line: PreparedLine, reason: str) -> None:
    """The work itself broke: the usual sentence is said."""
    PreparedLine.objects.filter(pk=line.pk, state=State.WAITING).update(
        state=State.UNAVAILABLE, reason=reason[:LONGEST_REASON]
    )
