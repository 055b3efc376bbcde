"""Files leave storage with the rows that name them, whoever dies in between, and whatever a late worker still writes.

Named people: Priya, whose interview is erased or deleted; Omar, of another organization.
"""

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from pytest_django import Settings

from config.work.sweeper import sweep_work
from config.work.tasks import perform
from config.work.transports import pool
from interviewpanel.models import FileRemoval, InterviewPanel, InterviewSession
from interviewpanel.models.erasures import SESSION_FOLDERS
from interviewpanel.services.erasure import erase_interview
from reports.models import InterviewReport
from tests.erased_interviews import OMAR, PRIYA, find_traces, list_files, plant, remove_files
from tests.live_interviews import after, make_panel

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel() -> InterviewPanel:
    return make_panel(records_video=True)


@pytest.fixture
def session(panel: InterviewPanel) -> InterviewSession:
    return plant(panel, PRIYA)


def erase(session: InterviewSession) -> None:
    erase_interview(invitation_id=session.invitation_id, reason="request", now=after(200))


def test_the_rows_and_the_work_of_removing_the_files_come_together_or_not_at_all(session: InterviewSession) -> None:
    before = find_traces(PRIYA), list_files()
    with transaction.atomic():
        erase(session)
        transaction.set_rollback(True)
    assert (find_traces(PRIYA), list_files(), FileRemoval.objects.count()) == (*before, 0)


def test_a_process_that_dies_between_rows_and_files_leaves_the_files_to_the_sweep(
    session: InterviewSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase(session)  # nobody hears of the work: the announcement is lost with the process
    assert list_files()
    settings.WORK_TRANSPORT = "threads"
    announced: list[tuple[str, int]] = []
    monkeypatch.setattr(pool, "submit", lambda task_name, queue, pk: not announced.append((task_name, pk)))
    sweep_work(after(260))
    for task_name, pk in announced:
        with time_machine.travel(after(260), tick=False):
            perform(task_name, pk)
    assert list_files() == []


def test_what_a_late_worker_still_writes_is_found_by_the_last_look(session: InterviewSession) -> None:
    erase(session)
    remove_files(201)
    store_late(session)
    removal = FileRemoval.objects.get(folders__0=f"audio/{session.uuid}")
    assert (removal.work_status, removal.due_at, removal.attempts) == ("queued", after(1400), 0)
    assert len(list_files()) == 1
    remove_files(1400)
    removal.refresh_from_db()
    assert (list_files(), removal.work_status) == ([], "done")


def store_late(session: InterviewSession) -> None:
    default_storage.save(f"recordings/{session.uuid}/late.flac", ContentFile(PRIYA.word.encode()))


def test_a_report_that_lies_outside_its_sessions_folder_goes_too(session: InterviewSession) -> None:
    """As reports were stored before there were such folders."""
    name = default_storage.save("reports/0123456789abcdef-1.pdf", ContentFile(PRIYA.word.encode()))
    InterviewReport.objects.update(pdf=name)
    erase(session)
    FileRemoval.objects.update(due_at=after(0))
    remove_files(300)
    assert list_files() == []


def test_everything_of_a_session_is_stored_in_its_own_folders(session: InterviewSession) -> None:
    """What lay elsewhere would be removed only as far as a row names it."""
    folders = {tuple(path.split("/")[:2]) for path in list_files()}
    invitation = session.invitation  # what was said before the interview began, too; a résumé is of the candidate
    others = {("resumes", str(invitation.candidate.uuid)), ("spoken", str(invitation.uuid))}
    assert folders - others == {(folder, str(session.uuid)) for folder in SESSION_FOLDERS}


def test_storage_that_is_away_is_tried_again_for_weeks() -> None:
    delays = [FileRemoval.retry_delay(attempts).total_seconds() for attempts in (1, 5, 12, 999)]
    assert (delays, FileRemoval.max_attempts) == ([2, 32, 3600, 3600], 1000)


@pytest.mark.parametrize(
    ("doomed", "left"),
    [
        ("candidate", []),
        (
            "panel",
            [
                *("organizations.candidate.email", "organizations.candidate.full_name"),
                # Of the person, who is still a candidate, and of the panel that is gone.
                *("organizations.candidate.resume_name", "organizations.change.message", "organizations.change.reason"),
                *("organizations.change.subject_name", "organizations.message.reason"),
                *("organizations.message.subject", "organizations.message.text", "organizations.message.to_address"),
                *(
                    "organizations.resumetext.flags",
                    "organizations.resumetext.text",
                    "questionbank.resumesummary.facts",
                ),
            ],
        ),
    ],
)
def test_files_and_history_go_with_whatever_is_deleted_above_them(
    panel: InterviewPanel, session: InterviewSession, doomed: str, left: list[str]
) -> None:
    plant(make_panel("Elsewhere", records_video=True), OMAR)
    candidate = session.invitation.candidate
    own = set(list_files(session)) - {name for name in list_files() if name.startswith("resumes/")}
    kept = find_traces(OMAR), set(list_files()) - own
    if doomed == "candidate":  # else the résumé stays: it is the person's, not the panel's
        kept = kept[0], {name for name in kept[1] if str(candidate.uuid) not in name}
    {"candidate": candidate, "panel": panel}[doomed].delete()
    assert list_files(session)
    FileRemoval.objects.update(due_at=after(0))
    remove_files(300)
    assert [place for place in find_traces(PRIYA) if "/" not in place] == left
    assert (find_traces(OMAR), set(list_files())) == kept
