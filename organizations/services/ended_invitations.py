"""Invitations of members that are over, and e-mail to who works here: deleted some time after. Called by tasks.py."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from organizations.models import MembershipInvitation, StaffMail
from organizations.services import staff_mail_queue

KEPT = timedelta(days=90)
BATCH = 500  # in one transaction; the next sweep goes on


def delete_ended(now: datetime) -> int:
    """Effects: invitations that were accepted, were revoked or ran out so long ago are gone, with their e-mail; so is
    e-mail that was done so long ago, and who asked for a password last week. What the history says of them stays.

    Returns how many invitations.
    """
    before = now - KEPT
    old = Q(finished_at__lt=before) | Q(
        kind=StaffMail.Kind.PASSWORD, finished_at__isnull=False, created_at__lt=now - staff_mail_queue.KEPT
    )
    StaffMail.objects.filter(old).delete()
    return _delete_invitations(before)


@transaction.atomic
def _delete_invitations(before: datetime) -> int:
    """Locked first: what is made anew at this moment is not over."""
    is_pending = Q(accepted_at__isnull=True, withdrawn_at__isnull=True)
    ended = Q(accepted_at__lt=before) | Q(withdrawn_at__lt=before) | (is_pending & Q(expires_at__lt=before))
    rows = MembershipInvitation.objects.filter(ended).select_for_update().order_by("pk")[:BATCH]
    keys = [row.pk for row in rows]
    MembershipInvitation.objects.filter(pk__in=keys).delete()
    return len(keys)
