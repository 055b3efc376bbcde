"""How a question did: from whose interviews, without trials and follow-ups, in few queries, for whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviewpanel.domain.question_statistics import Sums, measure_deviation, measure_mean
from interviewpanel.models import Answer, AnswerRating, InterviewPanel
from interviewpanel.selectors.question_figures import count_asked, load_list_sums, load_version_sums
from interviewpanel.services.erasure import erase_interview
from questionbank.models import Question
from questionbank.services.versions import add_version
from tests.bank_desks import BankDesk, add_question, hold_interview, make_content, make_desk, page_of, rescore
from tests.interview_rows import ENDED_AT, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> BankDesk:
    return make_desk()


def their_world(desk: BankDesk) -> World:
    """Elsewhere holds interviews too, with a panel of its own."""
    panel = InterviewPanel.objects.create(
        organization=desk.elsewhere, title="Their panel", job_title="Theirs", status="published"
    )
    place = desk.theirs
    row = panel.distribution.create(category=place.category, topic=place.topic, subtopic=place.subtopic, medium_count=1)
    return World(desk.elsewhere, panel, row, desk.theirs)


def test_what_is_added_up_of_a_question(desk: BankDesk) -> None:
    question = desk.world.question
    for number, composite in enumerate((70, 100, 5, None)):
        hold_interview(desk.world, number, {question: composite})
    hold_interview(desk.world, 10, {question: 90}, is_trial=True)
    hold_interview(desk.world, 11, {question: 90}, kind="follow_up", follow_up_of=Answer.objects.order_by("pk")[0])
    (silent,) = hold_interview(desk.world, 12, {question: None}, status="no_speech", closed_reason="no_speech_timeout")
    (open_one,) = hold_interview(desk.world, 13, {question: None}, status="asked", closed_reason="", closed_at=None)
    (sums,) = load_version_sums(question.pk, None).values()
    assert sums == Sums(
        asked=5,
        answered=3,
        skipped=1,
        no_speech=1,
        judged=3,
        scored=3,
        total=175.0,
        squares=14925.0,
        timed=3,
        seconds=135.0,
        expected_seconds=360.0,
        bins=(1, 0, 0, 0, 0, 0, 0, 1, 0, 1),
    )
    assert measure_mean(sums) == pytest.approx(58.33, abs=0.01)
    assert measure_deviation(sums) == pytest.approx(48.56, abs=0.01)
    assert load_list_sums([question.pk], None)[question.pk] == sums
    assert silent.status != open_one.status


def test_the_last_score_counts_and_a_person_is_asked_for_some(desk: BankDesk) -> None:
    question = desk.world.question
    (first,) = hold_interview(desk.world, 1, {question: 40})
    rescore(first, 80)
    (second,) = hold_interview(desk.world, 2, {question: 50})
    second.scores.update(state="needs_human", composite=None)
    (sums,) = load_version_sums(question.pk, None).values()
    assert (sums.judged, sums.needs_human, sums.scored, sums.total) == (2, 1, 1, 80.0)


def test_the_rest_of_an_interview_is_its_other_scored_answers(desk: BankDesk) -> None:
    question, other = desk.world.question, add_question(desk.world.row.subtopic, "other", "Another one?")
    third = add_question(desk.world.row.subtopic, "third", "A third one?")
    hold_interview(desk.world, 1, {question: 60, other: 80, third: 70})
    hold_interview(desk.world, 2, {question: 50, other: 40})
    hold_interview(desk.world, 3, {question: 99})
    hold_interview(desk.world, 4, {question: 10, other: None})
    (sums,) = load_version_sums(question.pk, None).values()
    assert (sums.pairs, sums.pair_x, sums.pair_y, sums.pair_xy) == (2, 110.0, 115.0, 60 * 75.0 + 50 * 40.0)


def test_versions_are_apart_and_add_up(desk: BankDesk) -> None:
    question = desk.world.question
    hold_interview(desk.world, 1, {question: 40})
    add_version(question, make_content("A new text"), user=None)
    hold_interview(desk.world, 2, {question: 60})
    hold_interview(desk.world, 3, {question: 80})
    assert {number: sums.total for number, sums in load_version_sums(question.pk, None).items()} == {1: 40.0, 2: 140.0}
    assert count_asked(question.pk, None) == {1: 1, 2: 2}
    client = desk.client("recruiter")
    assert client.get(page_of(question, "figures")).context["figures"]["sums"].total == 180
    page = client.get(page_of(question, "figures"), {"version": "2"})
    assert (page.context["figures"]["sums"].total, len(page.context["interviews"])) == (140, 2)
    assert client.get(page_of(question, "figures"), {"version": "9"}).context["chosen"] is None


def test_an_erased_interview_is_in_no_figure(desk: BankDesk) -> None:
    question = desk.world.question
    (answer,) = hold_interview(desk.world, 1, {question: 40})
    hold_interview(desk.world, 2, {question: 60})
    erase_interview(invitation_id=answer.session.invitation_id, reason="request", now=ENDED_AT)
    (sums,) = load_version_sums(question.pk, None).values()
    assert (sums.asked, sums.total) == (1, 60.0)


def test_a_question_for_all_shows_each_tenant_its_own_interviews(desk: BankDesk) -> None:
    for number, composite in enumerate((90, 80)):
        hold_interview(desk.world, number, {desk.common: composite})
    hold_interview(their_world(desk), 5, {desk.common: 10})
    seen = {
        person: desk.client(person).get(page_of(desk.common, "figures")).context["figures"]
        for person in ("recruiter", "stranger", "between", "root")
    }
    assert {person: (one["sums"].asked, one["sums"].total) for person, one in seen.items()} == {
        "recruiter": (2, 170.0),
        "stranger": (1, 10.0),
        "between": (1, 10.0),  # reviews for Fernbrook: a rater learns no figures there
        "root": (3, 180.0),
    }
    page = desk.client("stranger").get(page_of(desk.common, "figures")).content.decode()
    assert "P0000" not in page
    assert "P0005" in page
    versions = desk.client("stranger").get(page_of(desk.common, "versions")).context["versions"]
    assert [asked for _, asked, _ in versions] == [1]
    listed = desk.client("stranger").get(reverse("admin:questionbank_question_changelist")).context["cl"].result_list
    assert {one.key: one.sums.asked for one in listed} == {"common": 1, "theirs": 0}


@pytest.mark.parametrize(
    ("person", "which", "status"),
    [
        ("owner", "own", 200),
        ("recruiter", "own", 200),
        ("reviewer", "own", 404),
        ("reviewer", "common", 404),
        ("stranger", "own", 404),
        ("between", "own", 200),  # its own tenant's interviews alone, of which none asked it
        ("root", "own", 200),
    ],
)
def test_who_sees_figures(desk: BankDesk, person: str, which: str, status: int) -> None:
    hold_interview(desk.world, 1, {desk.world.question: 40})
    question = {"own": desk.world.question, "common": desk.common}[which]
    response = desk.client(person).get(page_of(question, "figures"))
    assert response.status_code == status
    if person == "between":
        assert response.context["figures"]["sums"].asked == 0


def test_a_reviewer_has_no_columns_of_figures(desk: BankDesk) -> None:
    hold_interview(desk.world, 1, {desk.world.question: 40})
    url = reverse("admin:questionbank_question_changelist")
    assert "mean" not in desk.client("reviewer").get(url).context["cl"].list_display
    assert "mean" in desk.client("recruiter").get(url).context["cl"].list_display


def test_too_few_answers_are_told_in_words_on_the_page(desk: BankDesk) -> None:
    hold_interview(desk.world, 1, {desk.world.question: 40})
    page = desk.client("recruiter").get(page_of(desk.world.question, "figures")).content.decode()
    assert "Too few answers (0 of at least 10)" in page
    assert "Too few scored answers (1 of at least 10) to say." in page
    assert "r = " not in page


def test_the_mean_of_few_answers_is_told_nowhere(desk: BankDesk) -> None:
    """It would be somebody's score."""
    question, client = desk.world.question, desk.client("recruiter")
    bank = reverse("admin:questionbank_question_changelist")

    def read() -> tuple[object, object, bool, str]:
        figures = client.get(page_of(question, "figures")).context["figures"]
        page = client.get(bank).context["cl"]
        (listed,) = [one for one in page.result_list if one.pk == question.pk]
        return figures["mean"], figures["deviation"], bool(figures["histogram"]), page.model_admin.mean(listed)

    for number in range(9):
        hold_interview(desk.world, number, {question: 40})
    assert read() == (None, None, False, "–")
    hold_interview(desk.world, 9, {question: 50})
    assert read() == (41.0, pytest.approx(3.162, abs=0.001), True, "41")


