"""Whose words are said in a room: the bank's are everybody's, all else goes with the interview."""

import pytest

from interviewpanel.models import Answer
from interviewpanel.selectors.rooms import is_bank_text
from tests.live_interviews import begin_interview


@pytest.mark.django_db
def test_only_the_banks_own_wording_is_kept_for_everybody() -> None:
    session = begin_interview()
    text = session.answers.get().question_text
    assert (is_bank_text(session, text), is_bank_text(session, "Hello Priya, and welcome.")) == (True, False)
    Answer.objects.update(choice={"made_in_place_of": 7})
    assert is_bank_text(session, text) is False
    Answer.objects.update(choice={}, question_text="You know indexes, Priya. When does one cost more than it saves?")
    assert is_bank_text(session, Answer.objects.get().question_text) is False
