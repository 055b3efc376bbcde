"""The ways in besides the candidate's page: off unless somebody sets them up."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from config.rooms import NEEDED
from interviewpanel.engines.rooms import RoomsRefused, RoomsUnavailable, explain_rooms
from interviewpanel.engines.rooms.calls import list_occupied
from interviewpanel.engines.telephony import describe_telephony
from interviewpanel.selectors.rooms import count_left_alone
from reports.services.diagnosis.findings import Finding, Health


def look_at_phone() -> Iterator[Finding]:
    """Off is as it should be where nobody is to be called."""
    is_fine, detail = describe_telephony()
    yield Finding("Phone", Health.GOOD if is_fine else Health.BROKEN, detail)
    listens = {"stream": "heard as they are said", "record": "recorded by Twilio, and heard when they are fetched"}
    calls = "candidates may call in with their PIN" if settings.PHONE_TAKES_CALLS else "nobody can call in"
    yield Finding(
        "Phone",
        Health.GOOD,
        f"{calls} (PHONE_TAKES_CALLS); answers are {listens[settings.PHONE_LISTENS_BY]} (PHONE_LISTENS_BY)",
    )


def look_at_rooms() -> Iterator[Finding]:
    """LiveKit, where it is set up: that its server answers, and takes our key."""
    rooms = settings.LIVEKIT
    if len(rooms.missing) == len(NEEDED):
        yield Finding("Rooms", Health.GOOD, "off: LIVEKIT_URL is not set. Interviews are held on candidates' pages.")
        return
    if reason := explain_rooms():
        yield Finding("Rooms", Health.BROKEN, reason)
        return
    try:
        list_occupied(["doctor"])
    except (RoomsUnavailable, RoomsRefused) as trouble:
        yield Finding("Rooms", Health.BROKEN, f"{rooms.url}: {trouble}")
        return
    if waiting := count_left_alone(timezone.now()):
        detail = f"{waiting} candidate(s) wait in a room without an interviewer. "
        yield Finding("Rooms", Health.BROKEN, f"{detail}Start one: python manage.py room_agent")
        return
    recorded = {"off": "nothing is recorded there", "file": "recorded into a folder", "s3": "recorded into a bucket"}
    yield Finding("Rooms", Health.GOOD, f"LiveKit answers at {rooms.url}; {recorded[rooms.recording]}")
