"""Turns one answer's rows (answer, question version, segments, scores) into its card. Called by `interviews.py`.

Scores are stored as JSON by the scoring task (`AnswerAnalysis` of interviewpanel/services/answer_analysis/records.py);
their keys are read here and nowhere else in this app.
"""

from collections.abc import Sequence
from typing import cast

from django.db.models import Prefetch, QuerySet

from interviewpanel.domain.states import AnswerStatus, ClosedReason
from interviewpanel.domain.turn_rules import SAMPLE_RATE
from interviewpanel.models import Answer, AnswerRating, AnswerScore, AudioSegment, ScoreOverride, TranscriptEntry
from reports.domain.answer_cards import (
    AnswerCard,
    AnswerState,
)
from reports.domain.evidence import AnswerPart, Evidence
from reports.domain.transcripts import HeardWord, place_words, split_runs
from reports.selectors.human_ratings import read_override, read_ratings
from reports.selectors.score_parts import read_elements, read_score

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


def make_cards(answers: Sequence[Answer]) -> tuple[AnswerCard, ...]:
    """The cards of an interview's answers, in their order; quotes of an answer may stand in its follow-ups."""
    follow_ups: dict[int, list[Answer]] = {}
    for answer in answers:
        if answer.follow_up_of_id is not None:
            follow_ups.setdefault(answer.follow_up_of_id, []).append(answer)
    numbers = {answer.pk: answer.number for answer in answers}
    return tuple(
        make_card(answer, follow_ups.get(answer.pk, ()), numbers.get(answer.follow_up_of_id or 0)) for answer in answers
    )


def make_card(answer: Answer, follow_ups: Sequence[Answer] = (), follow_up_of: int | None = None) -> AnswerCard:
    """The card of an answer that was loaded with all that it needs (`load_for_cards`), as its follow-ups are."""
    question = answer.question_version.question
    segments = [segment for segment in answer.segments.all() if segment.is_answer]
    score = next((one for one in reversed(answer.scores.all()) if one.work_status == one.WorkStatus.DONE), None)
    state = read_state(answer, score)
    placed = place_words(answer.transcript, read_words(segments))
    told = [read_answer_part(one) for one in follow_ups if one.transcript]  # only these were counted as scored
    parts = [AnswerPart(answer.number, answer.transcript, placed), *told]
    evidence = Evidence(parts[: 1 + (score.follow_ups if score else 0)])
    return AnswerCard(
        number=answer.number,
        question=answer.question_text,
        kind="follow_up" if answer.is_follow_up else "question",
        follow_up_of=follow_up_of,
        bank_question=find_bank_question(answer),
        is_by_model=answer.choice.get("words") == "model",
        is_made_for_candidate="made_in_place_of" in answer.choice,
        times_rephrased=answer.times_rephrased,
        other_words=find_other_words(answer),
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
        expected_seconds=None if answer.is_follow_up else answer.question_version.expected_seconds,
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


def find_bank_question(answer: Answer) -> str:
    """The bank's words, where the candidate heard others in their place. A follow-up stands for no question of it."""
    asked, text = answer.question_text, answer.question_version.text
    return text if answer.choice.get("words") == "model" and not answer.is_follow_up and asked != text else ""


def find_other_words(answer: Answer) -> str:
    """The question as it was said in other words. One query, only where the candidate wished it."""
    if not answer.times_rephrased:
        return ""
    said = answer.transcript_entries.filter(kind=TranscriptEntry.Kind.REPHRASING).first()
    return said.text if said else ""


def read_state(answer: Answer, score: AnswerScore | None) -> AnswerState:
    """What became of the answer. Anything not settled yet is `pending`; a partial report shows it so."""
    settled = SETTLED.get(AnswerStatus(answer.status))
    if answer.is_follow_up:
        return "with_question" if settled or answer.status == AnswerStatus.SCORED else "pending"
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
    if answer.is_follow_up:
        return explain_follow_up(answer, segments)
    if score and score.reasons:
        return " ".join(score.reasons)
    if state == "skipped":
        return "The candidate chose to skip this question."
    if state == "no_speech":
        return "The microphone worked and nothing was said."
    return explain_failure(answer, segments) if state == "technical_failure" else ""


def explain_follow_up(answer: Answer, segments: Sequence[AudioSegment]) -> str:
    """What a follow-up did to its question. Nothing about it is held against the candidate."""
    if answer.status == AnswerStatus.SKIPPED:
        return "The candidate chose to skip this follow-up. The answer before it is scored as it was given."
    if answer.status == AnswerStatus.NO_SPEECH:
        return "Nothing was said to this follow-up. The answer before it is scored as it was given."
    if answer.status == AnswerStatus.TECHNICAL_FAILURE:
        return f"{explain_failure(answer, segments)} The answer before it is scored as it was given."
    return "It completes the answer before it: both are scored as one."


def explain_failure(answer: Answer, segments: Sequence[AudioSegment]) -> str:
    if any(segment.work_status in FAILED_WORK for segment in segments):
        return "The recording could not be transcribed."
    if answer.closed_reason == ClosedReason.INTERVIEW_OVER:
        return "The interview was over before there was an answer."
    if any(segment.needs_transcription for segment in segments):
        return "Speech was recorded, but no word of it could be recognised."
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


def read_answer_part(answer: Answer) -> AnswerPart:
    segments = [segment for segment in answer.segments.all() if segment.is_answer]
    return AnswerPart(answer.number, answer.transcript, place_words(answer.transcript, read_words(segments)))
