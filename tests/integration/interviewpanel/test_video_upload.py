"""A candidate's video: taken in chunks, each once and in order, only where the panel asks for it; sealed like sound.

Named people: Priya, interviewed by Fernbrook with video; Mallory, who holds a link of Elsewhere.
"""

import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import InterviewSession, VideoChunk, VideoRecording
from organizations.models import Organization
from tests.live_interviews import find_open, make_panel, store_audio
from tests.staff import make_member, sign_in
from tests.video_browsers import FIRST, SECOND, VIDEO, WEBM, Browser, open_browser, outcome
from tests.work import do_due
from tests.work_rows import run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya() -> Browser:
    return open_browser(make_panel(records_video=True))


# --- chunks ----------------------------------------------------------------------------------------------------------


def test_chunks_in_order_are_one_file(priya: Browser) -> None:
    assert priya.ask_progress() == {"uuid": str(VIDEO), "next": 0, "bytes": 0}
    assert outcome(priya.put(0, FIRST)) == (200, 1)
    assert outcome(priya.put(1, SECOND)) == (200, 2)
    assert priya.ask_progress() == {"uuid": str(VIDEO), "next": 2, "bytes": len(FIRST + SECOND)}
    url = reverse("candidate-video-file", args=[priya.token, VIDEO])
    whole = priya.client.get(url)
    assert (whole["Content-Type"], b"".join(whole.streaming_content)) == (WEBM, FIRST + SECOND)
    across = priya.client.get(url, headers={"Range": f"bytes={len(FIRST) - 2}-{len(FIRST) + 2}"})
    assert (across.status_code, b"".join(across.streaming_content)) == (206, b"stsec")


def test_a_chunk_sent_again_changes_nothing(priya: Browser) -> None:
    answers = [outcome(priya.put(number, body)) for number, body in [(0, FIRST), (0, FIRST), (1, SECOND), (0, FIRST)]]
    assert answers == [(200, 1), (200, 1), (200, 2), (200, 2)]
    assert VideoChunk.objects.count() == 2
    folder = f"video/{priya.session.uuid}/{VIDEO}"
    assert sorted(default_storage.listdir(folder)[1]) == ["000000", "000001"]


def test_a_stored_chunk_is_not_overwritten_by_another(priya: Browser) -> None:
    priya.put(0, FIRST)
    assert outcome(priya.put(0, FIRST[::-1])) == (422, "differs")
    assert outcome(priya.put(0, FIRST + b"!")) == (422, "differs")
    chunk = priya.client.get(reverse("candidate-video", args=[priya.token, VIDEO, 0]))
    assert b"".join(chunk.streaming_content) == FIRST


def test_a_chunk_too_early_is_told_which_one_is_due(priya: Browser) -> None:
    assert outcome(priya.put(1, SECOND)) == (409, 0)
    priya.put(0, FIRST)
    assert outcome(priya.put(5, SECOND)) == (409, 1)
    assert VideoChunk.objects.count() == 1


def test_a_reload_begins_another_recording_and_ends_the_first_ones_upload(priya: Browser) -> None:
    priya.put(0, FIRST)
    second = uuid.UUID(int=7)
    priya.put(0, FIRST, video=second)
    priya.put(1, SECOND)
    listed = priya.client.get(reverse("candidate-videos", args=[priya.token])).json()
    assert {one["uuid"]: one["next"] for one in listed["videos"]} == {str(VIDEO): 2, str(second): 1}


def test_the_same_chunk_from_two_tabs_at_once_is_stored_once(transactional_db: None) -> None:
    priya = open_browser(make_panel(records_video=True))
    answers = run_at_once([lambda: outcome(priya.put(0, FIRST))] * 4)
    assert answers == [(200, 1)] * 4
    stored = VideoChunk.objects.get().file.name  # with a suffix, where its file was not the first of the four
    folder, _, name = stored.rpartition("/")
    assert default_storage.listdir(folder)[1] == [name]


def test_the_beginning_is_told_on_the_servers_clock(priya: Browser) -> None:
    InterviewSession.objects.update(consented_at=timezone.now() - timedelta(hours=1))
    clock = priya.client.get(reverse("candidate-videos", args=[priya.token])).json()["now"]
    assert abs(clock / 1000 - timezone.now().timestamp()) < 60
    priya.put(0, FIRST, began=clock - 90_000)
    assert VideoRecording.objects.get().started_at.timestamp() == clock / 1000 - 90


@pytest.mark.parametrize("began", ["0", 10**13, "9" * 14, "-5", "soon", "9" * 400, ""])
def test_no_video_begins_before_the_consent_or_in_the_future(priya: Browser, began: object) -> None:
    assert outcome(priya.put(0, FIRST, began=began)) == (200, 1)
    priya.session.refresh_from_db()
    assert priya.session.consented_at is not None
    assert priya.session.consented_at <= VideoRecording.objects.get().started_at <= timezone.now()


