"""The history as tests compare it."""

from django.db.models import Model

from organizations.models import Change

SIGN_INS = ("signed_in", "sign_in_refused")


def list_lines(**about: object) -> list[Change]:
    """What people did, the oldest first; without sign-ins, which every test's client leaves."""
    lines = Change.objects.filter(actor__isnull=False, **about).exclude(action__in=SIGN_INS)
    return list(lines.order_by("pk"))


def read_lines(row: Model) -> list[tuple[str, str]]:
    """(what was done, why) of a row, the oldest first."""
    lines = list_lines(subject_type=row._meta.label_lower, subject_id=row.pk)
    return [(line.message, line.reason) for line in lines]
