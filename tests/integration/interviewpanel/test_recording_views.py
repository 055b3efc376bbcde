"""Who may hear a recording and read its captions: the candidate by their link, staff by their role, and nobody else.

Named people: Priya, interviewed by Fernbrook; Mallory, who holds a link of Elsewhere; staff of both.
"""

import io

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from interviewpanel.engines.flac import decode_audio
from interviewpanel.models import InterviewPanelCandidate, Recording
from interviewpanel.services.invitations import make_token, revoke_invitation
from organizations.models import Organization
from tests.held_interviews import Held, hold, join
from tests.live_interviews import after, begin, close, find_open, invite, make_panel, store_audio
from tests.staff import make_member, sign_in
from tests.work import ScriptedEngine, do_due

pytestmark = pytest.mark.django_db

UNKNOWN = "A" * 43
STRANGE = ["A", UNKNOWN, "a" * 43, "%00", "..", "😀"]


@pytest.fixture
def held() -> Held:
    return hold(invite(make_panel()))


def read(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content)


def get_audio(client: Client, held: Held, number: int = 1, **headers: str) -> HttpResponseBase:
    return client.get(reverse("candidate-audio", args=[held.token, number]), headers=headers)


# --- the candidate's link --------------------------------------------------------------------------------------------


def test_the_candidate_hears_their_answer(client: Client, held: Held) -> None:
    join()
    response = get_audio(client, held)
    assert np.array_equal(decode_audio(read(response)), held.stored(1))
    shown = {name: response[name] for name in ("Content-Type", "Cache-Control", "Referrer-Policy", "Accept-Ranges")}
    assert shown == {
        "Content-Type": "audio/flac",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Accept-Ranges": "bytes",
    }
    assert response["Content-Disposition"] == 'inline; filename="answer-1.flac"'


def test_and_downloads_it(client: Client, held: Held) -> None:
    join()
    response = client.get(reverse("candidate-interview-audio", args=[held.token]) + "?download")
    assert response["Content-Disposition"] == 'attachment; filename="interview.flac"'
    assert len(decode_audio(read(response))) == 37 * 1536


def test_a_player_seeks_by_ranges(client: Client, held: Held) -> None:
    join()
    whole = read(get_audio(client, held))
    size = len(whole)
    part = get_audio(client, held, Range="bytes=100-299")
    assert (part.status_code, part["Content-Range"], part["Content-Length"]) == (206, f"bytes 100-299/{size}", "200")
    assert read(part) == whole[100:300]
    assert read(get_audio(client, held, Range="bytes=-10")) == whole[-10:]
    assert read(get_audio(client, held, Range=f"bytes={size - 5}-")) == whole[-5:]
    beyond = get_audio(client, held, Range=f"bytes={size}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{size}")
    head = client.head(reverse("candidate-audio", args=[held.token, 1]))
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(size), b"")


def test_captions_of_an_answer_are_on_its_own_clock(client: Client, held: Held) -> None:
    response = client.get(reverse("candidate-captions", args=[held.token, 1]))
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    # The scripted recogniser heard the same sentence in both parts, which follow without a pause.
    line = "an index makes reads fast and writes slow"
    assert response.text == f"WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.632 line:45%\n{line}\n{line}\n"


def test_captions_of_the_whole_tell_the_questions_too(client: Client, held: Held) -> None:
    text = client.get(reverse("candidate-interview-captions", args=[held.token])).text
    questions = [line for line in text.splitlines() if line.endswith("line:0")]
    assert [line.split(" ")[0] for line in questions] == ["00:00:00.000", "00:00:01.632"]
    assert held.answer(3).question_text in text


