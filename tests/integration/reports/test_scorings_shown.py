"""The review page shows how an answer was scored: the second opinion, what is void or cannot be assessed, each scoring.

Named people: Rosa, who recruits for Fernbrook; Omar, who reviews for it.
"""

import pytest

from interviewpanel.models import AnswerScore, ScoreOverride
from organizations.models import Change
from tests.integration.reports.test_judging import OVERRIDE, member, post
from tests.integration.reports.test_review import read, text_of
from tests.interview_rows import World, make_interview
from tests.staff import sign_in
from tests.work import do_due

pytestmark = pytest.mark.django_db

OPINION = {
    "engine": "embedded",
    "version": "embedded/2",
    "technical": 34.2,
    "relevance": 60.4,
    "interval": [20.4, 51.0],
    "flags": [],
    "by_model": {"technical": 81.25, "relevance": 90.0, "composite": 80},
    "margin": 10.0,
}


def test_the_second_opinion_stands_beside_the_ratings(world: World) -> None:
    session = make_interview(world)
    scores = AnswerScore.objects.order_by("answer__number")
    scores.filter(answer__number=1).update(second_opinion={**OPINION, "agrees": True, "why": ""})
    why = "Technical is rated 81; the second opinion is 34."
    scores.filter(answer__number=2).update(
        second_opinion={**OPINION, "agrees": False, "why": why}, state="needs_human", composite=None, reasons=[why]
    )
    text = text_of(read(sign_in(member(world, "reviewer")), session))
    said = (
        "technical 34 (80 % 20–51), relevance 60. "
        "The language model’s ratings come to technical 81, relevance 90, 80 in all."
    )
    assert f"{said} They agree." in text
    assert f"{said} They disagree." in text
    assert why in text


def test_void_and_cannot_be_assessed_are_told_apart(world: World) -> None:
    session = make_interview(world)
    score = AnswerScore.objects.filter(answer__number=1).get()
    plain = {**score.criteria[0], "rating": None, "quote": "", "span": None}
    score.criteria = [
        *score.criteria,
        {**plain, "key": "a", "text": "Costs", "state": "void", "reason": "Void: “pays” is not in the transcript."},
        {**plain, "key": "b", "text": "Order", "state": "cannot_assess", "reason": "The end is cut off."},
    ]
    score.save()
    text = text_of(read(sign_in(member(world, "reviewer")), session))
    assert "Void: “pays” is not in the transcript." in text
    assert "cannot be assessed" in text
    assert "The end is cut off." in text


def test_scored_again_from_the_page_keeps_overrides_and_shows_each_scoring(world: World) -> None:
    session = make_interview(world)
    rosa = sign_in(member(world, "hr"))
    post(rosa, session, "override", 2, **OVERRIDE)
    AnswerScore.objects.update(is_fallback=True)  # no language model is set up here
    post(rosa, session, "rescore", 2, reason="Another model.")
    assert "being scored again" in text_of(read(rosa, session))
    line = Change.objects.order_by("-pk").first()
    assert line is not None
    assert (line.message, line.reason) == ("Answer 2: scored again.", "Another model.")
    do_due(AnswerScore)
    text = text_of(read(rosa, session))
    assert "Where the score comes from: 2 scorings" in text
    assert "Asked for by Rosa Lind: Another model." in text
    assert "Measured last, not in force: scoring 2" in text
    assert "In force: scoring" not in text.split("Question 2")[1].split("Question 3")[0]
    assert (ScoreOverride.objects.get().composite, "set by a person" in text) == (90, True)
    assert AnswerScore.objects.filter(answer__number=2, number=1).get().composite == 60


def test_who_reviews_may_not_have_it_scored_again(world: World) -> None:
    session = make_interview(world)
    omar = sign_in(member(world, "reviewer"))
    assert "Score it again" not in text_of(read(omar, session))
    assert post(omar, session, "rescore", 1, reason="A doubt.").status_code == 404
    assert AnswerScore.objects.filter(number=2).count() == 0
