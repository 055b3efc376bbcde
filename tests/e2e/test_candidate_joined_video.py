"""The joined video in a real browser: on which clock its captions are, and that it can be sought in."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from interviewpanel.engines.flac import Pcm, decode_audio
from interviewpanel.selectors.captions import place_segments
from reports.management.commands.seed_demo import DEFAULT_PASSWORD
from tests.browsers import open_page
from tests.camera_candidates import (
    STORED,
    come_with_camera,
    decode_sound,
    finish,
    list_videos,
    wait_for_chunks,
    wait_until_joined,
)
from tests.live_site import LiveSite
from tests.page_candidates import PageCandidate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def site(embedded_site: LiveSite) -> LiveSite:
    """One question, which silence does not end."""
    patience = {"silence_seconds": 100, "min_turn_seconds": 100}
    embedded_site.set_panel(max_questions=1, turn_settings=patience, records_video=True)
    embedded_site.start_web()
    return embedded_site


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
