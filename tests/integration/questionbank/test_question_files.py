"""Import with a dry run and export, CSV and JSON: what a bad row says, what is written, and for whom."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from questionbank.domain.bank_tables import write_csv
from questionbank.models import Category, Question, QuestionVersion
from questionbank.services.bank_files import describe_row
from questionbank.services.bank_import import DEMO_BANK, import_bank, read_bank
from tests.bank_desks import BankDesk, add_question
from tests.history_lines import list_lines

IMPORT = "/admin/questionbank/question/import/"


def export(desk: BankDesk, person: str, file_format: str, query: str = "") -> str:
    url = reverse("admin:questionbank_question_export", args=[file_format])
    response = desk.client(person).get(f"{url}{query}")
    assert response.status_code == 200
    assert 'attachment; filename="questions-' in response["Content-Disposition"]
    return response.content.decode("utf-8-sig")


def read_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def upload(desk: BankDesk, text: str, *, name: str = "q.csv", person: str = "recruiter", **data: object):
    own = {"organization": desk.world.organization.pk, "status": "draft", **data}
    return desk.client(person).post(IMPORT, {**own, "file": SimpleUploadedFile(name, text.encode())})


def confirm(desk: BankDesk, response, *, person: str = "recruiter", **data: object) -> str:
    """The button of the dry run, with what the page holds."""
    form = response.context["form"].cleaned_data
    held = {name: form[name] for name in ("organization", "status", "format")}
    # As browsers send it: a line ends with CR LF.
    text = form["text"].replace("\r\n", "\n").replace("\n", "\r\n")
    answer = desk.client(person).post(IMPORT, {**held, "text": text, "confirm": "1", **data}, follow=True)
    return answer.content.decode()


def make_rows(desk: BankDesk, **changes: str) -> list[dict[str, str]]:
    return [{**describe_row(Question.objects.get(pk=desk.world.question.pk)), **changes}]


def test_an_export_holds_what_the_list_shows_and_no_more(desk: BankDesk) -> None:
    add_question(desk.world.row.subtopic, "draft-one", "=HYPERLINK()", status="draft")
    rows = read_rows(export(desk, "recruiter", "csv"))
    assert sorted((row["owner"], row["key"], row["status"]) for row in rows) == [
        ("Fernbrook", "draft-one", "draft"),
        ("Fernbrook", "fernbrook-slow-query", "live"),
        ("all organizations", "common", "live"),
    ]
    assert {row["text"] for row in rows if row["key"] == "draft-one"} == {"'=HYPERLINK()"}
    some = read_rows(export(desk, "recruiter", "csv", "?status__exact=draft"))
    assert [row["key"] for row in some] == ["draft-one"]
    documents = json.loads(export(desk, "stranger", "json"))
    assert {one["category"] for one in documents} == {"Common ground", "Secret plans"}
    assert "Relational" not in export(desk, "stranger", "csv")


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_what_is_exported_and_imported_again_changes_nothing(desk: BankDesk, file_format: str) -> None:
    import_bank(read_bank(DEMO_BANK), desk.world.organization)
    add_question(desk.common.subtopic, "in-common-place", "Ours, where all stand")
    Question.objects.filter(key="in-common-place").update(organization=desk.world.organization)
    before = list(QuestionVersion.objects.order_by("pk").values()), Question.objects.count(), Category.objects.count()
    text = export(desk, "recruiter", file_format)
    response = upload(desk, text, name=f"q.{file_format}")
    assert response.context["counts"] == {"new": 0, "changed": 0, "unchanged": Question.objects.count() - 1, "bad": 0}
    assert "Nothing to do" in response.content.decode()
    confirm(desk, response)
    assert (
        list(QuestionVersion.objects.order_by("pk").values()),
        Question.objects.count(),
        Category.objects.count(),
    ) == (before)


def test_every_bad_row_is_told_before_anything_is_written(desk: BankDesk) -> None:
    good = make_rows(desk, key="good")[0]
    rows = [
        good,
        {**good, "key": "bad-1", "difficulty": "vast", "expected_seconds": "soon", "criteria": "a | A | charm | 1 | B"},
        {**good, "key": "good"},
        {**good, "key": "", "text": ""},
    ]
    response = upload(desk, write_csv(rows))
    assert [(row.where, row.problems) for row in response.context["bad"]] == [
        (
            "line 5",
            [
                'difficulty: "vast" is not known; use easy or medium or hard',
                'criterion 1 component: "charm" is not known; use relevance or depth or clarity or technical',
                'expected_seconds: "soon" is not a length of time; write whole seconds from 10 to 900',
            ],
        ),
        ("line 8", ["key: 'good' stands at line 2 already; give this question a key of its own"]),
        ("line 11", ["key: is missing or empty; write a text", "text: is missing or empty; write a text"]),
    ]
    page = response.content.decode()
    assert "Nothing was written: 3 of 4 questions cannot be read" in page
    assert "confirm" not in page
    confirm(desk, response)
    assert not Question.objects.filter(key__in=["good", "bad-1"]).exists()


def test_a_dry_run_writes_nothing_and_says_what_it_would(desk: BankDesk) -> None:
    known = make_rows(desk, text="A query has become very slow. What do you do?")[0]
    new = {**known, "key": "new-one", "text": "What is a partial index?", "category": "New area", "topic": "T"}
    response = upload(desk, write_csv([known, new]))
    assert response.context["counts"] == {"new": 1, "changed": 1, "unchanged": 0, "bad": 0}
    assert Question.objects.count() == 3
    assert not Category.objects.filter(name="New area").exists()
    assert "Import 1 new and 1 changed" in response.content.decode()


def test_a_confirmed_import_makes_versions_and_is_recorded(desk: BankDesk) -> None:
    known = make_rows(desk, text="A query has become very slow. What do you do?")[0]
    new = {**known, "key": "new-one", "text": "What is a partial index?", "category": "New area", "topic": "T"}
    page = confirm(desk, upload(desk, write_csv([known, new]), status="review"))
    assert "Imported: 1 new, 1 changed, 0 unchanged." in page
    question = Question.objects.select_related("current_version").get(pk=desk.world.question.pk)
    made = Question.objects.select_related("current_version", "category").get(key="new-one")
    assert question.current_version is not None
    assert made.current_version is not None
    assert (question.status, question.current_version.number, question.subtopic) == ("live", 2, desk.world.row.subtopic)
    assert (made.status, made.current_version.number, made.category.organization) == (
        *("review", 1, desk.world.organization),
    )
    assert made.current_version.created_by == desk.people["recruiter"]
    assert [one.message for one in list_lines()] == [
        "Imported from a file, line 2.",
        "Imported from a file, line 5.",
    ]


def test_a_file_is_confirmed_as_it_is_then_not_as_it_was(desk: BankDesk) -> None:
    """What was good in the dry run may be bad now: the second reading decides."""
    response = upload(desk, write_csv(make_rows(desk, key="new-one")))
    page = confirm(desk, response, text="key,text\na,b")
    assert "columns are missing" in page
    assert not Question.objects.filter(key="a").exists()


def test_duplicates_are_flagged_of_ones_own_and_of_the_bank_for_all(desk: BankDesk) -> None:
    rows = make_rows(desk, key="twin", text="What would you do: queries have become slow?")
    rows += make_rows(desk, key="twin-2", text="How would you give a feedback?")
    rows += make_rows(desk, key="no-twin", text="What are the secret plans?")
    response = upload(desk, write_csv(rows))
    assert [(row.where, one.question.key) for row in response.context["similar"] for one in row.similar] == [
        ("line 2", "fernbrook-slow-query"),
        ("line 5", "common"),
    ]
    assert "Secret" not in response.content.decode()
    assert "2 much like another question" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("q.xlsx", b"PK", "This is neither .csv nor .json."),
        ("q.csv", b"\xff\xfe\x00", "This is not UTF-8 text."),
        ("q.csv", b"key,text\na,b", "columns are missing; add: language"),
        ("q.json", b"{", "not JSON"),
        ("q.csv", b" ", "columns are missing"),
        ("q.csv", b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_to_do(desk: BankDesk, name: str, content: bytes, said: str) -> None:
    data = {"organization": desk.world.organization.pk, "status": "draft"}
    file = SimpleUploadedFile(name, content)
    assert said in desk.client("recruiter").post(IMPORT, {**data, "file": file}).content.decode()


def test_who_imports_for_whom(desk: BankDesk) -> None:
    text = write_csv(make_rows(desk, key="new-one"))
    for organization in (desk.elsewhere.pk, "all", ""):
        page = upload(desk, text, organization=organization).content.decode()
        assert "What this file would do" not in page
    assert upload(desk, text, person="reviewer").status_code == 403
    response = upload(desk, text, person="between", organization=desk.elsewhere.pk)
    assert response.context["counts"]["new"] == 1
    confirm(desk, response, person="between")
    assert Question.objects.get(key="new-one").organization == desk.elsewhere
    assert Category.objects.filter(organization=desk.elsewhere, name="Databases").exists(), "not Fernbrook's"


def test_a_superadmin_imports_for_all_and_at_once_live(desk: BankDesk) -> None:
    response = upload(desk, write_csv(make_rows(desk, key="new-one")), person="root", organization="all", status="live")
    confirm(desk, response, person="root")
    question = Question.objects.get(key="new-one")
    assert (question.organization, question.status) == (None, "live")
    assert upload(desk, write_csv(make_rows(desk)), status="retired").context["form"].errors.keys() == {"status"}


def test_what_only_looks_may_export_what_it_sees(desk: BankDesk) -> None:
    assert {row["key"] for row in read_rows(export(desk, "reviewer", "csv"))} == {"common", "fernbrook-slow-query"}
    assert desk.client("reviewer").get(reverse("admin:questionbank_question_export", args=["xml"])).status_code == 404


def test_what_the_page_holds_is_bounded_as_the_file_is(desk: BankDesk) -> None:
    data = {"organization": desk.world.organization.pk, "status": "draft", "format": "csv", "confirm": "1"}
    page = desk.client("recruiter").post(IMPORT, {**data, "text": "x" * 1_100_001})
    assert "The file is larger than 1 MB. Split it." in page.content.decode()
    assert "resource" not in page.context


@pytest.mark.django_db(transaction=True)
def test_similar_ones_are_looked_for_when_nothing_is_being_written_any_more(desk: BankDesk) -> None:
    client = desk.client("recruiter")
    file = SimpleUploadedFile("q.csv", write_csv(make_rows(desk, key="another")).encode())
    with CaptureQueriesContext(connection) as captured:
        page = client.post(IMPORT, {"organization": desk.world.organization.pk, "status": "draft", "file": file})
    said = [query["sql"] for query in captured.captured_queries]
    rolled_back = max(place for place, sql in enumerate(said) if sql.startswith("ROLLBACK"))
    looked = min(place for place, sql in enumerate(said) if "SELECT" in sql and "questionbank_questionstem" in sql)
    assert rolled_back < looked
    assert [row.where for row in page.context["similar"]] == ["line 2"]
