"""The pages of batches: the grid that asks, the page of what came of it, the lists of the bank and the cache."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from organizations.models import Change, Organization
from questionbank.domain.batches import BatchRow, BatchWish
from questionbank.models import CachedQuestion, Generation, Question
from questionbank.services.generation.batches import start_batch
from questionbank.services.question_cache import note_hit
from questionbank.services.question_states import move_question
from tests.bank_desks import BankDesk
from tests.models_at_hand import model_at_hand
from tests.question_writers import TOKENS, QuestionWriter, name_text
from tests.rows_besides import add_cached_question
from tests.work import do_due

pytestmark = pytest.mark.django_db
NEW = "/admin/questionbank/generation/questions/"
CACHE = "/admin/questionbank/cachedquestion/"
HOW = {"kinds": ["technical"], "language": "en", "wishes": "", "use_cache": "on"}


@pytest.fixture
def writer(settings: Settings) -> Iterator[QuestionWriter]:
    with model_at_hand(settings) as server:
        yield QuestionWriter(server)


def typed(*rows: tuple[str, str, str, str, str, str], **how: Any) -> dict[str, Any]:
    names = ("category", "topic", "subtopic", "easy", "medium", "hard")
    columns = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    return {**HOW, **columns, **how}


def ask(client: Client, desk: BankDesk, *rows: tuple[str, str, str, str, str, str], **how: Any) -> Any:
    return client.post(NEW, {"organization": desk.world.organization.pk, **typed(*rows, **how)})


def page_of(batch: Generation, name: str = "batch") -> str:
    return reverse(f"admin:questionbank_generation_{name}", args=[batch.pk])


def read_text(page: Any) -> str:
    """As it is read: without marks and spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def make_batch(desk: BankDesk, *rows: BatchRow) -> Generation:
    batch = start_batch(
        organization=desk.world.organization,
        wish=BatchWish(rows, use_cache=False),
        user=desk.people["recruiter"],
        now=timezone.now(),
    )
    do_due(Generation)
    return Generation.objects.get(pk=batch.pk)


def test_a_recruiter_asks_and_reads_what_came_of_it(desk: BankDesk, writer: QuestionWriter) -> None:
    client = desk.client("recruiter")
    page = client.get(NEW)
    assert "No measurement yet" in page.content.decode()
    sent = ask(
        client,
        desk,
        ("Storage", "Indexing", "Composite indexes", "", "2", "1"),
        ("", "", "", "", "", ""),
        ("Storage", "Locking", "Deadlocks", "1", "", ""),
    )
    batch = Generation.objects.get(kind="batch")
    assert sent["Location"] == page_of(batch)
    line = Change.objects.get(subject_type="questionbank.generation", subject_id=batch.pk)
    assert (line.message, line.actor) == ("Asked for 4 questions.", desk.people["recruiter"])
    assert "0 of 4 questions" in read_text(client.get(page_of(batch)))
    writer.say([name_text(1), name_text(1)])
    do_due(Generation)
    shown = client.get(page_of(batch))
    text = read_text(shown)
    assert "4 of 4 questions" in text
    assert "Review 4 questions" in text
    assert "1 was not taken" in text
    assert "100 % the same, review" in text
    assert shown.content.decode().count('data-over="yes"') == 1
    review = client.get(shown.context["review_url"])
    assert review.context["cl"].result_count == 4
    measured = read_text(client.get(NEW))
    assert f"One question took {TOKENS} tokens" in measured
    assert "over the last 5 calls here" in measured


