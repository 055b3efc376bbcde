"""What the stand-in for Twilio holds: calls and recordings, in the JSON of Twilio's API 2010-04-01."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from tests.sms_servers import ACCOUNT

BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
Fields = dict[str, str]


@dataclass
class TwilioCall:
    """A call as Twilio holds it; `asked` is what it was created with. Statuses are Twilio's."""

    sid: str
    asked: Fields
    created_at: datetime
    status: str = "queued"
    answered_by: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: int | None = None
    price: str | None = None
    sequence: int = 0

    def describe(self, *, is_new: bool = False) -> dict[str, Any]:
        """The Call resource. The answer to its creation knows no dates yet."""
        created = None if is_new else format_datetime(self.created_at)
        return {
            "account_sid": ACCOUNT,
            "annotation": None,
            "answered_by": self.answered_by,
            "api_version": "2010-04-01",
            "caller_name": "" if self.started_at else None,
            "date_created": created,
            "date_updated": created,
            "direction": "outbound-api",
            "duration": None if self.seconds is None else str(self.seconds),
            "end_time": self.ended_at and format_datetime(self.ended_at),
            "forwarded_from": None,
            "from": self.asked["From"],
            "from_formatted": self.asked["From"],
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": "PN" + "5" * 32,
            "price": self.price,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": self.sid,
            "start_time": self.started_at and format_datetime(self.started_at),
            "status": self.status,
            "subresource_uris": {"recordings": f"{BASE}/Calls/{self.sid}/Recordings.json"},
            "to": self.asked["To"],
            "to_formatted": self.asked["To"],
            "trunk_sid": None,
            "uri": f"{BASE}/Calls/{self.sid}.json",
        }


@dataclass
class TwilioRecording:
    sid: str
    call_sid: str
    asked: Fields
    changes: list[Fields] = field(default_factory=list)
    sound: bytes = b""
    is_removed: bool = False
