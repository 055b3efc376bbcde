"""The candidate's video in a real browser, from the camera to the player: what it hears, how its last pieces are stored
after the interview, on which clock its captions are, and that it can be sought in.
"""

import contextlib
import io
import re
import select
import socket
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.engines.flac import Pcm, decode_audio
from interviewpanel.models import InterviewSession, JoinedVideo, VideoRecording
from interviewpanel.selectors.captions import place_segments
from reports.management.commands.seed_demo import DEFAULT_PASSWORD
from tests.browsers import TcpLine, open_page
from tests.camera_videos import count_pictures
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite
from tests.page_candidates import PageCandidate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STORED = "Your video is stored. You may close this page."
LOUD = 500  # of 32,768
SILENT = 50  # of 32,768: what the codec makes of nothing


@pytest.fixture(scope="module")
def site(embedded_site: LiveSite) -> Iterator[LiveSite]:
    """One question, which silence does not end."""
    patience = {"silence_seconds": 100, "min_turn_seconds": 100}
    embedded_site.set_panel(max_questions=1, turn_settings=patience, records_video=True)
    embedded_site.start_web()
    yield embedded_site
    for name in list(embedded_site.processes.running):
        embedded_site.processes.kill(name)


@pytest.fixture
def line(site: LiveSite) -> Iterator[TcpLine]:
    with TcpLine(site.port) as line:
        yield line


def come_with_camera(candidate: PageCandidate, *, is_typing: bool = False) -> InterviewSession:
    candidate.arrive()
    candidate.agree()
    candidate.see("#camera-open").click()
    expect(candidate.see("#camera-verdict")).to_have_text("Your camera works.")
    if is_typing:
        candidate.choose_typing()
    else:
        candidate.check_devices()
    candidate.start()
    return find_session(candidate.link)


def list_videos(session: InterviewSession) -> list[VideoRecording]:
    return list(VideoRecording.objects.using(SITE).filter(session=session).order_by("started_at"))


def count_chunks(session: InterviewSession) -> int:
    return sum(video.chunks.count() for video in list_videos(session))


def wait_for_chunks(candidate: PageCandidate, session: InterviewSession, more: int) -> None:
    wanted = count_chunks(session) + more
    candidate.wait_for(f"{wanted} pieces are stored", lambda: count_chunks(session) >= wanted)


def finish(candidate: PageCandidate) -> None:
    candidate.see("#done").click()
    candidate.expect_screen("ended")


def read_video(site: LiveSite, video: VideoRecording) -> bytes:
    chunks = video.chunks.order_by("number")
    return b"".join(site.media(chunk.file.name).read_bytes() for chunk in chunks)


def wait_until_joined(candidate: PageCandidate, session: InterviewSession) -> list[JoinedVideo]:
    rows = JoinedVideo.objects.using(SITE).filter(recording__session=session)
    candidate.wait_for("its videos are joined", lambda: {row.work_status for row in rows.all()} == {"done"})
    return list(rows.select_related("recording").order_by("recording__started_at"))


def decode_sound(video: bytes) -> Pcm:
    return decode_audio(video)


