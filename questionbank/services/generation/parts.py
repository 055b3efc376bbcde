"""A large generation is a whole with parts, each a row of its own: its progress is theirs, and it ends with the last.

The whole asks no model. A part that ends tells it; should that be lost, the whole looks by itself every minute.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from config.work.rows import WorkItem
from config.work.tasks import WorkNotReady, WorkRefused
from config.work.transports import enqueue
from questionbank.models import Generation

Status = WorkItem.WorkStatus
Store = Callable[[], None]
LOOKS_EVERY = timedelta(seconds=60)
IS_OPEN = Q(work_status__in=[Status.QUEUED, Status.RUNNING])


def tell_whole(part: Generation, now: datetime) -> None:
    """After a step or the end of a part. Effects: the whole's progress and tokens; when no part is open any more, its
    own turn has come. Of a row that is no part: nothing."""
    if part.parent_id is None:
        return
    is_over = count_parts(part.parent_id)
    if is_over:
        whole = Generation.objects.get(pk=part.parent_id)
        # It may hold the lease just now, and will find it due when it has given it back.
        Generation.objects.filter(pk=whole.pk, work_status=Status.QUEUED).update(due_at=now, republished_at=None)
        enqueue(whole)


def count_parts(whole_id: int) -> bool:
    """Write the whole's progress and tokens as its parts have them. True if none is open any more."""
    told = Generation.objects.filter(parent=whole_id).aggregate(
        steps_done=Coalesce(Sum("steps_done"), 0),
        from_cache=Coalesce(Sum("from_cache"), 0),
        prompt_tokens=Coalesce(Sum("prompt_tokens"), 0),
        completion_tokens=Coalesce(Sum("completion_tokens"), 0),
        opened=Count("pk", filter=IS_OPEN),
        parts=Count("pk"),
    )
    opened, parts = told.pop("opened"), told.pop("parts")
    doing = f"{parts - opened} of {parts} parts are over" if opened else ""
    Generation.objects.filter(pk=whole_id).update(**told, doing=doing)
    return not opened


def end_whole(whole: Generation, now: datetime) -> Store:
    """Raises WorkNotReady while a part is open, WorkRefused where one was given up: what the others made is kept."""
    if not count_parts(whole.pk):
        raise WorkNotReady(now + LOOKS_EVERY)
    parts = whole.parts.aggregate(all=Count("pk"), failed=Count("pk", filter=~Q(work_status=Status.DONE)))
    if parts["failed"]:
        first = whole.parts.exclude(work_status=Status.DONE).order_by("pk")[0]
        raise WorkRefused(
            f"{parts['failed']} of {parts['all']} parts failed; what the others made is kept. Ask again, and only "
            f"those are made. The first of them: {first.last_error}"
        )
    return lambda: None