def test_what_is_made_is_reviewed_by_the_acts_there_are(desk: BankDesk, writer: QuestionWriter) -> None:
    batch = make_batch(desk, BatchRow("Storage", "Indexing", "Keys", "easy", 3))
    client = desk.client("recruiter")
    questions = list(Question.objects.filter(origin__isnull=False).order_by("pk"))
    page = client.get(page_of(batch)).context["review_url"]
    chosen = {"_selected_action": [questions[0].pk, questions[1].pk], "action": "put_live", "confirm": "1"}
    client.post(page, {**chosen, "details": ""})
    turned = {"confirm": "1", "because": "unclear", "details": ""}
    client.post(reverse("admin:questionbank_question_move", args=[questions[2].pk, "retired"]), turned)
    assert list(Question.objects.filter(origin__isnull=False).order_by("pk").values_list("status", flat=True)) == [
        "live",
        "live",
        "retired",
    ]
    assert client.get(page).context["cl"].result_count == 0
    assert (
        "Review" not in read_text(client.get(page_of(batch))).split("Questions for the bank", 2)[-1].split("Where")[0]
    )


def test_the_list_tells_who_wrote_a_question(desk: BankDesk, writer: QuestionWriter) -> None:
    make_batch(desk, BatchRow("Storage", "Indexing", "Keys", "easy", 2))
    client = desk.client("recruiter")
    bank = reverse("admin:questionbank_question_changelist")
    everything = client.get(bank).context["cl"].result_count
    assert client.get(bank, {"written_by": "model"}).context["cl"].result_count == 2
    assert client.get(bank, {"written_by": "people"}).context["cl"].result_count == everything - 2
    assert client.get(bank, {"batch": "no-such"}).context["cl"].result_count == 0
    question = Question.objects.filter(origin__isnull=False)[0]
    page = read_text(client.get(reverse("admin:questionbank_question_change", args=[question.pk])))
    assert "tiny (ollama), prompt write_bank_question/1+" in page
    assert "a batch" in page


def test_a_copy_says_where_else_it_stands(desk: BankDesk, writer: QuestionWriter) -> None:
    make_batch(desk, BatchRow("Storage", "Indexing", "Keys", "easy", 1))
    original = Question.objects.get(origin__isnull=False)
    move_question(question=original, target="live", reason="", now=timezone.now())
    client = desk.client("recruiter")
    ask(client, desk, ("Search", "Indexing", "Keys", "1", "", ""))
    do_due(Generation)
    batch = Generation.objects.filter(kind="batch").latest("pk")
    text = read_text(client.get(page_of(batch)))
    assert "1 of them comes from the cache and took no tokens." in text
    assert "It stands in Storage › Indexing › Keys as well." in text
    copy = Question.objects.get(origin__is_from_cache=True)
    warned = read_text(client.get(reverse("admin:questionbank_question_move", args=[copy.pk, "live"])))
    assert "is live in Indexing › Keys as well: a panel with both places could ask it twice." in warned


def test_what_is_missing_is_told_and_made_again(desk: BankDesk, writer: QuestionWriter) -> None:
    writer.say([name_text(1)] * 30)
    rows = [BatchRow("Storage", "Indexing", "Keys", "easy", 2), BatchRow("Storage", "Indexing", "Views", "easy", 1)]
    batch = make_batch(desk, *rows)
    client = desk.client("recruiter")
    text = read_text(client.get(page_of(batch)))
    assert "1 of 3 questions" in text
    assert "Partly done" in text or "partly done" in text
    assert "2 are missing; why stands at their place." in text
    assert "1 of 2 were made: the model wrote 5 that could not be taken" in text
    assert "Make the missing ones again" in text
    log = read_text(client.get(reverse("admin:questionbank_generation_change", args=[batch.pk])))
    assert "Storage › Indexing › Keys, easy" in log
    writer.say([])
    client.post(page_of(batch, "again"), {"back": page_of(batch)})
    do_due(Generation)
    text = read_text(client.get(page_of(batch)))
    assert "3 of 3 questions" in text
    assert "missing" not in text


