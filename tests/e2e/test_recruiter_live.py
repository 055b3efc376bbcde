"""Watching an interview: a candidate speaks in one browser; in another a recruiter sees it as it happens, gives more
time and ends it. The recruiter's line breaks in between, and nothing is missing afterwards."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewpanel.models import Answer, InterviewSession
from organizations.models import Change
from reports.models import InterviewReport
from tests.axe_checks import check_axe
from tests.browsers import PHONE, TcpLine, open_page
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite
from tests.page_candidates import ANSWER, SECONDS, PageCandidate
from tests.processes import wait_until
from tests.recruiter_pages import RecruiterPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LIVE = "/admin/interviewpanel/interviewsession/live/"
LOST = "The connection is lost."


@pytest.fixture
def recruiter(chromium: Browser, line: TcpLine) -> Iterator[RecruiterPage]:
    """Behind a line of their own. What the browser says of the broken line is no fault of the page's."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    person = RecruiterPage(page, line.port)
    person.sign_in()
    yield person
    context.close()
    assert errors == []


def wait_for_text(page: RecruiterPage, selector: str, text: str) -> None:
    expect(page.see(selector)).to_contain_text(text, timeout=SECONDS * 1000)


def read_words(page: RecruiterPage) -> list[str]:
    """What every answer says on the recruiter's page."""
    return page.see(".live-entry.is-candidate .live-words").all_inner_texts()


def load_answers(session: InterviewSession) -> list[Answer]:
    return list(Answer.objects.using(SITE).filter(session=session).order_by("number"))


def watch_from_the_list(recruiter: RecruiterPage, candidate: PageCandidate) -> InterviewSession:
    """The list is empty, gets the interview by itself, and leads to its page."""
    recruiter.open(LIVE)
    expect(recruiter.see("#live-none")).to_be_visible()
    recruiter.picture("live-none")
    candidate.come_speaking()
    session = find_session(candidate.link)
    row = recruiter.see(f"#live-rows [data-session='{session.uuid}']")
    expect(row).to_contain_text("1 of 3", timeout=SECONDS * 1000)
    expect(row).to_contain_text("In progress")
    expect(row).to_contain_text("Connected")
    recruiter.picture("live-list")
    check_axe(recruiter.page, "the list", within="#live-list")
    row.get_by_role("link").click()
    return session


def see_the_first_answer(recruiter: RecruiterPage, candidate: PageCandidate, session: InterviewSession) -> None:
    """Question, turn, words as they are heard."""
    question = load_answers(session)[0].question_text
    wait_for_text(recruiter, "#live-entries", question)
    wait_until(
        "the turn is seen: somebody speaks",
        lambda: recruiter.see("#live-turn").get_attribute("data-state") in ("speaking", "pausing"),
        seconds=SECONDS,
    )
    wait_until("words are seen", lambda: "".join(read_words(recruiter)), seconds=SECONDS)
    wait_for_text(recruiter, "#live-health [data-part=heard]", " s ago")
    recruiter.picture("live-speaking")
    check_axe(recruiter.page, "one live interview", within="#live-session")
    candidate.see("#done").click()
    candidate.expect_question(2)
    wait_for_text(recruiter, "#live-turn", "Question 2 of 3")
    wait_for_text(recruiter, "#live-scores", "Question 1")


def miss_an_answer(recruiter: RecruiterPage, candidate: PageCandidate, line: TcpLine) -> None:
    """The line breaks, the page says so; meanwhile an answer is typed and the next question asked."""
    line.cut()
    wait_for_text(recruiter, "#live-line", LOST)
    wait_for_text(recruiter, "#live-turn", "Not known just now")
    recruiter.picture("live-lost")
    candidate.see("#type").click()
    candidate.type_answer()
    candidate.expect_question(3)
    assert ANSWER not in read_words(recruiter)
    line.restore()


def see_that_nothing_is_missing(recruiter: RecruiterPage, session: InterviewSession) -> None:
    wait_for_text(recruiter, "#live-line", "Up to date")
    wait_for_text(recruiter, "#live-turn", "Question 3 of 3")
    wait_for_text(recruiter, "#live-scores", "Question 2")
    answers = load_answers(session)
    assert read_words(recruiter) == [answer.transcript for answer in answers[:2]] + [""]
    asked = recruiter.see(".live-entry.is-interviewer .live-words").all_inner_texts()[1:]  # behind the greeting
    assert asked == [answer.question_text for answer in answers]
    recruiter.picture("live-back")


