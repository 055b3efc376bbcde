"""docs/webhooks.md says what is sent: its table, its example and its code are tried."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from standardwebhooks import Webhook

from organizations.domain.webhook_events import EVENT_TYPES

DOCUMENT = Path(__file__).parents[3] / "docs" / "webhooks.md"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def read_block(language: str) -> str:
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE)
    return str(block)


def test_the_table_is_the_table_of_events() -> None:
    rows = re.findall(r"^\| `([a-z.]+)` \| (.+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert rows == [(one.name, one.words) for one in EVENT_TYPES.values()]


def test_the_example_is_the_tables() -> None:
    assert json.loads(read_block("json")) == EVENT_TYPES["interview.completed"].data


@pytest.mark.parametrize("one", EVENT_TYPES.values(), ids=lambda one: one.name)
def test_every_example_is_json_and_tells_of_nobody(one: Any) -> None:
    told = json.dumps(one.data)
    assert json.loads(told) == one.data
    assert not [word for word in ("name", "email", "phone", "multiplier", "needs", "transcript") if word in told]


def test_the_code_takes_what_is_signed_and_nothing_else() -> None:
    known: list[str] = []
    queued: list[tuple[str, Any]] = []

    def remember(event_id: str) -> bool:
        is_new = event_id not in known
        known.append(event_id)
        return is_new

    space: dict[str, Any] = {
        "SECRET": SECRET,
        "remember": remember,
        "queue": lambda kind, data: queued.append((kind, data)),
    }
    exec(read_block("python"), space)
    now = datetime(2026, 11, 21, 9, 31, 40, tzinfo=UTC)
    body = json.dumps({"type": "webhook.test", "timestamp": "2026-11-21T09:31:40Z", "data": {"words": "é"}})
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", now, body),
    }
    odd = [{**headers, "webhook-signature": one} for one in ("v1,AAAA", "nonsense", "", "v2,x y")]
    with time_machine.travel(now, tick=False):
        answers = [space["take"](body.encode(), one) for one in (headers, headers, *odd)]
    assert (answers, queued) == ([204, 204, 401, 401, 401, 401], [("webhook.test", {"words": "é"})])
