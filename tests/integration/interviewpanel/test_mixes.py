"""The interview as it went: both voices where this server spoke, each where it was said, measured in the file itself.

Priya's interview (tests/held_interviews.py): she agrees at 0 s and answers at about 20 s and 55 s; it ends at 62 s.
"""

import io
import re
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviewpanel.engines.flac import Pcm, decode_audio
from interviewpanel.models import Recording, SpokenLine
from interviewpanel.selectors.captions import write_mix_captions
from interviewpanel.selectors.timelines import read_timeline
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.recordings import join_recording, open_missing_recordings
from interviewpanel.services.spoken_lines import cut_spoken_line
from tests.held_interviews import Held, hold, join, load
from tests.live_interviews import after, invite, make_panel
from tests.spoken_interviews import find_loud, make_tone, speak, store_at

pytestmark = pytest.mark.django_db
RATE = 16_000


@pytest.fixture
def held() -> Held:
    """Stored as it would be: the parts of the first answer half a second after they were said, 21 s and 22 s in."""
    found = hold(invite(make_panel()))
    store_at(found.session, number=1, at=(21.46, 22.132))
    store_at(found.session, number=3, at=(57.42,))
    return found


def hear(held: Held, kind: str = "mix") -> Pcm:
    return decode_audio(load(str(held.session.recordings.get(kind=kind).file.name)))


def tell(held: Held, kind: str = "mix") -> tuple[list[str], int, int]:
    row = held.session.recordings.get(kind=kind)
    return row.voices, row.lines_heard, row.lines_said


# --- Candidate only ---------------------------------------------------------------------------------------------------


def test_where_the_browser_spoke_it_is_the_candidate_with_the_right_silences(held: Held) -> None:
    assert join() == 4
    mix = hear(held)
    assert find_loud(mix) == [(20.5, 22.2), (55.5, 57.5)]
    first, third = round(20.5 * RATE), round(55.5 * RATE)
    assert np.array_equal(mix[first : first + 17 * 1536], held.stored(1))
    assert np.array_equal(mix[third:], held.stored(3))
    assert np.count_nonzero(mix[:first]) == np.count_nonzero(mix[first + 17 * 1536 : third]) == 0
    assert tell(held) == (["candidate"], 0, 5)
    assert not held.session.recordings.filter(kind__endswith="track").exists()


def test_the_captions_name_both_speakers_at_the_seconds_of_the_mix(held: Held) -> None:
    join()
    cues = re.findall(r"^(\S+) --> (\S+).*\n<v (\w+)>(.*)$", write_mix_captions(held.session), re.MULTILINE)
    questions = [answer.question_text for answer in held.session.answers.order_by("number")]
    assert [(start, who) for start, _, who, _ in cues if who == "Interviewer"] == [
        ("00:00:00.000", "Interviewer"),
        ("00:00:00.000", "Interviewer"),
        ("00:00:31.000", "Interviewer"),
        ("00:00:41.000", "Interviewer"),
    ]
    assert [text for _, _, who, text in cues if who == "Interviewer"][1:] == questions
    assert [(start, text) for start, _, who, text in cues if who == "Candidate"][:1] == [
        ("00:00:20.500", "an index makes reads fast and writes slow")
    ]
    assert max(end for _, end, _, _ in cues) <= "00:00:57.420"


# --- Both voices ------------------------------------------------------------------------------------------------------


@pytest.fixture
def spoken(held: Held) -> Held:
    """By phone, say: the greeting and each question were spoken here; the closing comes after the end."""
    said = list(held.session.transcript.filter(speaker="interviewer").order_by("sequence"))
    for entry, at in zip(said, (0.5, 4.0, 31.0, 41.0, 62.5), strict=True):
        speak(held.session, entry.text, at)
    return held


def test_both_voices_lie_where_they_were_heard(spoken: Held) -> None:
    assert join(70) == 6
    lines = [(0.5, 2.5), (4.0, 6.0), (31.0, 33.0), (41.0, 43.0), (62.5, 64.5)]
    answers = [(20.5, 22.2), (55.5, 57.5)]
    assert find_loud(hear(spoken, "interviewer_track")) == lines
    assert find_loud(hear(spoken, "candidate_track")) == answers
    assert find_loud(hear(spoken)) == sorted([*lines, *answers])
    assert {len(hear(spoken, kind)) for kind in ("mix", "candidate_track", "interviewer_track")} == {round(64.5 * RATE)}
    mix = hear(spoken)
    assert np.array_equal(mix[4 * RATE : 6 * RATE], make_tone(2.0))
    assert np.array_equal(mix, hear(spoken, "candidate_track") + hear(spoken, "interviewer_track"))
    assert tell(spoken) == (["candidate", "interviewer"], 5, 5)
    assert tell(spoken, "candidate_track")[0] == ["candidate"]
    assert tell(spoken, "interviewer_track")[0] == ["interviewer"]


