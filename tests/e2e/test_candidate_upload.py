"""The candidate's video in a real browser: what it hears, and how its last pieces are stored after the interview."""

import contextlib
import io
import select
import socket

import av
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import TcpLine, open_page
from tests.camera_candidates import (
    STORED,
    come_with_camera,
    count_chunks,
    decode_sound,
    finish,
    list_videos,
    measure_loudness,
    read_video,
    wait_for_chunks,
)
from tests.camera_videos import count_pictures
from tests.live_site import LiveSite
from tests.page_candidates import PageCandidate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LOUD = 500  # of 32,768
SILENT = 50  # of 32,768: what the codec makes of nothing


@pytest.fixture(scope="module")
def site(embedded_site: LiveSite) -> LiveSite:
    """One question, which silence does not end."""
    patience = {"silence_seconds": 100, "min_turn_seconds": 100}
    embedded_site.set_panel(max_questions=1, turn_settings=patience, records_video=True)
    embedded_site.start_web()
    return embedded_site


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
