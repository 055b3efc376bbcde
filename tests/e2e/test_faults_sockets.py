"""Strangers, abusers and silent clients at a real server: refused with a code, and nobody else feels it."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone
from websockets.exceptions import ConnectionClosed, InvalidStatus

from interviewpanel.management.robot.script import Step
from interviewpanel.models import AudioSegment
from tests.interview_checks import check_answers_whole, check_scored_once, find_session, wait_for_work
from tests.live_site import SITE, LiveSite
from tests.processes import wait_until
from tests.robots import Robot
from tests.socket_client import QUIET, Socket, find_token, open_socket

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]
MEGABYTE = 2**20


@pytest.fixture
def site(embedded_site: LiveSite) -> Iterator[LiveSite]:
    embedded_site.set_panel(max_questions=2, turn_settings={"min_turn_seconds": 2, "silence_seconds": 2})
    embedded_site.start_web()
    yield embedded_site
    embedded_site.processes.kill("web")


@pytest.fixture
def bystander(site: LiveSite) -> Iterator["Bystander"]:
    with open_socket(site.invite()) as socket:
        socket.hear("session_state")
        watching = Bystander(socket)
        yield watching
        watching.stop()


class Bystander:
    """Another candidate's connection, which measures how soon it is answered for as long as it is there."""

    def __init__(self, socket: Socket) -> None:
        self.times: list[float] = []
        self._socket = socket
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bystander", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def check(self) -> None:
        self.stop()
        p95 = sorted(self.times)[int(len(self.times) * 0.95)]
        assert p95 < 0.2, f"another client waited {p95 * 1000:.0f} ms (p95 of {len(self.times)} answers)"

    def _run(self) -> None:
        while True:  # once at least, however soon the test is over
            started = time.monotonic()
            self._socket.say("ping")
            self._socket.hear("pong")
            self.times.append(time.monotonic() - started)
            if self._stop.wait(0.15):
                return


def test_a_stranger_learns_nothing_and_each_bad_link_has_its_code(site: LiveSite) -> None:
    now = timezone.now()
    unknown = site.invite().replace(find_token(site.links[-1]), "A" * 43)
    revoked, expired = site.invite(revoked_at=now), site.invite(expires_at=now - timedelta(minutes=1))
    codes = {}
    for name, link in {"unknown": unknown, "revoked": revoked, "expired": expired}.items():
        with open_socket(link) as socket:
            code, messages = socket.hear_closing()
            codes[name] = (code, [message["type"] for message in messages])
    assert codes == dict.fromkeys(("unknown", "revoked", "expired"), (4401, ["error"]))

    with pytest.raises(InvalidStatus) as refused, open_socket(site.invite(), origin="https://evil.example"):
        pass
    assert refused.value.response.status_code == 403, "a page of another site was let in"

    with open_socket(site.invite()) as first:
        first.hear("session_state")
        with open_socket(site.links[-1]) as second:
            second.hear("session_state")
            assert first.hear_closing()[0] == 4409, "the older of two connections was not told that it is replaced"
    logged = site.processes.read_logs()["web"]
    assert logged.count("[token]") >= 6, "the socket's path was expected in the log, without its token"
    for link in [unknown, *site.links]:
        assert find_token(link) not in logged, "a candidate's token stands in the server's log"


MALFORMED: list[tuple[str | bytes, str]] = [
    ("not json", "message.malformed"),
    ("[]", "message.malformed"),
    ("[" * 20_000, "message.malformed"),
    ('{"type": 1}', "message.malformed"),
    ('{"type": "sudo"}', "message.unknown_type"),
    ('{"type": "sync"}', "message.malformed"),
    ('{"type": "sync", "last_sequence": true}', "message.malformed"),
    ('{"type": "answer_text", "text": ""}', "answer.empty"),
    ('{"type": "ping", "id": {}}', "message.malformed"),
    (f'{{"type": "ping", "pad": "{"x" * 40_000}"}}', "message.too_large"),
    (b"", "audio.malformed"),
    (bytes(8), "audio.malformed"),
    (bytes(8) + b"\1", "audio.malformed"),
    (b"\0\0\0\x09" + bytes(4) + QUIET, "audio.unknown_answer"),
]


def test_malformed_messages_get_typed_errors_and_change_nothing(site: LiveSite, bystander: Bystander) -> None:
    with open_socket(site.invite()) as socket:
        socket.begin()
        session = find_session(site.links[-1])
        told = []
        for message, _ in MALFORMED:
            socket.connection.send(message)
            told.append(socket.hear("error")["code"])
        assert told == [code for _, code in MALFORMED]
        after = find_session(site.links[-1])
        assert (after.status, after.event_sequence) == (session.status, session.event_sequence)
        socket.say("ping")
        socket.hear("pong")
    bystander.check()