def test_who_is_talked_over_is_heard_as_far_as_it_was_said(held: Held) -> None:
    line = speak(held.session, "Take your time.", 19.0, seconds=10.0)
    cut_spoken_line(line_id=line.pk, ended_at=after(21.0))
    cut_spoken_line(line_id=line.pk, ended_at=after(25.0))
    join()
    assert find_loud(hear(held, "interviewer_track")) == [(19.0, 21.0)]
    both = hear(held)[round(20.5 * RATE) : 21 * RATE].astype(int)
    assert np.array_equal(both, held.stored(1)[: RATE // 2].astype(int) + make_tone(10.0)[24_000:32_000])


def test_a_line_whose_sound_is_lost_is_silence_and_counted_as_such(spoken: Held) -> None:
    line = SpokenLine.objects.order_by("started_at")[1]
    default_storage.delete(line.file_name)
    join()
    assert find_loud(hear(spoken, "interviewer_track")) == [(0.5, 2.5), (31.0, 33.0), (41.0, 43.0), (62.5, 64.5)]
    assert tell(spoken) == (["candidate", "interviewer"], 4, 5)


def test_closing_words_that_come_after_the_mix_have_it_made_anew_and_the_earlier_file_goes(
    held: Held, django_capture_on_commit_callbacks: Any
) -> None:
    join(70)
    before = held.session.recordings.get(kind="mix")
    speak(held.session, "That was all. Thank you.", 66.0)
    assert join(70) == 0  # a little later: more may come
    with django_capture_on_commit_callbacks(execute=True):
        assert join(72) == 3
    assert find_loud(hear(held))[-1] == (66.0, 68.0)
    assert not default_storage.exists(str(before.file.name))


def test_a_line_that_is_cut_off_while_its_mix_is_being_written_is_mixed_anew(held: Held) -> None:
    line = speak(held.session, "That was all. Thank you.", 62.5, seconds=4.0)
    mix = held.session.recordings.get(kind="mix")
    store = join_recording(mix, after(70))
    cut_spoken_line(line_id=line.pk, ended_at=after(64.0))
    store()
    mix.refresh_from_db()
    assert (mix.work_status, mix.due_at, mix.finished_at) == ("queued", after(75), None)
    join(76)
    assert find_loud(hear(held))[-1] == (62.5, 64.0)


def test_a_mix_with_all_that_was_said_is_not_made_twice(held: Held) -> None:
    line = speak(held.session, "That was all. Thank you.", 62.5, seconds=4.0)
    cut_spoken_line(line_id=line.pk, ended_at=after(64.0))
    mix = held.session.recordings.get(kind="mix")
    Recording.objects.filter(pk=mix.pk).update(due_at=after(70))
    join_recording(mix, after(71))()
    mix.refresh_from_db()
    assert mix.due_at == after(70)


def test_captions_show_what_was_spoken_while_it_is_heard(spoken: Held) -> None:
    cues = re.findall(r"^(\S+) --> (\S+).*\n<v Interviewer>", write_mix_captions(spoken.session), re.MULTILINE)
    assert ("00:00:31.000", "00:00:33.000") in cues
    closing = [cue for cue in cues if cue[0] >= "00:01"]
    assert (closing[0][0], closing[-1][1]) == ("00:01:02.500", "00:01:04.500")


# --- Who gets it ------------------------------------------------------------------------------------------------------


def test_the_candidate_downloads_the_mix_the_tracks_and_the_captions(spoken: Held) -> None:
    join()
    client = Client()
    for kind, name in (("mix", "mix"), ("candidate", "candidate_track"), ("interviewer", "interviewer_track")):
        sent = client.get(reverse("candidate-whole", args=[spoken.token, kind]), headers={"Range": "bytes=0-"})
        assert (sent.status_code, np.array_equal(decode_audio(sent.getvalue()), hear(spoken, name))) == (206, True)
    captions = client.get(reverse("candidate-whole-captions", args=[spoken.token]) + "?download")
    assert captions["Content-Disposition"] == 'attachment; filename="whole-interview.vtt"'
    assert client.get(reverse("candidate-whole", args=[spoken.token, "everybody"])).status_code == 404
    page = client.get(reverse("candidate-privacy", args=[spoken.token])).content.decode()
    assert "The interview as it went, with both voices:" in page
    data = client.get(reverse("candidate-data", args=[spoken.token])).getvalue().decode()
    assert '"whole/interviewer"' in data
    assert '"spoken_by_the_server"' in data


def test_a_time_line_takes_as_many_queries_for_many_answers(spoken: Held) -> None:
    with CaptureQueriesContext(connection) as queries:
        read_timeline(spoken.session)
    assert len(queries) == 3


def test_erasing_takes_the_mix_and_the_lines(spoken: Held) -> None:
    join()
    erase_interview(invitation_id=spoken.invitation.pk, reason="request", now=after(900))
    assert (Recording.objects.count(), SpokenLine.objects.count()) == (0, 0)


def test_interviews_of_an_older_version_are_mixed_by_the_command(held: Held) -> None:
    join()
    Recording.objects.filter(kind="mix").delete()
    said = io.StringIO()
    call_command("open_recordings", stdout=said)
    assert said.getvalue() == "Interviews whose sound is being joined: 1.\n"
    assert held.session.recordings.get(kind="mix").work_status == "queued"
    assert (held.session.recordings.count(), open_missing_recordings(after(90))) == (4, 0)
