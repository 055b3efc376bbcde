"""The interviewer in this server's own voice: prepared ahead, made once, told when it is there, erased.

Named people: Priya and Omar are candidates of Fernbrook; Mallory is one of Elsewhere. The voice is a real program,
which notes what it was given (tests/voices.py).
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from django.db import close_old_connections
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from config.work.transports import publish
from interviewpanel.engines.flac import decode_audio
from interviewpanel.engines.speech.loading import loader
from interviewpanel.models import (
    InterviewPanel,
    InterviewSession,
    PreparedLine,
    SessionEvent,
    SpokenAudio,
)
from interviewpanel.selectors.open_turns import load_open_turn
from interviewpanel.selectors.speech import compose_greeting
from interviewpanel.services.conversation.rephrasings import rephrase_question
from interviewpanel.services.invitations import make_token, revoke_invitation
from interviewpanel.services.panels import publish_panel
from interviewpanel.services.session_manager import open_session
from interviewpanel.services.spoken_audio import order_speech, speak_text
from tests.conversations import GREETING, make_talk_panel, serve_talk
from tests.live_interviews import T0, after, agree, begin, close, find_open, invite, make_panel, reload
from tests.server_voices import find_sound, hold, list_sounds, make_spoken, told
from tests.voices import ENGLISH, GERMAN, give_voice, read_said, take_voice
from tests.work import do_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]
FOUR = [f"What do you know about fernbrook-{number}?" for number in range(4)]


# --- Prepared ahead ---------------------------------------------------------------------------------------------------


def test_an_opened_link_has_greeting_and_questions_said_while_the_candidate_reads(voice: Path) -> None:
    panel = make_spoken()
    session = open_session(invitation=invite(panel), now=T0)
    greeting = compose_greeting(session)
    do_due(SpokenAudio)
    assert sorted(read_said(voice)) == sorted([greeting, *FOUR])
    agree(session, now=T0)
    do_due()
    sounds = {row.text: row for row in SpokenAudio.objects.all()}
    asked = find_open(session).question_text
    assert told(session) == [
        ("greeting", {"address": f"spoken/{sounds[greeting].uuid}", "seconds": round(sounds[greeting].seconds, 1)}),
        ("next_question", {"address": f"spoken/{sounds[asked].uuid}", "seconds": 3.0}),
    ]
    assert [sounds[text].invitation for text in (greeting, *FOUR)] == [session.invitation, None, None, None, None]
    kept = {
        (row.engine, row.voice, row.language, row.use_count) for row in sounds.values() if row.text in (greeting, asked)
    }
    assert kept == {("piper", ENGLISH, "en", 1)}


def test_the_page_has_it_said_before_there_is_an_interview(voice: Path) -> None:
    invitation = invite(make_spoken())
    address = f"/i/{make_token(invitation)}/spoken/"
    answers = [Client().post(address).status_code for _ in range(2)]
    do_due(SpokenAudio)
    assert (answers, InterviewSession.objects.count(), len(read_said(voice))) == ([204, 204], 0, 5)
    session = begin(invitation)
    assert [audio is not None for _, audio in told(session)] == [True, True]
    assert len(read_said(voice)) == 5
    assert Client().get(address).status_code == 405
    assert Client().post("/i/nobody/spoken/").status_code == 404


def test_a_link_that_opens_nothing_and_a_panel_with_the_browsers_voice_have_nothing_said(voice: Path) -> None:
    closed = invite(make_spoken())
    revoke_invitation(invitation=closed, now=T0)
    browsers = invite(make_panel("Elsewhere"), "Mallory Quick")
    answers = [Client().post(f"/i/{make_token(one)}/spoken/").status_code for one in (closed, browsers)]
    assert (answers, SpokenAudio.objects.count()) == ([204, 204], 0)


def test_the_first_question_is_said_before_the_others(
    voice: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        session = open_session(invitation=invite(make_spoken()), now=T0)
    announced = [one.args[2] for one in callbacks if isinstance(one, partial) and one.func is publish]
    texts = [SpokenAudio.objects.get(pk=pk).text for pk in announced]
    agree(session, now=T0)
    do_due()
    assert texts[:2] == [compose_greeting(session), find_open(session).question_text]
    assert sorted(texts[1:]) == FOUR


def test_a_question_is_said_once_for_all_interviews_of_the_organization(voice: Path) -> None:
    panel = make_spoken()
    hold(panel)
    before = read_said(voice)
    session = hold(panel, "Omar Haddad")
    assert read_said(voice)[len(before) :] == [compose_greeting(session)]
    assert SpokenAudio.objects.filter(invitation__isnull=True).count() == 4
    assert sum(SpokenAudio.objects.filter(invitation__isnull=True).values_list("use_count", flat=True)) == 2


def test_publishing_has_the_questions_said_before_anybody_is_invited(voice: Path) -> None:
    panel = make_spoken(max_follow_ups=2)
    panel.status = "draft"
    panel.save()
    publish_panel(panel)
    do_due(SpokenAudio)
    said = read_said(voice)
    assert sum(text in FOUR for text in said) == 3  # as many as the plan asks
    assert (len(said), "Is there anything that you would add to that?" in said) == (8, True)


def test_two_workers_that_take_the_same_text_make_it_once(voice: Path) -> None:
    panel = make_spoken()
    session = open_session(invitation=invite(panel), now=T0)
    order_speech(panel, FOUR, now=T0)
    assert SpokenAudio.objects.count() == 5
    do_due(SpokenAudio, times=2)
    assert len(read_said(voice)) == 5
    assert len(list_sounds(session)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_doors_that_ask_at_once_hear_the_same_sound(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    voice = give_voice(settings, monkeypatch, tmp_path, "import time; time.sleep(0.5)")
    session = begin(invite(make_panel()))

    def ask(_: int) -> SpokenAudio | None:
        try:
            return speak_text("We go on.", session=session, is_bank_text=True)
        finally:
            close_old_connections()

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(ask, range(2))
    loader.forget()
    assert (first, read_said(voice)) == (second, ["We go on."])
    assert first is not None
    assert SpokenAudio.objects.get().use_count == 2


# --- Where it is not there --------------------------------------------------------------------------------------------


def test_what_is_not_ready_is_left_to_the_browser_and_waited_for_by_nobody(voice: Path) -> None:
    session = begin(invite(make_spoken()))
    assert told(session) == [("greeting", None), ("next_question", None)]
    assert read_said(voice) == []


@pytest.mark.parametrize("is_off", [False, True])
def test_a_panel_with_the_browsers_voice_and_a_server_without_one_order_nothing(
    is_off: bool, voice: Path, settings: Settings
) -> None:
    if is_off:
        take_voice(settings)
    session = hold(make_spoken() if is_off else make_panel())
    assert (told(session), SpokenAudio.objects.count()) == ([("greeting", None), ("next_question", None)], 0)
    assert "audio" not in SessionEvent.objects.filter(session=session).latest("sequence").payload


def test_a_voice_that_breaks_is_given_up_and_tried_again_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    give_voice(settings, monkeypatch, tmp_path, "sys.exit(3)")
    panel = make_spoken()
    (row,) = order_speech(panel, ["We go on."], now=T0)
    for seconds in (1, 10, 60):
        do_due(SpokenAudio, now=after(seconds))
    row.refresh_from_db()
    assert (row.work_status, row.last_error) == ("dead", "SpeechFailed: piper ended with status 3 and said nothing.")
    assert order_speech(panel, ["We go on."], now=after(120)) == []
    assert order_speech(panel, ["We go on."], now=after(1000)) == [row]
    give_voice(settings, monkeypatch, tmp_path)
    do_due(SpokenAudio, now=after(1001))
    row.refresh_from_db()
    assert (row.work_status, row.seconds) == ("done", pytest.approx(1.5, abs=0.01))
    loader.forget()


def test_a_worker_with_another_voice_refuses_and_says_which(voice: Path) -> None:
    panel = make_spoken()
    (row,) = order_speech(panel, ["We go on."], now=T0)
    SpokenAudio.objects.update(engine_version="0" * 16)
    do_due(SpokenAudio)
    row.refresh_from_db()
    assert (row.work_status, row.last_error) == (
        "failed",
        f"The worker's piper has not this voice: {ENGLISH}, {'0' * 16}.",
    )


# --- What else is said ------------------------------------------------------------------------------------------------


def test_a_question_said_slowly_and_the_closing_have_their_sound(voice: Path) -> None:
    session = hold(make_spoken(questions=1))
    do_due(SpokenAudio)  # the closing is foreseen from the last question on
    rephrase_question(session_id=session.pk, epoch=1, answer_id=find_open(session).pk, now=T0)
    slow = find_sound(session, "question_rephrased")
    close(session, "skipped", 30)
    do_due(now=after(31))
    closing = find_sound(session, "interview_completed")
    assert (slow, slow.text) == (find_sound(session), find_sound(session).text)
    assert closing.text.startswith("That was my last question, Priya.")
    assert closing.invitation == session.invitation


def test_what_a_model_words_is_said_as_soon_as_it_is_worded(voice: Path, settings: Settings) -> None:
    with serve_talk(settings):
        session = start_talk_spoken(make_talk_panel(interviewer_voice="server", words_by_model=True))
    greeting = find_sound(session, "greeting")
    assert (GREETING in greeting.text, greeting.invitation) == (True, session.invitation)
    assert greeting.text in read_said(voice)


def start_talk_spoken(panel: InterviewPanel) -> InterviewSession:
    session = open_session(invitation=invite(panel), now=T0)
    do_due(PreparedLine)
    do_due(SpokenAudio)
    agree(session, now=T0)
    do_due()
    return reload(session)


def test_a_chosen_voice_speaks_the_language_of_the_panel(voice: Path) -> None:
    panel = make_spoken(voice_name=GERMAN)
    assert order_speech(panel, ["Weiter."], now=T0)[0].voice == ENGLISH  # it does not speak English
    InterviewPanel.objects.update(language="de")
    panel.refresh_from_db()
    assert order_speech(panel, ["Weiter."], now=T0)[0].voice == GERMAN


def test_the_turn_waits_for_the_sound_to_end(voice: Path) -> None:
    session = hold(make_spoken())
    turn = load_open_turn(session)
    assert turn is not None
    seconds = find_sound(session, "greeting").seconds + find_sound(session).seconds + 1
    assert turn.heard_seconds == pytest.approx(seconds, abs=0.2)


def test_a_door_without_a_voice_of_its_own_gets_sound_whatever_browsers_do(voice: Path) -> None:
    session = begin(invite(make_panel()))
    name = speak_text("Hello Priya.", session=session, is_bank_text=False)
    bank = speak_text(FOUR[0], session=session, is_bank_text=True)
    assert name is not None
    assert bank is not None
    assert (name.invitation, bank.invitation, bank.use_count) == (session.invitation, None, 0)
    assert speak_text(FOUR[0], session=session, is_bank_text=True) == bank
    assert read_said(voice) == ["Hello Priya.", FOUR[0]]
    with bank.file.open("rb") as file:
        assert len(decode_audio(file.read())) == pytest.approx(3 * 16_000, abs=100)
    assert speak_text("…", session=session, is_bank_text=True) is None
