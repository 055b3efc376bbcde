"""Questions of interviews and of first calls that were written before: found for a wish, kept for the next one.

Called by interviews.py and screening.py. What is found is held against the interview that it is wanted for; whose copy
is edited by a person is not given out again (services/generated_interviews.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from questionbank.domain.interview_checks import (
    LEAST_SCREENING,
    MOST_SCREENING,
    THINK_SECONDS,
    find_question_problems,
    find_same,
)
from questionbank.domain.job_wording import find_wording_in
from questionbank.domain.question_cache import Wish, WishVector
from questionbank.domain.requirements import find_unknown
from questionbank.models import CachedQuestion, EnhancedDescription, Generation, Question
from questionbank.selectors.description_facts import check_questions
from questionbank.selectors.existing_questions import list_bank
from questionbank.selectors.similar_questions import find_similar
from questionbank.services.generation.inputs import write_inputs
from questionbank.services.question_cache import Writer, find_cached, is_cache_on, keep_question

TEXTS = ("text", "assesses", "expected_answer", "expected_elements", "red_flags", "expected_seconds")
PLANNED = ("kind", "difficulty", "competencies")
SCREENING_TEXTS = ("text", "listens_for", "disqualifies")
SCREENING_KIND = "screening"
MOST_LEVEL = 50
ANY_LEVEL = "any level"


def uses_cache(generation: Generation) -> bool:
    """By the site's setting, and by what the asker said."""
    return is_cache_on(wanted=generation.parameters.get("use_cache", True))


def make_question_wish(enhancement: EnhancedDescription, planned: Mapping[str, Any]) -> Wish:
    """What a planned question is wanted for: a job's competencies, at a level and a difficulty, by the plan's focus."""
    document, source = enhancement.document, enhancement.source
    names = [one["name"] for one in document["competencies"] if one["id"] in planned["competencies"]]
    level = _name_level(source["level"] or document["role"]["level"])
    return Wish(
        topic=f"{source['title']}: {' + '.join(names)}",
        skill_level=f"{level}, {planned['difficulty']}",
        kind=planned["kind"],
        language=source["language"],
        request=planned["focus"],
    )


def make_screening_wish(source: Mapping[str, Any]) -> Wish:
    """For the whole description: a first call asks what it names, so only the very same gets the same questions."""
    level = _name_level(source.get("level", ""))
    return Wish(source["title"], level, SCREENING_KIND, source["language"], write_inputs(source))


def _name_level(level: str) -> str:
    return " ".join(level.casefold().split())[:MOST_LEVEL] or ANY_LEVEL


def find_question(
    wish: Wish,
    vector: WishVector | None,
    enhancement: EnhancedDescription,
    planned: Mapping[str, Any],
    done: Sequence[Mapping[str, Any]],
) -> tuple[CachedQuestion, dict[str, Any]] | None:
    """The first that this interview can use, and it as a question of this interview."""
    for found in find_cached(wish, organization_id=enhancement.organization_id, vector=vector):
        question = _read_question(found.cached, planned, len(done) + 1)
        if _fits(question, enhancement, done):
            return found.cached, question
    return None


def _read_question(cached: CachedQuestion, planned: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": f"Q{number}",
        **{name: cached.content[name] for name in TEXTS},
        **{name: planned[name] for name in PLANNED},
        "criteria": [{**one, "is_checked": True} for one in cached.content["criteria"]],
        "prompt_version": cached.prompt_version,
        "is_from_cache": True,
        "written_by": cached.model,
    }


def _fits(question: Mapping[str, Any], enhancement: EnhancedDescription, done: Sequence[Mapping[str, Any]]) -> bool:
    """As what a model has just written, and more: nobody would be asked again to put it right."""
    language = enhancement.source["language"]
    if find_question_problems(question, done, language) or check_questions([question], language):
        return False
    return _is_traced(question, enhancement) and not _is_retired(question["text"], language, enhancement)


def _is_traced(question: Mapping[str, Any], enhancement: EnhancedDescription) -> bool:
    """Whether what it asks about comes from sentences of this description."""
    competencies = {one["id"]: one for one in enhancement.document["competencies"]}
    sentences = [one["id"] for one in enhancement.source["requirements"]]
    return bool(question["competencies"]) and all(
        one in competencies
        and competencies[one]["requirements"]
        and not find_unknown(competencies[one]["requirements"], sentences)
        for one in question["competencies"]
    )


def _is_retired(text: str, language: str, enhancement: EnhancedDescription) -> bool:
    """Whether the bank has taken such a question out: it may have leaked."""
    retired = list_bank(enhancement.organization_id).filter(status=Question.Status.RETIRED)
    return bool(find_similar(text, language, retired))


def keep_written(
    wish: Wish, question: Mapping[str, Any], writer: Writer, organization_id: int, vector: WishVector | None
) -> None:
    """Keep a question that was written for an interview, as it was written."""
    content = {
        **{name: question[name] for name in TEXTS},
        "criteria": [{name: one[name] for name in one if name != "is_checked"} for one in question["criteria"]],
        "suggestions": [],
        "think_seconds": THINK_SECONDS,
        "weights": {},
    }
    _keep_once(wish, content, writer, organization_id, vector)


def find_screening(wish: Wish, organization_id: int) -> list[CachedQuestion]:
    """Those of a set that was written for the very same description; none where they are too few."""
    taken: list[CachedQuestion] = []
    for found in find_cached(wish, organization_id=organization_id):
        content = found.cached.content
        texts = [(name, content[name]) for name in SCREENING_TEXTS]
        is_new = not find_same(content["text"], [one.content for one in taken], wish.language)
        if found.is_exact and is_new and not find_wording_in(texts, wish.language):
            taken.append(found.cached)
    return taken[:MOST_SCREENING] if len(taken) >= LEAST_SCREENING else []


def keep_screening(wish: Wish, questions: Sequence[Mapping[str, Any]], writer: Writer, organization_id: int) -> None:
    """Each by itself; `writer.tokens` are those of one."""
    for one in questions:
        _keep_once(wish, {name: one[name] for name in SCREENING_TEXTS}, writer, organization_id, None)


def _keep_once(
    wish: Wish, content: dict[str, Any], writer: Writer, organization_id: int, vector: WishVector | None
) -> None:
    """A model that is asked again at temperature 0 writes the same again."""
    same = CachedQuestion.objects.filter(organization_id=organization_id, key=wish.key, question=None)
    if not same.filter(content__text=content["text"]).exists():
        keep_question(wish, content, writer, organization_id=organization_id, vector=vector)
