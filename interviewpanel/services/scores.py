"""Between rows and the analysis of an answer: what goes in, what is stored. The work of `analyze_and_score_answer`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone

from config.work.tasks import WorkRefused
from interviewpanel.domain.score_calculator import merge_weights
from interviewpanel.domain.states import AnswerStatus
from interviewpanel.models import Answer, AnswerScore, AudioSegment, InterviewSession
from interviewpanel.selectors.backgrounds import NO_BACKGROUND, Background, read_background
from interviewpanel.selectors.calibration import find_map
from interviewpanel.selectors.withdrawals import NOTHING_MORE, has_withdrawn
from interviewpanel.services.announcements import announce_scored
from interviewpanel.services.answer_analysis import (
    AnswerAnalysis,
    AnswerAnalysisService,
    AnswerToAnalyse,
    CriterionToRate,
    HeardWord,
)
from interviewpanel.services.conversation.closings import prepare_closing
from interviewpanel.services.events import lock_session, record_event
from interviewpanel.signals import interview_judged

MOST_LOST_SHARE = 0.1  # of an answer's audio; with more missing, a number would judge the connection


def describe_answer(
    answer: Answer, follow_ups: Sequence[Answer] = (), background: Background = NO_BACKGROUND
) -> AnswerToAnalyse:
    """The answer and its question as the analysis takes them; with those to its follow-ups, as one answer."""
    version = answer.question_version
    panel = answer.session.invitation.panel
    words = [
        HeardWord(word["text"], word["probability"])
        for part in (answer, *follow_ups)
        for segment in part.segments.order_by("number")
        for word in segment.words
        if word["probability"] is not None
    ]
    return AnswerToAnalyse(
        question=join_questions(answer, follow_ups),
        expected_answer=version.expected_answer,
        elements=tuple(version.expected_elements),
        criteria=read_criteria(version.criteria),
        is_technical=version.question.is_technical,
        transcript=join_transcripts([answer, *follow_ups]),
        words=tuple(words),
        weights=merge_weights(version.weights, panel.score_weights),
        red_flags=tuple(version.red_flags),
        language=panel.language,
        background=background.summary,
        background_flags=background.flags,
    )


def join_questions(answer: Answer, follow_ups: Iterable[Answer]) -> str:
    """What was asked, as it is scored."""
    return "\n".join([answer.question_text, *(f"Follow-up: {one.question_text}" for one in follow_ups)])


def join_transcripts(parts: Iterable[Answer]) -> str:
    """What an answer and its follow-ups came to, as they are scored; reports look for quotes in the parts."""
    return "\n".join(part.transcript for part in parts if part.transcript)


def list_told_follow_ups(answer: Answer) -> list[Answer]:
    """The follow-ups of an answer that were answered in words, in the order of asking."""
    return list(answer.follow_ups.exclude(transcript="").order_by("number"))


def read_criteria(criteria: Iterable[Mapping[str, Any]]) -> tuple[CriterionToRate, ...]:
    """A version's rubric as the analysis takes it."""
    return tuple(
        CriterionToRate(one["key"], f"{one['name']}: {one['description']}", one["component"], one["weight"])
        for one in criteria
    )


def score_provisionally(answer: Answer, follow_ups: Sequence[Answer] = ()) -> dict[str, object]:
    """The embedded scorer's view of a joined transcript, in milliseconds: enough to choose the next question."""
    analysis = AnswerAnalysisService(None, nonce_key=b"").score_provisionally(describe_answer(answer, follow_ups))
    return {
        "composite": analysis.composite,
        "components": analysis.components,
        "flags": list(analysis.flags),
        "missing": [match.element for match in analysis.elements if not match.is_covered],
        "expected": len(analysis.elements),
    }


def open_score(answer: Answer, follow_ups: int = 0) -> AnswerScore:
    """The first scoring of an answer; or another, with its follow-ups as far as they are answered. The session is
    locked."""
    last = answer.scores.order_by("-number").values_list("number", flat=True).first() if follow_ups else None
    return AnswerScore.objects.create(answer=answer, number=(last or 0) + 1, follow_ups=follow_ups)