# --- sealed ----------------------------------------------------------------------------------------------------------


def test_another_links_video_can_be_neither_seen_nor_added_to(priya: Browser) -> None:
    priya.put(0, FIRST)
    mallory = open_browser(make_panel("Elsewhere", records_video=True), "Mallory Moss")
    assert outcome(mallory.put(1, SECOND)) == (404, "unknown")
    assert outcome(mallory.put(0, FIRST)) == (404, "unknown")
    assert mallory.ask_progress() == {"uuid": str(VIDEO), "next": 0, "bytes": 0}
    names = ("candidate-video-file", "candidate-video-captions")
    urls = [reverse(name, args=[mallory.token, VIDEO]) for name in names]
    urls.append(reverse("candidate-video", args=[mallory.token, VIDEO, 0]))
    assert [mallory.client.get(url).status_code for url in urls] == [404] * 3
    assert priya.ask_progress()["next"] == 1


@pytest.mark.parametrize("token", ["A" * 43, "A", "%00", ".."])
def test_a_stranger_gets_the_page_of_every_stranger(client: Client, priya: Browser, token: str) -> None:
    priya.put(0, FIRST)
    page = client.get(f"/i/{'A' * 43}/")
    for path in (f"video/{VIDEO}/0", f"video/{VIDEO}/", f"video/{VIDEO}/file", "video/"):
        answer = client.get(f"/i/{token}/{path}")
        assert (answer.status_code, answer.content) == (404, page.content)
    assert client.put(f"/i/{'A' * 43}/video/{VIDEO}/1", SECOND, content_type=WEBM).content == page.content


@pytest.mark.parametrize(
    "path", [f"video/{VIDEO}/-1", f"video/{VIDEO}/../0", "video/../../x/0", "video/..%2f..%2fx/0", "video/x/0"]
)
def test_no_name_leads_to_another_file(priya: Browser, path: str) -> None:
    answer = priya.client.put(f"/i/{priya.token}/{path}", FIRST, content_type=WEBM, follow=True)
    assert answer.status_code in (404, 405)
    assert not default_storage.exists("video")


def test_what_was_uploaded_is_never_run_as_a_page(priya: Browser) -> None:
    priya.put(0, b"<script>alert(1)</script>")
    answer = priya.client.get(reverse("candidate-video-file", args=[priya.token, VIDEO]))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")


# --- staff -----------------------------------------------------------------------------------------------------------


def list_staff_urls(priya: Browser) -> list[str]:
    names = ("video", "video_captions")
    return [reverse(f"admin:interviewpanel_interviewsession_{name}", args=[priya.session.pk, VIDEO]) for name in names]


def test_staff_see_the_video_with_captions_on_the_interviews_page(priya: Browser) -> None:
    priya.put(0, FIRST)
    priya.put(1, SECOND)
    client = sign_in(make_member("staff@fernbrook.example", {priya.session.organization: "reviewer"}))
    video, captions = list_staff_urls(priya)
    page = client.get(reverse("admin:interviewpanel_interviewsession_change", args=[priya.session.pk])).text
    assert f'src="{video}"' in page
    assert f'<track kind="captions" src="{captions}"' in page
    assert b"".join(client.get(video).streaming_content) == FIRST + SECOND
    assert client.get(captions).text == "WEBVTT\n"


def test_staff_of_another_organization_and_strangers_do_not(client: Client, priya: Browser) -> None:
    priya.put(0, FIRST)
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    stranger = sign_in(make_member("stranger@elsewhere.example", {elsewhere: "admin"}))
    assert [stranger.get(url).status_code for url in list_staff_urls(priya)] == [404, 404]
    assert [client.get(url).status_code for url in list_staff_urls(priya)] == [302, 302]


def test_anothers_video_is_not_found_under_ones_own_interview(priya: Browser) -> None:
    priya.put(0, FIRST)
    ours = open_browser(make_panel("Elsewhere", records_video=True), "Mallory Moss")
    client = sign_in(make_member("staff@elsewhere.example", {ours.session.organization: "admin"}))
    url = reverse("admin:interviewpanel_interviewsession_video", args=[ours.session.pk, VIDEO])
    assert client.get(url).status_code == 404


def test_the_videos_captions_are_on_the_videos_clock(priya: Browser) -> None:
    priya.put(0, FIRST)
    segment = store_audio(find_open(priya.session), frames=10, now=timezone.now())
    do_due()
    # The answer's 0.96 s of sound are stored 5 s after the video began: they began 4.04 s after it.
    began = segment.created_at - timedelta(seconds=5)
    VideoRecording.objects.update(started_at=began)
    text = priya.client.get(reverse("candidate-video-captions", args=[priya.token, VIDEO])).text
    assert text.splitlines()[2:5] == [
        "1",
        "00:00:04.040 --> 00:00:05.040",
        "an index makes reads fast and writes slow",
    ]
