"""E-mail by SMTP, through Django's backend; what the mail server answers becomes one of domain/delivery's exceptions.

Called by services/messages.py. In development, without EMAIL_HOST, messages are printed instead of sent.
"""

import smtplib
from dataclasses import dataclass
from email.mime.image import MIMEImage
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.message import BadHeaderError

from organizations.domain.delivery import AddressRefused, DeliveryPostponed, DeliveryRefused, NotSetUp, shorten_words

LOGO_ID = "logo"
NOT_SET_UP = "E-mail is not set up on this site. Whoever runs it sets EMAIL_HOST (docs/operations.md)."
DUMMY = "django.core.mail.backends.dummy.EmailBackend"


@dataclass(frozen=True)
class Logo:
    content: bytes
    subtype: str  # of image/


@dataclass(frozen=True)
class Mail:
    message_id: str
    from_name: str
    reply_to: str
    to: str
    subject: str
    text: str
    html: str = ""  # none: text alone
    logo: Logo | None = None


def explain_mail() -> str:
    """Why no e-mail can be sent; empty where it can."""
    return NOT_SET_UP if settings.EMAIL_BACKEND == DUMMY else ""


def make_message_id(name: str) -> str:
    """The same for the same name: whoever gets a message twice, after a crash between sending and storing, can tell."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{name}@{domain}>"


def send_mail(mail: Mail) -> None:
    """Hand it to the mail server. Raises NotSetUp, DeliveryPostponed, AddressRefused or DeliveryRefused."""
    if reason := explain_mail():
        raise NotSetUp(reason)
    try:
        _make_message(mail).send(fail_silently=False)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()))
        _raise_refusal(code, words, AddressRefused)
    except smtplib.SMTPAuthenticationError as refusal:
        said = f"{refusal.smtp_code} {shorten_words(refusal.smtp_error)}"
        raise DeliveryPostponed(f"The mail server refuses our login: {said}") from None
    except smtplib.SMTPDataError as refusal:
        _raise_refusal(refusal.smtp_code, refusal.smtp_error, AddressRefused)
    except smtplib.SMTPResponseException as refusal:  # of the greeting, HELO, STARTTLS, or the sender
        _raise_refusal(refusal.smtp_code, refusal.smtp_error, DeliveryRefused)
    except (BadHeaderError, UnicodeError) as error:
        raise DeliveryRefused(f"It cannot be written as an e-mail: {shorten_words(str(error))}") from None
    except OSError as error:  # SMTPException is one too
        said = shorten_words(str(error)) or type(error).__name__
        raise DeliveryPostponed(f"The mail server does not answer: {said}") from None


def _raise_refusal(code: int, words: bytes | str, kind: type[Exception]) -> None:
    """4yz is for now, 5yz for ever (RFC 5321, 4.2.1)."""
    said = f"{code} {shorten_words(words)}"
    if code >= 500:
        raise kind(said) from None
    raise DeliveryPostponed(f"The mail server asks to come again later: {said}") from None


class IllustratedEmail(EmailMultiAlternatives):
    """The picture belongs to the HTML: no mail program lists it as an attachment."""

    mixed_subtype = "related"


def _make_message(mail: Mail) -> EmailMultiAlternatives:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message = (IllustratedEmail if mail.logo else EmailMultiAlternatives)(
        subject=mail.subject,
        body=mail.text,
        from_email=formataddr((mail.from_name, address)),
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        # Auto-Submitted: nobody's holiday notice answers it (RFC 3834).
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    if mail.logo is not None:
        image = MIMEImage(mail.logo.content, mail.logo.subtype)
        image.add_header("Content-ID", f"<{LOGO_ID}>")
        image.add_header("Content-Disposition", "inline", filename=f"logo.{mail.logo.subtype}")
        message.attach(image)
    return message
