"""A shallow answer is followed up once, and both are scored as one; the follow-up itself is held against nobody."""

import pytest

from interviewpanel.models import AnswerScore, SessionEvent
from interviewpanel.selectors.progress import list_standings
from tests.conversations import COMPLETE, ELEMENTS, REST, SHALLOW, begin_talk, find_last
from tests.live_interviews import after, close, reload
from tests.work import do_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]


def answer(session, text: str = SHALLOW, seconds: float = 60):
    closed = close(session, "typed", seconds, typed=text)
    do_due(now=after(seconds + 1))
    closed.refresh_from_db()
    return closed


def test_a_shallow_answer_is_followed_up_and_both_are_scored_as_one() -> None:
    session = begin_talk()
    first = answer(session)
    asked = find_last(session)
    assert (asked.kind, asked.follow_up_of_id, asked.number, asked.question_version_id) == (
        "follow_up",
        first.pk,
        2,
        first.question_version_id,
    )
    alone = first.scores.get()
    assert (alone.number, alone.follow_ups, first.status) == (1, 0, "scored")
    answer(session, REST, 120)
    asked.refresh_from_db()
    both = first.scores.get(number=2)
    assert (both.follow_ups, both.state, asked.status) == (1, "scored", "scored")
    assert both.composite > alone.composite
    assert sum(one["is_covered"] for one in both.elements) > sum(one["is_covered"] for one in alone.elements)
    assert not AnswerScore.objects.filter(answer=asked).exists()
    third = find_last(session)
    assert (third.kind, third.number) == ("question", 3)


def test_the_page_is_told_the_number_of_the_question_and_that_it_is_a_follow_up() -> None:
    session = begin_talk()
    answer(session)
    told = SessionEvent.objects.filter(session=session, type="next_question").order_by("-sequence")[0].payload
    assert (told["number"], told["of"], told["kind"], told["answer"], told["suggestions"]) == (1, 3, "follow_up", 2, [])
    lines = list(session.transcript.order_by("sequence").values_list("kind", flat=True))
    assert lines == ["greeting", "question", "answer", "follow_up"]
    assert not any(element.lower() in told["message"].lower() for element in ELEMENTS)


def test_a_complete_answer_is_not_followed_up() -> None:
    session = begin_talk()
    answer(session, COMPLETE)
    assert [one.kind for one in session.answers.order_by("number")] == ["question", "question"]


def test_who_does_not_know_is_not_pressed() -> None:
    session = begin_talk()
    answer(session, "I do not know, I am sorry.")
    assert find_last(session).kind == "question"


def test_a_panel_without_follow_ups_asks_none() -> None:
    session = begin_talk(max_follow_ups=0)
    answer(session)
    assert find_last(session).kind == "question"


def test_a_follow_up_never_costs_a_planned_question_its_exchange() -> None:
    session = begin_talk(questions=3, max_questions=3)
    for place in range(3):
        answer(session, seconds=60 * (place + 1))
    assert [one.kind for one in session.answers.order_by("number")] == ["question"] * 3
    assert reload(session).status == "completed"


def test_a_follow_up_never_costs_a_planned_question_its_time() -> None:
    session = begin_talk(questions=3, max_minutes=4)  # 90 s an answer: two planned ones fill what is left
    answer(session)
    assert find_last(session).kind == "question"


def test_the_last_question_is_followed_up_like_any_other_and_then_the_interview_ends() -> None:
    session = begin_talk(questions=1)
    answer(session)
    assert find_last(session).kind == "follow_up"
    answer(session, REST, 120)
    assert reload(session).status == "completed"


@pytest.mark.parametrize("reason", ["skipped", "no_speech_timeout"])
def test_a_follow_up_without_an_answer_changes_nothing(reason: str) -> None:
    session = begin_talk()
    first = answer(session)
    score = list_standings(session)[0].score
    close(session, reason, 120)
    do_due(now=after(121))
    assert first.scores.count() == 1
    standings = list_standings(session)
    assert (standings[0].score, standings[0].follow_ups, len(standings)) == (score, 1, 2)
    assert find_last(session).kind == "question"


def test_two_follow_ups_where_the_panel_wants_two() -> None:
    session = begin_talk(max_follow_ups=2)
    first = answer(session)
    answer(session, SHALLOW, 120)
    second = find_last(session)
    assert (second.kind, second.follow_up_of_id) == ("follow_up", first.pk)
    assert second.question_text == "Is there anything that you would add to that?"
    answer(session, SHALLOW, 180)
    assert find_last(session).kind == "question"
    assert first.scores.count() == 3


def test_difficulty_follows_the_whole_answer_and_counts_each_question_once() -> None:
    session = begin_talk()
    answer(session)
    answer(session, REST, 120)
    standings = list_standings(session)
    assert len(standings) == 2
    assert standings[0].score == session.answers.get(number=1).scores.get(number=2).composite
