"""What a language model is asked to word, and what code demands of its words. Called by lines.prepare, in a worker.

Each writer takes a line (with its session) and the model, and gives back what may be said, or why it may not.
"""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from pydantic import BaseModel, Field

from interviewpanel.domain.spoken_lines import Allowed, find_fault, keeps_question, repeats_question
from interviewpanel.models import Answer, InterviewSession, PreparedLine
from interviewpanel.services.conversation.lines import Written
from questionbank.domain.instructions import find_instructions
from questionbank.domain.prompts import load_prompt
from questionbank.domain.quoted_data import hash_json, make_nonce, quote_data
from questionbank.engines.llm import Completion, Schema
from questionbank.models import QuestionVersion
from questionbank.selectors.resume_context import find_resume_context
from questionbank.services.model_calls import RecordedModel

PROMPTS = Path(__file__).parents[2] / "prompts"
MOST_TOKENS = 400
KEPT_IN_OTHER_WORDS = 0.25  # of what the question asks with; the rest may be said differently
KEPT_IN_CONTEXT = 0.5
NOTHING = "(none)"


class SentenceReply(BaseModel):
    sentence: str = Field(max_length=600)


class FollowUpReply(BaseModel):
    point: int = Field(ge=1, description="number of the expected point")
    question: str = Field(max_length=600)


class QuestionReply(BaseModel):
    question: str = Field(max_length=900)
    category: str = Field(max_length=200)
    assesses: str = Field(max_length=300)
    points: list[int] = Field(max_length=30)
    suggestions: list[str] = Field(max_length=5)


class RephrasingReply(BaseModel):
    question: str = Field(max_length=900)


def ask(
    line: PreparedLine,
    model: RecordedModel,
    name: str,
    schema: type[Schema],
    texts: dict[str, str],
    max_tokens: int = MOST_TOKENS,
    **quoted: str,
) -> tuple[Completion[Schema], str]:
    """The reply and the prompt's version. `texts` are the bank's and ours; `quoted` are other people's words."""
    language = line.session.invitation.panel.language
    nonce = make_nonce(settings.SECRET_KEY.encode(), hash_json({**texts, **quoted, "line": str(line.uuid)}))
    marked = {key: quote_data(text, nonce, key.upper()) for key, text in quoted.items()}
    values = {"nonce": nonce, "language": language, **texts, **marked}
    prompt = load_prompt(PROMPTS / f"{name}.md").fill(values)
    completion = model.complete(prompt, schema, seed=line.session.seed & 0x7FFFFFFF, max_tokens=max_tokens)
    return completion, prompt.version


def read_resume(line: PreparedLine) -> str:
    """What is known of the candidate's work, as it is when the line is written; nothing of it is kept with the line."""
    context = find_resume_context(line.session.invitation.candidate) or ""
    return NOTHING if not context or find_instructions(context) else context


def write_greeting(line: PreparedLine, model: RecordedModel) -> Written:
    """No name goes to the model: the greeting says it by itself."""
    panel = line.session.invitation.panel
    job = describe_job(line.session)
    completion, version = ask(line, model, "greet", SentenceReply, {}, job=job, resume=read_resume(line))
    text = completion.value.sentence.strip()
    fault = find_fault(text, Allowed(most_words=40, questions=0, language=panel.language))
    return Written(text, fault, completion=completion, prompt_version=version)


def write_closing(line: PreparedLine, model: RecordedModel) -> Written:
    """Around a quote that code has found (`details`); without its exact words the sentence is not said."""
    quote, topic = line.details["quote"], line.details["topic"]
    completion, version = ask(line, model, "close", SentenceReply, {"topic": topic}, quote=quote)
    text = completion.value.sentence.strip()
    language = line.session.invitation.panel.language
    allowed = Allowed(most_words=60, questions=quote.count("?"), language=language, sources=[quote, topic])
    fault = "" if quote in text else "It does not hold the quote word for word."
    without = text.replace(quote, "")
    fault = fault or find_fault(without, Allowed(45, 0, language, allowed.sources))
    return Written(text, fault, completion=completion, prompt_version=version)


