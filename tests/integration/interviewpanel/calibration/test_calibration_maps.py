"""An organization's map: what it takes, when it is in force, and that it bends the embedded scorer alone."""

from dataclasses import replace
from typing import Any

import pytest

from authentication.models import User
from interviewpanel.domain.calibration_map import CalibrationCurve, RatedTechnical, TooFewAnswers
from interviewpanel.engines.embeddings import find_embedding_model
from interviewpanel.models import Answer, AnswerRating, CalibrationMap, RatedAnswer
from interviewpanel.selectors.calibration import find_map
from interviewpanel.services.answer_analysis import AnswerAnalysisService
from interviewpanel.services.answer_analysis.coverage import measure_coverage
from interviewpanel.services.calibration import maps
from interviewpanel.services.calibration.runs import describe_rated
from interviewpanel.services.calibration.technicals import measure_technicals
from interviewpanel.services.scores import describe_answer
from tests.interview_rows import World, add_answer, add_score, make_session
from tests.rated_files import NOW, import_set, write_file

pytestmark = pytest.mark.django_db(transaction=True)


def fit(world: World, user: User) -> CalibrationMap:
    return maps.fit_organization_map(
        organization=world.organization, measured=measure_technicals(world.organization.pk), user=user, now=NOW
    )


def test_a_map_takes_enough_answers(world: World, user: User) -> None:
    import_set(world, user)
    with pytest.raises(TooFewAnswers, match="24 rated answers to 6 questions"):
        fit(world, user)


def review(world: World, user: User) -> Answer:
    """An answer and its follow-up, scored as one, and a person's 80 for it."""
    session = make_session(world)
    answer = add_answer(session, world, 1, transcript="I would first look at the query plan.")
    follow_up: dict[str, Any] = {"kind": "follow_up", "follow_up_of": answer, "question_text": "And then?"}
    add_answer(session, world, 2, **follow_up, transcript="", status="skipped")
    add_answer(session, world, 3, **follow_up, transcript="Add a composite index; every insert becomes slower.")
    add_score(answer, 40)
    AnswerRating.objects.create(answer=answer, rated_by=user, rated_by_name="Ada", composite=80, components={}, at=NOW)
    return answer


def test_an_answer_is_measured_as_it_was_scored_with_its_follow_ups(world: World, user: User) -> None:
    answer = review(world, user)
    question = f"question {answer.question_version.question_id}"

    def expect(*parts: Answer) -> RatedTechnical:
        score = measure_coverage(describe_answer(answer, parts), find_embedding_model())
        return RatedTechnical(score.components["technical"], 80.0, question)

    alone, both = expect(), expect(*answer.follow_ups.filter(number=3))
    assert alone.measured < both.measured
    assert measure_technicals(world.organization.pk).rows == [alone]
    add_score(answer, 70, number=2, follow_ups=1)
    assert measure_technicals(world.organization.pk).rows == [both]


def test_what_the_scorer_was_not_fitted_on_bends_no_map(world: World, user: User) -> None:
    review(world, user)
    world.panel.language = "de"
    world.panel.save()
    content = b"question,expected_answer,answer,rater,rating,language\nWozu?,Ein Index.,Ein Index,a,50,de\n"
    import_set(world, user, content)
    assert measure_technicals(world.organization.pk).rows == []


@pytest.mark.usefixtures("no_model")
def test_a_map_in_force_bends_the_embedded_scorer_alone(world: World, user: User) -> None:
    rated_set = import_set(world, user, write_file(questions=8, answers=6))
    fitted = fit(world, user)
    assert find_map(world.organization.pk) is None
    with pytest.raises(maps.MapRefused, match="Say why"):
        maps.put_in_force(calibration_map=fitted, reason=" ")
    maps.put_in_force(calibration_map=fitted, reason="Our raters are stricter.")
    curve = find_map(world.organization.pk)
    assert curve == CalibrationCurve(1, fitted.scorer_version, tuple((place, mapped) for place, mapped in fitted.knots))
    good: RatedAnswer = rated_set.answers.filter(text__startswith="An index").first()
    plain = describe_rated(good)
    service = AnswerAnalysisService(None, nonce_key=b"")
    measured = service.analyse(plain)
    calibrated = service.analyse(replace(plain, calibration=curve))
    before, after = measured.components["technical"], calibrated.components["technical"]
    assert before is not None
    assert after is not None
    assert after < before
    assert f"Calibrated by map 1 of your organization: technical {before:g} → {after:g}." in calibrated.rationale
    maps.take_out_of_force(calibration_map=fitted)
    assert find_map(world.organization.pk) is None


def test_a_map_of_another_scorer_is_not_used(world: World, user: User) -> None:
    rated_set = import_set(world, user, write_file(questions=8, answers=6))
    fitted = fit(world, user)
    CalibrationMap.objects.filter(pk=fitted.pk).update(is_active=True, scorer_version="embedded/0")
    curve = find_map(world.organization.pk)
    good: RatedAnswer = rated_set.answers.filter(text__startswith="An index").first()
    plain = describe_rated(good)
    service = AnswerAnalysisService(None, nonce_key=b"")
    bent = service.measure_coverage(replace(plain, calibration=curve))
    assert bent.components == service.measure_coverage(plain).components


def test_a_map_that_helps_nobody_stays_out(world: World, user: User) -> None:
    import_set(world, user, write_file(questions=8, answers=6))
    fitted = fit(world, user)
    fitted.trial = {**fitted.trial, "mae_after": fitted.trial["mae_before"]}
    with pytest.raises(maps.MapRefused, match="made nothing better"):
        maps.put_in_force(calibration_map=fitted, reason="All the same.")
