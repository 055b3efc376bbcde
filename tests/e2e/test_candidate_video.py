"""What a candidate's camera sees in a real browser is stored by the real server, whole and playable, whatever happens
to the line; and what was recorded plays, seeks and shows captions in a real browser."""

import base64
import io
from collections.abc import Iterator

import av
import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.models import InterviewPanel, Recording, VideoRecording
from tests.browser_candidates import BrowserCandidate
from tests.browsers import TcpLine, open_page
from tests.camera_candidates import come_with_camera, count_chunks, list_videos
from tests.interview_checks import find_session
from tests.live_site import SHORT_PANEL, SITE, LiveSite
from tests.page_candidates import PageCandidate
from tests.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# The page's part: the module, its store noted chunk by chunk outside the browser, and a camera if one is wanted.
OPEN_KEEPER = """
async ({ address, isRecording }) => {
  const { openCamera, VideoKeeper } = await import("/static/interviewpanel/candidate/video.js");
  const { openVideoStore } = await import("/static/interviewpanel/candidate/video-store.js");
  const store = await openVideoStore("video-test");
  const putQuietly = store.put.bind(store);
  store.put = async (chunk) => {
    await putQuietly(chunk);
    const text = Array.from(new Uint8Array(chunk.body), (byte) => String.fromCharCode(byte)).join("");
    await window.noteChunk(chunk.video, chunk.number, btoa(text));
  };
  const keeper = new VideoKeeper(address, store);
  window.keeper = keeper;
  keeper.told = [];
  keeper.isIdle = false;
  for (const name of ["stored", "refused", "lost"]) {
    keeper.addEventListener(name, ({ detail }) => keeper.told.push([name, detail]));
  }
  keeper.addEventListener("idle", () => (keeper.isIdle = true));
  keeper.wake();
  if (isRecording) keeper.start(await openCamera(), window.candidate.microphone.stream);
};
"""


class Camera:
    """Priya's, in a page that is connected. `recorded` holds what the browser's store was given, by recording."""

    def __init__(self, candidate: BrowserCandidate) -> None:
        self.candidate = candidate
        self.page: Page = candidate.page
        self.recorded: dict[str, dict[int, bytes]] = {}
        self.page.expose_function("noteChunk", self._note)

    def open(self, *, is_recording: bool) -> None:
        token = self.candidate.link.rstrip("/").rsplit("/", 1)[-1]
        self.page.evaluate(OPEN_KEEPER, {"address": f"/i/{token}/video/", "isRecording": is_recording})

    def look(self, expression: str) -> object:
        return self.page.evaluate(expression)

    def wait_for_chunks(self, more: int) -> None:
        wanted = self.count() + more

        def has_recorded() -> bool:
            self.look("0")  # Playwright calls noteChunk only while we are in one of its calls
            return self.count() >= wanted

        wait_until(f"{wanted} chunks are recorded", has_recorded, seconds=60)

    def finish(self) -> None:
        """The camera off, and everything uploaded."""
        self.look("keeper.stop()")
        self.wait_for_upload()

    def wait_for_upload(self) -> None:
        self.candidate.wait_for("all is uploaded", "keeper.store.findFirst().then((one) => one === null)")

    def count(self) -> int:
        return sum(len(chunks) for chunks in self.recorded.values())

    def _note(self, video: str, number: int, text: str) -> None:
        self.recorded.setdefault(video, {})[number] = base64.b64decode(text)


@pytest.fixture
def site(embedded_site: LiveSite) -> LiveSite:
    """One question, which silence does not end."""
    patience = {"silence_seconds": 100, "min_turn_seconds": 100}
    embedded_site.set_panel(max_questions=1, turn_settings=patience, records_video=True)
    if not embedded_site.processes.running:
        embedded_site.start_web()
    return embedded_site


@pytest.fixture
def camera(site: LiveSite, line: TcpLine, chromium: Browser) -> Iterator[Camera]:
    with open_page(chromium) as page:
        candidate = BrowserCandidate(page, site.invite(), line.port)
        candidate.arrive()
        candidate.wait_for_frames(1, 10)  # consent is given: video is taken now
        yield Camera(candidate)


def check_stored(camera: Camera, site: LiveSite) -> list[bytes]:
    """Every recording is stored as it was recorded, chunk by chunk. Returns their files."""
    session = find_session(camera.candidate.link)
    videos = {str(one.uuid): one for one in VideoRecording.objects.using(SITE).filter(session=session)}
    assert set(videos) == set(camera.recorded)
    files = []
    for name, recorded in camera.recorded.items():
        assert sorted(recorded) == list(range(len(recorded))), f"numbers of {name} are missing"
        stored = [site.media(chunk.file.name).read_bytes() for chunk in videos[name].chunks.order_by("number")]
        assert stored == [recorded[number] for number in sorted(recorded)]
        files.append(b"".join(stored))
    return files


def decode(video: bytes) -> tuple[int, float]:
    """The number of its pictures, and the seconds of its sound."""
    with av.open(io.BytesIO(video)) as container:
        pictures = sum(1 for _ in container.decode(video=0))
    with av.open(io.BytesIO(video)) as container:
        seconds = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    return pictures, seconds


def test_a_video_is_stored_whole_and_can_be_decoded(site: LiveSite, camera: Camera) -> None:
    camera.open(is_recording=True)
    camera.wait_for_chunks(3)
    camera.finish()

    (video,) = check_stored(camera, site)
    pictures, seconds = decode(video)
    assert pictures > 30
    assert seconds > 4
    assert {name for name, _ in camera.look("keeper.told")} == {"stored"}
    assert VideoRecording.objects.using(SITE).get(uuid=next(iter(camera.recorded))).content_type.startswith("video/")


