"""What the cache gives to interviews and to first calls: for the same wish, if it fits this interview, counted."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from config.work.tasks import perform
from organizations.models import Organization
from questionbank.models import CachedQuestion, CacheMonth, GeneratedInterview, Generation, ScreeningSet
from questionbank.services.generated_interviews import edit_interview
from questionbank.services.generation import interviews
from questionbank.services.job_descriptions import ask_screening, ask_screening_of_text, ask_workflow
from questionbank.services.question_states import move_question
from tests.bank_desks import add_question, make_place
from tests.generated_texts import ENHANCEMENT, PLAN, SCREENING, TEXTS, add_description, answer_all, find_wanted
from tests.models_at_hand import model_at_hand
from tests.ollama_server import OllamaServer, Reply, reply_with
from tests.question_writers import TOKENS
from tests.work import do_due

pytestmark = pytest.mark.django_db
COUNT, BEFORE = 5, 2  # questions; calls before them: the enhanced description and the plan


@pytest.fixture
def server(settings: Settings) -> Iterator[OllamaServer]:
    with model_at_hand(settings) as server:
        server.replies = [answer_all]
        yield server


def make(organization: Organization, req_id: str, **changes: Any) -> GeneratedInterview:
    """The description of the tests under another number; `changes` of it, and `use_cache`."""
    wish = {name: changes.pop(name) for name in ("use_cache",) if name in changes}
    ask_workflow(description=add_description(organization, req_id, **changes), user=None, now=timezone.now(), **wish)
    do_due(Generation)
    return GeneratedInterview.objects.get(description__req_id=req_id, organization=organization)


def read_month(organization: Organization) -> tuple[int, int, int]:
    month = CacheMonth.objects.get(organization=organization)
    return month.hits, month.misses, month.tokens_saved


def answer_with(**others: Any) -> Any:
    """As `answer_all`, but another answer for some schemas."""

    def answer(request: dict[str, Any]) -> Reply:
        wanted = find_wanted(request)
        return reply_with(others[wanted]) if wanted in others else answer_all(request)

    return answer


def replan(at: int, **changes: Any) -> dict[str, Any]:
    questions = [{**one, **(changes if number == at else {})} for number, one in enumerate(PLAN["questions"])]
    return {**PLAN, "questions": questions}


def count_calls(server: OllamaServer, organization: Organization, req_id: str, **changes: Any) -> int:
    """How many questions a model was asked for."""
    before = len(server.chats)
    made = make(organization, req_id, **changes)
    asked = len(server.chats) - before - BEFORE
    assert made.from_cache == COUNT - asked
    return asked


def test_the_same_plan_asks_no_model_for_its_questions(fernbrook: Organization, server: OllamaServer) -> None:
    first, second = make(fernbrook, "REQ-1"), make(fernbrook, "REQ-2")
    assert len(server.chats) == BEFORE + COUNT + BEFORE
    assert [one["text"] for one in second.questions] == TEXTS
    assert second.questions == [{**one, "is_from_cache": True, "written_by": "tiny"} for one in first.questions]
    assert (first.from_cache, second.from_cache) == (0, COUNT)
    generations = Generation.objects.order_by("pk").values_list("from_cache", "steps_done", "prompt_tokens")
    assert list(generations) == [(0, 7, 700), (COUNT, 7, 200)]
    kept = CachedQuestion.objects.order_by("pk")
    assert [(one.usage_count, one.tokens, one.question) for one in kept] == [(1, TOKENS, None)] * COUNT
    assert all(one.last_used for one in kept)
    assert (kept[0].topic, kept[0].skill_level, kept[0].kind, kept[0].request) == (
        "backend engineer: query analysis",
        "mid, easy",
        "technical",
        PLAN["questions"][0]["focus"],
    )
    assert kept[4].topic == "backend engineer: service design + operations"
    assert read_month(fernbrook) == (COUNT, COUNT, COUNT * TOKENS)


def test_a_focus_alike_will_do(fernbrook: Organization, server: OllamaServer) -> None:
    make(fernbrook, "REQ-1")
    server.replies = [answer_with(InterviewPlan=replan(0, focus="How indexes make the queries fast"))]
    assert count_calls(server, fernbrook, "REQ-2") == 0
    server.replies = [answer_with(InterviewPlan=replan(0, focus="how an index makes an insert slow"))]
    assert count_calls(server, fernbrook, "REQ-3") == 1


@pytest.mark.parametrize(
    ("changes", "asked"), [({"level": "senior"}, 5), ({"title": "Data engineer"}, 5), ({"notes": "By phone"}, 0)]
)
def test_another_level_or_job_is_another_wish(
    fernbrook: Organization, server: OllamaServer, changes: dict[str, str], asked: int
) -> None:
    make(fernbrook, "REQ-1")
    assert count_calls(server, fernbrook, "REQ-2", **changes) == asked


def test_another_difficulty_is_another_wish(fernbrook: Organization, server: OllamaServer) -> None:
    make(fernbrook, "REQ-1")
    server.replies = [answer_with(InterviewPlan=replan(0, difficulty="hard"))]
    assert count_calls(server, fernbrook, "REQ-2") == 1


@pytest.mark.parametrize("how", ["setting", "wish"])
def test_it_can_be_off(fernbrook: Organization, server: OllamaServer, settings: Settings, how: str) -> None:
    make(fernbrook, "REQ-1")
    settings.ENABLE_QUESTION_CACHE = how != "setting"
    assert count_calls(server, fernbrook, "REQ-2", use_cache=how != "wish") == COUNT
    assert read_month(fernbrook) == (0, COUNT, 0), "who does not look misses nothing"
    assert CachedQuestion.objects.count() == COUNT, "the same text for the same wish is kept once"


def test_nothing_is_found_across_organizations(fernbrook: Organization, server: OllamaServer) -> None:
    make(fernbrook, "REQ-1")
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    assert count_calls(server, elsewhere, "REQ-1") == COUNT
    assert read_month(elsewhere) == (0, COUNT, 0)


MISFITS: list[dict[str, Any]] = [
    {"criteria": []},
    {"text": "How does a young team like yours make a query fast?"},
    {"text": TEXTS[1]},
    {"expected_elements": []},
]


@pytest.mark.parametrize("changes", MISFITS)
def test_what_does_not_fit_is_written_anew(
    fernbrook: Organization, server: OllamaServer, changes: dict[str, Any]
) -> None:
    """Too few criteria, unlawful wording, what another question of this interview asks, nothing expected."""
    make(fernbrook, "REQ-1")
    place = 2 if changes.get("text") == TEXTS[1] else 0
    cached = CachedQuestion.objects.order_by("pk")[place]
    cached.content |= changes
    cached.save()
    assert count_calls(server, fernbrook, "REQ-2") == 1
    cached.refresh_from_db()
    assert cached.usage_count == 0


def test_competencies_that_come_from_no_sentence_get_nothing(fernbrook: Organization, server: OllamaServer) -> None:
    first = make(fernbrook, "REQ-1")
    assert first.enhancement is not None
    document = first.enhancement.document
    document["competencies"][0]["requirements"] = ["R99"]
    planned = PLAN["questions"][0]
    wish = interviews.make_question_wish(first.enhancement, planned)
    assert interviews.find_question(wish, None, first.enhancement, planned, []) is None
    document["competencies"][0]["requirements"] = ENHANCEMENT["competencies"][0]["requirements"]
    assert interviews.find_question(wish, None, first.enhancement, planned, []) is not None


def test_what_the_bank_has_retired_is_not_given_out(fernbrook: Organization, server: OllamaServer) -> None:
    make(fernbrook, "REQ-1")
    leaked = add_question(make_place("Storage", fernbrook), "leaked", TEXTS[0])
    move_question(question=leaked, target="retired", reason="Leaked", now=timezone.now())
    assert count_calls(server, fernbrook, "REQ-2") == 1


def test_what_somebody_has_edited_is_not_given_out(fernbrook: Organization, server: OllamaServer) -> None:
    first = make(fernbrook, "REQ-1")
    sharper = {**first.questions[0], "text": "When does an index not help?"}
    fewer = {**first.questions[1], "criteria": first.questions[1]["criteria"][1:]}
    unchecked = [{**one, "is_checked": False} for one in first.questions[3]["criteria"]][::-1]
    questions = [first.questions[4], sharper, fewer, {**first.questions[3], "criteria": unchecked}]
    edit_interview(interview=first, name=first.name, questions=questions, user=None)
    left = CachedQuestion.objects.order_by("pk")
    assert [one.content["text"] for one in left] == TEXTS[3:], "two were edited, one was taken out"
    assert count_calls(server, fernbrook, "REQ-2") == 3


class Killed(BaseException):
    """As a signal would: nothing is written any more."""


def test_a_worker_killed_while_it_keeps_one_counts_nothing(fernbrook: Organization, server: OllamaServer) -> None:
    make(fernbrook, "REQ-1")

    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interviews, "note_hit", die)
        with pytest.raises(Killed):
            make(fernbrook, "REQ-2")
    left = Generation.objects.get(req_id="REQ-2")
    assert ("questions" in left.result, left.from_cache) == (False, 0)
    Generation.objects.filter(pk=left.pk).update(claimed_until=timezone.now(), claimed_by="")
    assert perform(left.task_name, left.pk)
    left.refresh_from_db()
    assert (left.work_status, left.from_cache) == ("done", COUNT)
    assert [one.usage_count for one in CachedQuestion.objects.all()] == [1] * COUNT
    assert read_month(fernbrook) == (COUNT, COUNT, COUNT * TOKENS)


def test_a_first_call_for_the_very_same_description(fernbrook: Organization, server: OllamaServer) -> None:
    description = add_description(fernbrook)
    for _ in range(2):
        ask_screening(description=description, user=None, now=timezone.now())
        do_due(Generation)
    assert len(server.chats) == 1
    second, first = ScreeningSet.objects.order_by("-pk")
    assert second.questions == [{**one, "is_from_cache": True} for one in SCREENING["questions"]]
    assert (first.from_cache, second.from_cache, second.model, second.prompt_tokens) == (0, 5, "tiny", 0)
    assert second.generation.from_cache == 5
    assert read_month(fernbrook) == (5, 5, TOKENS)
    ask_screening(description=description, user=None, now=timezone.now(), use_cache=False)
    do_due(Generation)
    assert (len(server.chats), CachedQuestion.objects.count()) == (2, 5)


def test_a_first_call_for_a_description_much_alike_is_written(fernbrook: Organization, server: OllamaServer) -> None:
    """One word may be the one that rules somebody out."""
    text = "Cooks for 200 guests, five days a week, in a kitchen of twelve people, with an eye on allergies."
    for one in (text, text.replace("five", "seven")):
        ask_screening_of_text(
            organization=fernbrook, title="Cook", text=one, language="en", user=None, now=timezone.now()
        )
        do_due(Generation)
    assert len(server.chats) == 2
    assert [one.from_cache for one in ScreeningSet.objects.all()] == [0, 0]
