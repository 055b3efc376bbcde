"""The voice of a panel: chosen by page and API where there is one, refused in words where not, told by doctor.

Named people: Rosa recruits for Fernbrook.
"""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from interviewpanel.checks import check_voices
from interviewpanel.engines.flac import decode_audio
from interviewpanel.engines.speech.loading import loader
from interviewpanel.models import InterviewPanel
from interviewpanel.services.panel_changes import SettingRefused, change_panel
from interviewpanel.services.voices import SAMPLES
from reports.services.diagnosis.engines import look_at_voice
from reports.services.diagnosis.findings import Finding, Health
from tests.interview_rows import World, make_world
from tests.live_interviews import make_panel
from tests.panel_pages import PANELS, name_page, post_data
from tests.staff import make_member, sign_in
from tests.voices import ENGLISH, GERMAN, read_said, take_voice

pytestmark = pytest.mark.django_db

OFF = "SPEECH_ENGINE=off: no speech is made on this server."
NOWHERE = f"This server has no voice of its own. {OFF} Or leave it to the browser."


@pytest.fixture
def silence(settings: Settings) -> Iterator[None]:
    take_voice(settings)
    yield
    loader.forget()


@pytest.fixture
def world() -> World:
    world = make_world()
    InterviewPanel.objects.filter(pk=world.panel.pk).update(status="draft")
    return world


@pytest.fixture
def rosa(world: World) -> Client:
    return sign_in(make_member("rosa@fernbrook.example", {world.organization: "hr"}))


def save(rosa: Client, world: World, **changes: Any) -> Any:
    return rosa.post(reverse(f"{PANELS}_add"), post_data(world, **changes))


def read_choice() -> list[tuple[str, str]]:
    rows = InterviewPanel.objects.filter(title="Data engineers")
    return list(rows.values_list("interviewer_voice", "voice_name"))


# --- Chosen ----------------------------------------------------------------------------------------------------------


def test_the_page_offers_the_voices_by_language_and_stores_the_choice(voice: Path, world: World, rosa: Client) -> None:
    page = rosa.get(reverse(f"{PANELS}_add"))
    assert page.context["adminform"].form.fields["voice_name"].choices == [
        ("", "The usual of the panel's language"),
        ("English", [(ENGLISH, "en GB-tone-low")]),
        ("Deutsch", [(GERMAN, "de DE-tone-low")]),
    ]
    assert save(rosa, world, interviewer_voice="server", voice_name=ENGLISH).status_code == 302
    assert read_choice() == [("server", ENGLISH)]


def test_a_voice_of_another_language_is_refused_with_those_there_are(voice: Path, world: World, rosa: Client) -> None:
    page = save(rosa, world, interviewer_voice="server", voice_name=GERMAN)
    words = (
        f"This server has no voice “{GERMAN}” for the panel's language (en). Leave it empty for the usual one, or "
        f"choose of: {ENGLISH}."
    )
    assert page.context["adminform"].form.errors == {"voice_name": [words]}


def test_without_an_engine_the_servers_voice_is_refused_and_the_browsers_is_not(
    silence: None, world: World, rosa: Client
) -> None:
    page = save(rosa, world, interviewer_voice="server")
    assert page.context["adminform"].form.errors == {"interviewer_voice": [NOWHERE]}
    assert save(rosa, world).status_code == 302
    assert read_choice() == [("browser", "")]


def test_what_was_chosen_while_there_was_a_voice_does_not_hold_up_other_changes(
    silence: None, world: World, rosa: Client
) -> None:
    InterviewPanel.objects.filter(pk=world.panel.pk).update(interviewer_voice="server", voice_name="gone")
    form = rosa.get(name_page("change", world.panel)).context["adminform"].form
    assert form.fields["voice_name"].choices == [
        ("", "The usual of the panel's language"),
        ("gone", "gone (not installed here)"),
    ]
    panel = InterviewPanel.objects.get(pk=world.panel.pk)
    assert [one.field for one in change_panel(panel=panel, settings={"title": "Anew"}, plan=None)] == ["title"]


def test_the_api_says_the_same(silence: None, world: World) -> None:
    panel = InterviewPanel.objects.get(pk=world.panel.pk)
    with pytest.raises(SettingRefused) as refusal:
        change_panel(panel=panel, settings={"interviewer_voice": "server"}, plan=None)
    assert (refusal.value.name, str(refusal.value)) == ("interviewer_voice", NOWHERE)


# --- Heard -----------------------------------------------------------------------------------------------------------


def test_each_voice_can_be_heard_before_it_is_chosen(voice: Path, world: World, rosa: Client) -> None:
    page = rosa.get(reverse(f"{PANELS}_voices"))
    address = reverse(f"{PANELS}_voice", args=["de", GERMAN])
    assert f'src="{address}"' in page.content.decode()
    assert read_said(voice) == []
    sound = rosa.get(address)
    assert (sound.status_code, sound["Content-Type"]) == (200, "audio/flac")
    (said,) = read_said(voice)
    seconds = len(decode_audio(sound.content)) / 16_000
    assert (said, seconds) == (SAMPLES["de"], pytest.approx(len(said.split()) / 2, abs=0.01))
    assert rosa.get(reverse(f"{PANELS}_voice", args=["en", GERMAN])).status_code == 404


def test_a_server_without_a_voice_says_so(silence: None, world: World, rosa: Client) -> None:
    page = rosa.get(reverse(f"{PANELS}_voices")).content.decode()
    assert "This server has no voice of its own, so candidates' browsers speak." in page
    assert OFF in page


def test_who_may_see_no_panels_hears_no_voices(voice: Path, world: World) -> None:
    nobody = sign_in(make_member("nobody@fernbrook.example", {}))
    pages = [reverse(f"{PANELS}_voices"), reverse(f"{PANELS}_voice", args=["de", GERMAN])]
    assert [nobody.get(page).status_code in (302, 403) for page in pages] == [True, True]
    assert read_said(voice) == []


# --- Told to the operator --------------------------------------------------------------------------------------------


def test_doctor_names_the_voice_and_what_falls_back(voice: Path) -> None:
    make_panel(interviewer_voice="server")
    assert list(look_at_voice()) == [
        Finding(
            "Voice",
            Health.GOOD,
            "piper, voices: English 1, Deutsch 1. Where a sentence is not ready, the browser speaks.",
        )
    ]


def test_doctor_and_check_name_the_panels_that_want_what_is_not_there(silence: None) -> None:
    make_panel(interviewer_voice="server")
    make_panel("Elsewhere")
    assert list(look_at_voice()) == [
        Finding("Voice", Health.FALLBACK, f"the panel “Screening” is read by browsers. {NOWHERE}"),
        Finding(
            "Voice",
            Health.GOOD,
            f"none of this server's own: candidates' browsers speak. {OFF}",
        ),
    ]
    (warning,) = check_voices(databases=["default"])
    assert (warning.id, warning.msg) == (
        "interviewpanel.W001",
        f"The panel “Screening” wants this server's voice; candidates' browsers speak instead. {NOWHERE}",
    )
    said = StringIO()
    call_command("check", databases=["default"], stderr=said)
    assert "interviewpanel.W001" in said.getvalue()


def test_nothing_is_warned_of_where_all_is_there(voice: Path) -> None:
    make_panel(interviewer_voice="server", voice_name=ENGLISH)
    assert check_voices(databases=["default"]) == []