def measure_loudness(sound: Pcm) -> list[float]:
    """Of each tenth of a second, its loudest sample."""
    return [float(np.abs(part).max()) for part in np.array_split(sound.astype(np.int32), max(1, len(sound) // 1600))]


# --- what the video hears ---------------------------------------------------------------------------------------------


def test_the_video_hears_nothing_while_the_candidate_types(site: LiveSite, chromium: Browser) -> None:
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite())
        session = come_with_camera(candidate)
        wait_for_chunks(candidate, session, 2)
        candidate.see("#type").click()
        expect(candidate.see("#typed")).to_be_visible()
        wait_for_chunks(candidate, session, 4)
        candidate.see("#typed").fill("An index is a sorted copy.")
        candidate.see("#typing [type=submit]").click()
        candidate.expect_screen("ended")
        expect(candidate.see("#sending")).to_have_text(STORED, timeout=60_000)

    (video,) = list_videos(session)
    loudness = measure_loudness(decode_sound(read_video(site, video)))
    assert max(loudness[:30]) > LOUD  # the candidate speaks
    last_heard = max(place for place, level in enumerate(loudness) if level >= SILENT)
    assert len(loudness) - last_heard > 60, loudness  # six seconds: no pause of the spoken file is as long


def test_a_microphone_that_is_opened_later_is_in_the_recording_from_then_on(site: LiveSite, chromium: Browser) -> None:
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite())
        session = come_with_camera(candidate, is_typing=True)
        wait_for_chunks(candidate, session, 1)
        candidate.see("#speak-instead").click()
        candidate.wait_for("another part begins", lambda: len(list_videos(session)) == 2)
        wait_for_chunks(candidate, session, 3)
        finish(candidate)
        expect(candidate.see("#sending")).to_have_text(STORED, timeout=60_000)

    mute, heard = (read_video(site, video) for video in list_videos(session))
    with av.open(io.BytesIO(mute)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
    assert count_pictures(mute) > 5
    assert max(measure_loudness(decode_sound(heard))) > LOUD


# --- after the interview ----------------------------------------------------------------------------------------------


def test_the_last_pieces_are_told_and_asked_for_until_they_are_stored(
    site: LiveSite, line: TcpLine, chromium: Browser
) -> None:
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite().replace(f":{site.port}/", f":{line.port}/"))
        session = come_with_camera(candidate)
        wait_for_chunks(candidate, session, 1)
        refuse_video(page)
        wait_until_kept(candidate, 3)
        finish(candidate)
        expect(candidate.see("#sending")).to_contain_text("could not be stored yet: 0 of", timeout=60_000)
        assert asks_before_it_closes(page)
        page.unroute_all()
        page.evaluate("window.dispatchEvent(new Event('online'))")  # else up to 30 s until the next try
        expect(candidate.see("#sending")).to_have_text(STORED, timeout=60_000)
        expect(candidate.see("#sending-said")).to_have_text(STORED)
        assert not asks_before_it_closes(page)
    assert count_pictures(read_video(site, list_videos(session)[0])) > 30


@pytest.mark.parametrize("path", ["", "privacy/"])
def test_the_link_opened_again_later_uploads_the_rest(site: LiveSite, chromium: Browser, path: str) -> None:
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite())
        session = come_with_camera(candidate)
        wait_for_chunks(candidate, session, 1)
        refuse_video(page)
        wait_until_kept(candidate, 3)
        finish(candidate)
        expect(candidate.see("#sending")).to_contain_text("could not be stored yet", timeout=60_000)
        before = count_chunks(session)
        page.on("dialog", lambda dialog: dialog.accept())
        page.unroute_all()
        page.goto(candidate.link + path)
        expect(candidate.see("#sending")).to_have_text(STORED, timeout=60_000)
        assert count_chunks(session) > before
        page.reload()
        expect(candidate.see("#sending")).to_have_text("")
    assert count_pictures(read_video(site, list_videos(session)[0])) > 30


def test_what_is_refused_is_said(site: LiveSite, chromium: Browser) -> None:
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite())
        session = come_with_camera(candidate)
        wait_for_chunks(candidate, session, 1)
        page.route("**/video/*/*", lambda route: route.fulfill(status=507, json={"code": "full"}))
        expect(candidate.see("#camera-notice")).to_contain_text("No more video is taken.", timeout=60_000)
        expect(candidate.see("#camera-again")).to_be_hidden()
        candidate.expect_question(1)
        finish(candidate)


def test_a_camera_that_goes_away_is_told_and_can_be_turned_on_again(site: LiveSite, chromium: Browser) -> None:
    with open_page(chromium) as page:
        page.add_init_script(REMEMBER_CAMERA)
        candidate = PageCandidate(page, site.invite())
        session = come_with_camera(candidate)
        wait_for_chunks(candidate, session, 1)
        page.evaluate("cameras.at(-1).dispatchEvent(new Event('ended'))")
        expect(candidate.see("#camera-notice")).to_contain_text("Your camera is off.")
        candidate.see("#camera-again").click()
        expect(candidate.see("#camera-notice")).to_be_hidden()
        candidate.wait_for("another part begins", lambda: len(list_videos(session)) == 2)
        finish(candidate)
        expect(candidate.see("#sending")).to_have_text(STORED, timeout=60_000)


REMEMBER_CAMERA = """
window.cameras = [];
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await open(wish);
  window.cameras.push(...stream.getVideoTracks());
  return stream;
};
"""


def refuse_video(page: Page) -> None:
    """From now on no piece gets through, as on a line that is dead; the interview's socket goes on."""
    page.route("**/video/*/*", lambda route: route.abort())


COUNT_KEPT = """
async () => {
  const all = await indexedDB.databases();
  const { name } = all.find((one) => one.name.endsWith("-video"));
  const opened = await new Promise((resolve) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
  });
  const counted = await new Promise((resolve) => {
    const request = opened.transaction("chunks").objectStore("chunks").count();
    request.onsuccess = () => resolve(request.result);
  });
  opened.close();
  return counted;
};
"""


def wait_until_kept(candidate: PageCandidate, pieces: int) -> None:
    """So many pieces wait in the browser."""
    candidate.wait_for(f"{pieces} pieces are kept", lambda: candidate.page.evaluate(COUNT_KEPT) >= pieces)


def asks_before_it_closes(page: Page) -> bool:
    ask = "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    return bool(page.evaluate(ask))


# --- on the video's clock ---------------------------------------------------------------------------------------------


