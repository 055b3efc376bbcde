"""The scorecard in the words of applicant tracking systems: of the stored document, beside what a person decided."""

from interviewpanel.domain.hiring_terms import rate_score
from interviewpanel.models import InterviewSession
from interviewpanel.services.decisions import decide
from reports.api.scorecards import EXAMPLE
from reports.models import InterviewReport
from tests.integration.api.conftest import Callers
from tests.interview_rows import ENDED_AT, World
from tests.staff import make_member
from tests.told_interviews import page_of


def test_the_numbers_advise_and_a_person_decides(callers: Callers, world: World, priya: InterviewSession) -> None:
    client, page = callers.use_key("results:read"), page_of(priya, "scorecard")
    before = client.get(page)
    document = InterviewReport.objects.get().document
    measures = [(one["label"], one["value"], one["why"], "component") for one in document["measures"]]
    categories = [(one["label"], one["value"], one["why"], "category") for one in document["categories"]]
    assert before.json() == {
        "interview": str(priya.uuid),
        "overall_recommendation": "no_decision",
        "advice": "no",
        "overall": 56,
        "attributes": [
            {"name": name, "type": kind, "rating": rate_score(value).value, "value": value, "why": why}
            for name, value, why, kind in [*measures, *categories]
        ],
    }
    unmeasured = [one for one in before.json()["attributes"] if one["value"] is None]
    assert unmeasured != []
    assert {one["rating"] for one in unmeasured} == {"no_decision"}
    assert all(one["why"] for one in unmeasured)
    assert set(before.json()) == set(EXAMPLE)
    person = make_member("decider@fernbrook.example", {world.organization: "hr"})
    decide(session_id=priya.pk, stage="advance", reason="Heard it.", decided_by=person, now=ENDED_AT, seen_id=None)
    after = client.get(page)
    assert (after.json()["overall_recommendation"], after.json()["advice"]) == ("yes", "no")
    assert after["ETag"] != before["ETag"]


def test_who_is_to_rate_first_reads_no_rating(callers: Callers, world: World, priya: InterviewSession) -> None:
    world.panel.rates_blind = "reviewers"
    world.panel.save()
    page = page_of(priya, "scorecard")
    answers = [callers.sign_in(who).get(page) for who in ("reviewer", "recruiter", "stranger")]
    assert [one.status_code for one in answers] == [409, 200, 404]
    assert "56" not in answers[0].content.decode()
