"""A server that speaks LiveKit's REST as LiveKit does (Twirp: protobuf over HTTP), for the official client to talk to.

Requests are parsed and answers are made by the library's own messages; tokens are checked by its own verifier. It knows
rooms and recordings, and nothing of sound: that takes a real server.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.message import Message
from livekit import api
from livekit.protocol import egress, models, room

from config.rooms import Bucket, Rooms

KEY, SECRET = "APIfernbrook", "a-secret-of-more-than-thirty-two-bytes"
TROUBLES = {"unavailable": 503, "internal": 500, "invalid_argument": 400, "unauthenticated": 401, "not_found": 404}
TROUBLES |= {"resource_exhausted": 429, "permission_denied": 403}


@dataclass
class RoomServer:
    """`troubles` are met in turn: a code of Twirp, "hang up", or "hang" until the client has had enough."""

    url: str = ""
    rooms: dict[str, models.Room] = field(default_factory=dict)
    recordings: dict[str, egress.EgressInfo] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    calls: list[tuple[str, Message]] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def settings(self, **changes: Any) -> Rooms:
        return Rooms(**({"url": self.url, "api_key": KEY, "api_secret": SECRET, "timeout_seconds": 2.0} | changes))

    def list_calls(self) -> list[str]:
        return [name for name, _ in self.calls]

    # --- RoomService ------------------------------------------------------------------------------------------------

    def create_room(self, wanted: room.CreateRoomRequest) -> Message:
        if wanted.name not in self.rooms:
            made = models.Room(sid=f"RM_{len(self.calls)}", name=wanted.name, empty_timeout=wanted.empty_timeout)
            made.max_participants, made.creation_time_ms = wanted.max_participants, 1_900_000_000_000
            self.rooms[wanted.name] = made
        return self.rooms[wanted.name]

    def delete_room(self, wanted: room.DeleteRoomRequest) -> Message:
        if self.rooms.pop(wanted.room, None) is None:
            raise KeyError(wanted.room)
        return room.DeleteRoomResponse()

    def list_rooms(self, wanted: room.ListRoomsRequest) -> Message:
        return room.ListRoomsResponse(rooms=[self.rooms[name] for name in wanted.names if name in self.rooms])

    # --- Egress -----------------------------------------------------------------------------------------------------

    def start_room_composite_egress(self, wanted: egress.RoomCompositeEgressRequest) -> Message:
        info = egress.EgressInfo(egress_id=f"EG_{len(self.calls)}", room_name=wanted.room_name, room_composite=wanted)
        info.status, info.started_at = egress.EgressStatus.EGRESS_ACTIVE, 1_900_000_000_000_000_000
        self.recordings[info.egress_id] = info
        return info

    def stop_egress(self, wanted: egress.StopEgressRequest) -> Message:
        info = self.recordings[wanted.egress_id]
        info.status = egress.EgressStatus.EGRESS_ENDING
        return info

    def list_egress(self, wanted: egress.ListEgressRequest) -> Message:
        found = [
            one
            for one in self.recordings.values()
            if wanted.egress_id in ("", one.egress_id) and wanted.room_name in ("", one.room_name)
        ]
        return egress.ListEgressResponse(items=[one for one in found if not wanted.active or one.status <= 2])

    def end_recording(self, egress_id: str, *, seconds: float = 61.5, error: str = "") -> egress.EgressInfo:
        """As it is at its end."""
        info = self.recordings[egress_id]
        info.status = egress.EgressStatus.EGRESS_FAILED if error else egress.EgressStatus.EGRESS_COMPLETE
        info.error = error
        info.file_results.add(duration=int(seconds * 1e9))
        return info


SERVICES: dict[str, tuple[type[Message], Callable[[RoomServer, Any], Message], str]] = {
    "livekit.RoomService/CreateRoom": (room.CreateRoomRequest, RoomServer.create_room, "room_create"),
    "livekit.RoomService/DeleteRoom": (room.DeleteRoomRequest, RoomServer.delete_room, "room_create"),
    "livekit.RoomService/ListRooms": (room.ListRoomsRequest, RoomServer.list_rooms, "room_list"),
    "livekit.Egress/StartRoomCompositeEgress": (
        egress.RoomCompositeEgressRequest,
        RoomServer.start_room_composite_egress,
        "room_record",
    ),
    "livekit.Egress/StopEgress": (egress.StopEgressRequest, RoomServer.stop_egress, "room_record"),
    "livekit.Egress/ListEgress": (egress.ListEgressRequest, RoomServer.list_egress, "room_record"),
}


@contextlib.contextmanager
def run_room_server() -> Iterator[RoomServer]:
    state = RoomServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/protobuf"
            trouble = state.troubles.pop(0) if state.troubles else ""
            if trouble == "hang":
                state.is_over.wait(30)
            if trouble in ("hang", "hang up"):
                self.connection.close()
                return
            if trouble:
                self._say(TROUBLES[trouble], json.dumps({"code": trouble, "msg": "as the test wants it"}).encode())
                return
            request, answer, grant = SERVICES[self.path.removeprefix("/twirp/")]
            try:
                token = self.headers["Authorization"].removeprefix("Bearer ")
                claims = api.TokenVerifier(KEY, SECRET).verify(token)
            except Exception:
                self._say(401, json.dumps({"code": "unauthenticated", "msg": "invalid token"}).encode())
                return
            assert claims.video is not None
            assert getattr(claims.video, grant)
            wanted = request.FromString(body)
            state.calls.append((self.path.rpartition("/")[2], wanted))
            try:
                self._say(200, answer(state, wanted).SerializeToString(), "application/protobuf")
            except KeyError:
                self._say(404, json.dumps({"code": "not_found", "msg": "requested room does not exist"}).encode())

        def _say(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the test's standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()


__all__ = ["KEY", "SECRET", "Bucket", "RoomServer", "run_room_server"]
