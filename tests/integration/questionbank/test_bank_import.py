"""Importing a bank: what becomes rows, what a second import changes, and whose questions they are."""

import dataclasses
import json
from pathlib import Path

import pytest
from django.db import IntegrityError

from organizations.models import Organization
from questionbank.domain.bank_format import BankDocument, CriterionEntry, QuestionEntry, SubtopicEntry
from questionbank.domain.json_objects import BankFormatError
from questionbank.models import Category, Question, QuestionVersion, Subtopic, Topic
from questionbank.services.bank_import import DEMO_BANK, ImportResult, import_bank, read_bank

pytestmark = pytest.mark.django_db

ENTRY = QuestionEntry(
    key="locks-order",
    text="Why should locks be taken in one order?",
    kind="technical",
    difficulty="medium",
    assesses="Understanding of deadlocks",
    expected_answer="Because two transactions could otherwise wait for each other.",
    expected_elements=("They wait for each other",),
    criteria=(CriterionEntry("circle", "Circle", "Explains the circle", "technical", 2),),
    red_flags=("Says it cannot happen",),
    expected_seconds=90,
    think_seconds=30,
    suggestions=("If two transactions",),
    weights={"technical": 1.0},
)


def make_document(*entries: QuestionEntry, subtopic: str = "Transactions", topic: str = "Databases") -> BankDocument:
    return BankDocument("db.json", "en", "Software", topic, (SubtopicEntry(subtopic, entries),))


def test_a_new_question_is_live_with_its_first_version_in_its_place() -> None:
    assert import_bank([make_document(ENTRY)]) == ImportResult(created=1, changed=0, unchanged=0)
    question = Question.objects.select_related("current_version", "subtopic__topic__category").get()
    version = question.current_version
    assert version is not None
    assert (question.key, question.kind, question.difficulty, question.language, question.status) == (
        *("locks-order", "technical", "medium", "en", "live"),
    )
    assert (question.organization, question.category.slug, question.topic.slug, question.subtopic.slug) == (
        *(None, "software", "databases", "transactions"),
    )
    assert question.subtopic.topic == question.topic
    assert question.topic.category == question.category
    names = [field.name for field in dataclasses.fields(ENTRY) if field.name not in ("key", "kind", "difficulty")]
    assert {name: getattr(version, name) for name in names} == {
        "text": "Why should locks be taken in one order?",
        "assesses": "Understanding of deadlocks",
        "expected_answer": "Because two transactions could otherwise wait for each other.",
        "expected_elements": ["They wait for each other"],
        "criteria": [
            {
                "key": "circle",
                "name": "Circle",
                "description": "Explains the circle",
                "component": "technical",
                "weight": 2,
            }
        ],
        "red_flags": ["Says it cannot happen"],
        "expected_seconds": 90,
        "think_seconds": 30,
        "suggestions": ["If two transactions"],
        "weights": {"technical": 1.0},
    }
    assert version.number == 1


def test_the_same_bank_again_changes_nothing() -> None:
    import_bank([make_document(ENTRY)])
    assert import_bank([make_document(ENTRY)]) == ImportResult(created=0, changed=0, unchanged=1)
    assert (Category.objects.count(), Topic.objects.count(), Subtopic.objects.count()) == (1, 1, 1)
    assert QuestionVersion.objects.count() == 1


def test_changed_content_makes_the_next_version_and_keeps_the_old_one() -> None:
    import_bank([make_document(ENTRY)])
    rewritten = dataclasses.replace(ENTRY, expected_elements=("They wait for each other", "One order prevents it"))
    assert import_bank([make_document(rewritten)]) == ImportResult(created=0, changed=1, unchanged=0)
    versions = QuestionVersion.objects.order_by("number")
    assert [(version.number, version.expected_elements) for version in versions] == [
        (1, ["They wait for each other"]),
        (2, ["They wait for each other", "One order prevents it"]),
    ]
    assert Question.objects.get().current_version == versions[1]


