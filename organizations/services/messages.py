"""Messages to candidates as durable work: asked for by `queue_message`, sent by the task of the row, reported on later.

A message is claimed, written, handed over, and then stored as sent. A process that dies between the last two leaves a
message that is sent once more, under the same Message-ID (docs/decisions/0022-messages-as-work.md).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.logs import scrub_tokens
from config.work.tasks import WorkRefused
from config.work.transports import enqueue
from organizations.domain.delivery import AddressRefused, DeliveryPostponed, DeliveryRefused, NotSetUp
from organizations.engines.mail import Logo, Mail, explain_mail, make_message_id, send_mail
from organizations.engines.sms import explain_sms, send_sms
from organizations.models import Candidate, Message, Organization
from organizations.services.message_kinds import KINDS, Content, MessageKind, NotNeeded
from organizations.services.message_words import Composed, compose, find_words, name_logo, read_logo

Store = Callable[[], None]
State = Message.State
EMAIL, SMS = Message.Channel.EMAIL, Message.Channel.SMS
# A report changes these; what bounced or failed stays so.
ON_THE_WAY = (State.QUEUED, State.SENT)


class MessageRefused(Exception):
    """It cannot be sent to this candidate; the text says why and what to do."""


def explain_channel(channel: str) -> str:
    """Why nothing can be sent this way on this site; empty where it can."""
    return explain_mail() if channel == EMAIL else explain_sms()


def check_can_reach(candidate: Candidate, channel: str) -> None:
    """Raises MessageRefused where this site or this candidate has no such way."""
    if reason := explain_channel(channel):
        raise MessageRefused(reason)
    if candidate.is_erased:
        raise MessageRefused("This candidate's data was erased.")
    if channel == EMAIL and not candidate.email:
        raise MessageRefused(f"{candidate} has no e-mail address here. Add it, or hand the link over yourself.")
    if channel == SMS and not candidate.phone:
        raise MessageRefused(f"{candidate} has no phone number here. Add it, or send an e-mail.")


def queue_message(
    *,
    candidate: Candidate,
    channel: str,
    kind: str,
    language: str,
    about: UUID,
    now: datetime,
    once_key: str | None = None,
) -> Message | None:
    """Effects: the row, in the caller's transaction, and its work announced. None if `once_key` was used before.

    Raises MessageRefused.
    """
    message = prepare_message(candidate=candidate, channel=channel, kind=kind, language=language, about=about, now=now)
    if once_key is None:
        message.save()
    else:
        message, is_new = Message.objects.get_or_create(once_key=once_key, defaults=_list_values(message))
        if not is_new:
            return None
    enqueue(message)
    return message


def _list_values(message: Message) -> dict[str, object]:
    names = ("organization_id", "candidate", "channel", "kind", "language", "about", "to_address", "due_at")
    return {name: getattr(message, name) for name in names}


def prepare_message(
    *, candidate: Candidate, channel: str, kind: str, language: str, about: UUID, now: datetime
) -> Message:
    """The row of a message, not saved. No query. Raises MessageRefused."""
    check_can_reach(candidate, channel)
    return Message(
        organization_id=candidate.organization_id,
        candidate=candidate,
        channel=channel,
        kind=kind,
        language=language,
        about=about,
        to_address=candidate.email if channel == EMAIL else candidate.phone,
        due_at=now,
    )


def queue_prepared(messages: Sequence[Message]) -> None:
    """Effects: the rows at once, in the caller's transaction, and their work announced."""
    for message in Message.objects.bulk_create(messages):
        enqueue(message)


def queue_test(
    *, organization: Organization, kind: str, channel: str, language: str, to_address: str, now: datetime
) -> Message:
    """A message with made-up values to whoever edits its text. Raises MessageRefused."""
    if reason := explain_channel(channel):
        raise MessageRefused(reason)
    message = Message.objects.create(
        organization=organization, kind=kind, channel=channel, language=language, to_address=to_address, due_at=now
    )
    enqueue(message)
    return message


