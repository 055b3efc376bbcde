"""The page of versions: who made which, what differs, how many interviews asked it, and an old one made new."""

import pytest

from questionbank.models import Question
from questionbank.services.versions import QuestionRefused, add_version, describe_content, restore_version
from tests.bank_desks import BankDesk, hold_interview, make_content, page_of
from tests.history_lines import read_lines


@pytest.fixture
def edited(desk: BankDesk) -> Question:
    question = desk.world.question
    add_version(
        question,
        make_content("A query has become very slow. What do you do?", think_seconds=45),
        user=desk.people["recruiter"],
        note="Said how slow",
    )
    return question


def test_versions_are_listed_with_who_when_why_and_how_often_asked(desk: BankDesk, edited: Question) -> None:
    hold_interview(desk.world, 1, {edited: 70})
    hold_interview(desk.world, 2, {edited: None})
    hold_interview(desk.world, 3, {edited: 70}, is_trial=True)
    response = desk.client("owner").get(page_of(edited, "versions"))
    assert [(version.number, asked) for version, asked, _ in response.context["versions"]] == [(2, 2), (1, 0)]
    page = response.content.decode()
    assert "Said how slow" in page
    assert "recruiter@fernbrook.example" in page
    assert f"{page_of(edited, 'figures')}?version=2#interviews" in page


def test_the_last_two_are_compared_unless_others_are_chosen(desk: BankDesk, edited: Question) -> None:
    add_version(edited, make_content("Something else altogether"), user=None)
    client = desk.client("owner")
    page = client.get(page_of(edited, "versions"))
    assert (page.context["before"].number, page.context["after"].number) == (2, 3)
    page = client.get(page_of(edited, "versions"), {"from": "2", "to": "1"})
    assert (page.context["before"].number, page.context["after"].number) == (1, 2)
    assert "become <ins>very </ins>slow" in " ".join(page.content.decode().split())
    assert "<del>30</del>" in page.content.decode()
    page = client.get(page_of(edited, "versions"), {"from": "7", "to": "nonsense"})
    assert (page.context["before"].number, page.context["after"].number) == (2, 3)


def test_one_version_has_nothing_to_compare_with(desk: BankDesk) -> None:
    page = desk.client("owner").get(page_of(desk.world.question, "versions")).content.decode()
    assert "There is one version." in page
    assert ">Compare</button>" not in page


def test_an_old_version_is_restored_as_a_new_one(desk: BankDesk, edited: Question) -> None:
    client = desk.client("recruiter")
    old = describe_content(edited.versions.get(number=1))
    assert client.post(page_of(edited, "restore", 1)).status_code == 302
    edited.refresh_from_db()
    assert edited.current_version is not None
    assert (edited.current_version.number, edited.current_version.note) == (3, "Version 1 again.")
    assert describe_content(edited.current_version) == old
    assert edited.versions.get(number=1) is not None
    assert read_lines(edited) == [("Version 1 was made current again, as version 3.", "")]
    page = client.post(page_of(edited, "restore", 1), follow=True).content.decode()
    assert "Nothing was changed." in page
    page = client.post(page_of(edited, "restore", 9), follow=True).content.decode()
    assert "There is no version 9" in page
    assert edited.versions.count() == 3


def test_a_version_of_another_question_is_not_restored_into_this_one(desk: BankDesk, edited: Question) -> None:
    with pytest.raises(QuestionRefused, match="no version 2"):
        restore_version(question=desk.common, number=2, user=None)


@pytest.mark.parametrize(
    ("person", "seen", "restored"),
    [("owner", 200, 302), ("reviewer", 200, 404), ("stranger", 404, 404), ("between", 200, 404), ("root", 200, 302)],
)
def test_who_sees_and_restores_versions(
    desk: BankDesk, edited: Question, person: str, seen: int, restored: int
) -> None:
    client = desk.client(person)
    assert client.get(page_of(edited, "versions")).status_code == seen
    assert client.post(page_of(edited, "restore", 1)).status_code == restored
    assert client.get(page_of(edited, "restore", 1)).status_code == 404


def test_a_reviewer_learns_no_counts(desk: BankDesk, edited: Question) -> None:
    hold_interview(desk.world, 1, {edited: 70})
    response = desk.client("reviewer").get(page_of(edited, "versions"))
    assert [asked for _, asked, _ in response.context["versions"]] == [None, None]