def analyse_score(score: AnswerScore) -> Callable[[], None]:
    """Score one answer, outside any transaction. Returns what stores it. Calls of a model are written down.

    Raises WorkRefused, here and where it stores, of a candidate who has withdrawn.
    """
    answer = Answer.objects.select_related(
        "session__invitation__panel", "session__invitation__candidate", "question_version__question"
    ).get(pk=score.answer_id)
    if has_withdrawn(answer.session):
        raise WorkRefused(NOTHING_MORE)
    session = answer.session
    service = AnswerAnalysisService.from_settings(organization_id=session.organization_id, interview=session.uuid)
    is_last_attempt = score.attempts >= score.max_attempts
    background = read_background(session.invitation.candidate)
    described = describe_answer(answer, list_told_follow_ups(answer)[: score.follow_ups], background)
    described = replace(described, calibration=find_map(session.organization_id))
    analysis = service.analyse(described, is_last_attempt=is_last_attempt)
    _refuse_to_do_worse(score, analysis)
    return lambda: _store_analysis(score, analysis)


def _refuse_to_do_worse(score: AnswerScore, analysis: AnswerAnalysis) -> None:
    """Scored again without a language model, an answer that one has rated would lose its ratings: WorkRefused."""
    if not score.asked_reason or not analysis.provenance.is_fallback:
        return
    done = AnswerScore.objects.filter(answer=score.answer_id, work_status=AnswerScore.WorkStatus.DONE)
    last = done.order_by("-number").first()
    if last is not None and not last.is_fallback:
        raise WorkRefused(f"The earlier score stays: {analysis.provenance.fallback_reason}")


def _store_analysis(score: AnswerScore, analysis: AnswerAnalysis) -> None:
    session = lock_session(score.answer.session_id)
    if has_withdrawn(session):
        raise WorkRefused(NOTHING_MORE)
    gaps = [gap for part in _list_parts(score) for gap in _list_gaps(part)]
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
    score.second_opinion = asdict(analysis.second_opinion) if analysis.second_opinion else None
    score.is_fallback = analysis.provenance.is_fallback
    score.save(update_fields=RESULT_FIELDS)
    if score.asked_reason:
        _end_rescoring(session, score)
    else:
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
    "second_opinion",
    "is_fallback",
]


def _list_parts(score: AnswerScore) -> list[Answer]:
    return [score.answer, *list_told_follow_ups(score.answer)[: score.follow_ups]]


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
    """Nothing could score it: a state, never a number. Of who has withdrawn nothing was to: not even a state.

    Where it was to be scored again, the earlier score stays in force, and nobody is told.
    """
    session = lock_session(score.answer.session_id)
    if has_withdrawn(session):
        return
    score.state = AnswerScore.State.TECHNICAL_FAILURE
    score.reasons = [reason]
    score.save(update_fields=["state", "reasons"])
    if not score.asked_reason:
        _end_scoring(session, score, AnswerStatus.TECHNICAL_FAILURE)


def _end_scoring(session: InterviewSession, score: AnswerScore, status: AnswerStatus) -> None:
    """Effects: the answer is over, and the follow-ups that were scored with it; sockets and other systems are told. The
    candidate's socket gets a number only if the panel shows it.
    """
    now = timezone.now()
    over = [part.pk for part in _list_parts(score)]
    Answer.objects.filter(pk__in=over, status=AnswerStatus.TRANSCRIBED).update(status=status)
    payload: dict[str, object] = {"answer_uuid": str(score.answer.uuid), "status": score.state}
    if session.invitation.panel.shows_scores_to_candidates:
        payload |= {"score": score.composite, "rationale": score.rationale}
    record_event(session, "scoring_update", payload, now)
    announce_scored(session, score, now)
    prepare_closing(session, now)


def _end_rescoring(session: InterviewSession, score: AnswerScore) -> None:
    """Effects: an answer whose first scoring had failed is scored, as are its follow-ups; other systems are told; the
    report is made again.

    The candidate is not told: the interview is over.
    """
    now = timezone.now()
    over = [part.pk for part in _list_parts(score)]
    failed = Answer.objects.filter(pk__in=over, status=AnswerStatus.TECHNICAL_FAILURE)
    failed.update(status=AnswerStatus.SCORED)
    announce_scored(session, score, now)
    interview_judged.send(sender=InterviewSession, session=session, now=now)
