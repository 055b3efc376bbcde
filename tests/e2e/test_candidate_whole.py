"""From the link to what the candidate can read and hear afterwards, in a real browser, on both stacks."""

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, expect

from interviewpanel.models import Answer, AudioSegment, CandidateFeedback, InterviewSession, Recording
from interviewpanel.selectors.consent import write_invitation_consent
from tests.browsers import open_page
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite
from tests.page_candidates import ANSWER, PageCandidate
from tests.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def candidate(any_site: LiveSite, chromium: Browser) -> Iterator[PageCandidate]:
    any_site.set_panel(max_questions=2)
    with open_page(chromium) as page:
        yield PageCandidate(page, any_site.invite())


def list_answers(session: InterviewSession) -> list[Answer]:
    return list(Answer.objects.using(SITE).filter(session=session).order_by("number"))


def test_a_whole_interview_by_typing(candidate: PageCandidate) -> None:
    candidate.come_typing()
    candidate.type_answer()
    candidate.expect_question(2)
    expect(candidate.see("#typed")).to_have_value("")
    candidate.type_answer("A left join keeps every row of the left table.")
    candidate.expect_screen("ended")
    expect(candidate.see("#closing")).to_contain_text("That was my last question")

    session = find_session(candidate.link)
    consent = write_invitation_consent(session.invitation, "en")
    assert (session.status, session.end_reason) == ("completed", "all_asked")
    assert (session.consent_version, session.consent_language) == (consent.version, "en")
    assert session.consent_hash == consent.hash
    assert [(one.closed_reason, one.typed_text) for one in list_answers(session)] == [
        ("typed", ANSWER),
        ("typed", "A left join keeps every row of the left table."),
    ]

    candidate.see("#feedback-form input[value='4']").check()
    candidate.see("#feedback-form [type=submit]").click()
    expect(candidate.see("#feedback-form .result")).to_have_text("Thank you for telling us.")
    assert CandidateFeedback.objects.using(SITE).get(session=session).rating == 4
    candidate.see("#screen-ended a.button").click()
    expect(candidate.page.get_by_text(ANSWER).first).to_be_visible()


def test_a_whole_interview_by_voice(any_site: LiveSite, candidate: PageCandidate) -> None:
    candidate.come_speaking()
    for number in (1, 2):
        candidate.expect_question(number)
        candidate.wait_for_sign("speaking")
        expect(candidate.see("#heard")).not_to_have_attribute("data-empty", "", timeout=60_000)
        candidate.see("#done").click()
    candidate.expect_screen("ended")

    session = find_session(candidate.link)
    assert session.status == "completed"
    spoken = 0
    for answer in list_answers(session):
        segments = AudioSegment.objects.using(SITE).filter(answer=answer)
        samples = sum(one.end_sample - one.start_sample for one in segments)
        assert answer.closed_reason == "done"
        assert [one.lost_samples for one in segments] == [0] * len(segments)
        assert samples > 16_000
        spoken += samples
    check_recordings(any_site, candidate, session, spoken)


def check_recordings(site: LiveSite, candidate: PageCandidate, session: InterviewSession, samples: int) -> None:
    """Both answers and the whole are joined, and the candidate gets every sample that was stored."""
    rows = Recording.objects.using(SITE).filter(session=session, kind__in=["answer", "interview"])
    wait_until("all three are joined", lambda: rows.filter(work_status="done").count() == 3, seconds=60)
    assert rows.get(kind="interview").samples == samples
    request = candidate.page.request
    sound = request.get(urljoin(candidate.link, "audio"))
    captions = request.get(urljoin(candidate.link, "captions.vtt"))
    assert (sound.status, sound.headers["content-type"]) == (200, "audio/flac")
    assert sound.body() == site.media(rows.get(kind="interview").file.name).read_bytes()
    assert (captions.status, captions.text()[:6]) == (200, "WEBVTT")
