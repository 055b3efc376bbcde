"""LiveKit: the settings of interviews that are held in rooms. Off unless address, key and secret are there.

Read once by config/settings.py; used through django.conf.settings by interviewpanel/engines/rooms.
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.env import Environment

RECORDINGS = ("off", "file", "s3")
NEEDED = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")


@dataclass(frozen=True)
class Bucket:
    """Where LiveKit's egress uploads to: the bucket that is the site's own file storage. `repr` shows no key."""

    name: str = ""
    region: str = ""
    endpoint: str = ""
    access_key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Rooms:
    url: str = ""
    api_key: str = ""
    api_secret: str = field(default="", repr=False)
    client_url: str = ""  # of a LiveKit client for candidates, with {url} and {token} in it
    pass_minutes: int = 15
    empty_minutes: int = 10
    timeout_seconds: float = 10.0
    agent_rooms: int = 8
    recording: str = "off"
    recording_folder: str = ""  # as the egress server calls it …
    recording_mount: str = ""  # … and as we do
    bucket: Bucket = field(default_factory=Bucket)

    @property
    def missing(self) -> list[str]:
        """Names of the variables without which there are no rooms; empty: they are on."""
        values = dict(zip(NEEDED, (self.url, self.api_key, self.api_secret), strict=True))
        return [name for name, value in values.items() if not value]

    @property
    def is_on(self) -> bool:
        return not self.missing


def read_rooms(env: Environment) -> Rooms:
    """Raises ImproperlyConfigured where something makes no sense or is missing."""
    rooms = Rooms(
        url=_read_url(env),
        api_key=env.text("LIVEKIT_API_KEY"),
        api_secret=env.text("LIVEKIT_API_SECRET"),
        client_url=_read_client(env),
        pass_minutes=env.integer("LIVEKIT_PASS_MINUTES", 15, minimum=1, maximum=360),
        empty_minutes=env.integer("LIVEKIT_EMPTY_MINUTES", 10, minimum=1, maximum=120),
        timeout_seconds=env.number("LIVEKIT_TIMEOUT", 10, minimum=1, maximum=60),
        agent_rooms=env.integer("ROOM_AGENT_ROOMS", 8, minimum=1, maximum=200),
        recording=env.choice("LIVEKIT_RECORDING", "off", RECORDINGS),
        recording_folder=env.text("LIVEKIT_RECORDING_FOLDER", "/out").rstrip("/"),
        recording_mount=env.text("LIVEKIT_RECORDING_MOUNT"),
        bucket=Bucket(
            env.text("LIVEKIT_S3_BUCKET"),
            env.text("LIVEKIT_S3_REGION"),
            env.text("LIVEKIT_S3_ENDPOINT"),
            env.text("LIVEKIT_S3_ACCESS_KEY"),
            env.text("LIVEKIT_S3_SECRET"),
        ),
    )
    _check_recording(rooms)
    return rooms


def _read_url(env: Environment) -> str:
    url = env.text("LIVEKIT_URL").rstrip("/")
    if url and (urlsplit(url).scheme not in ("ws", "wss", "http", "https") or not urlsplit(url).hostname):
        raise ImproperlyConfigured(f"LIVEKIT_URL is {url!r}. Write an address such as wss://rooms.example.com.")
    return url


def _read_client(env: Environment) -> str:
    url = env.text("LIVEKIT_CLIENT_URL")
    if url and (not url.startswith(("https://", "http://")) or "{url}" not in url or "{token}" not in url):
        raise ImproperlyConfigured(
            f"LIVEKIT_CLIENT_URL is {url!r}. Write the address of a LiveKit client with {{url}} and {{token}} in it, "
            "such as https://meet.example.com/custom?liveKitUrl={url}&token={token}."
        )
    return url


def _check_recording(rooms: Rooms) -> None:
    if rooms.recording == "file" and not Path(rooms.recording_mount or ".").is_absolute():
        raise ImproperlyConfigured(
            "LIVEKIT_RECORDING is file, and LIVEKIT_RECORDING_MOUNT names no folder. Name the folder, from /, in which "
            "this machine sees what the egress server writes to LIVEKIT_RECORDING_FOLDER."
        )
    if rooms.recording == "s3" and not rooms.bucket.name:
        raise ImproperlyConfigured(
            "LIVEKIT_RECORDING is s3, and LIVEKIT_S3_BUCKET is empty. Name the bucket that is this site's file storage."
        )
