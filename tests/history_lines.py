"""What people did, as the history has it: what tests compare."""

from django.db.models import Model

from organizations.models import Change

SIGN_INS = ("signed_in", "sign_in_refused")


def list_lines(**about: object) -> list[Change]:
    """The oldest first, without sign-ins, which every test's client leaves."""
    return list(Change.objects.exclude(action__in=SIGN_INS).filter(**about).order_by("pk"))


def read_lines(row: Model) -> list[tuple[str, str]]:
    """(what was done, why) of a row, the oldest first."""
    lines = list_lines(subject_type=row._meta.label_lower, subject_id=row.pk)
    return [(line.message, line.reason) for line in lines]
