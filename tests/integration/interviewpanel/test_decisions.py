"""Decisions are a person's: with a reason, one row each, the last in force; nothing is sent, nothing decides by itself.

Named people: Priya and Omar, candidates of Fernbrook; Rosa, who recruits there.
"""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from authentication.models import User
from interviewpanel.models import CandidateRequest, Decision, InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.decisions import filter_to_review, find_decisions
from interviewpanel.services.decisions import AlreadyDecided, DecisionRefused, decide, decide_many
from interviewpanel.services.erasure import erase_interview
from organizations.models import Message, Organization
from organizations.selectors import Reach
from tests.interview_rows import ENDED_AT, make_session, make_world
from tests.staff import make_member

pytestmark = pytest.mark.django_db
NOW = ENDED_AT + timedelta(hours=1)
EVERYBODY = Reach(sees_all=True, roles={})


@pytest.fixture
def session() -> InterviewSession:
    return make_session(make_world())


@pytest.fixture
def rosa(session: InterviewSession) -> User:
    return make_member("rosa@fernbrook.example", {session.organization: "hr"})


def decide_as(
    user: User, session: InterviewSession, stage: str, reason: str = "Knew it.", seen: Decision | None = None
) -> Decision:
    return decide(
        session_id=session.pk,
        stage=stage,
        reason=reason,
        decided_by=user,
        now=NOW,
        seen_id=seen.pk if seen else None,
    )


# --- One decision ----------------------------------------------------------------------------------------------------


def test_a_decision_says_what_why_who_and_when_and_sends_nothing(session: InterviewSession, rosa: User) -> None:
    made = decide_as(rosa, session, "decline", "  Skipped half of the questions. ")
    made.refresh_from_db()
    assert (made.stage, made.reason, made.decided_by, made.decided_at, made.organization) == (
        *("decline", "Skipped half of the questions.", rosa, NOW),
        session.organization,
    )
    assert not Message.objects.exists()


def test_another_decision_is_another_row_and_the_last_is_in_force(session: InterviewSession, rosa: User) -> None:
    first = decide_as(rosa, session, "decline")
    second = decide_as(rosa, session, "to_review", "The wrong candidate.", first)
    third = decide_as(rosa, session, "advance", "Read it again.", second)
    assert list(session.decisions.values_list("stage", flat=True)) == ["advance", "to_review", "decline"]
    assert find_decisions([session.pk]) == {session.pk: third}


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_without_a_reason_nothing_is_decided(session: InterviewSession, rosa: User, reason: str) -> None:
    with pytest.raises(DecisionRefused):
        decide_as(rosa, session, "advance", reason)
    assert not Decision.objects.exists()


def test_what_is_in_force_is_not_decided_again(session: InterviewSession, rosa: User) -> None:
    with pytest.raises(AlreadyDecided, match="“To review” already"):
        decide_as(rosa, session, "to_review")
    first = decide_as(rosa, session, "hold")
    with pytest.raises(AlreadyDecided, match="“Hold” already"):
        decide_as(rosa, session, "hold", seen=first)


def test_who_did_not_see_the_last_decision_overrules_nobody(session: InterviewSession, rosa: User) -> None:
    decide_as(rosa, session, "advance")
    with pytest.raises(DecisionRefused, match="Somebody has decided meanwhile"):
        decide_as(rosa, session, "decline")
    assert Decision.objects.get().stage == "advance"


@pytest.mark.parametrize(
    "change",
    [
        {"status": "in_progress", "ended_at": None},
        {"status": "expired"},
        {"status": "completed", "started_at": None},
    ],
)
def test_an_interview_that_was_not_held_to_its_end_is_not_decided(rosa: User, change: dict[str, object]) -> None:
    InterviewSession.objects.update(**change)
    with pytest.raises(DecisionRefused, match="Nothing can be decided"):
        decide_as(rosa, InterviewSession.objects.get(), "advance")