def test_an_outage_loses_no_chunk(site: LiveSite, line: TcpLine, camera: Camera) -> None:
    camera.open(is_recording=True)
    camera.wait_for_chunks(1)
    line.cut()
    camera.wait_for_chunks(4)
    line.restore()
    camera.finish()

    check_stored(camera, site)


def test_what_was_recorded_without_a_line_survives_a_reload(site: LiveSite, line: TcpLine, camera: Camera) -> None:
    """The server has these chunks from nobody but the page that was loaded later."""
    camera.open(is_recording=True)
    camera.wait_for_chunks(1)
    line.cut()
    camera.wait_for_chunks(3)
    line.restore()
    camera.candidate.arrive()
    camera.open(is_recording=True)
    camera.wait_for_chunks(1)
    camera.finish()

    assert len(check_stored(camera, site)) == 2


def test_uploads_wait_while_the_voice_needs_the_line(site: LiveSite, camera: Camera) -> None:
    camera.open(is_recording=True)
    camera.look("keeper.hold(true)")
    camera.wait_for_chunks(2)
    kept = camera.look("keeper.store.findFirst().then((one) => one?.number)")
    assert kept in (0, 1)  # one may have been on the line when it was held
    camera.look("keeper.hold(false)")
    camera.finish()

    check_stored(camera, site)


def test_where_no_video_is_wanted_the_camera_stops_and_nothing_is_kept(site: LiveSite, camera: Camera) -> None:
    InterviewPanel.objects.using(SITE).filter(title=SHORT_PANEL).update(records_video=False)
    camera.open(is_recording=True)
    camera.candidate.wait_for("it is refused", "keeper.told.length > 0 && !keeper.isRecording")
    assert camera.look("keeper.told[0]") == ["refused", {"status": 403, "code": "not_recorded"}]
    camera.wait_for_upload()
    assert not VideoRecording.objects.using(SITE).filter(session=find_session(camera.candidate.link)).exists()


# What a player of the page says once it has loaded, at its end after a jump there, and how many captions it has.
PLAY = """
async ({ sound, captions }) => {
  const player = document.createElement("video");
  const track = document.createElement("track");
  Object.assign(track, { kind: "captions", src: captions, srclang: "en", default: true });
  Object.assign(player, { src: sound, muted: true, preload: "auto" });
  player.append(track);
  const until = (name) => new Promise((resolve, reject) => {
    player.addEventListener(name, resolve, { once: true });
    player.addEventListener("error", () => reject(new Error(player.error?.message)), { once: true });
  });
  const loaded = until("loadedmetadata");
  document.body.append(player);
  track.track.mode = "showing";
  await loaded;
  const { duration } = player;
  const seeked = until("seeked");
  player.currentTime = duration - 0.5;
  await seeked;
  const ended = until("ended");
  await player.play();
  await ended;
  return { duration, at: player.currentTime, cues: track.track.cues?.length ?? -1 };
};
"""


def test_an_answer_plays_with_captions_and_seeks(site: LiveSite, camera: Camera) -> None:
    candidate = camera.candidate
    candidate.wait_for_frames(1, 60)
    candidate.look("candidate.finishAnswer()")
    session = find_session(candidate.link)
    rows = Recording.objects.using(SITE).filter(session=session)
    wait_until("it is joined", lambda: rows.filter(work_status="done").count() == 2, seconds=60)

    path = f"/i/{candidate.link.rstrip('/').rsplit('/', 1)[-1]}/"
    for sound, captions in (("answers/1/audio", "answers/1/captions.vtt"), ("audio", "captions.vtt")):
        played = camera.page.evaluate(PLAY, {"sound": path + sound, "captions": path + captions})
        seconds = len(candidate.read_pcm(1)) / 32_000
        assert played["duration"] == pytest.approx(seconds, abs=0.01)
        assert played["at"] == pytest.approx(seconds, abs=0.1)
        assert played["cues"] > 0


# --- on the page -----------------------------------------------------------------------------------------------------


def test_the_page_records_the_interview_but_not_its_pauses(site: LiveSite, chromium: Browser) -> None:
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite())
        session = come_with_camera(candidate)
        candidate.wait_for("video is stored", lambda: count_chunks(session) >= 2)
        candidate.see("#pause").click()
        expect(candidate.see("#paused")).to_be_visible()
        candidate.wait_for("the last piece is stored", lambda: count_chunks(session) >= 3)
        candidate.see("#resume").click()
        expect(candidate.see("#paused")).to_be_hidden()
        candidate.wait_for("another video begins", lambda: len(list_videos(session)) == 2)
        page.reload()
        candidate.wait_for("a reload begins another", lambda: len(list_videos(session)) == 3)
        candidate.expect_question(1)
        candidate.see("#done").click()
        candidate.expect_screen("ended")

    first, *_ = list_videos(session)
    pieces = [site.media(chunk.file.name).read_bytes() for chunk in first.chunks.order_by("number")]
    assert decode(b"".join(pieces))[0] > 20


def test_who_leaves_the_camera_off_is_not_seen(site: LiveSite, chromium: Browser) -> None:
    with open_page(chromium) as page:
        candidate = PageCandidate(page, site.invite())
        session = come_with_camera(candidate, is_on=False)
        candidate.wait_for_sign("speaking")
        candidate.see("#done").click()
        candidate.expect_screen("ended")
    assert list_videos(session) == []