def test_who_rates_first_finds_their_interviews_in_no_figure(desk: BankDesk) -> None:
    """Asked by twelve, of whom the recruiter has rated two answers: those count, and nobody else's."""
    question, recruiter = desk.world.question, desk.people["recruiter"]
    InterviewPanel.objects.filter(pk=desk.world.panel.pk).update(rates_blind="everyone")
    answers = [hold_interview(desk.world, number, {question: 40 + number})[0] for number in range(12)]
    for answer in answers[:2]:
        fields = {"answer": answer, "rated_by": recruiter, "rated_by_name": "Rosa", "at": ENDED_AT}
        AnswerRating.objects.create(composite=70, is_blind=True, **fields)
    client, url = desk.client("recruiter"), reverse("admin:questionbank_question_changelist")
    page = client.get(page_of(question, "figures"))
    figures, sums = page.context["figures"], page.context["figures"]["sums"]
    assert (sums.asked, sums.judged, sums.scored, sums.total, sum(sums.bins)) == (2, 2, 2, 81.0, 2)
    assert (figures["mean"], figures["deviation"], figures["histogram"]) == (None, None, "")
    assert [one.session.invitation.candidate.full_name for one in page.context["interviews"]] == ["P0001", "P0000"]
    versions = client.get(page_of(question, "versions")).context["versions"]
    assert [asked for _, asked, _ in versions] == [2]
    (listed,) = [one for one in client.get(url).context["cl"].result_list if one.pk == question.pk]
    assert (listed.sums.asked, listed.sums.total) == (2, 81.0)
    assert desk.client("root").get(page_of(question, "figures")).context["figures"]["mean"] == 45.5


