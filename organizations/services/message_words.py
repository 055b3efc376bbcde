"""From an organization's words and what a message is about to the message as it is sent, or shown as a preview.

Called by services/messages.py and the admin. The HTML is drawn from the same text, so that nobody writes it twice.
"""

import base64
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from organizations.domain.brand import MOST_LOGO_BYTES, choose_ink, find_logo_type
from organizations.domain.message_texts import fill, list_problems, split_paragraphs
from organizations.engines.mail import LOGO_ID, Logo
from organizations.models import MessageTemplate, Organization
from organizations.services.message_kinds import Content, MessageKind, Words

EMAIL = MessageTemplate.Channel.EMAIL
HIDDEN_LINK = "[private link]"


@dataclass(frozen=True)
class Composed:
    """A message ready to be sent. `secret` is the private link in it, which no row may hold."""

    subject: str
    text: str
    html: str
    secret: str = ""

    def hide_link(self, text: str) -> str:
        return text.replace(self.secret, HIDDEN_LINK) if self.secret else text


def find_words(organization: Organization, kind: MessageKind, channel: str, language: str) -> Words:
    """The organization's own, else the built-in ones, in the language or else in English."""
    rows = MessageTemplate.objects.filter(organization=organization, kind=kind.name, channel=channel)
    own = rows.filter(language=language).first()
    return Words(own.subject, own.text) if own else kind.read_words(channel, language)


def check_words(kind: MessageKind, channel: str, words: Words) -> dict[str, list[str]]:
    """Problems by field, in words for whoever wrote them; empty where they can be sent."""
    subject = list_problems(words.subject, allowed=set(kind.placeholders) - {"link"})
    if channel == EMAIL and not words.subject.strip():
        subject.append("An e-mail needs a subject.")
    text = list_problems(words.text, allowed=kind.placeholders.keys(), required=sorted(kind.required))
    return {name: problems for name, problems in (("subject", subject), ("text", text)) if problems}


def compose(
    organization: Organization, channel: str, language: str, words: Words, content: Content, *, logo_url: str = ""
) -> Composed:
    """Raises KeyError for a placeholder without a value, which `check_words` finds before."""
    subject = " ".join(fill(words.subject, content.values).split())[:200]
    text = fill(words.text.replace("\r\n", "\n"), content.values).strip()
    if channel != EMAIL:
        return Composed("", text, "", content.link)
    facts = [f"{name}: {value}" for name, value in content.facts]
    parts = [text, "\n".join(facts), *content.notes]
    context = {
        "organization": organization,
        "language": language,
        "subject": subject,
        "paragraphs": split_paragraphs(words.text, content.values),
        "content": content,
        "logo_url": logo_url,
        "button_ink": choose_ink(organization.primary_colour),
    }
    html = render_to_string("organizations/message.html", context)
    return Composed(subject, "\n\n".join(part for part in parts if part) + "\n", html, content.link)


def read_logo(organization: Organization) -> Logo | None:
    """A PNG or JPEG of at most 500 kB; None for anything else, and where storage does not have it."""
    name = organization.logo.name
    try:
        if not name or default_storage.size(name) > MOST_LOGO_BYTES:
            return None
        with default_storage.open(name) as file:
            content = file.read()
    except OSError:
        return None
    kind = find_logo_type(content)
    return Logo(content, kind) if kind else None


def name_logo(logo: Logo | None) -> str:
    """As the e-mail refers to the picture that comes with it."""
    return f"cid:{LOGO_ID}" if logo else ""


def embed_logo(logo: Logo | None) -> str:
    """As a preview in a browser shows it."""
    return f"data:image/{logo.subtype};base64,{base64.b64encode(logo.content).decode()}" if logo else ""
