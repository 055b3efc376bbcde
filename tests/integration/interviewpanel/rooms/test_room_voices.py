"""Whose words are said in a room: the bank's are everybody's, all else goes with the interview."""

from pathlib import Path

import pytest
from pytest_django import Settings

from interviewpanel.engines.speech.loading import loader
from interviewpanel.models import Answer, SpokenAudio
from interviewpanel.room_agents.voices import speak
from interviewpanel.selectors.rooms import is_bank_text
from tests.live_interviews import begin_interview
from tests.voices import give_voice, read_said, take_voice


@pytest.mark.django_db
def test_only_the_banks_own_wording_is_kept_for_everybody() -> None:
    session = begin_interview()
    text = session.answers.get().question_text
    assert (is_bank_text(session, text), is_bank_text(session, "Hello Priya, and welcome.")) == (True, False)
    Answer.objects.update(choice={"made_in_place_of": 7})
    assert is_bank_text(session, text) is False
    Answer.objects.update(choice={}, question_text="You know indexes, Priya. When does one cost more than it saves?")
    assert is_bank_text(session, Answer.objects.get().question_text) is False


@pytest.mark.django_db
def test_the_rooms_voice_is_the_sites_and_none_where_it_has_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session = begin_interview()
    question = session.answers.get().question_text
    voice = give_voice(settings, monkeypatch, tmp_path)
    said = [speak(text, session) for text in (question, "We go on.")]
    take_voice(settings)
    assert speak(question, session) is None
    loader.forget()
    assert read_said(voice) == [question, "We go on."]
    rows = list(SpokenAudio.objects.order_by("id"))
    assert [one.sound for one in said if one] == rows
    assert [len(one.pcm) for one in said if one] == [round(row.seconds * 16_000) for row in rows]
    assert [row.invitation for row in rows] == [None, session.invitation]  # the bank's words are everybody's
