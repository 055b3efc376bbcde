"""A question that a language model makes for one candidate, in the place of the bank's that was foreseen: what it is
told, and what code demands of what it writes. Called by next_questions.py, in a worker.

The question stands where the bank's does (subtopic, difficulty, kind), takes as long and weighs as much.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from interviewpanel.domain.spoken_lines import (
    PERSONAL,
    Allowed,
    find_fault,
    find_personal,
    is_about,
    is_in_language,
    repeats_question,
)
from interviewpanel.models import InterviewSession, PreparedLine
from interviewpanel.services.conversation.lines import Written
from interviewpanel.services.conversation.writers import (
    NOTHING,
    ask,
    choose_suggestions,
    describe_job,
    job_language,
    read_resume,
)
from questionbank.domain.instructions import find_instructions
from questionbank.domain.person_words import find_person_words
from questionbank.domain.personal_matters import is_personal, take_out
from questionbank.domain.written_questions import Long, Short, WrittenCriterion, drop_repeated, make_criteria
from questionbank.models import QuestionVersion
from questionbank.selectors.existing_questions import list_bank, list_texts_at
from questionbank.selectors.similar_questions import find_similar
from questionbank.services.versions import find_content_problems

MOST_TOKENS = 2000
MOST_WORDS = 75
LEAST_ELEMENTS, MOST_ELEMENTS = 3, 6
LEAST_CRITERIA, MOST_CRITERIA = 8, 10
MOST_KNOWN, LONGEST_KNOWN = 12, 160
LAST_ANSWERS, LONGEST_ANSWER = 2, 800  # characters


class MadeReply(BaseModel):
    question: str = Field(max_length=900)
    category: str = Field(max_length=200)
    assesses: Short
    expected_answer: Long
    expected_elements: list[Short] = Field(min_length=LEAST_ELEMENTS, max_length=MOST_ELEMENTS)
    criteria: list[WrittenCriterion] = Field(min_length=LEAST_CRITERIA, max_length=MOST_CRITERIA)
    suggestions: list[str] = Field(max_length=5)


def write_made_question(line: PreparedLine, model: Any) -> Written:
    """In the place of the bank's question that would be asked next (`details`). The draft is by the names of a
    version's fields."""
    session = line.session
    version = QuestionVersion.objects.select_related("question__subtopic__topic__category").get(
        pk=line.details["version"]
    )
    place, language = version.question.subtopic, job_language(line)
    category, job = place.topic.category.name, describe_job(session)
    asked = list(session.answers.order_by("number").values_list("question_text", flat=True))
    known = list_texts_at(session.organization_id, place, language)
    live = [text for text, is_live in known if is_live]
    texts = {
        "category": category,
        "place": f"{place.topic.name} › {place.name}",
        "kind": version.question.kind,
        "difficulty": version.question.difficulty,
        "question": version.text,
        "known": _list([one[:LONGEST_KNOWN] for one, _ in known if one != version.text][:MOST_KNOWN]),
        "covered": _list(list_covered(session)),
        "asked": _list(asked),
    }
    quoted = {"job": job, "resume": read_resume(line), "said": read_last_answers(session)}
    completion, prompt_version = ask(line, model, "make_question", MadeReply, texts, max_tokens=MOST_TOKENS, **quoted)
    reply = completion.value
    draft = make_draft(reply, version, language)
    allowed = Allowed(MOST_WORDS, 1, language, [version.text, job, category, place.topic.name, place.name])
    fault = find_fault(draft["text"], allowed, draft["expected_elements"])
    if not fault and reply.category.strip().casefold() != category.casefold():
        fault = f"It leaves the category {category}."
    fault = fault or find_subject_fault(draft, version, [category, place.topic.name, *live], language)
    fault = fault or find_repetition(draft["text"], [*asked, *live], session.organization_id, language)
    fault = fault or find_rubric_fault(draft, version, session.invitation.candidate.full_name, language)
    return Written(
        draft["text"],
        fault,
        details={"assesses": draft["assesses"], "category": category, "suggestions": draft["suggestions"]},
        draft=draft,
        completion=completion,
        prompt_version=prompt_version,
        question_version_id=version.pk,
    )


def make_draft(reply: MadeReply, version: QuestionVersion, language: str) -> dict[str, Any]:
    """What the bank would hold. Times and weights are those of the bank's question: the plan counts on them."""
    text, elements = " ".join(reply.question.split()), list(drop_repeated(reply.expected_elements))
    return {
        "text": text,
        "assesses": reply.assesses,
        "expected_answer": reply.expected_answer,
        "expected_elements": elements,
        "criteria": [one.to_dict() for one in make_criteria(reply.criteria, version.question.kind)],
        "red_flags": [],
        "suggestions": choose_suggestions(reply.suggestions, text, elements, language),
        "expected_seconds": version.expected_seconds,
        "think_seconds": version.think_seconds,
        "weights": version.weights,
    }


def find_subject_fault(draft: dict[str, Any], version: QuestionVersion, others: Sequence[str], language: str) -> str:
    """Question and elements, each by itself, must speak of what the place and the bank's questions are about."""
    place = version.question.subtopic
    subjects = [place.name, version.assesses, version.expected_answer, *version.expected_elements, *others]
    for text in (draft["text"], " ".join(draft["expected_elements"])):
        if not is_about(text, subjects, language):
            return f"It is not about {place.name}."
    return ""


def find_repetition(text: str, others: Sequence[str], organization_id: int, language: str) -> str:
    """What is live may still be asked, here too; what is much the same is not kept twice."""
    if repeats_question(text, others, language):
        return "It repeats a question that was asked, or that the bank has in this place."
    if find_similar(text, language, list_bank(organization_id)):
        return "It asks what a question of the bank asks."
    return ""


def find_rubric_fault(draft: dict[str, Any], version: QuestionVersion, full_name: str, language: str) -> str:
    """Of what the answer is rated on, and of the question where it would name the candidate."""
    criteria = [f"{one['name']}. {one['description']}" for one in draft["criteria"]]
    parts = [draft["assesses"], draft["expected_answer"], *draft["expected_elements"], *criteria]
    if len(draft["expected_elements"]) < LEAST_ELEMENTS:
        return "It says one expected element twice."
    if not is_in_language(draft["expected_answer"].split(), language):
        return "Its expected answer is not in the language of the interview."
    for part in (draft["text"], *parts):
        if find_personal(part) or find_person_words(part) or is_personal(part, full_name):
            return f"It {PERSONAL}, or names somebody: “{part[:100]}”."
        if find_instructions(part):
            return "It holds what reads like an instruction."
    problems = find_content_problems(draft, kind=version.question.kind)
    return f"{problems[0].field}: {problems[0].message}." if problems else ""


def list_covered(session: InterviewSession) -> list[str]:
    places = session.answers.order_by("number").values_list(
        "question_version__question__topic__name", "question_version__question__subtopic__name"
    )
    return list(dict.fromkeys(f"{topic} › {subtopic}" for topic, subtopic in places))


def read_last_answers(session: InterviewSession) -> str:
    """What was said last, without what is nobody's business; an answer that talks to a machine is left out whole."""
    rows = session.answers.exclude(transcript="").order_by("-number").values_list("question_text", "transcript")
    told = [
        f"Asked: {question}\nSaid: {take_out(said, session.invitation.candidate.full_name)[:LONGEST_ANSWER]}"
        for question, said in reversed(rows[:LAST_ANSWERS])
        if not find_instructions(said)
    ]
    return "\n\n".join(told) or NOTHING


def _list(texts: Sequence[str]) -> str:
    return "\n".join(f"- {one}" for one in texts) or NOTHING
