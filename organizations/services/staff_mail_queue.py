"""Asking for e-mail to who works here: rows that the task sends (staff_mail.py). Called by the pages at the door and by
the service of invitations."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from authentication.models import User
from config.work.transports import enqueue
from organizations.engines.mail import explain_mail
from organizations.models import Membership, MembershipInvitation, StaffMail, WebhookEndpoint

# Quietly: whoever floods a mailbox by this form learns nothing of it, and the owner of the mailbox gets these.
MOST_LINKS_IN_AN_HOUR = 3
KEPT = timedelta(days=7)  # who asked for a password, and when


class MailNotSetUp(Exception):
    """This site sends no e-mail; the message says who can change that."""


@transaction.atomic
def ask_password_link(*, email: str, now: datetime) -> None:
    """Effects: an e-mail is asked for, the same statements whether or not there is such a user; rows of last week go.

    At most three in an hour for one address; the fourth asks for nothing. Raises MailNotSetUp.
    """
    if reason := explain_mail():
        raise MailNotSetUp(reason)
    address = email.strip().lower()
    StaffMail.objects.filter(kind=StaffMail.Kind.PASSWORD, created_at__lt=now - KEPT).delete()
    user = User.objects.filter(email=address, is_active=True).first()
    name = salted_hmac("organizations.password_link", address, algorithm="sha256").hexdigest()
    hour = f"{name}:{now:%Y%m%d%H}:"
    asked = StaffMail.objects.filter(once_key__startswith=hour).count()
    if asked >= MOST_LINKS_IN_AN_HOUR:
        return
    # Two at once count the same, and the key lets one of them through.
    mail, is_new = StaffMail.objects.get_or_create(
        once_key=f"{hour}{asked}", defaults={"kind": StaffMail.Kind.PASSWORD, "user": user, "due_at": now}
    )
    if is_new:
        enqueue(mail)


def queue_invitation(invitation: MembershipInvitation, now: datetime) -> StaffMail | None:
    """Effects: the row, in the caller's transaction, and its work announced. None where this site sends no e-mail."""
    if explain_mail():
        return None
    mail = StaffMail.objects.create(kind=StaffMail.Kind.INVITATION, invitation=invitation, due_at=now)
    enqueue(mail)
    return mail


def queue_webhook_notice(endpoint: WebhookEndpoint, now: datetime) -> int:
    """Effects: an e-mail to each administrator of the organization is asked for: this endpoint was switched off.

    Returns how many; none where this site sends no e-mail.
    """
    if explain_mail():
        return 0
    administrators = Membership.objects.filter(
        organization=endpoint.organization_id, role=Membership.Role.ADMIN, user__is_active=True
    )
    mails = [
        StaffMail(kind=StaffMail.Kind.WEBHOOK, user_id=user_id, endpoint=endpoint, due_at=now)
        for user_id in administrators.values_list("user_id", flat=True)
    ]
    for mail in StaffMail.objects.bulk_create(mails):
        enqueue(mail)
    return len(mails)
