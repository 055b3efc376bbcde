"""Without the model's words: it fails, is slow, is not there, is overtaken; and what people change meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from pytest_django import Settings

from config.work.tasks import WorkNotReady, perform
from interviewpanel.models import CandidateRequest, InterviewSession
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.human_ratings import override_score
from reports.models import InterviewNarrative, InterviewReport
from reports.services.remaking import remake_report
from reports.services.reports import prepare_report
from tests.interview_rows import ENDED_AT, World, add_score, make_interview, make_world
from tests.models_at_hand import forget_models
from tests.narrated_reports import LATER, NARRATIVE, begin, read, remake, tell, write
from tests.narrators import MODEL, honest, read_evidence, serve_narrator
from tests.ollama_server import Reply, fail_with
from tests.staff import make_member


@pytest.fixture
def session(world: World) -> InterviewSession:
    return make_interview(world)


@pytest.mark.parametrize(
    ("reply", "status", "said"),
    [
        (fail_with(500, "out of memory"), "queued", "failed 3 times"),
        (fail_with(400, "does not support formats"), "failed", "refuses"),
        (Reply(b'{"message": {"content": "no JSON"}, "done": true}'), "queued", "failed 3 times"),
        (Reply(stall=True), "queued", "did not finish in 0.3 s"),
        (Reply(b"x" * 500, drip_seconds=0.05), "queued", "did not finish in 0.3 s"),
    ],
    ids=["busy", "refusing", "broken", "silent", "slow"],
)
def test_a_model_that_gives_nothing_leaves_the_template(
    session: InterviewSession, settings: Settings, reply: Reply, status: str, said: str
) -> None:
    never_ends = reply.stall or reply.drip_seconds
    with serve_narrator(settings, reply, seconds=0.3 if never_ends else 30.0):
        report = begin(session)
        row = write(session)
    assert (row.work_status, said in row.last_error) == (status, True)
    assert row.reply is None
    report.refresh_from_db()
    assert (report.work_status, read(report).author) == ("done", "template")


def test_after_three_tries_it_is_left_and_making_the_report_again_asks_once_more(
    session: InterviewSession, settings: Settings
) -> None:
    failing = fail_with(500, "busy")
    with serve_narrator(settings, *[failing] * 9, honest):
        report = begin(session)
        row = InterviewNarrative.objects.get()
        for minutes in (1, 5, 20):
            with time_machine.travel(ENDED_AT + timedelta(minutes=minutes), tick=False):
                forget_models()  # its rest after failures is over by then
                perform(NARRATIVE, row.pk)
        row.refresh_from_db()
        assert (row.work_status, row.attempts) == ("dead", 3)
        forget_models()
        assert remake_report(report_id=report.pk, now=LATER)
        remake(report)
        assert write(session).work_status == "done"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", ""], ids=["not there", "not configured"])
def test_without_a_model_nothing_is_opened_and_the_report_says_why(
    session: InterviewSession, settings: Settings, url: str
) -> None:
    forget_models()
    settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = url, MODEL
    story = read(begin(session))
    forget_models()
    assert not InterviewNarrative.objects.exists()
    assert story.note == (f"ollama ({MODEL}) could not be reached." if url else "No language model is configured.")
    assert story.author == "template"


def test_a_score_that_a_person_set_is_told_anew(session: InterviewSession, settings: Settings, world: World) -> None:
    with serve_narrator(settings, honest) as server:
        tell(session)
        answer = session.answers.get(number=1)
        user = make_member("hr@fernbrook.example", {world.organization: "hr"})
        override_score(
            answer_id=answer.pk, user=user, composite=30, components={}, reason="Read out.", seen=0, now=LATER
        )
        report = InterviewReport.objects.get(session=session)
        between = remake(report)
        assert between.author == "template"
        row = InterviewNarrative.objects.get(work_status="queued")
        with time_machine.travel(LATER, tick=False):
            perform(NARRATIVE, row.pk)
        story = remake(report)
    assert len(server.chats) == 2
    told = read_evidence(server.chats[1])["answers"][0]
    assert (told["score"], told["is_score_set_by_a_person"], "criteria" in told) == (30, True, False)
    assert story.authors["gaps"] == MODEL
    assert 1 in [number for claim in story.gaps for number in claim.answers]
    assert story.authors["strengths"] == "template"


def test_scores_that_changed_while_it_waited_are_not_told_in_old_words(
    session: InterviewSession, settings: Settings
) -> None:
    with serve_narrator(settings, honest) as server:
        begin(session)
        add_score(session.answers.get(number=2), 90, number=2)
        row = InterviewNarrative.objects.get()
        with time_machine.travel(LATER, tick=False):
            assert perform(NARRATIVE, row.pk)
    assert server.chats == []
    assert not InterviewNarrative.objects.exists()


def test_words_that_come_while_the_report_is_made_are_not_overlooked(
    session: InterviewSession, settings: Settings
) -> None:
    with serve_narrator(settings, honest):
        report = begin(session)
        store = prepare_report(report=report, now=LATER)
        write(session)
        with pytest.raises(WorkNotReady):
            store()


def test_of_who_has_withdrawn_nothing_is_asked(session: InterviewSession, settings: Settings) -> None:
    with serve_narrator(settings, honest) as server:
        begin(session)
        CandidateRequest.objects.create(
            organization=session.organization, invitation=session.invitation, kind="withdraw", asked_at=LATER
        )
        row = write(session)
    assert (row.work_status, row.reply, server.chats) == ("failed", None, [])


def test_erasing_the_interview_takes_the_narrative_along(session: InterviewSession, settings: Settings) -> None:
    with serve_narrator(settings, honest):
        tell(session)
    assert erase_interview(invitation_id=session.invitation_id, reason="request", now=LATER)
    assert not InterviewNarrative.objects.exists()


def test_the_database_refuses_a_narrative_of_another_tenant_and_one_without_an_origin(
    session: InterviewSession,
) -> None:
    stranger = make_world("Stranger").organization
    for fields in ({"organization": stranger}, {"organization": session.organization, "reply": {}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            InterviewNarrative.objects.create(session=session, evidence_hash="e" * 64, **fields)


def test_a_partial_report_asks_nobody(session: InterviewSession, settings: Settings) -> None:
    session.answers.filter(number=2).update(status="transcribed")
    with serve_narrator(settings, honest):
        story = read(begin(session, after=timedelta(minutes=11)))
    assert not InterviewNarrative.objects.exists()
    assert (
        story.note == "Not every answer was scored when this edition was made. A language model is asked when all are."
    )
