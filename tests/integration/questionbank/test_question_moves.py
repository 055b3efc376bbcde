"""Draft, review, live, retired: who may move what, with which reason, and what is said of panels that need it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import InterviewPanel
from questionbank.domain.question_states import QuestionMoveRefused
from questionbank.models import Question, QuestionVersion
from questionbank.services.question_states import move_question
from tests.bank_desks import BankDesk, add_question, page_of
from tests.history_lines import read_lines

LEAKED = {"confirm": "1", "because": "leaked", "details": "Seen on a forum"}


def find_status(question: Question) -> str:
    return Question.objects.get(pk=question.pk).status


def test_a_recruiter_takes_a_question_all_the_way(desk: BankDesk) -> None:
    question = add_question(desk.world.row.subtopic, "new", "What is a partial index?", status="draft")
    client = desk.client("recruiter")
    for target, reason in (("review", ""), ("live", ""), ("retired", "leaked"), ("review", "")):
        data = {"confirm": "1", "because": reason, "details": "On a forum" if question.status != "draft" else ""}
        response = client.post(page_of(question, "move", target), data)
        assert response["Location"] == page_of(question, "change")
        assert find_status(question) == target
        question.refresh_from_db()
    assert read_lines(question) == [
        ("Sent to review.", ""),
        ("Put live.", "On a forum"),
        ("Retired.", "Leaked: candidates can know it beforehand. On a forum"),
        ("Brought back to review.", "On a forum"),
    ]


def test_a_retirement_without_a_reason_is_asked_again(desk: BankDesk) -> None:
    url, client = page_of(desk.world.question, "move", "retired"), desk.client("recruiter")
    page = client.post(url, {"confirm": "1", "because": "", "details": ""}).content.decode()
    assert "This field is required." in page
    page = client.post(url, {"confirm": "1", "because": "other", "details": " "}).content.decode()
    assert "Write which." in page
    assert find_status(desk.world.question) == "live"


def test_a_question_shows_why_it_was_retired(desk: BankDesk) -> None:
    client = desk.client("recruiter")
    page = client.post(page_of(desk.world.question, "move", "retired"), LEAKED, follow=True).content.decode()
    assert "Leaked: candidates can know it beforehand. Seen on a forum" in page
    assert "Bring back to review" in page


@pytest.mark.parametrize(
    ("person", "which", "status"),
    [
        ("owner", "own", 302),
        ("recruiter", "own", 302),
        ("reviewer", "own", 404),
        ("between", "own", 404),
        ("stranger", "own", 404),
        ("recruiter", "common", 404),
        ("owner", "common", 404),
        ("recruiter", "theirs", 404),
        ("root", "own", 302),
        ("root", "common", 302),
    ],
)
def test_who_may_retire_what(desk: BankDesk, person: str, which: str, status: int) -> None:
    question = {"own": desk.world.question, "common": desk.common, "theirs": desk.theirs}[which]
    assert desk.client(person).post(page_of(question, "move", "retired"), LEAKED).status_code == status
    assert find_status(question) == ("retired" if status == 302 else "live")


def test_there_is_no_way_but_those_that_are_drawn(desk: BankDesk) -> None:
    client = desk.client("recruiter")
    page = client.post(page_of(desk.world.question, "move", "draft"), LEAKED, follow=True).content.decode()
    assert "from there it can become retired or review, not draft" in page
    assert client.get(page_of(desk.world.question, "move", "vast"), follow=True).status_code == 200
    assert find_status(desk.world.question) == "live"


def test_what_could_not_be_scored_does_not_go_live(desk: BankDesk) -> None:
    question = add_question(desk.world.row.subtopic, "empty", "What?", status="review", criteria=[])
    page = desk.client("owner").post(page_of(question, "move", "live"), {"confirm": "1", "details": ""}, follow=True)
    assert "Answers to it could not be scored (criteria:" in page.content.decode()
    assert find_status(question) == "review"
    Question.objects.filter(pk=question.pk).update(current_version=None)
    with pytest.raises(QuestionMoveRefused, match="Nothing is written yet"):
        move_question(question=question, target="live", reason="", now=timezone.now())


def test_who_wrote_it_is_told_that_nobody_else_has_read_it(desk: BankDesk) -> None:
    question = add_question(desk.world.row.subtopic, "mine", "What is a partial index?", status="review")
    QuestionVersion.objects.filter(question=question).update(created_by=desk.people["recruiter"])
    url = page_of(question, "move", "live")
    assert "nobody else has read it" in desk.client("recruiter").get(url).content.decode()
    assert "nobody else has read it" not in desk.client("owner").get(url).content.decode()


def test_the_panels_that_need_it_are_named_before(desk: BankDesk) -> None:
    """The plan wants two medium and one hard; the bank has three medium and one hard."""
    place, panel = desk.world.row.subtopic, desk.world.panel
    hard = add_question(place, "hard", "How does a planner choose?", difficulty="hard")
    spare = [add_question(place, f"spare-{n}", f"Question {n} about spare wheels") for n in range(2)]
    client = desk.client("recruiter")
    assert "could not be filled" not in client.get(page_of(spare[0], "move", "retired")).content.decode()
    page = client.get(page_of(hard, "move", "retired")).content.decode()
    assert (
        f'published panel <a class="desk-link" href="/admin/interviewpanel/interviewpanel/{panel.pk}/change/"' in page
    )
    assert "could not be filled any more:" in page
    assert "<li>1 of 1 hard Relational databases › Indexing question missing.</li>" in page
    client.post(page_of(hard, "move", "retired"), LEAKED)
    page = client.get(page_of(spare[0], "move", "retired")).content.decode()
    assert "lacks questions already" not in page, "the same is missing as before"
    client.post(page_of(spare[1], "move", "retired"), LEAKED)
    page = client.get(page_of(spare[0], "move", "retired")).content.decode()
    assert "lacks questions already, and would lack more:" in page
    assert "<li>1 of 2 medium Relational databases › Indexing questions missing.</li>" in page


def test_panels_that_are_archived_or_another_tenants_are_not_named(desk: BankDesk) -> None:
    hard = add_question(desk.world.row.subtopic, "hard", "How does a planner choose?", difficulty="hard")
    InterviewPanel.objects.update(status="archived")
    assert "panel <a" not in desk.client("recruiter").get(page_of(hard, "move", "retired")).content.decode()
    InterviewPanel.objects.update(status="published", organization=desk.elsewhere)
    page = desk.client("recruiter").get(page_of(hard, "move", "retired")).content.decode()
    assert "Backend screening" not in page


def run_action(desk: BankDesk, person: str, action: str, *questions: Question, **data: str) -> str:
    chosen = {"action": action, "_selected_action": [one.pk for one in questions], **data}
    url = reverse("admin:questionbank_question_changelist")
    return desk.client(person).post(url, chosen, follow=True).content.decode()


def test_many_are_retired_at_once_after_a_look(desk: BankDesk) -> None:
    draft = add_question(desk.world.row.subtopic, "draft", "What is a partial index?", status="draft")
    old = add_question(desk.world.row.subtopic, "old", "Asked long ago", status="retired")
    everything = (desk.world.question, draft, old, desk.common)
    page = run_action(desk, "recruiter", "retire", *everything)
    assert "Retire 2 questions" in page
    assert "2 questions stay as they are: shared by all organizations" in page
    assert find_status(desk.world.question) == "live", "asked first"
    run_action(desk, "recruiter", "retire", *everything, **LEAKED)
    assert [find_status(one) for one in everything] == ["retired", "retired", "retired", "live"]
    assert read_lines(draft) == [("Retired.", "Leaked: candidates can know it beforehand. Seen on a forum")]


def test_a_reviewer_has_no_actions(desk: BankDesk) -> None:
    page = run_action(desk, "reviewer", "retire", desk.world.question, **LEAKED)
    assert "Retire …" not in page
    assert find_status(desk.world.question) == "live"