def test_what_could_not_be_heard_is_said_to_be_so_in_the_panels_language(client: Client) -> None:
    invitation = invite(make_panel(questions=1))
    session = begin(invitation)
    store_audio(find_open(session))
    close(session)
    do_due(engine=ScriptedEngine(refuses=True), now=after(61))
    text = client.get(reverse("candidate-captions", args=[make_token(invitation), 1])).text
    assert text == "WEBVTT\n\n1\n00:00:00.000 --> 00:00:00.960 line:45%\n[not understood]\n"


def test_before_the_end_there_is_nothing_to_hear_and_it_is_said(client: Client) -> None:
    invitation = invite(make_panel())
    url = reverse("candidate-audio", args=[make_token(invitation), 1])
    assert (client.get(url).status_code, client.get(url).text) == (404, "The interview has not begun.")
    begin(invitation)
    assert client.get(url).text == "There is no recording of this answer, or it is not ready yet."


def test_a_file_that_storage_has_lost_is_said_to_be_lost(client: Client, held: Held) -> None:
    join()
    default_storage.delete(held.answer(1).recording.file.name)
    response = get_audio(client, held)
    assert (response.status_code, response.text) == (404, "The recording is not in storage any more.")


def test_the_candidate_hears_it_after_the_link_has_expired_or_was_withdrawn(client: Client, held: Held) -> None:
    join()
    InterviewPanelCandidate.objects.update(expires_at=after(-1))
    assert get_audio(client, held).status_code == 200
    revoke_invitation(invitation=held.invitation, now=after(100))
    assert get_audio(client, held).status_code == 200


# --- sealed ----------------------------------------------------------------------------------------------------------

OWN_PATHS = ["audio", "captions.vtt", "answers/1/audio", "answers/1/captions.vtt", "video/"]


@pytest.mark.parametrize("path", OWN_PATHS)
@pytest.mark.parametrize("token", STRANGE)
def test_a_stranger_gets_the_page_of_every_stranger(client: Client, held: Held, token: str, path: str) -> None:
    join()
    answer = client.get(f"/i/{token}/{path}")
    page = client.get(f"/i/{UNKNOWN}/")
    assert (answer.status_code, answer.content) == (404, page.content)


def test_another_links_numbers_lead_only_to_its_own_answers(client: Client, held: Held) -> None:
    join()
    mallory = invite(make_panel("Elsewhere", questions=1), "Mallory Moss")
    begin(mallory)
    token = make_token(mallory)
    theirs = [client.get(f"/i/{token}/{path}") for path in OWN_PATHS]
    assert [one.status_code for one in theirs] == [404, 200, 404, 200, 200]
    assert (theirs[1].text, theirs[3].text, theirs[4].json()["videos"]) == ("WEBVTT\n", "WEBVTT\n", [])


@pytest.mark.parametrize(
    "path",
    [
        "answers/0/audio",
        "answers/99/audio",
        "answers/-1/audio",
        "answers/1e0/audio",
        "answers/99999999999999999999999/audio",
        "answers/../../audio",
        "answers/1/..%2f..%2faudio",
        "answers/%2e%2e/audio",
        "answers/1/audio/../../../../etc/passwd",
        "answers/1/audio%00",
        "recordings/1/audio",
    ],
)
def test_no_path_leads_elsewhere(client: Client, held: Held, path: str) -> None:
    join()
    assert client.get(f"/i/{held.token}/{path}", follow=True).status_code == 404


def test_nothing_is_changed_by_reading_and_nothing_else_is_taken(client: Client, held: Held) -> None:
    join()
    url = reverse("candidate-audio", args=[held.token, 1])
    assert [client.generic(method, url).status_code for method in ("POST", "PUT", "DELETE")] == [405] * 3


# --- staff -----------------------------------------------------------------------------------------------------------


def staff_urls(held: Held) -> list[str]:
    name = "admin:interviewpanel_interviewsession"
    return [
        reverse(f"{name}_recording", args=[held.session.pk]),
        reverse(f"{name}_captions", args=[held.session.pk]),
        reverse(f"{name}_answer_recording", args=[held.session.pk, 1]),
        reverse(f"{name}_answer_captions", args=[held.session.pk, 1]),
    ]