@pytest.mark.faults  # a minute and more, and how well the clocks agree depends on how busy the machine is
def test_captions_and_pictures_agree_through_a_pause_and_a_reload(site: LiveSite, chromium: Browser) -> None:
    """Where each stretch of an answer really lies in its video is found by its sound, which both have."""
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite())
        session = come_with_camera(candidate)
        wait_for_chunks(candidate, session, 5)
        candidate.see("#pause").click()
        expect(candidate.see("#paused")).to_be_visible()
        candidate.see("#resume").click()
        candidate.wait_for("another video begins", lambda: len(list_videos(session)) == 2)
        wait_for_chunks(candidate, session, 5)
        page.reload()
        candidate.wait_for("a reload begins another", lambda: len(list_videos(session)) == 3)
        wait_for_chunks(candidate, session, 5)
        finish(candidate)
        expect(candidate.see("#sending")).to_have_text(STORED, timeout=60_000)
        joined = wait_until_joined(candidate, session)

    answer = session.answers.get(number=1)
    errors = []
    for one in joined:
        sound = decode_sound(site.media(one.file.name).read_bytes())
        for segment, origin in place_segments(one.recording, answer):
            part = decode_audio(site.media(segment.file.name).read_bytes())
            placed = origin + segment.start_sample / 16_000
            start = find_in(sound, part, near=placed)
            if start is not None:
                errors.append((one.recording.uuid, segment.number, placed - start))
    assert len({video for video, _, _ in errors}) == 3
    # Of each video the middle one: a machine that is busy stores one stretch or another late.
    for video in {video for video, _, _ in errors}:
        assert abs(np.median([seconds for one, _, seconds in errors if one == video])) < 0.5, errors


# A jump into the middle by the browser's own player: its length, where it stands, how many captions it has.
SEEK = """
async (player) => {
  const until = (name) => new Promise((resolve) => player.addEventListener(name, resolve, { once: true }));
  player.preload = "auto";
  player.muted = true;
  if (player.readyState < 1) {
    const loaded = until("loadedmetadata");
    player.load();
    await loaded;
  }
  const { duration } = player;
  const seeked = until("seeked");
  player.currentTime = duration / 2;
  await seeked;
  return { duration, at: player.currentTime, cues: player.textTracks[0]?.cues?.length ?? -1 };
};
"""
STAFF = re.compile(r"^  admin +(\S+)$", re.MULTILINE)


def test_staff_and_candidate_seek_in_the_joined_video(site: LiveSite, chromium: Browser, tmp_path: Path) -> None:
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite())
        session = come_with_camera(candidate)
        wait_for_chunks(candidate, session, 3)
        finish(candidate)
        expect(candidate.see("#sending")).to_have_text(STORED, timeout=60_000)
        (joined,) = wait_until_joined(candidate, session)
        site_address = candidate.link.split("/i/")[0]
        page.goto(f"{site_address}/admin/interviewpanel/interviewsession/{session.pk}/change/")
        page.fill("#id_username", STAFF.search(site.manage("seed_demo")).group(1))
        page.fill("#id_password", DEFAULT_PASSWORD)
        page.click("[type=submit]")
        played = page.locator("video.recording-video").evaluate(SEEK)
        page.screenshot(path=tmp_path / "admin.png", full_page=True)
        assert played["duration"] == pytest.approx(joined.seconds, abs=0.1)
        assert played["at"] == pytest.approx(joined.seconds / 2, abs=0.1)
        assert played["cues"] > 0

        page.goto(f"{candidate.link}video/{joined.recording.uuid}/file")
        played = page.locator("video").evaluate(SEEK)
        assert played["duration"] == pytest.approx(joined.seconds, abs=0.1)
        assert played["at"] == pytest.approx(joined.seconds / 2, abs=0.1)


def find_in(sound: Pcm, part: Pcm, *, near: float) -> float | None:
    """At which second of the sound the part begins; None where it is not in it, or too quiet to tell. Looked for within
    three seconds of `near`: the browser's microphone says the same sentences over and over."""
    size = len(sound) + len(part)
    one, other = sound.astype(float), part.astype(float)
    found = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)[: len(sound)]
    first = max(0, round((near - 3) * 16_000))
    if not 0 <= near < len(sound) / 16_000:
        return None
    place = first + int(found[first : first + 6 * 16_000].argmax())
    there = one[place : place + len(part)]
    likeness = found[place] / (np.linalg.norm(there) * np.linalg.norm(other) + 1.0)
    return place / 16_000 if likeness > 0.6 and len(there) > 0.9 * len(part) else None


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_a_body_without_a_length_is_refused_while_it_comes(site: LiveSite) -> None:
    """By the real server: it reads little more than a piece may have, and ends the connection."""
    piece = b"100000\r\n" + bytes(1024 * 1024) + b"\r\n"
    head = f"PUT /i/{'A' * 43}/video/{'0' * 8}/0 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        connection.sendall(head.encode())
        sent, answer = 0, b"HTTP/1.1 413 "
        with contextlib.suppress(ConnectionError):  # closed while we still talk: the answer may be lost with it
            while sent < 64 and not select.select([connection], [], [], 0)[0]:
                connection.sendall(piece)
                sent += 1
            answer = connection.recv(100)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert 5 <= sent < 32  # what the kernel holds of both sides' is among it