@pytest.mark.parametrize(
    ("rows", "how", "told"),
    [
        ([], {}, "Nothing is asked for. Choose at least one place and a number."),
        ([("A", "B", "C", "x", "", "")], {}, "Write a number from 0 to 20."),
        ([("A", "B", "C", "", "", "")], {}, "Write how many, at one difficulty or more."),
        ([("A", "", "C", "1", "", "")], {}, "Topic: Write a name."),
        ([("A", "B", "C", "21", "", "")], {}, "Count: 21 is not possible: write a number from 1 to 20."),
        ([("A", "B", f"C{n}", "20", "20", "") for n in range(6)], {}, "These are 240 questions in all"),
        ([("A", "B", "C", "1", "", "")], {"language": "x"}, "Write a language code such as en or de."),
        ([("A", "B", "C", "1", "", "")], {"kinds": []}, "This field is required."),
    ],
)
def test_what_is_wrong_is_told_and_stays_typed(
    desk: BankDesk, writer: QuestionWriter, rows: Any, how: dict[str, Any], told: str
) -> None:
    page = ask(desk.client("recruiter"), desk, *rows, **how)
    assert page.status_code == 200
    assert told in read_text(page)
    assert not Generation.objects.exists()
    if rows:
        assert f'value="{rows[0][2]}"' in page.content.decode()


def test_at_the_limit_and_without_a_model_it_says_so(desk: BankDesk, writer: QuestionWriter) -> None:
    make_batch(desk, BatchRow("Storage", "Indexing", "Keys", "easy", 1))
    Organization.objects.filter(pk=desk.world.organization.pk).update(monthly_tokens=TOKENS)
    client = desk.client("recruiter")
    page = read_text(client.get(NEW))
    assert f"{TOKENS} of {TOKENS} tokens of this month are used." in page
    page = read_text(ask(client, desk, ("A", "B", "C", "1", "", "")))
    assert "Fernbrook has used 120 of its 120 tokens" in page


def test_who_may(desk: BankDesk, writer: QuestionWriter) -> None:
    batch = make_batch(desk, BatchRow("Storage", "Indexing", "Keys", "easy", 1))
    single = batch.parts.get()
    assert desk.client("reviewer").get(NEW).status_code == 403
    assert desk.client("stranger").get(page_of(batch)).status_code in (302, 404)
    assert desk.client("recruiter").get(page_of(single)).status_code == 404, "a part has no page of this kind"
    theirs = ask(desk.client("stranger"), desk, ("A", "B", "C", "1", "", ""))
    assert theirs.status_code == 200
    assert Generation.objects.filter(kind="batch").count() == 1


def test_the_pages_take_the_same_queries_however_much_there_is(desk: BankDesk, writer: QuestionWriter) -> None:
    client = desk.client("recruiter")
    counts: dict[str, list[int]] = {"batch": [], "new": [], "cache": [], "bank": []}
    for number in range(2):
        rows = [BatchRow(f"Storage {number}", "Indexing", f"Keys {n}", "easy", 2) for n in range(1 + 3 * number)]
        pages = {"batch": page_of(make_batch(desk, *rows)), "new": NEW, "cache": CACHE}
        pages["bank"] = f"{reverse('admin:questionbank_question_changelist')}?written_by=model"
        for name, page in pages.items():
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts[name].append(len(queries))
    assert {name: seen[0] for name, seen in counts.items()} == {name: seen[1] for name, seen in counts.items()}


def test_the_cache_is_read_and_cleared(desk: BankDesk) -> None:
    kept, theirs = add_cached_question(desk.world.organization), add_cached_question(desk.elsewhere)
    note_hit(kept, timezone.now())
    client = desk.client("recruiter")
    text = read_text(client.get(CACHE))
    assert "What is a composite index?" in text
    assert "In all 1 0 120" in text
    assert "One of two columns." in read_text(client.get(f"{CACHE}{kept.pk}/change/"))
    assert client.get(f"{CACHE}{theirs.pk}/change/").status_code == 302
    assert "1 question of Fernbrook will not be given out again." in read_text(client.get(f"{CACHE}clear/"))
    client.post(f"{CACHE}clear/", {"confirmed": "yes"})
    assert list(CachedQuestion.objects.all()) == [theirs]
    assert Change.objects.filter(message="Cleared the cache of written questions.").count() == 1
    assert "In all 1 0 120" in read_text(client.get(CACHE)), "figures stay"
