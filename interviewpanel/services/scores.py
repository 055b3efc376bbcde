"""Between rows and the analysis of an answer: what goes in, what is stored. The work of `analyze_and_score_answer`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone

from config.work.tasks import WorkRefused
from interviewpanel.domain.states import AnswerStatus
from interviewpanel.models import Answer, AnswerScore, AudioSegment, InterviewSession
from interviewpanel.selectors.withdrawals import NOTHING_MORE, has_withdrawn
from interviewpanel.services.answer_analysis import (
    AnswerAnalysis,
    AnswerAnalysisService,
    AnswerToAnalyse,
    CriterionToRate,
    HeardWord,
)
from interviewpanel.services.events import lock_session, record_event

MOST_LOST_SHARE = 0.1  # of an answer's audio; with more missing, a number would judge the connection


def describe_answer(answer: Answer) -> AnswerToAnalyse:
    """The answer and its question as the analysis takes them."""
    version = answer.question_version
    panel = answer.session.invitation.panel
    words = [
        HeardWord(word["text"], word["probability"])
        for segment in answer.segments.order_by("number")
        for word in segment.words
        if word["probability"] is not None
    ]
    return AnswerToAnalyse(
        question=answer.question_text,
        expected_answer=version.expected_answer,
        elements=tuple(version.expected_elements),
        criteria=read_criteria(version.criteria),
        is_technical=version.question.is_technical,
        transcript=answer.transcript,
        words=tuple(words),
        weights=version.weights or panel.score_weights or None,
        red_flags=tuple(version.red_flags),
        language=panel.language,
    )


def read_criteria(criteria: Iterable[Mapping[str, Any]]) -> tuple[CriterionToRate, ...]:
    """A version's rubric as the analysis takes it."""
    return tuple(
        CriterionToRate(one["key"], f"{one['name']}: {one['description']}", one["component"], one["weight"])
        for one in criteria
    )


def score_provisionally(answer: Answer) -> dict[str, object]:
    """The embedded scorer's view of a joined transcript, in milliseconds: enough to choose the next question."""
    analysis = AnswerAnalysisService(None, nonce_key=b"").score_provisionally(describe_answer(answer))
    return {"composite": analysis.composite, "components": analysis.components, "flags": list(analysis.flags)}


def analyse_score(score: AnswerScore, service: AnswerAnalysisService) -> Callable[[], None]:
    """Score one answer, outside any transaction. Returns what stores it.

    Raises WorkRefused, here and where it stores, of a candidate who has withdrawn.
    """
    answer = Answer.objects.select_related("session__invitation__panel", "question_version__question").get(
        pk=score.answer_id
    )
    if has_withdrawn(answer.session):
        raise WorkRefused(NOTHING_MORE)
    is_last_attempt = score.attempts >= score.max_attempts
    analysis = service.analyse(describe_answer(answer), is_last_attempt=is_last_attempt)
    return lambda: _store_analysis(score, analysis)


def _store_analysis(score: AnswerScore, analysis: AnswerAnalysis) -> None:
    session = lock_session(score.answer.session_id)
    if has_withdrawn(session):
        raise WorkRefused(NOTHING_MORE)
    gaps = _list_gaps(score.answer)
    reasons = [*analysis.review_reasons, *gaps]
    state, composite = str(analysis.state), analysis.composite
    if gaps:  # a number for half an answer would hold our failure against the candidate
        state, composite = AnswerScore.State.NEEDS_HUMAN, None
    score.state, score.composite = state, composite
    score.components = analysis.components
    score.criteria = [asdict(criterion) for criterion in analysis.criteria]
    score.elements = [asdict(element) for element in analysis.elements]
    score.red_flags = [asdict(flag) for flag in analysis.red_flags]
    score.interval = list(analysis.interval) if analysis.interval else None
    score.rationale, score.notable_quote = analysis.rationale, analysis.notable_quote
    score.strengths, score.improvements = list(analysis.strengths), list(analysis.improvements)
    score.flags, score.reasons = list(analysis.flags), reasons
    score.provenance = asdict(analysis.provenance)
    score.is_fallback = analysis.provenance.is_fallback
    score.save(update_fields=RESULT_FIELDS)
    _end_scoring(session, score, AnswerStatus.SCORED)


RESULT_FIELDS = [
    "state",
    "composite",
    "components",
    "criteria",
    "elements",
    "red_flags",
    "interval",
    "rationale",
    "notable_quote",
    "strengths",
    "improvements",
    "flags",
    "reasons",
    "provenance",
    "is_fallback",
]


def _list_gaps(answer: Answer) -> list[str]:
    """What is missing of the answer by no fault of the candidate's."""
    segments = AudioSegment.objects.filter(answer=answer)
    gaps: list[str] = []
    unheard = segments.filter(work_status__in=["failed", "dead"]).count()
    if unheard:
        gaps.append(f"{unheard} part(s) of this answer could not be transcribed; listen to the recording.")
    spoken = segments.filter(is_answer=True)
    # Who typed the whole answer has used the remedy for a bad connection.
    if not answer.typed_text or spoken.filter(has_speech=True).exists():
        sums = spoken.aggregate(lost=Sum("lost_samples"), whole=Sum(F("end_sample") - F("start_sample")))
        if sums["whole"] and sums["lost"] > MOST_LOST_SHARE * sums["whole"]:
            gaps.append("A part of this answer's sound never arrived; listen to the recording.")
    return gaps


def give_up_score(score: AnswerScore, reason: str) -> None:
    """Nothing could score it: a state, never a number. Of who has withdrawn nothing was to: not even a state."""
    session = lock_session(score.answer.session_id)
    if has_withdrawn(session):
        return
    score.state = AnswerScore.State.TECHNICAL_FAILURE
    score.reasons = [reason]
    score.save(update_fields=["state", "reasons"])
    _end_scoring(session, score, AnswerStatus.TECHNICAL_FAILURE)


def _end_scoring(session: InterviewSession, score: AnswerScore, status: AnswerStatus) -> None:
    """Effects: the answer is over, and sockets are told. The candidate's gets a number only if the panel shows it."""
    Answer.objects.filter(pk=score.answer_id, status=AnswerStatus.TRANSCRIBED).update(status=status)
    payload: dict[str, object] = {"answer_uuid": str(score.answer.uuid), "status": score.state}
    if session.invitation.panel.shows_scores_to_candidates:
        payload |= {"score": score.composite, "rationale": score.rationale}
    record_event(session, "scoring_update", payload, timezone.now())