def test_enough_answers_have_a_correlation_a_chart_and_hints(desk: BankDesk) -> None:
    question, other = desk.world.question, add_question(desk.world.row.subtopic, "other", "Another one?")
    for number in range(12):
        hold_interview(desk.world, number, {question: 90 + number % 9, other: 30 + 5 * number})
    response = desk.client("recruiter").get(page_of(question, "figures"))
    page = response.content.decode()
    assert [hint.key for hint in response.context["hints"]] == ["too_easy"]
    assert "<svg" in page
    assert '<td>90–100</td><td class="is-number">12</td>' in page
    assert "from 12 interviews." in page


def test_the_page_and_the_list_take_the_same_queries_for_many_answers(desk: BankDesk) -> None:
    question, client = desk.world.question, desk.client("recruiter")
    urls = (page_of(question, "figures"), reverse("admin:questionbank_question_changelist"))
    counts = []
    for added in range(3):
        for number in range(added * 4 + 1):
            hold_interview(desk.world, 100 * added + number, {question: 50, desk.common: 60})
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            counts.append(len(queries))
    assert counts == counts[:2] * 3


def test_a_number_of_the_page_is_that_of_the_rows(desk: BankDesk) -> None:
    hold_interview(desk.world, 1, {desk.world.question: 40})
    assert Answer.objects.filter(question_version__question=desk.world.question).count() == 1
    assert Question.objects.get(pk=desk.world.question.pk).times_asked == 0, "exposure is another thing"
