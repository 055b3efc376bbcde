"""What the log of generations calls the states of the work: three, as other systems know them."""

from enum import StrEnum


class LogStatus(StrEnum):
    IN_PROGRESS = "in_progress"
    SUCCESS = "success"
    FAILED = "failed"


WORK_STATUSES = {
    LogStatus.IN_PROGRESS: ("queued", "running"),
    LogStatus.SUCCESS: ("done",),
    LogStatus.FAILED: ("failed", "dead"),
}
_BY_WORK = {work: status for status, works in WORK_STATUSES.items() for work in works}


def name_status(work_status: str) -> LogStatus:
    return _BY_WORK[work_status]