def test_going_back_to_an_earlier_text_is_a_new_version_too() -> None:
    for text in ("First?", "Second?", "First?"):
        import_bank([make_document(dataclasses.replace(ENTRY, text=text))])
    assert list(QuestionVersion.objects.order_by("number").values_list("number", "text")) == [
        (1, "First?"),
        (2, "Second?"),
        (3, "First?"),
    ]


def test_a_question_that_only_moves_keeps_its_version() -> None:
    import_bank([make_document(ENTRY)])
    moved = dataclasses.replace(ENTRY, difficulty="hard")
    assert import_bank([make_document(moved, subtopic="Locks")]) == ImportResult(created=0, changed=1, unchanged=0)
    question = Question.objects.get()
    assert (question.difficulty, question.subtopic.name) == ("hard", "Locks")
    assert QuestionVersion.objects.get().number == 1


def test_a_retired_question_stays_retired() -> None:
    import_bank([make_document(ENTRY)])
    Question.objects.update(status=Question.Status.RETIRED)
    import_bank([make_document(dataclasses.replace(ENTRY, text="Rewritten?"))])
    assert Question.objects.get().status == Question.Status.RETIRED


def test_questions_not_in_the_bank_are_left_alone() -> None:
    other = dataclasses.replace(ENTRY, key="other")
    import_bank([make_document(ENTRY)])
    import_bank([make_document(other)])
    assert set(Question.objects.values_list("key", "status")) == {("locks-order", "live"), ("other", "live")}


def test_an_organization_has_the_same_key_for_itself() -> None:
    own = Organization.objects.create(name="Own", slug="own")
    import_bank([make_document(ENTRY)])
    assert import_bank([make_document(ENTRY)], own) == ImportResult(created=1, changed=0, unchanged=0)
    assert [question.category.organization for question in Question.objects.order_by("id")] == [None, own]
    assert [question.organization for question in Question.objects.order_by("id")] == [None, own]


def test_names_that_look_alike_in_an_address_stay_apart() -> None:
    for number, topic in enumerate(("C", "C++", "C#", "C++", "数据库")):
        import_bank([make_document(dataclasses.replace(ENTRY, key=f"key-{number}"), topic=topic)])
    assert list(Topic.objects.order_by("id").values_list("name", "slug")) == [
        ("C", "c"),
        ("C++", "c-2"),
        ("C#", "c-3"),
        ("数据库", "数据库"),
    ]


def test_a_key_used_twice_imports_nothing() -> None:
    with pytest.raises(BankFormatError, match=r"is already used in db\.json; give"):
        import_bank([make_document(ENTRY), make_document(ENTRY, topic="Python")])
    assert Question.objects.count() == 0


def test_a_failure_half_way_imports_nothing() -> None:
    unfit = dataclasses.replace(ENTRY, key="unfit", difficulty="vast")
    with pytest.raises(IntegrityError, match="question_difficulty"):
        import_bank([make_document(ENTRY, unfit)])
    assert (Question.objects.count(), Category.objects.count()) == (0, 0)


def test_the_demo_bank_is_imported_whole() -> None:
    documents = read_bank(DEMO_BANK)
    entries = [entry for document in documents for entry in document.questions]
    assert import_bank(documents) == ImportResult(created=len(entries), changed=0, unchanged=0)
    assert import_bank(documents) == ImportResult(created=0, changed=0, unchanged=len(entries))
    for version in QuestionVersion.objects.all():
        version.full_clean()


def test_reading_reports_the_problems_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xff\xfe")
    (tmp_path / "b.json").write_text(json.dumps({"format": "interviewbot-bank/1", "language": "en", "topic": "T"}))
    with pytest.raises(BankFormatError) as caught:
        read_bank(tmp_path)
    assert str(caught.value).splitlines() == [
        "a.json: is not UTF-8 text; save it as UTF-8",
        "b.json, category: is missing or empty; write a text",
        "b.json, subtopics: must be a list with at least one entry; add one",
    ]


def test_reading_a_folder_without_a_bank(tmp_path: Path) -> None:
    with pytest.raises(BankFormatError) as caught:
        read_bank(tmp_path)
    assert str(caught.value) == f"{tmp_path}: has no .json file; name the folder that holds the bank"
