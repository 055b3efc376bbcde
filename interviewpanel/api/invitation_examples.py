"""Examples of invitations, for the description of the API. A test sends the requests and compares the answers."""

from typing import Any

from organizations.api.single_webhooks import EXAMPLE as WEBHOOK
from organizations.api.single_webhooks import MADE_EXAMPLE as MADE_WEBHOOK

ID = "3f8a1c55-97b0-4a55-8f0a-2f6f4d3f5b10"
CANDIDATE = {"id": "c0a8012e-5c4b-4c8e-9a2d-6d1f0b7e9c33", "full_name": "Amara Okafor"}
LINK = "pq3m0Zr2S1x8bVfQ7yLwTn5uJdKcAeHgOi9RsMk4Xz0"
HOST = "interviews.example.com"
PANEL_ID = "0d9c3a52-8a3c-4f0d-8b62-0b2a54a0c2de"
NEW: dict[str, Any] = {
    "panel": PANEL_ID,
    "new_candidate": {"full_name": "Amara Okafor", "email": "amara@example.com", "phone": "+442071838750"},
    "expires_in_hours": 72,
    "metadata": {"application": 4711, "source": "careers page"},
    "send": "email",
    "webhook": WEBHOOK,
}
MESSAGE: dict[str, Any] = {
    "kind": "invitation",
    "channel": "email",
    "state": "queued",
    "reason": "",
    "created_at": "2026-03-02T09:30:00Z",
    "sent_at": None,
    "reported_at": None,
}
IN_LIST: dict[str, Any] = {
    "id": ID,
    "organization": "7f1b2c58-2f0e-4f5e-9a57-6b1d1b0f6a11",
    "panel": {"id": PANEL_ID, "title": "Backend screening", "job_title": "Backend engineer"},
    "candidate": CANDIDATE,
    "state": "waiting",
    "expires_at": "2026-03-05T09:30:00Z",
    "revoked_at": None,
    "metadata": {"application": 4711, "source": "careers page"},
    "interview": None,
    "last_message": MESSAGE,
    "created_at": "2026-03-02T09:30:00Z",
}
TOLD: dict[str, Any] = {
    **IN_LIST,
    "messages": [MESSAGE],
    "join_url": f"https://{HOST}/i/{LINK}/",
    "token": LINK,
    "socket_url": f"wss://{HOST}/ws/interview/{LINK}/",
}
MADE = {**TOLD, "webhook": MADE_WEBHOOK}
REVOKE = {"reason": "The job is filled.", "send": None}
REISSUE = {"expires_in_hours": 24, "send": "email", "reason": "The first link went to an old address."}
EXTEND = {"expires_at": "2026-03-10T18:00:00Z", "reason": "The candidate was ill.", "send": "email"}
SEND = {"send": "email"}
BULK: dict[str, Any] = {
    "panel": PANEL_ID,
    "expires_in_hours": 72,
    "send": None,
    "rows": [
        {"candidate": CANDIDATE["id"], "metadata": {"application": 4711}},
        {"new_candidate": {"full_name": "Sam Okoro", "email": "sam@example"}},
    ],
}
BULK_TOLD: dict[str, Any] = {
    "invited": 1,
    "failed": 1,
    "rows": [
        {
            "outcome": "invited",
            "id": ID,
            "candidate": CANDIDATE["id"],
            "expires_at": "2026-03-05T09:30:00Z",
            "join_url": f"https://{HOST}/i/{LINK}/",
            "token": LINK,
            "socket_url": f"wss://{HOST}/ws/interview/{LINK}/",
            "errors": [],
        },
        {
            "outcome": "error",
            "id": None,
            "candidate": None,
            "expires_at": None,
            "join_url": None,
            "token": None,
            "socket_url": None,
            "errors": [
                {
                    "pointer": "#/rows/1/new_candidate/email",
                    "detail": "Enter a valid email address.",
                    "code": "invalid",
                }
            ],
        },
    ],
}
BULK_REVOKE = {"ids": [ID, PANEL_ID], "reason": "The job is filled.", "send": None}
BULK_EXTEND = {"ids": [ID, PANEL_ID], "expires_at": "2026-03-10T18:00:00Z", "reason": "Holidays.", "send": "email"}
BULK_REMIND = {"ids": [ID, PANEL_ID], "send": "email"}
BULK_DONE: dict[str, Any] = {
    "done": 1,
    "failed": 1,
    "rows": [
        {"id": ID, "outcome": "done", "errors": []},
        {
            "id": PANEL_ID,
            "outcome": "error",
            "errors": [
                {"pointer": "#/ids/1", "detail": "There is no such invitation of yours.", "code": "does_not_exist"}
            ],
        },
    ],
}
