"""The criteria of a generated interview in the editor: added, removed, put in order; what is refused, and why."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organizations.models import Change
from questionbank.models import GeneratedInterview
from tests.bank_desks import BankDesk
from tests.generated_texts import add_description, make_questions
from tests.html_forms import read_form

pytestmark = pytest.mark.django_db
Form = dict[str, Any]
KEYS = [f"{one}_1" for one in ("cause", "evidence", "order", "trade_off", "example", "limits", "check", "result")]


@pytest.fixture
def interview(desk: BankDesk) -> GeneratedInterview:
    description = add_description(desk.world.organization)
    return GeneratedInterview.objects.create(
        organization=description.organization, description=description, name="First", questions=make_questions()
    )


def page(interview: GeneratedInterview, name: str = "change") -> str:
    return reverse(f"admin:questionbank_generatedinterview_{name}", args=[interview.pk])


def fill(client: Client, interview: GeneratedInterview, **changes: Any) -> Form:
    """What a browser would send of the page, with these changes; None takes a field out."""
    sent = {**read_form(client.get(page(interview)).content.decode(), "generatedinterview_form"), **changes}
    return {name: value for name, value in sent.items() if value is not None}


def save(client: Client, interview: GeneratedInterview, **changes: Any) -> list[str]:
    """The keys of the first question's criteria afterwards."""
    assert client.post(page(interview), fill(client, interview, **changes)).status_code == 302
    interview.refresh_from_db()
    return [one["key"] for one in interview.questions[0]["criteria"]]


def test_saved_as_it_is_nothing_changes(desk: BankDesk, interview: GeneratedInterview) -> None:
    assert save(desk.client("recruiter"), interview) == KEYS
    assert interview.questions == make_questions()


def test_one_is_added(desk: BankDesk, interview: GeneratedInterview) -> None:
    """In the row that waits below; its key is ours, of its name, and none that is there."""
    new = {
        "questions-0-8-name": "Cause 1!",
        "questions-0-8-description": "Says <b>why</b>.",
        "questions-0-8-weight": "3",
    }
    assert save(desk.client("recruiter"), interview, **new) == [*KEYS, "cause_1_2"]
    assert interview.questions[0]["criteria"][-1] == {
        "key": "cause_1_2",
        "name": "Cause 1!",
        "description": "Says why.",
        "component": "relevance",
        "weight": 3,
        "is_checked": True,
    }
    assert interview.questions[1:] == make_questions()[1:]
    line = Change.objects.get(subject_type="questionbank.generatedinterview")
    assert line.message == "Edited: question 1."


def test_they_are_put_in_order(desk: BankDesk, interview: GeneratedInterview) -> None:
    places = {"questions-0-0-place": "3", "questions-0-1-place": "1", "questions-0-2-place": "2"}
    assert save(desk.client("recruiter"), interview, **places) == [KEYS[1], KEYS[2], KEYS[0], *KEYS[3:]]


def test_one_is_removed_and_publishing_says_what_is_missing(desk: BankDesk, interview: GeneratedInterview) -> None:
    client = desk.client("recruiter")
    assert save(client, interview, **{"questions-0-2-remove": "yes"}) == [*KEYS[:2], *KEYS[3:]]
    shown = client.get(page(interview)).content.decode()
    assert "7 criteria, 7 in use. To be published a question needs 8 to 10." in shown
    assert "Question 1: There are 7 criteria, not 8 to 10." in shown
    told = client.post(page(interview, "publish"), follow=True).content.decode()
    assert "It cannot be published yet. Question 1: There are 7 criteria, not 8 to 10." in told
    interview.refresh_from_db()
    assert interview.status == "draft"
    again = {"questions-0-7-name": "Order", "questions-0-7-description": "Says what comes first."}
    assert len(save(client, interview, **again)) == 8
    client.post(page(interview, "publish"))
    interview.refresh_from_db()
    assert interview.status == "published"


def test_rows_that_a_script_took_out_are_gone(desk: BankDesk, interview: GeneratedInterview) -> None:
    row = ("key", "is_checked", "name", "description", "component", "weight", "place")
    gone = {f"questions-0-{at}-{name}": None for at in (0, 5) for name in row}
    assert save(desk.client("recruiter"), interview, **gone) == [*KEYS[1:5], *KEYS[6:]]


def test_more_than_ten_are_refused(desk: BankDesk, interview: GeneratedInterview) -> None:
    client = desk.client("recruiter")
    more = {f"questions-2-{at}-{name}": f"{name} {at}" for at in (8, 9, 10) for name in ("name", "description")}
    answer = client.post(page(interview), fill(client, interview, **more))
    assert "Question 3 has 11 criteria, at most 10. Remove 1." in answer.content.decode()
    kept = read_form(answer.content.decode(), "generatedinterview_form")
    assert kept["questions-2-10-name"] == ["name 10"], "what was written stays in the fields"
    interview.refresh_from_db()
    assert interview.questions == make_questions()
    del more["questions-2-10-name"], more["questions-2-10-description"]
    save(client, interview, **more)
    assert len(interview.questions[2]["criteria"]) == 10
    assert "questions-2-10-name" not in fill(client, interview), "there is no room for another"


def test_keys_are_not_taken_from_the_form(desk: BankDesk, interview: GeneratedInterview) -> None:
    """One that is not there, and one that is there twice, are new ones."""
    sent = {"questions-0-0-key": "../../etc", "questions-0-2-key": KEYS[1]}
    assert save(desk.client("recruiter"), interview, **sent) == ["cause_1", KEYS[1], "order_1", *KEYS[3:]]


def test_a_refused_page_knows_its_questions(desk: BankDesk, interview: GeneratedInterview) -> None:
    """They were put in another order there: each keeps what is not in the form."""
    client = desk.client("recruiter")
    changes = {"name": "", "questions-0-place": "5", "questions-4-place": "1"}
    refused = client.post(page(interview), fill(client, interview, **changes)).content.decode()
    sent = {**read_form(refused, "generatedinterview_form"), "name": "First"}
    assert client.post(page(interview), sent).status_code == 302
    interview.refresh_from_db()
    assert [(one["id"], one["competencies"]) for one in interview.questions] == [
        ("Q5", ["C2", "C3"]),
        ("Q2", ["C1"]),
        ("Q3", ["C2"]),
        ("Q4", ["C3"]),
        ("Q1", ["C1"]),
    ]


def test_what_comes_from_the_cache_is_said(desk: BankDesk, interview: GeneratedInterview) -> None:
    client = desk.client("recruiter")
    assert "from the cache" not in client.get(page(interview)).content.decode()
    interview.questions[1] |= {"is_from_cache": True, "written_by": "tiny"}
    interview.save()
    shown = client.get(page(interview)).content.decode()
    assert "1 of 5 questions from the cache" in shown
    assert "written earlier by tiny" in shown
    save(client, interview, name="Other")
    assert interview.from_cache == 1, "it is kept through the form"
