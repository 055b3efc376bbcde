"""The ways through the desk: whatever leads to an interview leads to where it is watched or reviewed, its pages lead to
each other, and who has decided goes on from where they did.

Named people: Priya, whose interview is over; Livia, whose interview goes on; Rosa, who recruits for Fernbrook.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.interview_urls import interview_url, review_url
from interviewpanel.models import AnswerScore, AudioSegment, Decision, InterviewPanel, InterviewSession
from organizations.models import Organization
from reports.models import InterviewReport
from tests.interview_rows import ENDED_AT, World, add_answer, add_score, make_interview, make_report, make_session
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def priya(world: World) -> InterviewSession:
    session = make_interview(world)
    make_report(session)
    return session


@pytest.fixture
def livia(world: World) -> InterviewSession:
    now = timezone.now()
    fields = {"status": "in_progress", "started_at": now - HOUR, "ended_at": None, "consented_at": now - HOUR}
    session = make_session(world, candidate="Livia Stone", **fields)
    add_score(add_answer(session, world, 1), 70)
    return session


def enter(world: World, role: str = "hr") -> Client:
    return sign_in(make_member(f"{role}@fernbrook.example", {world.organization: role}))


def page(name: str, *keys: Any) -> str:
    return reverse(f"admin:{name}", args=keys)


def read_ways(client: Client, url: str) -> dict[str, str]:
    return {way.text: way.url for way in client.get(url).context["ways"]}


def test_an_interview_is_watched_while_it_goes_on_and_reviewed_afterwards(
    priya: InterviewSession, livia: InterviewSession
) -> None:
    assert interview_url(livia, 3) == f"/admin/interviewpanel/interviewsession/live/{livia.uuid}/"
    assert interview_url(priya) == f"/admin/reports/interviewreport/interview/{priya.pk}/review/"
    assert interview_url(priya, 3) == f"/admin/reports/interviewreport/interview/{priya.pk}/review/#answer-3"


def test_every_list_leads_there(world: World, priya: InterviewSession, livia: InterviewSession) -> None:
    client = enter(world)

    def list_urls(name: str) -> set[str]:
        listed = client.get(page(f"{name}_changelist")).context["cl"]
        return {listed.url_for_result(row) for row in listed.result_list}

    assert list_urls("interviewpanel_interviewsession") == {interview_url(priya), interview_url(livia)}
    assert list_urls("reports_interviewreport") == {interview_url(priya)}
    numbers = AnswerScore.objects.filter(answer__session=priya).values_list("answer__number", flat=True)
    answers = {review_url(priya.pk, number) for number in numbers}
    assert list_urls("interviewpanel_answerscore") == {*answers, interview_url(livia)}


def test_every_page_that_names_an_interview_leads_there(
    world: World, priya: InterviewSession, livia: InterviewSession
) -> None:
    client = enter(world)
    score, segment = AnswerScore.objects.filter(answer__session=priya)[0], AudioSegment.objects.all()[0]
    expected = {
        page("index"): interview_url(livia),
        page("interviewpanel_answerscore_change", score.pk): review_url(priya.pk, score.answer.number),
        page("interviewpanel_audiosegment_change", segment.pk): review_url(priya.pk, segment.answer.number),
        page("questionbank_question_figures", world.question.pk): review_url(priya.pk, 1),
        page("interviewpanel_interviewsession_decide", priya.pk): review_url(priya.pk),
        page("interviewpanel_interviewsession_watch", livia.uuid): review_url(livia.pk),
        page("organizations_candidate_change", priya.invitation.candidate_id): review_url(priya.pk),
        page("organizations_candidate_change", livia.invitation.candidate_id): interview_url(livia),
        reverse("compare", args=[world.panel.pk]): review_url(priya.pk),
        f"{reverse('compare-side', args=[world.panel.pk])}?c={priya.pk}": review_url(priya.pk),
    }
    record = page("interviewpanel_interviewsession_change", priya.pk)
    for url, way in expected.items():
        text = client.get(url).text
        assert (f'href="{way}"' in text, f'href="{record}"' in text) == (True, False), url


def test_the_same_question_leads_to_the_answer(world: World, priya: InterviewSession) -> None:
    other = make_interview(world, candidate="Omar Benhaddou")
    version = priya.answers.get(number=1).question_version_id
    text = enter(world).get(reverse("compare-question", args=[world.panel.pk, version])).text
    assert [f'href="{review_url(one.pk, 1)}"' in text for one in (priya, other)] == [True, True]


def test_what_belongs_together_is_linked(world: World, priya: InterviewSession, livia: InterviewSession) -> None:
    client, invitation = enter(world), priya.invitation
    ways = {
        "Candidate": page("organizations_candidate_change", invitation.candidate_id),
        "Invitation": page("interviewpanel_interviewpanelcandidate_change", invitation.pk),
        "Panel": page("interviewpanel_interviewpanel_change", world.panel.pk),
        "Review": interview_url(priya),
        "Everything recorded": page("interviewpanel_interviewsession_change", priya.pk),
        "Report": page("reports_interviewreport_change", InterviewReport.objects.get(session=priya).pk),
        "Compare": reverse("compare", args=[world.panel.pk]),
    }
    for here in ("Invitation", "Review", "Everything recorded", "Report"):
        expected = {text: url for text, url in ways.items() if text != here}
        assert read_ways(client, ways[here]) == expected, here
        assert all(f'href="{url}"' in client.get(ways[here]).text for url in expected.values()), here
    record = page("interviewpanel_interviewsession_change", livia.pk)
    assert read_ways(client, record)["Watch live"] == interview_url(livia)
    assert read_ways(client, interview_url(livia))["Everything recorded"] == record


def test_the_ways_are_those_of_their_reader(world: World, priya: InterviewSession) -> None:
    InterviewPanel.objects.filter(pk=world.panel.pk).update(rates_blind="reviewers")
    record = page("interviewpanel_interviewsession_change", priya.pk)
    assert "Report" not in read_ways(enter(world, "reviewer"), record)
    assert "Report" in read_ways(enter(world, "hr"), record)
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    stranger = sign_in(make_member("admin@elsewhere.example", {elsewhere: "admin"}))
    assert stranger.get(interview_url(priya)).status_code == 404


def decide_from(client: Client, url: str) -> str:
    """Presses Decide on that page, decides, and says where one is then."""
    asked = client.get(url).text.partition("/decide/?")[2].partition('"')[0].replace("&amp;", "&")
    session = InterviewSession.objects.get(invitation__candidate__full_name="Priya Raghunathan")
    form = client.get(f"{page('interviewpanel_interviewsession_decide', session.pk)}?{asked}")
    last = Decision.objects.order_by("-pk").values_list("pk", flat=True).first()
    sent = {
        "seen": f"{session.pk}-{last or ''}",
        "back": form.context["back"],
        "stage": "advance" if last is None else "hold",
        "reason": "Knows it.",
        "_decide": "yes",
    }
    done = client.post(form.context["act_url"], sent)
    return str(done["Location"])


def test_who_has_decided_is_back_where_they_were(world: World, priya: InterviewSession) -> None:
    client = enter(world)
    report = page("reports_interviewreport_change", InterviewReport.objects.get(session=priya).pk)
    assert decide_from(client, interview_url(priya)) == interview_url(priya)
    assert decide_from(client, report) == report
    assert list(Decision.objects.order_by("pk").values_list("stage", flat=True)) == ["advance", "hold"]


def test_the_next_one_that_waits_stands_beside_the_decision(world: World, priya: InterviewSession) -> None:
    """After the last one the first comes again; who only rates is led to what they have to rate."""
    later = [
        make_interview(world, candidate=name, ended_at=ENDED_AT + hours * HOUR)
        for hours, name in ((2, "Bela Brandt"), (1, "Chike Costa"))
    ]
    client = enter(world)

    def read_next(session: InterviewSession) -> Any:
        return client.get(interview_url(session)).context["next"]

    bela, chike = later
    assert read_next(priya) == {"text": "Next to review (2 waiting)", "url": interview_url(chike)}
    assert read_next(bela) == {"text": "Next to review (2 waiting)", "url": interview_url(priya)}
    decide_from(client, interview_url(priya))
    assert read_next(priya) == {"text": "Next to review (2 waiting)", "url": interview_url(chike)}
    assert read_next(chike) == {"text": "Next to review (1 waiting)", "url": interview_url(bela)}
    reviewer = enter(world, "reviewer")
    assert reviewer.get(interview_url(chike)).context["next"] is None
    InterviewPanel.objects.filter(pk=world.panel.pk).update(rates_blind="reviewers")
    shown = reviewer.get(interview_url(chike))
    assert shown.context["next"] == {"text": "Next to rate (2 waiting)", "url": interview_url(bela)}
    assert "Next to rate (2 waiting)" in shown.text
