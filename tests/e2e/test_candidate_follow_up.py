"""A candidate has a question said in other words, and is followed up, on the real page; the reviewer reads both."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.management.robot.script import ANSWERS_PATH
from interviewpanel.models import Answer, AnswerScore, PreparedLine
from tests.axe_checks import check_axe
from tests.browsers import open_page
from tests.interview_checks import find_session, wait_for_work
from tests.live_site import SITE, LiveSite, open_embedded_site
from tests.ollama_server import OllamaServer, Reply, fail_with, reply_with
from tests.page_candidates import PageCandidate
from tests.processes import wait_until
from tests.recruiter_pages import RecruiterPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def rephrase(request: dict[str, Any]) -> Reply:
    """A model that words questions and nothing else."""
    if set(request["format"]["properties"]) != {"question"}:
        return fail_with(404, "not asked here")
    question = request["messages"][1]["content"].split("QUESTION\n", 1)[1].split("\n\nEXPECTED POINTS")[0]
    words = question.replace("?", ".").rstrip(".")  # some of the bank ask twice, and one question is to come back
    return reply_with({"question": f"In simple words, and in your own time: {words}?"})


@pytest.fixture(scope="module")
def embedded_site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    with OllamaServer(replies=[rephrase]) as model:
        folder: Path = tmp_path_factory.mktemp("follow-up")
        variables = {"OLLAMA_BASE_URL": model.url, "OLLAMA_MODEL": "tiny", "REQUEST_TIMEOUT": "5"}
        with django_db_blocker.unblock(), open_embedded_site(folder, **variables) as site:
            yield site


@pytest.fixture(scope="module")
def site(embedded_site: LiveSite) -> LiveSite:
    embedded_site.set_panel(max_questions=15, max_follow_ups=1, words_by_model=True)
    embedded_site.start_web()
    return embedded_site


def read_half(answer: Answer) -> str:
    """The first part of a good answer to it."""
    parts: list[str] = json.loads(ANSWERS_PATH.read_text())["answers"][answer.question_version.question.key]["parts"]
    return parts[0]


def test_other_words_and_a_follow_up(site: LiveSite, page: Page, chromium: Browser) -> None:
    candidate = PageCandidate(page, site.invite())
    picture = RecruiterPage(page, site.port).picture
    candidate.come_typing()
    session = find_session(candidate.link)
    lines = PreparedLine.objects.using(SITE).filter(session=session, kind="rephrasing")
    wait_until("other words are there", lambda: lines.filter(state="ready").exists(), seconds=20)
    candidate.see("#rephrase").click()
    expect(candidate.see("#rephrased-text")).to_contain_text("In simple words, and in your own time:")
    picture("candidate-rephrased")
    check_axe(page, "the open question")
    page.reload()
    candidate.expect_question(1)
    expect(candidate.see("#rephrased-text")).to_contain_text("In simple words, and in your own time:")
    answers = Answer.objects.using(SITE).filter(session=session).select_related("question_version__question")
    candidate.type_answer(read_half(answers.get(number=1)))
    expect(candidate.see("#question-kind")).to_be_visible()
    candidate.expect_question(1)
    expect(candidate.see("#question-kind")).to_have_text("Follow-up question")
    expect(candidate.see("#question-rephrased")).to_be_hidden()
    picture("candidate-follow-up")
    check_axe(page, "the open question")
    page.set_viewport_size({"width": 400, "height": 800})
    picture("candidate-follow-up-narrow")
    page.set_viewport_size({"width": 1280, "height": 800})
    candidate.type_answer("I would also write down what I have changed, so that the next person sees why.")
    candidate.expect_question(2)
    candidate.see("#settings-fold summary").click()
    candidate.see("#end").click()
    candidate.see("#confirm-yes").click()
    candidate.expect_screen("ended")
    wait_for_work(seconds=60)
    assert list(answers.order_by("number").values_list("kind", "times_rephrased")) == [
        ("question", 1),
        ("follow_up", 0),
        ("question", 0),
    ]
    scores = AnswerScore.objects.using(SITE).filter(answer__session=session, answer__number=1).order_by("number")
    assert list(scores.values_list("follow_ups", flat=True)) == [0, 1]
    with open_page(chromium) as other:
        recruiter = RecruiterPage(other, site.port)
        recruiter.sign_in("hr@demo.invalid")
        recruiter.open("/admin/interviewpanel/interviewsession/")
        recruiter.see(f"a[href*='/interview/{session.pk}/review/']").first.click()
        expect(recruiter.see("#answer-2")).to_contain_text("Follow-up to answer 1")
        expect(recruiter.see("#answer-1")).to_contain_text("The candidate asked for other words")
        recruiter.picture("review-follow-up")
        check_axe(other, "the review page", within=".review")
        other.set_viewport_size({"width": 400, "height": 800})
        recruiter.expect_fits()
