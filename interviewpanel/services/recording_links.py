"""Addresses by which a recording is heard without an account, for ten minutes: what the API hands out.

Nothing is in them but which recording, as what, until when, and a signature. Whoever asks for them is asked for their
role; who has one needs none.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from interviewpanel.models import Recording, RoomRecording, VideoRecording

LASTS = timedelta(minutes=10)
SALT = "interviewpanel.recording"
ROUTE = "api:signed-recording"
SOUND, SOUND_CAPTIONS, VIDEO, VIDEO_CAPTIONS = "sound", "sound-captions", "video", "video-captions"
ROOM = "room"
KINDS = frozenset({SOUND, SOUND_CAPTIONS, VIDEO, VIDEO_CAPTIONS, ROOM})


class SignedLinkRefused(Exception):
    """It was not signed by us, or its time is over."""


@dataclass(frozen=True)
class SignedLink:
    kind: str
    uuid: UUID  # of the Recording, the VideoRecording or the RoomRecording
    expires_at: datetime


def sign_link(*, kind: str, recording: Recording | VideoRecording | RoomRecording, now: datetime) -> str:
    """The whole address."""
    expires = int(find_expiry(now).timestamp())
    signed = signing.Signer(salt=SALT).sign_object([kind, recording.uuid.hex, expires])
    return f"{settings.PUBLIC_URL}{reverse(ROUTE, args=[signed])}"


def find_expiry(now: datetime) -> datetime:
    """When an address that is signed now ends, to the second."""
    return (now + LASTS).replace(microsecond=0)


def read_link(*, signed: str, now: datetime) -> SignedLink:
    """What it leads to. Raises SignedLinkRefused."""
    try:
        kind, uuid, expires = signing.Signer(salt=SALT).unsign_object(signed)
    except signing.BadSignature:
        raise SignedLinkRefused from None
    link = SignedLink(kind, UUID(uuid), datetime.fromtimestamp(expires, tz=UTC))
    if link.kind not in KINDS or now >= link.expires_at:
        raise SignedLinkRefused
    return link