@pytest.mark.parametrize("role", ["admin", "hr", "reviewer"])
def test_whoever_may_see_the_interview_may_hear_it(held: Held, role: str) -> None:
    join()
    client = sign_in(make_member("staff@fernbrook.example", {held.session.organization: role}))
    answers = [client.get(url) for url in staff_urls(held)]
    assert [(one.status_code, one["Cache-Control"]) for one in answers] == [(200, "private, no-store")] * 4
    assert np.array_equal(decode_audio(read(answers[2])), held.stored(1))
    part = client.get(staff_urls(held)[2], headers={"Range": "bytes=0-3"})
    assert (part.status_code, read(part)) == (206, b"fLaC")


def test_staff_of_another_organization_finds_no_such_recording(held: Held) -> None:
    join()
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    client = sign_in(make_member("stranger@elsewhere.example", {elsewhere: "admin"}))
    assert [client.get(url).status_code for url in staff_urls(held)] == [404] * 4


def test_who_is_not_signed_in_is_asked_to(client: Client, held: Held) -> None:
    join()
    answers = [client.get(url) for url in staff_urls(held)]
    assert [(one.status_code, one["Location"].split("?")[0]) for one in answers] == [(302, "/admin/login/")] * 4


def test_the_interviews_page_plays_each_answer_with_captions(held: Held) -> None:
    client = sign_in(make_member("staff@fernbrook.example", {held.session.organization: "hr"}))
    url = reverse("admin:interviewpanel_interviewsession_change", args=[held.session.pk])
    assert "being joined" in client.get(url).text
    join()
    page = client.get(url).text
    whole, whole_captions, sound, captions = staff_urls(held)
    assert f'src="{whole}"' in page
    assert f'<track kind="captions" src="{whole_captions}" srclang="en"' in page
    assert f'src="{sound}"' in page
    assert f'<track kind="captions" src="{captions}" srclang="en"' in page
    assert page.count("<video") == 4
    assert "Candidate only: the candidate’s browser spoke for the interviewer" in page
    assert "no sound" in page


def test_the_interviews_page_says_why_there_is_no_recording(held: Held) -> None:
    Recording.objects.filter(answer__number=1).update(work_status="dead", last_error="The disk is full.")
    client = sign_in(make_member("staff@fernbrook.example", {held.session.organization: "hr"}))
    page = client.get(reverse("admin:interviewpanel_interviewsession_change", args=[held.session.pk])).text
    assert "could not be joined: The disk is full." in page


def test_an_interview_of_an_older_version_gets_its_recordings_by_a_command(client: Client, held: Held) -> None:
    Recording.objects.all().delete()
    staff = sign_in(make_member("staff@fernbrook.example", {held.session.organization: "hr"}))
    url = reverse("admin:interviewpanel_interviewsession_change", args=[held.session.pk])
    page = staff.get(url).text
    assert page.count("not joined yet: run manage.py open_recordings") == 4, "the mix, the whole, and two answers"
    assert page.count("no sound") == 1
    out = io.StringIO()
    call_command("open_recordings", stdout=out)
    call_command("open_recordings", stdout=out)
    assert out.getvalue().splitlines() == [
        "Interviews whose sound is being joined: 1.",
        "Every interview has its recordings.",
    ]
    assert join(10**9) == 4
    assert np.array_equal(decode_audio(read(get_audio(client, held))), held.stored(1))


def test_the_command_leaves_interviews_alone_that_go_on_or_have_no_sound() -> None:
    store_audio(find_open(begin(invite(make_panel()))))
    silent = begin(invite(make_panel("Elsewhere", questions=1), "Mallory Moss"))
    close(silent, "skipped")
    do_due(now=after(61))
    call_command("open_recordings", stdout=io.StringIO())
    assert not Recording.objects.exists()