def test_nor_a_trial_nor_who_has_withdrawn_nor_who_was_erased(session: InterviewSession, rosa: User) -> None:
    invitation = InterviewPanelCandidate.objects.filter(pk=session.invitation_id)
    invitation.update(is_trial=True)
    with pytest.raises(DecisionRefused):
        decide_as(rosa, session, "advance")
    invitation.update(is_trial=False)
    withdraw(session)
    with pytest.raises(DecisionRefused):
        decide_as(rosa, session, "advance")
    CandidateRequest.objects.all().delete()
    erase_interview(invitation_id=session.invitation_id, reason="operator", now=NOW)
    with pytest.raises(DecisionRefused):
        decide_as(rosa, session, "advance")


def withdraw(session: InterviewSession) -> None:
    CandidateRequest.objects.create(
        organization=session.organization, invitation=session.invitation, kind="withdraw", asked_at=NOW
    )


def test_the_database_refuses_a_stage_of_its_own_an_empty_reason_and_another_tenants_interview(
    session: InterviewSession,
) -> None:
    stranger = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    good = {"organization": session.organization, "session": session, "stage": "hold", "reason": "x", "decided_at": NOW}
    for wrong in ({"stage": "hired"}, {"reason": ""}, {"organization": stranger}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**{**good, **wrong})


def test_erased_it_leaves_no_trace(session: InterviewSession, rosa: User) -> None:
    decide_as(rosa, session, "decline", "Priya did not answer.")
    erase_interview(invitation_id=session.invitation_id, reason="request", now=NOW)
    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_decides(session: InterviewSession, rosa: User) -> None:
    results: list[str] = []

    def work(stage: str) -> None:
        try:
            results.append(decide_as(rosa, session, stage).stage)
        except DecisionRefused as refusal:
            results.append(str(refusal)[:30])
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(stage,)) for stage in ("advance", "decline", "hold")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Decision.objects.count() == 1
    assert results.count("Somebody has decided meanwhile") == 2


# --- Several at once -------------------------------------------------------------------------------------------------


def test_several_are_decided_at_once_and_those_that_were_so_stay(session: InterviewSession, rosa: User) -> None:
    world = make_world("Grove")
    others = [make_session(world, candidate=name) for name in ("Omar Benhaddou", "Rina Sato")]
    first = decide_as(rosa, others[0], "hold")
    seen = {session.pk: None, others[0].pk: first.pk, others[1].pk: None}
    made = decide_many(seen=seen, stage="hold", reason="Waits.", decided_by=rosa, now=NOW)
    assert {one.session_id for one in made} == {session.pk, others[1].pk}
    assert Decision.objects.count() == 3


def test_all_or_none(session: InterviewSession, rosa: User) -> None:
    other = make_session(make_world("Grove"))
    decide_as(rosa, other, "hold")
    with pytest.raises(DecisionRefused, match="meanwhile"):
        decide_many(seen={session.pk: None, other.pk: None}, stage="decline", reason="x", decided_by=rosa, now=NOW)
    assert Decision.objects.count() == 1
    with pytest.raises(DecisionRefused, match="500 at once"):
        decide_many(seen=dict.fromkeys(range(501)), stage="decline", reason="x", decided_by=rosa, now=NOW)


# --- What waits ------------------------------------------------------------------------------------------------------


def test_what_waits_for_a_person_is_what_is_over_and_undecided(session: InterviewSession, rosa: User) -> None:
    world = make_world("Grove")
    for name, change in (
        ("Live One", {"status": "in_progress", "ended_at": None}),
        ("Never Began", {"status": "expired", "started_at": None}),
    ):
        make_session(world, candidate=name, **change)
    tried = make_session(world, candidate="Trial Own")
    InterviewPanelCandidate.objects.filter(pk=tried.invitation_id).update(is_trial=True)
    withdraw(make_session(world, candidate="Gone Away"))
    early = make_session(world, candidate="Left Early", status="abandoned")
    assert set(filter_to_review(InterviewSession.objects.all())) == {session, early}

    decided = decide_as(rosa, session, "decline")
    assert set(filter_to_review(InterviewSession.objects.all())) == {early}
    decide_as(rosa, session, "to_review", "Taken back.", decided)
    assert set(filter_to_review(InterviewSession.objects.all())) == {session, early}
    assert set(filter_to_review(InterviewSession.objects.filter(pk=early.pk))) == {early}
