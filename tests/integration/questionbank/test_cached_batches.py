"""What the cache gives to a batch: for the same wish and for one alike, never twice at a place, never to others."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from pytest_django import Settings

from organizations.models import Organization
from questionbank.domain.batches import BatchRow, BatchWish
from questionbank.domain.embeddings import Vector
from questionbank.domain.question_cache import Wish, embed_wish
from questionbank.models import CachedQuestion, CacheMonth, Generation, Question
from questionbank.services.generation.batches import start_batch
from questionbank.services.question_cache import Writer, clear_cache, find_cached, keep_question, note_hit, trim_cache
from questionbank.services.question_states import move_question
from questionbank.services.versions import describe_content, save_question
from tests.bank_desks import BankDesk
from tests.models_at_hand import model_at_hand
from tests.question_writers import TOKENS, QuestionWriter, make_written, name_text
from tests.work import do_due

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HERE = BatchRow("Storage", "Indexing", "Composite indexes", "medium", 2)
ELSEWHERE = BatchRow("Search", "Indexing", "Composite Indexes", "medium", 2)
ALIKE = BatchRow("Search", "Indexing", "Composite index", "medium", 2)
WISH = Wish("Indexing", "medium", "technical", "en", "Composite indexes")
WRITER = Writer("ollama", "tiny", "write_bank_question/1+0", TOKENS)


@pytest.fixture
def writer(settings: Settings) -> Iterator[QuestionWriter]:
    with model_at_hand(settings) as server:
        yield QuestionWriter(server)


def make(desk: BankDesk, row: BatchRow, organization: Organization | None = None, **wish: Any) -> Generation:
    """Ask for one row and have it made; its only part."""
    batch = start_batch(
        organization=organization or desk.world.organization,
        wish=BatchWish([row], **wish),
        user=None,
        now=timezone.now(),
    )
    do_due(Generation)
    return batch.parts.get()


def find_questions(part: Generation) -> list[Question]:
    ids = [one["id"] for one in part.result["questions"]]
    return list(
        Question.objects.filter(uuid__in=ids).select_related("current_version", "origin", "subtopic").order_by("pk")
    )


def read_month(organization: Organization) -> tuple[int, int, int]:
    month = CacheMonth.objects.get(organization=organization)
    return month.hits, month.misses, month.tokens_saved


def test_elsewhere_the_same_wish_is_a_copy(desk: BankDesk, writer: QuestionWriter) -> None:
    originals = find_questions(make(desk, HERE))
    part = make(desk, ELSEWHERE)
    assert (part.work_status, part.steps_done, writer.asked) == ("done", 2, 2), "no model was asked"
    assert part.prompt_tokens + part.completion_tokens == 0
    copies = find_questions(part)
    assert [one.origin.copied_from for one in copies] == originals
    assert [one.origin.is_from_cache for one in copies] == [True, True]
    assert [one.status for one in copies] == ["review", "review"]
    assert {one.subtopic.topic.category.name for one in copies} == {"Search"}
    for copy, original in zip(copies, originals, strict=True):
        assert copy.current_version is not None
        assert original.current_version is not None
        assert describe_content(copy.current_version) == describe_content(original.current_version)
    assert part.result["questions"][0]["copy_of"] == str(originals[0].uuid)
    assert [one.usage_count for one in CachedQuestion.objects.order_by("pk")] == [1, 1]
    assert read_month(desk.world.organization) == (2, 2, 2 * TOKENS)


def test_a_wish_alike_finds_it_too(desk: BankDesk, writer: QuestionWriter) -> None:
    make(desk, HERE)
    assert [one["from_cache"] for one in make(desk, ALIKE).result["questions"]] == [True, True]
    other_level = make(desk, BatchRow("Search", "Indexing", "Composite index", "hard", 2))
    other_topic = make(desk, BatchRow("Search", "Engines", "Composite index", "medium", 1))
    assert not any(one["from_cache"] for part in (other_level, other_topic) for one in part.result["questions"])
    assert writer.asked == 5


def test_at_the_same_place_it_would_be_twice(desk: BankDesk, writer: QuestionWriter) -> None:
    first = make(desk, HERE)
    again = make(desk, HERE)
    assert writer.asked == 4
    assert [one["text"] for one in again.result["questions"]] == [name_text(3), name_text(4)]
    refused = again.result["refused"]
    assert [one["duplicate_of"] for one in refused] == [one["id"] for one in first.result["questions"]]
    assert all(one["from_cache"] and one["percent"] == 100 for one in refused)
    assert [one.usage_count for one in CachedQuestion.objects.order_by("pk")] == [0] * 4, "nothing was given out"
    assert read_month(desk.world.organization) == (0, 4, 0)


def test_a_copy_is_not_copied_to_where_a_copy_stands(desk: BankDesk, writer: QuestionWriter) -> None:
    make(desk, HERE)
    make(desk, ELSEWHERE)
    assert not any(one["from_cache"] for one in make(desk, ELSEWHERE).result["questions"])


@pytest.mark.parametrize("how", ["setting", "wish"])
def test_it_can_be_off(desk: BankDesk, writer: QuestionWriter, settings: Settings, how: str) -> None:
    make(desk, HERE)
    settings.ENABLE_QUESTION_CACHE = how != "setting"
    part = make(desk, ELSEWHERE, use_cache=how != "wish")
    assert [one["from_cache"] for one in part.result["questions"]] == [False, False]
    assert CachedQuestion.objects.count() == (2 if how == "setting" else 4), "where it is on for the site, all is kept"
    assert read_month(desk.world.organization) == (0, 2, 0), "who does not look misses nothing"


def test_nothing_is_found_across_organizations(desk: BankDesk, writer: QuestionWriter) -> None:
    make(desk, HERE)
    part = make(desk, ELSEWHERE, desk.elsewhere)
    assert [one["from_cache"] for one in part.result["questions"]] == [False, False]
    assert read_month(desk.elsewhere) == (0, 2, 0)


def test_what_was_edited_retired_or_deleted_is_not_given_out(desk: BankDesk, writer: QuestionWriter) -> None:
    edited, retired, deleted, back, kept = find_questions(
        make(desk, BatchRow("Storage", "Indexing", "Indexes", "medium", 5))
    )
    assert edited.current_version is not None
    save_question(edited, {**describe_content(edited.current_version), "text": "What else is an index?"}, user=None)
    move_question(question=retired, target="live", reason="", now=NOW)
    move_question(question=retired, target="retired", reason="Leaked", now=NOW)
    move_question(question=back, target="draft", reason="Unclear", now=NOW)
    Question.objects.filter(pk=deleted.pk).update(current_version=None)
    Question.objects.get(pk=deleted.pk).delete()
    part = make(desk, BatchRow("Search", "Indexing", "Indexes", "medium", 2))
    assert [one["copy_of"] for one in part.result["questions"]] == [str(kept.uuid), None]


class CountingEmbedder:
    """Puts texts near each other that share letters; a model of meaning with the face of one."""

    model = "letters-26"

    def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        return [np.array([text.lower().count(chr(97 + place)) for place in range(26)], np.float32) for text in texts]


def test_by_meaning_where_a_model_is_there(desk: BankDesk, settings: Settings) -> None:
    organization_id = desk.world.organization.pk
    vector = embed_wish(WISH, CountingEmbedder())
    content = make_written("What is an index?")
    keep_question(WISH, content, WRITER, organization_id=organization_id, vector=vector)
    turned = Wish("Indexing", "medium", "technical", "en", "sexedni etisopmoC")  # the same letters, no word in common
    assert find_cached(turned, organization_id=organization_id) == []
    (found,) = find_cached(turned, organization_id=organization_id, vector=embed_wish(turned, CountingEmbedder()))
    assert (found.is_exact, found.share > 0.99, found.cached.content["text"]) == (False, True, "What is an index?")
    settings.CACHE_SIMILARITY_THRESHOLD = 1.0
    assert find_cached(turned, organization_id=organization_id) == []


def test_the_very_wish_comes_first(desk: BankDesk) -> None:
    organization_id = desk.world.organization.pk
    alike = Wish("Indexing", "medium", "technical", "en", "Composite index")
    for wish, text in ((alike, "What is alike?"), (WISH, "What is the same?")):
        keep_question(wish, make_written(text), WRITER, organization_id=organization_id)
    found = find_cached(WISH, organization_id=organization_id)
    assert [(one.cached.content["text"], one.is_exact) for one in found] == [
        ("What is the same?", True),
        ("What is alike?", False),
    ]


def test_finding_takes_the_same_queries_however_many_there_are(desk: BankDesk, django_assert_num_queries: Any) -> None:
    organization_id = desk.world.organization.pk
    for count in (1, 30):
        for number in range(count):
            wish = Wish("Indexing", "medium", "technical", "en", f"Composite indexes {number}")
            keep_question(wish, make_written(f"What about {number}?"), WRITER, organization_id=organization_id)
        with django_assert_num_queries(2):
            find_cached(WISH, organization_id=organization_id)


def test_the_least_used_go_first(desk: BankDesk, settings: Settings) -> None:
    settings.QUESTION_CACHE_SIZE = 3
    for organization in (desk.world.organization, desk.elsewhere):
        kept = [
            keep_question(WISH, make_written(f"What is index {number}?"), WRITER, organization_id=organization.pk)
            for number in range(5 if organization == desk.world.organization else 3)
        ]
        assert kept[0] is not None
        note_hit(kept[0], NOW)
    assert trim_cache(NOW) == 2
    left = CachedQuestion.objects.filter(organization=desk.world.organization).order_by("pk")
    assert [one.content["text"] for one in left] == [f"What is index {number}?" for number in (0, 3, 4)]
    assert left[0].last_used == NOW
    assert CachedQuestion.objects.filter(organization=desk.elsewhere).count() == 3
    assert trim_cache(NOW) == 0
    assert clear_cache([desk.elsewhere.pk]) == 3
    assert read_month(desk.elsewhere) == (1, 0, TOKENS), "figures stay"
