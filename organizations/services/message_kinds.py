"""The kinds of messages there are. Apps register theirs as they start (`add_kind`): what is sent about an invitation is
known by the app of invitations, and written by it when its turn comes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from organizations.models import Message, Organization


class NotNeeded(Exception):
    """Since the message was asked for, there is no use for it any more; the text says why."""


@dataclass(frozen=True)
class Words:
    """What people may change: a text with placeholders. An SMS has no subject."""

    subject: str
    text: str


@dataclass(frozen=True)
class Content:
    """What a message is about: values of the placeholders, and what is said in any case below the text of an e-mail.

    `link` is secret: it is in `values` too, and in no row. `facts` are lines such as deadline and duration.
    """

    values: Mapping[str, str]
    link: str = ""
    button: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MessageKind:
    """`write(message, now)` raises NotNeeded; `make_sample(organization, language)` is for previews and tests."""

    name: str
    label: str
    required: frozenset[str]
    placeholders: Mapping[str, str]
    read_words: Callable[[str, str], Words]
    write: Callable[[Message, datetime], Content]
    make_sample: Callable[[Organization, str], Content]


KINDS: dict[str, MessageKind] = {}


def add_kind(kind: MessageKind) -> None:
    """Called as the site starts. Adding the same twice changes nothing."""
    KINDS[kind.name] = kind


def name_kind(name: str) -> str:
    return KINDS[name].label if name in KINDS else name.replace("_", " ").capitalize()
