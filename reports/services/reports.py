"""The life of a report: opened when an interview ends, made when its answers are settled, made again on request.

Called by apps.py (the interview's end, and what people judge), tasks.py (the work) and admin (again).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from config.work.tasks import WorkNotReady, WorkRefused
from config.work.transports import enqueue
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.withdrawals import NOTHING_MORE, has_withdrawn
from interviewpanel.services.announcements import announce_session
from interviewpanel.services.events import lock_session
from organizations.services.webhooks import write_time
from reports.domain.scorecard import ReportKind, Scorecard
from reports.models import InterviewReport
from reports.selectors.human_ratings import Judgements, count_judgements
from reports.selectors.interviews import compile_interview, has_open_answers, read_decision, read_interview
from reports.selectors.narratives import NarrativePlan, find_narrative
from reports.services.documents import to_document, to_json
from reports.services.narration import open_narrative, plan_narrative
from reports.services.remaking import remake_report
from reports.services.render import MAX_LOGO_BYTES, render_scorecard

# After this a report is made without the answers that are still being transcribed or scored.
PATIENCE = timedelta(minutes=10)
LOOK_AGAIN_AFTER = timedelta(seconds=2)

Store = Callable[[], None]


class ReportNotReady(Exception):
    """Answers are still being scored. Look again at `due_at`."""

    def __init__(self, due_at: datetime) -> None:
        super().__init__(f"Answers are still being scored; look again at {due_at:%H:%M:%S}.")
        self.due_at = due_at


def open_report(*, session: InterviewSession, now: datetime) -> InterviewReport:
    """Make the report row of a session that has ended, and announce it. Opening it twice gives the same row.

    Effects in order: the row (in the caller's transaction, so that no ended interview is without one); its
    announcement after commit.
    """
    report, is_new = InterviewReport.objects.get_or_create(
        session=session, defaults={"organization": session.organization, "due_at": now}
    )
    if is_new:
        enqueue(report)
    return report


def prepare_report(*, report: InterviewReport, now: datetime) -> Store:
    """Compile, evaluate and render a report; nothing is changed until the returned function is called.

    Raises WorkRefused, here and where it would store, for a candidate who has withdrawn; ReportNotReady while answers
    are open and the patience of ten minutes since the end is not spent; and engines.pdf.PdfUnavailable on a machine
    that cannot render.
    """
    refuse_withdrawn(report)
    kind = decide_kind(report, now)
    judgements = count_judgements(report.session)
    interview = read_interview(report, now)
    plan = plan_narrative(compile_interview(interview, kind), session=report.session)
    pdf = render_scorecard(plan.scorecard, logo=read_logo_file(interview.logo))

    def store() -> None:
        check_judgements(report, judgements, now)
        check_narrative(plan, report.session, now)
        store_report(report=report, scorecard=plan.scorecard, pdf=pdf)
        open_narrative(plan, session=report.session, now=now)

    return store


def check_narrative(plan: NarrativePlan, session: InterviewSession, now: datetime) -> None:
    """No language model's words have come while the report was made without them; else it is made anew, with them."""
    if plan.row_id is None and find_narrative(session.pk, plan.evidence_hash) is not None:
        raise WorkNotReady(now)


def check_judgements(report: InterviewReport, made_from: Judgements, now: datetime) -> None:
    """Nobody has rated or overridden while the report was made; else it is made anew, since it would say less.

    Whoever judges holds the session's lock and asks for the report again; who stores holds it as well, since before the
    report's row (tasks.py), and one of the two comes last.
    """
    if count_judgements(lock_session(report.session_id)) != made_from:
        raise WorkNotReady(now)


def refuse_withdrawn(report: InterviewReport) -> None:
    if has_withdrawn(report.session):
        raise WorkRefused(NOTHING_MORE)


def decide_kind(report: InterviewReport, now: datetime) -> ReportKind:
    """`final` when every answer is settled, `partial` when patience is spent. Raises ReportNotReady before."""
    if not has_open_answers(report.session_id):
        return "final"
    ended_at = report.session.ended_at or report.created_at
    if now >= ended_at + PATIENCE:
        return "partial"
    raise ReportNotReady(min(now + LOOK_AGAIN_AFTER, ended_at + PATIENCE))


def store_report(*, report: InterviewReport, scorecard: Scorecard, pdf: bytes) -> None:
    """Write the files and the row. Runs in the transaction that ends the work, so that only one maker stores.

    Effects in order: both files, under new names; the row; other systems are told; after commit the files of an earlier
    making are deleted.
    Raises WorkRefused for a candidate who has withdrawn meanwhile, WorkNotReady where a person has decided meanwhile.
    """
    refuse_withdrawn(report)
    check_decision(report, scorecard)
    earlier = [name for name in (report.pdf.name, report.json.name) if name]
    name = f"{report.uuid.hex}-{report.claim_number}"
    report.pdf.save(f"{name}.pdf", ContentFile(pdf), save=False)
    report.json.save(f"{name}.json", ContentFile(to_json(scorecard)), save=False)
    verdict = scorecard.verdict
    values = {measure.key: measure.value for measure in scorecard.measures}
    InterviewReport.objects.filter(pk=report.pk).update(
        kind=scorecard.kind,
        state=verdict.state,
        made_at=scorecard.header.times.made_at,
        document=to_document(scorecard),
        categories=[{"label": one.label, "value": one.value} for one in scorecard.categories],
        pdf=report.pdf.name,
        json=report.json.name,
        overall=verdict.overall,
        grade=verdict.grade or "",
        recommendation=verdict.recommendation.code if verdict.recommendation else "",
        technical=values["technical"],
        communication=values["communication"],
        problem_solving=values["problem_solving"],
        role_fit=values["role_fit"],
    )
    announce_report(report, scorecard)
    transaction.on_commit(lambda: delete_files(earlier), robust=True)


def announce_report(report: InterviewReport, scorecard: Scorecard) -> None:
    """`report` is as it was before: one that was never made completes the interview, any other is a new edition."""
    verdict, made_at = scorecard.verdict, scorecard.header.times.made_at
    said: dict[str, object] = {
        "status": scorecard.header.session_status,
        "report": str(scorecard.kind),
        "overall": verdict.overall,
        "grade": verdict.grade,
        "scores": {measure.key: measure.value for measure in scorecard.measures},
        "decision": scorecard.decided.stage if scorecard.decided else None,
        "made_at": write_time(made_at),
    }
    event = "interview.completed" if report.made_at is None else "report.updated"
    announce_session(report.session, event, said, made_at)


def check_decision(report: InterviewReport, scorecard: Scorecard) -> None:
    """Raises WorkNotReady where the report tells another decision than the one in force: it is made once more.

    The session is locked here already, by who ends the work; a decision that comes later waits, and puts it back to
    work.
    """
    if read_decision(report.session_id) != scorecard.decided:
        raise WorkNotReady(scorecard.header.times.made_at)


def delete_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def read_logo_file(name: str) -> bytes | None:
    """The bytes of a logo in storage; None where there is none, it is too large, or storage does not have it."""
    if not name:
        return None
    try:
        with default_storage.open(name) as file:
            return bytes(file.read(MAX_LOGO_BYTES + 1))
    except OSError:
        return None


def renew_report(*, session: InterviewSession, now: datetime) -> None:
    """A person has judged or decided. Effects: since when it is reviewed; a made report is made again, to say so.

    Called with the session locked, and locks the report's row after it: a making that is about to be stored was waited
    for and is not overlooked; one that is stored later looks by itself (`check_decision`, `check_judgements`).
    """
    report = InterviewReport.objects.select_for_update(of=("self",)).filter(session=session).first()
    if report is None:
        return
    reviewed_at = (report.reviewed_at or now) if read_decision(session.pk) else None
    InterviewReport.objects.filter(pk=report.pk).update(reviewed_at=reviewed_at)
    if report.is_over:
        remake_report(report_id=report.pk, now=now)