def write_follow_up(line: PreparedLine, model: RecordedModel) -> Written | None:
    """From what has been said so far (`details`), before the answer is over."""
    answer = read_answer(line)
    elements = list(answer.question_version.expected_elements)
    if not elements:
        return None
    said = str(line.details["said"])
    texts = {"question": answer.question_text, "elements": number_lines(elements)}
    completion, version = ask(line, model, "follow_up", FollowUpReply, texts, answer=said)
    reply = completion.value
    text = reply.question.strip()
    allowed = Allowed(45, 1, line.session.invitation.panel.language, [answer.question_text, said])
    fault = find_fault(text, allowed, elements)
    if not 1 <= reply.point <= len(elements):
        return Written("", "It is about no point of the list.", completion=completion, prompt_version=version)
    details = {"element": elements[reply.point - 1]}
    return Written(text, fault, details=details, completion=completion, prompt_version=version)


def write_rephrasing(line: PreparedLine, model: RecordedModel) -> Written:
    answer = read_answer(line)
    question, elements = answer.question_text, list(answer.question_version.expected_elements)
    most = 2 * len(question.split()) + 10
    texts = {"question": question, "elements": number_lines(elements), "most_words": str(most)}
    completion, version = ask(line, model, "rephrase", RephrasingReply, texts)
    text = completion.value.question.strip()
    language = line.session.invitation.panel.language
    fault = find_fault(text, Allowed(most, 1, language, [question]), elements)
    if not fault and not keeps_question(text, question, language, KEPT_IN_OTHER_WORDS):
        fault = "It asks something else."
    if not fault and text.casefold() == question.casefold():
        fault = "It is the same words."
    return Written(text, fault, completion=completion, prompt_version=version)


def write_next_question(line: PreparedLine, model: RecordedModel) -> Written | None:
    """In the place of the bank's question that would be asked next (`details`), by whose rubric it is scored."""
    version = QuestionVersion.objects.select_related("question__category").get(pk=line.details["version"])
    elements = list(version.expected_elements)
    asked = list(line.session.answers.order_by("number").values_list("question_text", flat=True))
    category = version.question.category.name
    texts = {
        "category": category,
        "question": version.text,
        "elements": number_lines(elements),
        "asked": "\n".join(f"- {one}" for one in asked) or NOTHING,
    }
    job = describe_job(line.session)
    completion, prompt_version = ask(
        line, model, "next_question", QuestionReply, texts, job=job, resume=read_resume(line)
    )
    reply = completion.value
    text = reply.question.strip()
    fault = find_question_fault(
        reply, version, asked, category, Allowed(75, 1, job_language(line), [version.text, job])
    )
    details = {
        "assesses": reply.assesses.strip(),
        "category": category,
        "suggestions": choose_suggestions(reply.suggestions, version.text, elements, job_language(line))
        or list(version.suggestions),
    }
    return Written(
        text,
        fault,
        details=details,
        completion=completion,
        prompt_version=prompt_version,
        question_version_id=version.pk,
    )


def find_question_fault(
    reply: QuestionReply, version: QuestionVersion, asked: Sequence[str], category: str, allowed: Allowed
) -> str:
    elements = list(version.expected_elements)
    text = reply.question.strip()
    if fault := find_fault(text, allowed, elements):
        return fault
    if reply.category.strip().casefold() != category.casefold():
        return f"It leaves the category {category}."
    if set(reply.points) != set(range(1, len(elements) + 1)):
        return "It asks for other points than the bank's question."
    if not keeps_question(text, version.text, allowed.language, KEPT_IN_CONTEXT):
        return "It asks something else than the bank's question."
    return "It repeats a question that was asked." if repeats_question(text, asked, allowed.language) else ""


def choose_suggestions(suggestions: Sequence[str], text: str, elements: Sequence[str], language: str) -> list[str]:
    """Of the model's, those that give nothing away: three at most."""
    allowed = Allowed(10, 0, language, [text])
    return [one.strip() for one in suggestions if not find_fault(one.strip(), allowed, elements)][:3]


def read_answer(line: PreparedLine) -> Answer:
    assert line.answer_id is not None, "a line of this kind belongs to an answer"
    return Answer.objects.select_related("question_version__question").get(pk=line.answer_id)


def describe_job(session: InterviewSession) -> str:
    panel = session.invitation.panel
    return "\n".join(part for part in (panel.job_title, panel.job_category, panel.experience_level) if part)


def job_language(line: PreparedLine) -> str:
    language: str = line.session.invitation.panel.language
    return language


def number_lines(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {one}" for number, one in enumerate(lines, 1)) or NOTHING
