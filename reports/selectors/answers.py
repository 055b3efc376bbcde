"""Turns one answer's rows (answer, question version, segments, scores) into its card. Called by `interviews.py`.

Scores are stored as JSON by the scoring task (`AnswerAnalysis` of interviewpanel/services/answer_analysis/records.py);
their keys are read here and nowhere else in this app.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db.models import Prefetch, QuerySet

from interviewpanel.domain.states import AnswerStatus, ClosedReason
from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.models import Answer, AnswerRating, AnswerScore, AudioSegment, ScoreOverride
from interviewpanel.services.answer_analysis.coverage import ENGINE as EMBEDDED_ENGINE
from questionbank.models import QuestionVersion
from reports.domain.answer_cards import AnswerCard, AnswerState, Claim, Criterion, Element, Provenance, Quote
from reports.domain.coverage import match_elements
from reports.domain.transcripts import HeardWord, PlacedWord, find_second, place_words, split_runs
from reports.domain.wording import FLAGS, word_for
from reports.selectors.components import read_components
from reports.selectors.human_ratings import read_override, read_ratings

SETTLED = {
    AnswerStatus.SKIPPED: "skipped",
    AnswerStatus.NO_SPEECH: "no_speech",
    AnswerStatus.TECHNICAL_FAILURE: "technical_failure",
}
FAILED_WORK = frozenset({AudioSegment.WorkStatus.FAILED, AudioSegment.WorkStatus.DEAD})


def load_for_cards(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """The answers with all that their cards need: five queries however many there are."""
    return answers.select_related(
        "question_version__question__category",
        "question_version__question__topic",
        "question_version__question__subtopic",
    ).prefetch_related(
        Prefetch("segments", AudioSegment.objects.order_by("number")),
        Prefetch("scores", AnswerScore.objects.order_by("number")),
        Prefetch("ratings", AnswerRating.objects.order_by("id")),
        Prefetch("overrides", ScoreOverride.objects.order_by("number")),
    )


def make_card(answer: Answer) -> AnswerCard:
    """The card of an answer that was loaded with all that it needs (`load_for_cards`)."""
    question = answer.question_version.question
    segments = [segment for segment in answer.segments.all() if segment.is_answer]
    score = next((one for one in reversed(answer.scores.all()) if one.work_status == one.WorkStatus.DONE), None)
    state = read_state(answer, score)
    placed = place_words(answer.transcript, read_words(segments))
    evidence = Evidence(answer.number, answer.transcript, placed)
    return AnswerCard(
        number=answer.number,
        question=answer.question_text,
        kind="follow_up" if answer.kind == Answer.Kind.FOLLOW_UP else "question",
        question_type=question.kind,
        difficulty=question.difficulty,
        category=question.category.name,
        topic=question.topic.name,
        subtopic=question.subtopic.name,
        weight=answer.weightage,
        asked_at=answer.asked_at,
        answered_at=answer.turn_started_at,
        closed_at=answer.closed_at,
        duration_seconds=measure_duration(answer, segments),
        expected_seconds=answer.question_version.expected_seconds,
        closed_reason=answer.closed_reason,
        state=state,
        why=explain_state(state, answer, score, segments),
        is_typed=bool(answer.typed_text) and not any(segment.text for segment in segments),
        transcript=split_runs(answer.transcript, placed),
        transcription=name_engines(segments),
        is_rough=any(segment.is_rough for segment in segments),
        lost_audio_seconds=sum(segment.lost_samples for segment in segments) / SAMPLE_RATE,
        untranscribed_seconds=sum(count_seconds(one) for one in segments if one.work_status in FAILED_WORK),
        elements=read_elements(answer, score, evidence),
        ratings=read_ratings(answer.ratings.all(), is_technical=question.is_technical),
        overrides=tuple(read_override(one, is_technical=question.is_technical) for one in answer.overrides.all()),
        **(read_score(score, evidence, answer.question_version) if score else {}),
    )


def read_state(answer: Answer, score: AnswerScore | None) -> AnswerState:
    """What became of the answer. Anything not settled yet is `pending`; a partial report shows it so."""
    settled = SETTLED.get(AnswerStatus(answer.status))
    if settled:
        return cast("AnswerState", settled)
    if answer.status != AnswerStatus.SCORED or score is None or not score.state:
        return "pending"
    if score.state == AnswerScore.State.SCORED and score.composite is None:
        return "insufficient_evidence"
    return cast("AnswerState", score.state)


def explain_state(
    state: AnswerState, answer: Answer, score: AnswerScore | None, segments: Sequence[AudioSegment]
) -> str:
    """Why an answer has no number of its own; empty for a scored one, and where the rows do not tell."""
    if state == "scored":
        return ""
    if score and score.reasons:
        return " ".join(score.reasons)
    if state == "skipped":
        return "The candidate chose to skip this question."
    if state == "no_speech":
        return "The microphone worked and nothing was said."
    return explain_failure(answer, segments) if state == "technical_failure" else ""


def explain_failure(answer: Answer, segments: Sequence[AudioSegment]) -> str:
    if any(segment.work_status in FAILED_WORK for segment in segments):
        return "The recording could not be transcribed. It is kept."
    if answer.closed_reason == ClosedReason.INTERVIEW_OVER:
        return "The interview was over before there was an answer."
    if any(segment.needs_transcription for segment in segments):
        return "Speech was recorded, but no word of it could be recognised. The recording is kept."
    if not segments:
        return "No sound arrived from the candidate's microphone."
    if answer.closed_reason == ClosedReason.NO_AUDIO_TIMEOUT:
        return "The sound from the candidate's microphone stopped before anything was said."
    return "Nobody was there any more when this was asked; silence then counts for nothing."


def measure_duration(answer: Answer, segments: Sequence[AudioSegment]) -> float | None:
    """Seconds of the answer's recording; for one without a recording, from hearing the question to closing."""
    if segments:
        return sum(count_seconds(segment) for segment in segments)
    if answer.turn_started_at and answer.closed_at:
        return (answer.closed_at - answer.turn_started_at).total_seconds()
    return None


def count_seconds(segment: AudioSegment) -> float:
    return (segment.end_sample - segment.start_sample) / SAMPLE_RATE


def name_engines(segments: Sequence[AudioSegment]) -> str:
    names = {f"{segment.engine} {segment.engine_model}".strip() for segment in segments if segment.engine}
    return " and ".join(sorted(names))


def read_words(segments: Sequence[AudioSegment]) -> list[HeardWord]:
    return [
        HeardWord(str(word["text"]), float(word["start"]), word["probability"], float(word["end"]))
        for segment in segments
        for word in segment.words
    ]


class Evidence:
    """Where quotes of one answer stand in its text and at which second they were said."""

    def __init__(self, number: int, text: str, placed: Sequence[PlacedWord]) -> None:
        self.number = number
        self.text = text
        self.placed = placed

    def find(self, quote: str, span: Sequence[int] | None = None) -> Quote | None:
        """The quote with its span and second; None for words that do not stand in the text (they prove nothing)."""
        start = span[0] if span and self.text[span[0] : span[1]] == quote else self.text.find(quote)
        if not quote or start < 0:
            return None
        return Quote(
            answer=self.number,
            text=quote,
            span=(start, start + len(quote)),
            start_seconds=find_second(self.placed, start),
        )


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
