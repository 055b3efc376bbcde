"""The server records a room (egress), into a folder that is shared with this machine or into the site's own bucket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from interviewpanel.engines.rooms.calls import RoomNotFound, ask

if TYPE_CHECKING:
    from livekit.protocol.egress import EgressInfo, EncodedFileOutput

NANOSECONDS = 1_000_000_000
STATES = ("running", "running", "ending", "done", "failed", "failed", "done")  # a limit that was reached ends well


@dataclass(frozen=True, slots=True)
class Recorded:
    """How a recording of the server's stands. `state`: running, ending, done or failed; `error` in its words."""

    egress_id: str
    room: str
    state: str
    started_at: datetime | None = None
    seconds: float = 0.0
    error: str = ""
    file: str = ""  # as the egress server calls it; known at the end
    wanted_file: str = ""  # as it was asked for

    @property
    def is_going(self) -> bool:
        return self.state in ("running", "ending")


def start_recording(*, room: str, name: str, has_video: bool) -> Recorded:
    """Record all that is heard in the room into the file `name`; seen as well, where there is video.

    Sound alone has two channels: the interviewer in one, the candidate in the other. One into this very
    file that goes on already is not begun again. Raises as `calls.ask`.
    """
    from livekit.protocol import egress

    for going in _list(egress.ListEgressRequest(room_name=room, active=True)):
        if going.state == "running" and going.wanted_file.endswith(name):
            return going
    wanted = egress.RoomCompositeEgressRequest(
        room_name=room,
        audio_only=not has_video,
        audio_mixing=egress.AudioMixing.DEFAULT_MIXING if has_video else egress.AudioMixing.DUAL_CHANNEL_AGENT,
        file_outputs=[_make_output(name, has_video)],
    )
    return read_recorded(ask(lambda client: client.egress.start_room_composite_egress(wanted)))


def _make_output(name: str, has_video: bool) -> "EncodedFileOutput":
    from livekit.protocol import egress

    values: dict[str, Any] = {
        "file_type": egress.EncodedFileType.MP4 if has_video else egress.EncodedFileType.OGG,
        "disable_manifest": True,  # it would lie beside the file, and nobody would take it away
        "filepath": name,
    }
    if settings.LIVEKIT.recording == "file":
        return egress.EncodedFileOutput(**(values | {"filepath": f"{settings.LIVEKIT.recording_folder}/{name}"}))
    bucket = settings.LIVEKIT.bucket
    values["s3"] = egress.S3Upload(
        bucket=bucket.name,
        region=bucket.region,
        endpoint=bucket.endpoint,
        access_key=bucket.access_key,
        secret=bucket.secret,
        force_path_style=bool(bucket.endpoint),
    )
    return egress.EncodedFileOutput(**values)


def stop_recording(egress_id: str) -> None:
    """It ends within seconds; one that has ended, or is not known any more, is no error. Raises as `calls.ask`."""
    from livekit.protocol.egress import StopEgressRequest

    found = find_recording(egress_id)
    if found is None or found.state != "running":
        return
    try:
        ask(lambda client: client.egress.stop_egress(StopEgressRequest(egress_id=egress_id)))
    except RoomNotFound:
        return


def find_recording(egress_id: str) -> Recorded | None:
    """None: the server knows it no more. Raises as `calls.ask`."""
    from livekit.protocol.egress import ListEgressRequest

    return next(iter(_list(ListEgressRequest(egress_id=egress_id))), None)


def _list(wanted: Any) -> Sequence[Recorded]:
    return [read_recorded(one) for one in ask(lambda client: client.egress.list_egress(wanted)).items]


def read_recorded(info: "EgressInfo") -> Recorded:
    started_at = info.started_at
    files = list(info.file_results)
    return Recorded(
        egress_id=info.egress_id,
        room=info.room_name,
        state=STATES[info.status] if info.status < len(STATES) else "running",
        started_at=datetime.fromtimestamp(started_at / NANOSECONDS, UTC) if started_at else None,
        seconds=files[0].duration / NANOSECONDS if files else 0.0,
        error=" ".join(info.error.split())[:300],
        file=files[0].filename if files else "",
        wanted_file=next((one.filepath for one in info.room_composite.file_outputs), ""),
    )
