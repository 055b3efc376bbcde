"""Sends e-mail to who works here: the link to set a password, the link to join; that an endpoint
was switched off. Called by tasks.py.

Written when its turn comes, with the link made then; what has lost its use by then is not sent.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from authentication.services.passwords import make_password_link
from config.logs import scrub_tokens
from config.work.tasks import WorkRefused
from organizations.domain.delivery import AddressRefused, DeliveryPostponed, DeliveryRefused, NotSetUp
from organizations.engines.mail import Mail, make_message_id, send_mail
from organizations.models import Membership, MembershipInvitation, StaffMail
from organizations.selectors import find_zone
from organizations.services.membership_invitations import make_invitation_link
from organizations.services.webhooks import write_time

Store = Callable[[], None]
SITE_NAME = "InterviewBot"
NOT_NEEDED = "Not needed any more: the invitation was over before its turn came."


def send_staff_mail(row: StaffMail, now: datetime) -> Store:
    """Raises DeliveryPostponed to be tried again, WorkRefused where that cannot help; no link in their words."""
    is_invitation = row.kind == StaffMail.Kind.INVITATION
    if row.kind == StaffMail.Kind.WEBHOOK:
        mail = _write_webhook(row)
    else:
        mail = _write_invitation(row, now) if is_invitation else _write_password(row)
    if mail is None:
        return partial(_keep_why_not, row.pk) if is_invitation else _keep_nothing
    try:
        send_mail(mail)
    except (AddressRefused, DeliveryRefused, NotSetUp) as refusal:
        raise WorkRefused(scrub_tokens(str(refusal))) from None
    except DeliveryPostponed as refusal:
        raise DeliveryPostponed(scrub_tokens(str(refusal))) from None
    return _keep_nothing


def _keep_nothing() -> None:
    """Nothing is stored besides that it is done."""


def _keep_why_not(pk: int) -> None:
    """Of an invitation alone, whose page says so: rows of who is no user look like those of who is."""
    StaffMail.objects.filter(pk=pk).update(last_error=NOT_NEEDED)


def _write_password(row: StaffMail) -> Mail | None:
    """None where there is no such user, or not any more."""
    user = row.user
    if user is None or not user.is_active:
        return None
    values = {"email": user.email, "site": settings.PUBLIC_URL, "link": make_password_link(user)}
    text = render_to_string("authentication/password_email.txt", values)
    return _make_mail(row, SITE_NAME, "", user.email, f"Your password for {SITE_NAME}", text)


def _write_invitation(row: StaffMail, now: datetime) -> Mail | None:
    """None once it is accepted or revoked, or has ended."""
    invitation = row.invitation
    if invitation is None or not invitation.is_open(now):
        return None
    owner, inviter = invitation.organization, invitation.invited_by
    values = {
        "invitation": invitation,
        "inviter": str(inviter) if inviter is not None else "",
        "site": settings.PUBLIC_URL,
        "link": make_invitation_link(invitation),
        "until": _write_deadline(invitation),
    }
    text = render_to_string("organizations/membership_invitation.txt", values)
    return _make_mail(row, owner.name, owner.contact_email, invitation.email, f"Join {owner.name}", text)


def _write_webhook(row: StaffMail) -> Mail | None:
    """None where it was switched on again, or somebody is no administrator any more."""
    endpoint, user = row.endpoint, row.user
    if endpoint is None or user is None or endpoint.disabled_at is None:
        return None
    owner = endpoint.organization
    if not owner.memberships.filter(user=user, role=Membership.Role.ADMIN, user__is_active=True).exists():
        return None
    link = settings.PUBLIC_URL + reverse("admin:organizations_webhookendpoint_change", args=[endpoint.pk])
    values = {
        "endpoint": endpoint,
        "owner": owner,
        "link": link,
        "missed": f"{settings.PUBLIC_URL}/api/v1/interviews/?ended_after={write_time(endpoint.disabled_at)}",
        "site": settings.PUBLIC_URL,
    }
    text = render_to_string("organizations/webhook_notice.txt", values)
    return _make_mail(row, SITE_NAME, "", user.email, f"Events of {owner.name} are not sent any more", text)


def _write_deadline(invitation: MembershipInvitation) -> str:
    zone = find_zone(invitation.organization)
    return f"{invitation.expires_at.astimezone(zone):%-d %B %Y, %H:%M} ({zone.key})"


def _make_mail(row: StaffMail, sender: str, reply_to: str, to: str, subject: str, text: str) -> Mail:
    return Mail(
        message_id=make_message_id(str(row.uuid)),
        from_name=sender,
        reply_to=reply_to,
        to=to,
        subject=" ".join(subject.split()),
        text=text,
    )
