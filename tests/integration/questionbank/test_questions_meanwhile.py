"""Two people at one question: nothing is put back, nobody's version is replaced unseen, and no number is given twice.

The desk's people: the recruiter, whose page was opened before; the owner, who was quicker.
"""

from typing import Any

import pytest

from questionbank.domain.bank_format import QuestionEntry, read_document
from questionbank.domain.bank_tables import make_document
from questionbank.models import Question
from questionbank.services.bank_import import PlacedEntry, write_entries
from questionbank.services.versions import (
    QuestionRefused,
    add_version,
    lock_question,
    save_question,
)
from tests.bank_desks import BankDesk, make_content, page_of
from tests.html_forms import read_form
from tests.lock_waits import need_row_locks, run_in_turn

MINE, THEIRS = "What slows a query down?", "Which index would you add, and why?"


def load(question: Question) -> Question:
    return Question.objects.select_related("current_version", "subtopic__topic__category").get(pk=question.pk)


def make_entry(question: Question, text: str) -> QuestionEntry:
    entry = {
        **make_content(text),
        "key": question.key,
        "type": question.kind,
        "difficulty": question.difficulty,
    }
    place = {"language": "en", "category": "Any", "topic": "Any"}
    return read_document(make_document(place, [("Any", entry)]), "this").subtopics[0].questions[0]


def read_page(page: Any) -> dict[str, Any]:
    """What a browser would send back; of the criteria, without the row that nobody has filled in."""
    form: dict[str, Any] = read_form(page.content.decode(), "question_form")
    [criterion] = make_content("")["criteria"]
    return {**form, **{f"criteria-{name}": [value] for name, value in criterion.items()}, "criteria-position": ["1"]}


def read_texts(question: Question) -> list[tuple[int, str]]:
    return list(question.versions.order_by("number").values_list("number", "text"))


def test_saving_puts_nothing_back_that_others_have_changed(desk: BankDesk) -> None:
    loaded = load(desk.world.question)
    Question.objects.filter(pk=loaded.pk).update(status="retired", status_reason="It leaked.", times_asked=7)
    loaded.difficulty = "hard"
    assert save_question(loaded, make_content(MINE), user=None)
    now = load(loaded)
    assert (now.status, now.status_reason, now.times_asked, now.difficulty) == ("retired", "It leaked.", 7, "hard")
    assert (loaded.status, loaded.times_asked) == ("retired", 7)


def test_a_version_that_was_made_meanwhile_is_not_replaced_unseen(desk: BankDesk) -> None:
    mine, theirs = load(desk.world.question), load(desk.world.question)
    before = read_texts(mine)
    save_question(theirs, make_content(THEIRS), user=desk.people["owner"])
    with pytest.raises(QuestionRefused) as refused:
        save_question(mine, make_content(MINE), user=None)
    assert str(refused.value) == "Version 2 was made meanwhile. Load the page again to see it."
    assert read_texts(mine) == [*before, (2, THEIRS)]
    assert not save_question(load(mine), make_content(THEIRS), user=None, seen=1)  # it says the same already
    assert save_question(load(mine), make_content(MINE), user=None, seen=2)
    assert read_texts(mine) == [*before, (2, THEIRS), (3, MINE)]


def test_the_page_keeps_both_texts_and_saves_when_it_is_sent_again(desk: BankDesk) -> None:
    question, client = desk.world.question, desk.client("recruiter")
    add_version(question, make_content("What is slow?"), user=None)
    address = page_of(question, "change")
    form = read_page(client.get(address))
    assert form["version_seen"] == ["2"]
    add_version(question, make_content(THEIRS), user=desk.people["owner"])
    page = client.post(address, {**form, "text": MINE})
    told = (
        f"Nothing was saved yet: {desk.people['owner']} has made version 3 meanwhile. It asks: “{THEIRS}” What you "
        "wrote still stands below. Compare the two under Versions; saved again, yours is the next version."
    )
    assert page.context["adminform"].form.non_field_errors() == [told]
    assert question.versions.count() == 3
    again = read_page(page)
    assert (again["version_seen"], again["text"]) == (["3"], [MINE])
    assert client.post(address, again).status_code == 302
    assert [text for _, text in read_texts(question)[2:]] == [THEIRS, MINE]


@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_once_give_no_number_twice(desk: BankDesk) -> None:
    need_row_locks()
    mine, theirs = load(desk.world.question), load(desk.world.question)

    def save_mine() -> bool:
        return save_question(mine, make_content(MINE), user=None, seen=2)

    saved = run_in_turn(
        lambda: lock_question(theirs.pk), lambda: save_question(theirs, make_content(THEIRS), user=None), save_mine
    )
    assert saved
    assert read_texts(mine)[1:] == [(2, THEIRS), (3, MINE)]


@pytest.mark.django_db(transaction=True)
def test_an_import_waits_for_who_saves_and_makes_the_version_after(desk: BankDesk) -> None:
    need_row_locks()
    question = load(desk.world.question)
    names = (question.category.name, question.topic.name, question.subtopic.name)
    placed = PlacedEntry(question.language, *names, make_entry(question, MINE))

    def write() -> str:
        return str(write_entries([placed], question.organization)[question.key].outcome)

    outcome = run_in_turn(
        lambda: lock_question(question.pk), lambda: save_question(question, make_content(THEIRS), user=None), write
    )
    assert outcome == "changed"
    assert read_texts(question)[1:] == [(2, THEIRS), (3, MINE)]