def give_more_time(recruiter: RecruiterPage, candidate: PageCandidate) -> None:
    recruiter.see("#live-extend").click()
    recruiter.see("#extend_minutes").fill("15")
    recruiter.see("#extend_reason").fill("The fire alarm went off.")
    recruiter.picture("live-extend")
    check_axe(recruiter.page, "the question how much time", within="#extend-dialog")
    recruiter.see("#extend-dialog [type=submit]").click()
    recruiter.expect_said("15 minutes more. The candidate's page says so.")
    wait_for_text(recruiter, "#live-clock", "of 35:00 used")
    expect(candidate.see("#banner")).to_have_text("You have been given more time for this interview: 15 min.")
    expect(candidate.see("#time-left")).to_contain_text("3", timeout=SECONDS * 1000)


def end(recruiter: RecruiterPage, candidate: PageCandidate) -> None:
    recruiter.see("#live-end").click()
    recruiter.see("#end_reason").fill("The candidate was invited to the wrong panel.")
    recruiter.picture("live-end")
    recruiter.see("#end-dialog [type=submit]").click()
    recruiter.expect_said("The interview is ended. The candidate has been told.")
    wait_for_text(recruiter, "#live-over", "it was ended by the organization.")
    recruiter.picture("live-over")
    candidate.expect_screen("ended")
    expect(candidate.see("#screen-ended")).to_contain_text("have ended the interview here. You did nothing wrong.")


def test_a_recruiter_watches_extends_and_ends(
    site: LiveSite, recruiter: RecruiterPage, candidate: PageCandidate, line: TcpLine
) -> None:
    site.set_panel(max_questions=3)
    session = watch_from_the_list(recruiter, candidate)
    see_the_first_answer(recruiter, candidate, session)
    miss_an_answer(recruiter, candidate, line)
    see_that_nothing_is_missing(recruiter, session)
    give_more_time(recruiter, candidate)
    end(recruiter, candidate)
    told = Change.objects.using(SITE).filter(subject_type="interviewpanel.interviewsession", subject_id=session.pk)
    assert [(str(line.actor), line.message, line.reason) for line in told.order_by("pk")] == [
        ("Demo Recruiter", "Extended by 15 minutes.", "The fire alarm went off."),
        ("Demo Recruiter", "Ended while it went on.", "The candidate was invited to the wrong panel."),
    ]
    recruiter.see("#live-over a").click()
    recruiter.page.wait_for_url(f"**/interview/{session.pk}/review/")
    made = InterviewReport.objects.using(SITE).filter(session=session, work_status="done")
    wait_until("the report is made, as after any end", made.exists, seconds=SECONDS)


def test_the_candidate_who_loses_the_line_is_seen_to_be_gone_and_back(
    site: LiveSite, chromium: Browser, line: TcpLine, page: Page
) -> None:
    """The candidate's line, this time. On a phone, in the dark."""
    candidate = PageCandidate(page, site.invite().replace(f":{site.port}/", f":{line.port}/"))
    candidate.come_typing()
    session = find_session(candidate.link)
    with open_page(chromium, size=PHONE, color_scheme="dark") as other:
        recruiter = RecruiterPage(other, site.port)
        recruiter.sign_in()
        recruiter.open(f"{LIVE}{session.uuid}/")
        wait_for_text(recruiter, "#live-turn [data-part=status]", "In progress")
        line.cut()
        wait_for_text(recruiter, "#live-turn [data-part=sign]", "Interrupted")
        wait_for_text(recruiter, "#live-health [data-part=connection]", "Gone since")
        recruiter.expect_fits()
        recruiter.picture("live-interrupted-phone")
        line.restore()
        wait_for_text(recruiter, "#live-turn [data-part=status]", "In progress")
        wait_for_text(recruiter, "#live-health [data-part=reconnects]", "Once")
        recruiter.open(LIVE)
        recruiter.expect_fits()
        recruiter.picture("live-list-phone")
