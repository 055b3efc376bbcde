"""What a score says, from its row to the values of a card. Called by `answers.py` and `scorings.py`."""

from collections.abc import Mapping
from typing import Any

from interviewpanel.models import Answer, AnswerScore
from interviewpanel.services.answer_analysis.coverage import ENGINE as EMBEDDED_ENGINE
from questionbank.models import QuestionVersion
from reports.domain.answer_cards import (
    Claim,
    Criterion,
    Element,
    Provenance,
    SecondOpinion,
)
from reports.domain.coverage import match_elements
from reports.domain.evidence import Evidence
from reports.domain.wording import FLAGS, word_for
from reports.selectors.components import read_components


def read_score(score: AnswerScore, evidence: Evidence, version: QuestionVersion) -> dict[str, Any]:
    """The fields of a card that come from its score."""
    rubric = {one["key"]: one for one in version.criteria}
    return {
        "components": read_components(score.components, is_technical=version.question.is_technical),
        "composite": score.composite,
        "interval": tuple(round(bound) for bound in score.interval) if score.interval else None,
        "criteria": tuple(read_criterion(one, rubric.get(one["key"], {}), evidence) for one in score.criteria),
        "rationale": score.rationale,
        "strengths": tuple(score.strengths),
        "improvements": tuple(score.improvements),
        "notable_quote": evidence.find(score.notable_quote),
        "red_flags": tuple(read_red_flag(one, evidence) for one in score.red_flags),
        "flags": tuple(word_for(flag, FLAGS) for flag in score.flags),
        "needs_human": tuple(score.reasons),
        "provenance": read_provenance(score),
        "second_opinion": read_second_opinion(score),
    }


def read_criterion(stored: Mapping[str, Any], asked: Mapping[str, Any], evidence: Evidence) -> Criterion:
    """`asked` is the rubric's line; a general criterion has none, and its text names it.

    A rating whose quote does not stand in the transcript is void here too, whoever stored it.
    """
    quote = evidence.find(stored["quote"], stored["span"])
    state = stored["state"]
    if state == "rated" and stored["quote"] and quote is None:
        state = "void"
    return Criterion(
        name=asked.get("name") or stored["text"],
        description=asked.get("description", ""),
        component=stored["component"],
        state=state,
        weight=stored["weight"],
        rating=stored["rating"] if state == "rated" else None,
        quote=quote,
        why=stored["reason"],
    )


def read_elements(answer: Answer, score: AnswerScore | None, evidence: Evidence) -> tuple[Element, ...]:
    """The score's own, else looked for by their words. Nothing is looked for in an answer that is not over."""
    if score is None:
        return ()
    version = answer.question_version
    stored = score.elements or match_elements(
        answer.transcript,
        question=answer.question_text,
        expected_answer=version.expected_answer,
        elements=version.expected_elements,
        language=version.question.language,
    )
    return tuple(read_element(one, evidence) for one in stored)


def read_element(stored: Mapping[str, Any], evidence: Evidence) -> Element:
    return Element(
        text=stored["element"],
        is_covered=stored["is_covered"],
        quote=evidence.find(stored["quote"], stored["span"]) if stored["is_covered"] else None,
    )


def read_red_flag(stored: Mapping[str, Any], evidence: Evidence) -> Claim:
    quote = evidence.find(stored["quote"], stored["span"])
    return Claim(
        title=f"Answer {evidence.number}",
        text=stored["text"],
        answers=(evidence.number,),
        quotes=(quote,) if quote else (),
    )


def read_second_opinion(score: AnswerScore) -> SecondOpinion | None:
    """None where the embedded scorer itself has scored it, and of what was scored before there was one."""
    stored = score.second_opinion
    if stored is None:
        return None
    interval = stored["interval"]
    return SecondOpinion(
        technical=round_part(stored["technical"]),
        relevance=round_part(stored["relevance"]),
        interval=(round(interval[0]), round(interval[1])) if interval else None,
        by_model={name: round_part(value) for name, value in stored["by_model"].items()},
        agrees=stored["agrees"],
        why=stored["why"],
        engine=stored["engine"],
        version=stored["version"],
    )


def round_part(value: float | None) -> int | None:
    return None if value is None else round(value)


def read_provenance(score: AnswerScore) -> Provenance:
    stored = score.provenance
    return Provenance(
        engine=stored.get("engine", ""),
        model=stored.get("model", ""),
        is_coverage_only=stored.get("engine") == EMBEDDED_ENGINE,
        fallback_reason=stored.get("fallback_reason", ""),
        prompt_version=stored.get("prompt_version", ""),
        rubric_hash=stored.get("rubric_hash", ""),
        input_hash=stored.get("input_hash", ""),
        scored_at=score.finished_at,
    )