def send_message(message: Message, now: datetime) -> Store:
    """Write it as things are now, and hand it over. Raises DeliveryPostponed to be tried again, WorkRefused."""
    kind = KINDS.get(message.kind)
    if kind is None:
        raise WorkRefused(f"Nothing here knows how to write a message of the kind “{message.kind}”.")
    is_test = message.candidate_id is None
    try:
        content = kind.make_sample(message.organization, message.language) if is_test else kind.write(message, now)
    except NotNeeded as reason:
        return _end(message, State.CANCELLED, str(reason))
    logo = read_logo(message.organization) if message.channel == EMAIL else None
    composed = _compose(message, kind, content, logo)
    try:
        provider_id = _hand_over(message, composed, logo)
    except AddressRefused as refusal:
        return _end(message, State.BOUNCED, scrub_tokens(str(refusal)), reported_at=now, **_keep(composed))
    except (DeliveryRefused, NotSetUp) as refusal:
        raise WorkRefused(scrub_tokens(str(refusal))) from None
    except DeliveryPostponed as refusal:
        words = scrub_tokens(str(refusal))
        Message.objects.filter(pk=message.pk, claim_number=message.claim_number).update(reason=words)
        raise DeliveryPostponed(words) from None
    return _end(message, State.SENT, "", provider_id=provider_id, sent_at=now, **_keep(composed))


def _compose(message: Message, kind: MessageKind, content: Content, logo: Logo | None) -> Composed:
    organization, channel, language = message.organization, message.channel, message.language
    words = find_words(organization, kind, channel, language)
    return compose(organization, channel, language, words, content, logo_url=name_logo(logo))


def _hand_over(message: Message, composed: Composed, logo: Logo | None) -> str:
    """To the mail server or to Twilio; returns the name by which later reports call it."""
    if message.channel == SMS:
        return send_sms(to=message.to_address, text=composed.text, report_url=find_report_url(message))
    organization, message_id = message.organization, make_message_id(str(message.uuid))
    mail = Mail(
        message_id=message_id,
        from_name=organization.name,
        reply_to=organization.contact_email,
        to=message.to_address,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        logo=logo,
    )
    send_mail(mail)
    return message_id


def find_report_url(message: Message) -> str:
    """Where Twilio tells what became of an SMS; empty where it could not reach this site."""
    if not settings.PUBLIC_URL.startswith("https://"):
        return ""
    return f"{settings.PUBLIC_URL}{reverse('sms-report', args=[message.uuid])}"


def _keep(composed: Composed) -> dict[str, object]:
    """What is kept of it: all but the link."""
    return {"subject": composed.hide_link(composed.subject), "text": composed.hide_link(composed.text)}


def _end(message: Message, state: str, reason: str, **values: object) -> Store:
    """The state only where no report was quicker; the rest in any case."""

    def store() -> None:
        rows = Message.objects.filter(pk=message.pk)
        if values:
            rows.update(**values)
        rows.filter(state=State.QUEUED).update(state=state, reason=reason)

    return store


def give_up_message(message: Message, reason: str) -> None:
    """In the transaction that ends its work."""
    words = reason.removeprefix(f"{DeliveryPostponed.__name__}: ")
    Message.objects.filter(pk=message.pk, state=State.QUEUED).update(state=State.FAILED, reason=words)


def report_delivered(*, uuid: UUID, now: datetime) -> bool:
    """Effects: delivered, unless it is known to have bounced or failed. Whether something changed."""
    return _report(uuid, State.DELIVERED, "", now)


def report_bounced(*, uuid: UUID, words: str, now: datetime) -> bool:
    """Effects: bounced with the server's words. A bounce counts also after a server said that it was delivered."""
    return _report(uuid, State.BOUNCED, scrub_tokens(words), now, also=(State.DELIVERED,))


def report_delayed(*, uuid: UUID, words: str) -> bool:
    """Effects: why it is still on its way."""
    return bool(Message.objects.filter(uuid=uuid, state=State.SENT).update(reason=scrub_tokens(words)))


def _report(uuid: UUID, state: str, reason: str, now: datetime, also: tuple[str, ...] = ()) -> bool:
    rows = Message.objects.filter(uuid=uuid, state__in=[*ON_THE_WAY, *also])
    return bool(rows.update(state=state, reason=reason, reported_at=now))


@transaction.atomic
def forget_messages(*, about: UUID) -> None:
    """Effects: whatever was sent about this row goes, also what is not sent yet."""
    Message.objects.filter(about=about).delete()
