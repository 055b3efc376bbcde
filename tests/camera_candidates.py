"""A candidate whose camera is on, and what is stored of the video. Used by the tests of video in tests/e2e."""

import numpy as np
from playwright.sync_api import expect

from interviewpanel.engines.flac import Pcm, decode_audio
from interviewpanel.models import InterviewSession, JoinedVideo, VideoRecording
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite
from tests.page_candidates import PageCandidate

STORED = "Your video is stored. You may close this page."


def come_with_camera(candidate: PageCandidate, *, is_on: bool = True, is_typing: bool = False) -> InterviewSession:
    """Into the interview, by a page that offers a camera; it is switched on if `is_on`."""
    candidate.arrive()
    candidate.agree()
    if is_on:
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
