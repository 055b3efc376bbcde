"""What candidates ask of people, and what they say afterwards: kept once, answered once, whatever became of the link.

Named people: Priya, who asks; Rosa, a recruiter; Ravi, who only rates.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import (
    Answer,
    AnswerCorrection,
    CandidateFeedback,
    CandidateRequest,
    InterviewPanelCandidate,
    InterviewSession,
)
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services import session_manager
from interviewpanel.services.candidate_requests import RequestRefused, answer_request, ask_people
from interviewpanel.services.feedback import FeedbackRefused, correct_answer, give_feedback
from interviewpanel.services.invitations import make_token, revoke_invitation
from reports.models import InterviewReport
from tests.live_interviews import after, begin, begin_now, close, invite, make_panel, reload
from tests.sockets import Page, in_database
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def ask(invitation: InterviewPanelCandidate, kind: str, note: str = "", seconds: float = 0) -> CandidateRequest:
    return ask_people(invitation=invitation, kind=kind, note=note, now=after(seconds))


def end(session: InterviewSession, seconds: float = 90) -> InterviewSession:
    session_manager.end_session(session_id=session.pk, now=after(seconds), reason="ended_by_candidate")
    return reload(session)


def held() -> InterviewSession:
    """Over, with one typed answer."""
    session = begin(invite(make_panel()))
    close(session, "typed", typed="An index makes reads fast.")
    return end(session)


def post(invitation: InterviewPanelCandidate, name: str, *args: object, **data: object) -> Any:
    headers = {} if data.pop("as_page", False) else JSON
    return Client().post(reverse(name, args=[make_token(invitation), *args]), data, headers=headers)


# --- Requests --------------------------------------------------------------------------------------------------------


def test_a_request_is_kept_once_until_it_is_answered() -> None:
    invitation = invite(make_panel())
    rosa = make_member("rosa@fernbrook.example", {invitation.organization: "hr"})
    first = ask(invitation, "erasure")
    again = ask(invitation, "erasure", " All of it, please. ", seconds=60)
    assert (again.pk, again.note, again.asked_at) == (first.pk, "All of it, please.", after(0))
    answer_request(request=again, user=rosa, reply=" It is erased. ", now=after(120))
    with pytest.raises(RequestRefused, match="answered this already"):
        answer_request(request=again, user=rosa, reply="Twice.", now=after(121))
    again.refresh_from_db()
    assert (again.answered_at, again.answered_by, again.reply) == (after(120), rosa, "It is erased.")
    assert ask(invitation, "erasure", seconds=300).pk != first.pk


@pytest.mark.parametrize(
    ("kind", "note", "message"),
    [("a_job", "", "There is no request “a_job”"), ("erasure", "x" * 2001, "This is too long: 2001 characters")],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(kind: str, note: str, message: str) -> None:
    with pytest.raises(RequestRefused, match=message):
        ask(invite(make_panel()), kind, note)
    assert not CandidateRequest.objects.exists()


def test_a_withdrawal_ends_the_interview_and_nobody_rates_it() -> None:
    session = begin(invite(make_panel()))
    ask(session.invitation, "withdraw", seconds=30)
    session = reload(session)
    assert (session.status, session.end_reason, session.ended_at) == ("abandoned", "withdrawn", after(30))
    closing = session.events.get(type="interview_completed").payload
    assert closing["message"].startswith("You have withdrawn, Priya, so we stop here.")
    assert closing["what_next"] == "The people of Fernbrook see in their list that you have withdrawn."
    assert not InterviewReport.objects.exists()
    assert session.invitation.revoked_at is None


def test_after_a_withdrawal_no_interview_begins() -> None:
    invitation = invite(make_panel())
    ask(invitation, "withdraw", seconds=5)
    invitation.refresh_from_db()
    assert invitation.revoked_at == after(5)
    with pytest.raises(LinkRefused, match="withdrawn"):
        session_manager.open_session(invitation=invitation, now=after(6))


def test_a_withdrawal_after_the_interview_is_for_people_to_act_on() -> None:
    session = held()
    before = InterviewSession.objects.filter(pk=session.pk).values().get()
    ask(session.invitation, "withdraw", seconds=120)
    assert InterviewSession.objects.filter(pk=session.pk).values().get() == before
    assert InterviewReport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
async def test_a_withdrawal_closes_an_open_page_with_kind_words() -> None:
    invitation = await in_database(lambda: invite(make_panel(), now=timezone.now()))
    await in_database(begin_now, invitation)
    page = await Page.open(invitation)
    await in_database(ask_people, invitation=invitation, kind="withdraw", note="", now=timezone.now())
    assert (await page.expect("interview_completed"))["reason"] == "withdrawn"
    assert await page.expect_close() == 1000
    await page.leave()


# --- Afterwards ------------------------------------------------------------------------------------------------------


def test_what_was_said_of_the_interview_is_kept_in_place_of_what_was_said_before() -> None:
    session = held()
    for rating, comment in ((2, "Slow"), (4, " Kind, after all. ")):
        give_feedback(invitation=session.invitation, rating=rating, comment=comment, now=after(200))
    row = CandidateFeedback.objects.get()
    assert (row.session, row.rating, row.comment, row.at) == (session, 4, "Kind, after all.", after(200))


@pytest.mark.parametrize("rating", [None, 0, 6])
def test_a_rating_is_from_one_to_five(rating: int | None) -> None:
    with pytest.raises(FeedbackRefused, match="from 1"):
        give_feedback(invitation=held().invitation, rating=rating, comment="", now=after(200))


def test_there_is_nothing_to_say_of_an_interview_that_goes_on() -> None:
    session = begin(invite(make_panel()))
    with pytest.raises(FeedbackRefused, match="once the interview is over"):
        give_feedback(invitation=session.invitation, rating=5, comment="", now=after(10))


def test_a_note_stands_beside_the_answer_and_can_be_changed_and_taken_back() -> None:
    session = held()

    def correct(text: str) -> AnswerCorrection | None:
        return correct_answer(invitation=session.invitation, number=1, text=text, now=after(200))

    correct("I said Kubernetes.")
    correct(" I said “Kubernetes”. ")
    answer = Answer.objects.get(number=1)
    assert (answer.correction.text, answer.transcript) == ("I said “Kubernetes”.", "An index makes reads fast.")
    assert correct("  ") is None
    assert not AnswerCorrection.objects.exists()


def test_a_note_is_for_closed_answers_of_ones_own_interview() -> None:
    session = begin(invite(make_panel()))
    other = begin(invite(make_panel("Elsewhere"), "Mallory Archer"))
    close(other, "typed", typed="Mine.")
    for number, message in ((1, "still open"), (2, "There is no answer 2")):
        with pytest.raises(FeedbackRefused, match=message):
            correct_answer(invitation=session.invitation, number=number, text="Mine too.", now=after(9))
    assert not AnswerCorrection.objects.exists()


def test_the_note_is_shown_to_who_reads_the_interview() -> None:
    session = held()
    correct_answer(invitation=session.invitation, number=1, text="I said “Kubernetes”.", now=after(200))
    ravi = sign_in(make_member("ravi@fernbrook.example", {session.organization: "reviewer"}))
    page = ravi.get(reverse("admin:interviewpanel_interviewsession_change", args=[session.pk])).content.decode()
    assert "I said “Kubernetes”." in page
    assert "An index makes reads fast." in page


# --- Over HTTP -------------------------------------------------------------------------------------------------------


def expire(invitation: InterviewPanelCandidate) -> None:
    InterviewPanelCandidate.objects.update(expires_at=after(-1))


def revoke(invitation: InterviewPanelCandidate) -> None:
    revoke_invitation(invitation=invitation, now=after(100))


def withdraw(invitation: InterviewPanelCandidate) -> None:
    ask(invitation, "withdraw", seconds=100)


@pytest.mark.parametrize("change", [expire, revoke, withdraw])
def test_every_form_works_whatever_became_of_the_link(change: Callable[[InterviewPanelCandidate], None]) -> None:
    invitation = held().invitation
    change(invitation)
    replies = [
        post(invitation, "candidate-request", kind="human_review"),
        post(invitation, "candidate-request", kind="erasure", note="Please."),
        post(invitation, "candidate-feedback", rating="3", comment="Fine"),
        post(invitation, "candidate-correction", 1, text="I said B-tree."),
    ]
    said = ["human_review", "erasure", "feedback", "correction"]
    assert [(one.status_code, one.json()["said"]) for one in replies] == [(200, name) for name in said]


def test_without_scripts_the_answer_is_the_page_that_says_so() -> None:
    invitation = held().invitation
    response = post(invitation, "candidate-request", kind="human_review", as_page=True)
    own = reverse("candidate-privacy", args=[make_token(invitation)])
    assert (response.status_code, response["Location"]) == (303, f"{own}?said=human_review")
    page = Client().get(response["Location"]).content.decode()
    assert "Your request for a review has arrived." in page
    assert "Review of the result by a person" in page


def test_without_scripts_a_refusal_is_the_page_that_says_why() -> None:
    invitation = held().invitation
    response = post(invitation, "candidate-feedback", comment="No stars", as_page=True)
    assert response.status_code == 400
    assert '<p class="notice" role="alert">Choose how it was' in response.content.decode()


@pytest.mark.parametrize(
    ("wanted", "is_followed"),
    [
        ("../", True),
        ("../?language=de#accommodation", True),
        ("../privacy/", False),
        ("//evil.example/", False),
        ("https://evil.example/i/x/", False),
        ("javascript:alert(1)", False),
        ("../../other/", False),
        ("\\\\evil.example", False),
        ("http://[", False),
    ],
)
def test_a_form_is_sent_on_to_its_own_page_or_nowhere(wanted: str, is_followed: bool) -> None:
    invitation = invite(make_panel())
    response = post(invitation, "candidate-request", kind="human_interview", next=wanted, as_page=True)
    own, privacy = (reverse(name, args=[make_token(invitation)]) for name in ("join", "candidate-privacy"))
    expected = own + wanted.removeprefix("../") if is_followed else f"{privacy}?said=human_interview"
    assert response["Location"] == expected


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("candidate-request", ()),
        ("candidate-accommodation", ()),
        ("candidate-feedback", ()),
        ("candidate-correction", (1,)),
    ],
)
def test_a_stranger_is_told_nothing_and_keeps_nothing(name: str, args: tuple[int, ...]) -> None:
    held()
    data = {"kind": "erasure", "needs": "breaks", "rating": "1", "text": "Mine"}
    response = Client().post(reverse(name, args=["A" * 43, *args]), data, headers=JSON)
    page = Client().get(f"/i/{'B' * 43}/")
    assert (response.status_code, response.content) == (404, page.content)
    for model in (CandidateRequest, CandidateFeedback, AnswerCorrection):
        assert not model.objects.exists()


# --- In the admin ----------------------------------------------------------------------------------------------------


def test_a_recruiter_answers_and_a_rater_sees_no_request() -> None:
    session = held()
    row = ask(session.invitation, "human_review", "The second answer was cut.", seconds=200)
    rosa = sign_in(make_member("rosa@fernbrook.example", {session.organization: "hr"}))
    ravi = sign_in(make_member("ravi@fernbrook.example", {session.organization: "reviewer"}))
    url = reverse("admin:interviewpanel_candidaterequest_change", args=[row.pk])
    assert "The second answer was cut." in rosa.get(url).content.decode()
    assert "Write what was done" in rosa.post(url, {"reply": " ", "_answer": "1"}).content.decode()
    assert rosa.post(url, {"reply": "I have read it again myself.", "_answer": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.reply, row.answered_by.email) == ("I have read it again myself.", "rosa@fernbrook.example")
    assert 'name="_answer"' not in rosa.get(url).content.decode()
    assert ravi.get(url).status_code == 403
    assert ravi.post(url, {"reply": "No.", "_answer": "1"}).status_code == 403


def test_feedback_is_read_without_a_name_and_by_no_rater() -> None:
    session = held()
    give_feedback(invitation=session.invitation, rating=2, comment="Too fast for me.", now=after(200))
    url = reverse("admin:interviewpanel_candidatefeedback_changelist")
    page = sign_in(make_member("rosa@fernbrook.example", {session.organization: "hr"})).get(url).content.decode()
    assert "Too fast for me." in page
    assert "Priya" not in page
    ravi = sign_in(make_member("ravi@fernbrook.example", {session.organization: "reviewer"}))
    assert ravi.get(url).status_code == 403
