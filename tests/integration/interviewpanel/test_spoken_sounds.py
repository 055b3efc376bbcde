"""Sounds of the interviewer: whose they are, who hears them, and when they go.

Named people as in test_interviewer_voice.py.
"""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from interviewpanel.engines.flac import decode_audio
from interviewpanel.models import (
    FileRemoval,
    InterviewPanel,
    SpokenAudio,
)
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.invitations import make_token
from interviewpanel.services.session_manager import end_session
from interviewpanel.services.spoken_audio import forget_unused, order_speech
from organizations.models import Organization
from tests.live_interviews import T0, after, invite
from tests.server_voices import fetch, find_sound, hold, list_sounds, make_spoken
from tests.voices import read_said
from tests.work import do_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]
FOUR = [f"What do you know about fernbrook-{number}?" for number in range(4)]


def test_what_was_said_is_played_below_the_candidates_own_link(voice: Path) -> None:
    session = hold(make_spoken())
    audio = find_sound(session)
    whole = fetch(session, audio)
    body = b"".join(whole.streaming_content)
    assert (whole.status_code, whole["Content-Type"], whole["Cache-Control"]) == (200, "audio/flac", "no-store")
    assert len(decode_audio(body)) == pytest.approx(audio.seconds * 16_000, abs=1)
    part = fetch(session, audio, Range="bytes=0-3")
    assert (part.status_code, b"".join(part.streaming_content), part["Content-Range"]) == (
        206,
        b"fLaC",
        f"bytes 0-3/{len(body)}",
    )


def test_nobody_hears_what_was_not_said_to_them(voice: Path) -> None:
    panel = make_spoken()
    priya, omar = hold(panel), hold(panel, "Omar Haddad")
    mallory = hold(make_spoken("Elsewhere"), "Mallory Quick")
    greeting = find_sound(priya, "greeting")
    unasked = SpokenAudio.objects.filter(invitation__isnull=True, use_count=0, organization=panel.organization)[0]
    answers = [fetch(session, audio).status_code for session in (omar, mallory) for audio in (greeting, unasked)]
    assert (answers, fetch(priya, greeting).status_code, fetch(priya, unasked).status_code) == ([404] * 4, 200, 404)


def test_another_organization_makes_its_own_of_the_same_text(voice: Path) -> None:
    for name in ("Fernbrook", "Elsewhere"):
        order_speech(make_spoken(name), ["We go on."], now=T0)
    do_due(SpokenAudio)
    assert read_said(voice) == ["We go on.", "We go on."]


def test_an_erased_interview_leaves_no_sound_and_what_everybody_hears_stays(voice: Path) -> None:
    session = hold(make_spoken())
    end_session(session_id=session.pk, now=after(10), reason="withdrawn")
    assert len(list_sounds(session)) == 1
    erase_interview(invitation_id=session.invitation_id, reason="request", now=after(20))
    do_due(FileRemoval, now=after(2000))
    assert set(SpokenAudio.objects.values_list("invitation", flat=True)) == {None}
    assert default_storage.listdir("spoken")[0] == ["shared"]
    assert len(default_storage.listdir(f"spoken/shared/{session.organization.uuid}")[0]) == 4


def test_a_candidate_who_never_came_leaves_no_sound_either(voice: Path) -> None:
    invitation = invite(make_spoken())
    Client().post(f"/i/{make_token(invitation)}/spoken/")
    do_due(SpokenAudio)
    assert sorted(default_storage.listdir("spoken")[0]) == sorted(["shared", str(invitation.uuid)])
    invitation.candidate.delete()
    do_due(FileRemoval, now=after(2000))
    assert default_storage.listdir("spoken")[0] == ["shared"]


def test_what_is_not_needed_for_long_goes_with_its_file(voice: Path) -> None:
    panel = make_spoken()
    order_speech(panel, FOUR[:2], now=T0)
    do_due(SpokenAudio)
    now = after(91 * 86_400)
    used = SpokenAudio.objects.filter(text=FOUR[0])
    used.update(used_at=after(2 * 86_400))
    assert (forget_unused(now), forget_unused(now)) == (1, 0)
    do_due(FileRemoval, now=after(92 * 86_400))
    assert default_storage.listdir(f"spoken/shared/{panel.organization.uuid}")[0] == [str(used.get().uuid)]


def test_an_organization_that_is_deleted_takes_its_sounds_away(voice: Path) -> None:
    organization = Organization.objects.create(name="Northgate", slug="northgate")
    panel = InterviewPanel.objects.create(organization=organization, interviewer_voice="server")
    order_speech(panel, FOUR, now=T0)
    do_due(SpokenAudio)
    folder = f"spoken/shared/{organization.uuid}"
    assert len(default_storage.listdir(folder)[0]) == 4
    organization.delete()
    do_due(FileRemoval, now=after(2000))
    assert (default_storage.listdir(folder), SpokenAudio.objects.count()) == (([], []), 0)
