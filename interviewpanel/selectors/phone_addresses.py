"""Where a call's line leads: addresses of this site, as Twilio signs them. Used by services/phone_lines.py and
consumers/phone.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True)
class LineAddresses:
    """Of one call. `said` is the name of what is being said, so that a late word about it is known for one."""

    call: UUID

    @property
    def socket(self) -> str:
        scheme, _, host = settings.PUBLIC_URL.partition("://")
        return f"{'wss' if scheme == 'https' else 'ws'}://{host}/ws/phone/"

    def identity(self, attempt: int) -> str:
        return self._at("identity", attempt=attempt)

    def reading(self, paragraph: int, shown_hash: str) -> str:
        return self._at("reading", paragraph=paragraph, hash=shown_hash)

    def consent(self, attempt: int, shown_hash: str) -> str:
        return self._at("consent", attempt=attempt, hash=shown_hash)

    def say(self, lines: Sequence[str], *, said: str, then: str) -> str:
        return self._at("say", lines=",".join(lines), said=said, then=then)

    def said(self, said: str) -> str:
        return self._at("said", said=said)

    def key(self, said: str) -> str:
        return self._at("key", said=said)

    def sound(self, signed: str) -> str:
        return self._at(f"sound/{signed}")

    def recorded(self, name: str, **query: int) -> str:
        return self._at(f"recorded/{name}", **query)

    @property
    def wait(self) -> str:
        return self._at("wait")

    def _at(self, name: str, **query: object) -> str:
        more = f"?{urlencode(query)}" if query else ""
        return f"{settings.PUBLIC_URL}/phone/{self.call}/{name}/{more}"


def pin_address(attempt: int) -> str:
    return f"{settings.PUBLIC_URL}/phone/incoming/pin/?{urlencode({'attempt': attempt})}"
