"""Forms that are done once: begun, ended, found again. Called by admin/once.py."""

from datetime import datetime, timedelta

from authentication.models import User
from organizations.models import PostedForm

KEPT = timedelta(days=1)  # nobody presses a button a second time later than that


def begin_post(*, user: User, digest: str, now: datetime) -> PostedForm | None:
    """Effects: a row, which is committed before anything is done; those of yesterday go. None: it was sent before."""
    PostedForm.objects.filter(at__lt=now - KEPT).delete()
    posted, is_new = PostedForm.objects.get_or_create(user=user, digest=digest, defaults={"at": now})
    return posted if is_new else None


def end_post(*, posted: PostedForm, led_to: str) -> None:
    """Effects: the same form, sent again, leads there."""
    PostedForm.objects.filter(pk=posted.pk).update(led_to=led_to)


def forget_post(*, posted: PostedForm) -> None:
    """It was refused: the same form may be sent again."""
    PostedForm.objects.filter(pk=posted.pk).delete()


def find_answer(*, user: User, digest: str) -> str | None:
    """Where the form led that was sent before; empty while it is worked on, None where it was refused."""
    return PostedForm.objects.filter(user=user, digest=digest).values_list("led_to", flat=True).first()
