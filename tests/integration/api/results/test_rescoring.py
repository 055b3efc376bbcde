"""Answers are scored again by the API: as the example says, once for one key, by who may, and never for strangers."""

from typing import Any

import pytest

from interviewpanel.api.rescoring import EXAMPLE, WANTED
from interviewpanel.models import AnswerScore, InterviewSession
from organizations.models import Change
from tests.integration.api.conftest import Callers
from tests.interview_rows import World
from tests.told_interviews import page_of
from tests.work import do_due


def ask(client: Any, session: InterviewSession, body: Any = WANTED, **headers: str) -> Any:
    return client.post(page_of(session, "rescore"), body, format="json", headers=headers)


def test_it_is_asked_for_as_the_example_says_and_kept_with_who_and_why(
    callers: Callers, priya: InterviewSession
) -> None:
    owner = callers.sign_in("owner")
    answer = ask(owner, priya)
    assert answer.status_code == 202, answer.content
    assert answer.json() == {**EXAMPLE, "interview": str(priya.uuid)}
    made = AnswerScore.objects.filter(number=2).order_by("answer__number")
    assert [(one.asked_by_name, one.asked_reason) for one in made] == [(str(made[0].asked_by), WANTED["reason"])] * 2
    line = Change.objects.order_by("-pk").first()
    assert line is not None
    assert (line.message, line.reason) == ("Answers 1, 2: scored again. By the API.", WANTED["reason"])
    told = owner.get(page_of(priya, "scores")).json()["answers"][0]
    assert [(one["number"], one["is_last"], one["is_over"]) for one in told["scorings"]] == [
        (2, False, False),
        (1, True, True),
    ]
    assert (told["state"], told["composite"]) == ("scored", 80)
    assert ask(owner, priya).status_code == 409
    AnswerScore.objects.filter(number=1).update(is_fallback=True)  # no model is set up here: else nothing would come
    do_due(AnswerScore)
    told = owner.get(page_of(priya, "scores")).json()["answers"][0]
    assert [(one["number"], one["is_last"], one["is_over"], one["asked_why"]) for one in told["scorings"]] == [
        (2, True, True, WANTED["reason"]),
        (1, False, True, ""),
    ]


def test_a_repeated_call_asks_for_nothing_more(callers: Callers, priya: InterviewSession) -> None:
    key = callers.use_key("results:write")
    body = {"reason": "A doubt."}
    first, second = (ask(key, priya, body, **{"Idempotency-Key": "again-1"}) for _ in range(2))
    assert (first.status_code, second.status_code, second.json()) == (202, 202, first.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert AnswerScore.objects.filter(number=2).count() == 2
    made = AnswerScore.objects.filter(number=2)[0]
    assert (made.asked_by, made.asked_by_name.startswith("the API key")) == (None, True)


def test_who_may_and_who_may_not(callers: Callers, world: World, priya: InterviewSession) -> None:
    answers = {
        "reviewer": ask(callers.sign_in("reviewer"), priya).status_code,
        "reads": ask(callers.use_key("results:read"), priya).status_code,
        "stranger": ask(callers.sign_in("stranger"), priya).status_code,
        "their key": ask(callers.use_key("results:write", organization=callers.elsewhere), priya).status_code,
    }
    assert answers == {"reviewer": 403, "reads": 403, "stranger": 404, "their key": 404}
    type(world.panel).objects.update(rates_blind="everyone")
    assert ask(callers.sign_in("owner"), priya).status_code == 409
    assert AnswerScore.objects.filter(number=2).count() == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": ""},
        {"reason": "x" * 2001},
        {"reason": "\x00"},
        {"reason": "a", "answers": []},
        {"reason": "a", "answers": "1"},
        {"reason": "a", "answers": [0]},
        {"reason": "a", "answers": [10**30]},
        {"reason": "a", "answers": [1] * 201},
        {"reason": "a", "answers": None},
        [],
    ],
)
def test_what_is_no_wish_is_refused_by_name(callers: Callers, priya: InterviewSession, body: Any) -> None:
    answer = ask(callers.sign_in("owner"), priya, body)
    assert answer.status_code == 400, answer.content


def test_an_answer_without_words_is_refused_in_words(callers: Callers, priya: InterviewSession) -> None:
    answer = ask(callers.sign_in("owner"), priya, {"reason": "a", "answers": [3]})
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "Answer 3 cannot be scored again: it has no words, or was not scored yet.",
    )