@pytest.mark.parametrize(("size", "code"), [(65 * 1024, 4413), (300 * 1024, 1009)])
def test_a_frame_that_is_too_large_ends_its_connection_only(
    site: LiveSite, bystander: Bystander, size: int, code: int
) -> None:
    with open_socket(site.invite()) as socket:
        answer = socket.begin()
        socket.send_frame(answer, 0, bytes(size))
        assert socket.hear_closing()[0] == code
    with open_socket(site.links[-1]) as again:
        assert again.hear("session_state")["question"]["answer"] == answer, "the interview did not go on"
    bystander.check()


def test_frames_out_of_order_are_stored_in_order(site: LiveSite) -> None:
    with open_socket(site.invite()) as socket:
        answer = socket.begin()
        socket.say("playback_finished", sequence=99)
        pieces = [bytes([number % 250, 0]) * (len(QUIET) // 2) for number in range(40)]
        for number in [*range(39, -1, -1), *range(0, 40, 3)]:
            socket.send_frame(answer, number, pieces[number])
        socket.say("end_turn")
        socket.hear("next_question")
    segments = AudioSegment.objects.using(SITE).filter(answer__session=find_session(site.links[-1]))
    sizes = [(one.first_sequence, one.last_sequence, one.lost_samples) for one in segments.order_by("number")]
    assert (sizes[0][0], sizes[-1][1], sum(lost for *_, lost in sizes)) == (0, 39, 0)


def test_a_flood_of_audio_is_slowed_then_ended_and_nobody_else_feels_it(site: LiveSite, bystander: Bystander) -> None:
    """As much as the line takes, for as long as the server lets it."""
    with open_socket(site.invite(), max_queue=None) as socket:
        code = flood(socket, socket.begin(), seconds=120)
    assert code == 4429, f"the flooded connection was closed with {code}"
    bystander.check()


def flood(socket: Socket, answer: int, *, seconds: float) -> int | None:
    """Send audio as fast as the server takes it until it has closed the connection; returns its code."""
    give_up_at = time.monotonic() + seconds
    try:
        for sequence in count():
            socket.send_frame(answer, sequence)
            assert time.monotonic() < give_up_at, f"{sequence} frames in {seconds:g} s, and the server takes more"
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None
    return None


def test_a_flood_of_messages_is_ended(site: LiveSite, bystander: Bystander) -> None:
    with open_socket(site.invite()) as socket:
        socket.hear("session_state")
        for _ in range(300):
            socket.say("sync", last_sequence=0)
        assert socket.hear_closing()[0] == 4429
    bystander.check()


RECORD = """
from django.db import transaction
from django.utils import timezone
from interviewpanel.services.events import lock_session, record_event
for _ in range({count}):
    with transaction.atomic():
        record_event(lock_session({pk}), "scoring_update", {{"pad": "x" * {size}}}, timezone.now())
"""


def record_events(site: LiveSite, *, count: int, size: int) -> int:
    """Events by another process for the newest link's session; returns the number of the last."""
    session = find_session(site.links[-1])
    site.manage("shell", "-c", RECORD.format(count=count, pk=session.pk, size=size))
    return find_session(site.links[-1]).event_sequence


def test_a_client_that_did_not_read_recovers_every_event_by_its_number(site: LiveSite) -> None:
    with open_socket(site.invite()) as socket:
        socket.begin()
        seen = find_session(site.links[-1]).event_sequence
        last = record_events(site, count=150, size=1000)
        heard = [socket.hear("scoring_update")["sequence"] for _ in range(150)]
        assert heard == list(range(seen + 1, last + 1))
        socket.say("sync", last_sequence=seen)
        assert [socket.hear("scoring_update")["sequence"] for _ in range(150)] == heard


def test_a_client_that_stops_reading_costs_no_memory_and_is_closed(site: LiveSite, bystander: Bystander) -> None:
    """200 MB wait for it in the database, not in the server."""
    with open_socket(site.invite()) as socket:
        socket.begin()
        before = site.processes.count_resident_bytes("web")
        record_events(site, count=3_200, size=64 * 1024)
        highest = 0

        def is_let_go() -> bool:
            nonlocal highest
            highest = max(highest, site.processes.count_resident_bytes("web"))
            return find_session(site.links[-1]).lease_until is None

        wait_until("the server lets go of the client that does not read", is_let_go, seconds=120)
        grown = (highest - before) / MEGABYTE
        assert grown < 20, f"the server grew by {grown:.0f} MB for one client that does not read"
    bystander.check()


@pytest.mark.timeout(600)
def test_a_server_stopped_under_20_live_interviews_hands_them_all_over(site: LiveSite) -> None:
    steps = [Step.PARTIAL, Step.TYPED]
    robots = [Robot(site.invite(), steps, seed=seed, speed=1.5) for seed in range(20)]
    for robot in robots:
        robot.wait_for_frames(answer=1, count=20)

    site.processes.stop("web")
    site.start_web()

    for robot in robots:
        robot.finish(seconds=240)
        assert robot.close_codes == [1012], "a stopping server tells its clients to come back (1012)"
    wait_for_work(seconds=300)  # one recogniser hears them all
    for robot in robots:
        check_answers_whole(site, robot)
        check_scored_once(robot)
