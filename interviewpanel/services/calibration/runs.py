"""A set is scored once by what scores interviews now, and held against people and against its first run."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from authentication.models import User
from config.work.tasks import TryLater
from config.work.transports import enqueue
from interviewpanel.domain.agreement import Agreement, Pair, measure_agreement, pair_machine, pair_people
from interviewpanel.domain.drift import Drift, Scored, compare_runs
from interviewpanel.models import CalibrationRun, RatedAnswer, RatedSet
from interviewpanel.services.answer_analysis import AnswerAnalysis, AnswerAnalysisService, AnswerToAnalyse
from interviewpanel.services.scores import read_criteria
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import ModelRetry
from questionbank.services.model_calls import load_recorded_model

Store = Callable[[], None]
NIGHT_FROM = 2  # o'clock, UTC
SEED = 20


class RunRefused(Exception):
    """A set cannot be scored now, or a run not be held against; the text says why."""


@transaction.atomic
def ask_run(*, rated_set: RatedSet, user: User) -> CalibrationRun:
    """Effects: a run in the queue. Raises RunRefused while another of the set goes on."""
    RatedSet.objects.select_for_update().get(pk=rated_set.pk)
    if rated_set.runs.filter(work_status__in=["queued", "running"]).exists():
        raise RunRefused("This set is being scored already. Wait until that has ended.")
    run = CalibrationRun.objects.create(
        organization_id=rated_set.organization_id, rated_set=rated_set, asked_by=user, night=None
    )
    enqueue(run)
    return run


def ask_nightly_runs(now: datetime) -> int:
    """Effects: one run a night for each golden set, whoever else sweeps at the same time. Returns how many."""
    if now.hour < NIGHT_FROM:
        return 0
    count = 0
    for rated_set in RatedSet.objects.filter(is_watched=True).exclude(runs__night=now.date()):
        with transaction.atomic():
            run, is_new = CalibrationRun.objects.get_or_create(
                rated_set=rated_set, night=now.date(), defaults={"organization_id": rated_set.organization_id}
            )
            if is_new:
                enqueue(run)
                count += 1
    return count


def score_set(run: CalibrationRun, now: datetime) -> Store:
    """Score what is not scored yet, answer by answer. Returns what stores the comparison.

    Raises TryLater where the model fails on an answer: what is scored stays, and is not scored again.
    """
    model = load_recorded_model(Purpose.SCORE, organization_id=run.organization_id)
    service = AnswerAnalysisService(model, nonce_key=settings.SECRET_KEY.encode())
    is_last = run.attempts >= run.max_attempts
    answers = list(run.rated_set.answers.all())
    for answer in answers:
        if str(answer.number) in run.scores:
            continue
        try:
            analysis = service.analyse(describe_rated(answer), is_last_attempt=is_last)
        except ModelRetry as error:
            raise TryLater(str(error), now + run.retry_delay(run.attempts)) from error
        embedded = service.measure_coverage(describe_rated(answer))
        run.scores = {**run.scores, str(answer.number): _keep(analysis, embedded)}
        run.engine, run.model = analysis.provenance.engine, analysis.provenance.model
        run.prompt_version = analysis.provenance.prompt_version
        run.save(update_fields=["scores", "engine", "model", "prompt_version"])
    return lambda: _store_comparison(run, answers)


def describe_rated(answer: RatedAnswer) -> AnswerToAnalyse:
    return AnswerToAnalyse(
        question=answer.question,
        expected_answer=answer.expected_answer,
        elements=tuple(answer.expected_elements),
        criteria=read_criteria(answer.criteria),
        is_technical=answer.is_technical,
        transcript=answer.text,
        language=answer.language,
    )


def _keep(analysis: AnswerAnalysis, embedded: AnswerAnalysis) -> dict[str, Any]:
    return {
        "state": str(analysis.state),
        "composite": analysis.composite,
        "engine": analysis.provenance.engine,
        "embedded": {"composite": embedded.composite, "technical": embedded.components.get("technical")},
    }


def _store_comparison(run: CalibrationRun, answers: Sequence[RatedAnswer]) -> None:
    """Effects: agreement, drift and alarms of the run."""
    agreed = measure_run(run, answers)
    run.agreement = {name: asdict(one) if one else None for name, one in agreed.items()}
    first = find_baseline(run)
    if first is not None:
        drift = compare_runs(
            read_scores(first), read_scores(run), measure_run(first, answers)["scorer"], agreed["scorer"]
        )
        run.drift = {"against": first.pk, **asdict(drift)}
        run.alarms = [*drift.alarms, *_name_changes(first, run)]
    run.save(update_fields=["agreement", "drift", "alarms"])


def find_baseline(run: CalibrationRun) -> CalibrationRun | None:
    """The first run of the set that ended; of a new baseline that a person chose, that one."""
    done = CalibrationRun.objects.filter(rated_set=run.rated_set_id, work_status="done").exclude(pk=run.pk)
    return done.filter(is_baseline=True).last() or done.order_by("pk").first()


def read_scores(run: CalibrationRun) -> dict[str, Scored]:
    return {number: Scored(one["state"], one["composite"]) for number, one in run.scores.items()}


def measure_run(run: CalibrationRun, answers: Sequence[RatedAnswer]) -> dict[str, Agreement | None]:
    """The scorer with people, the embedded scorer with people, and people with each other."""
    pairs: dict[str, list[Pair]] = {"scorer": [], "embedded": [], "people": []}
    for answer in answers:
        kept = run.scores.get(str(answer.number))
        pairs["people"] += pair_people(answer.ratings, answer.question)
        for name, score in (
            ("scorer", kept and kept["composite"]),
            ("embedded", kept and kept["embedded"]["composite"]),
        ):
            pairs[name] += [] if score is None else pair_machine(score, answer.ratings, answer.question)
    return {name: measure_agreement(one, SEED) for name, one in pairs.items()}


def _name_changes(first: CalibrationRun, run: CalibrationRun) -> list[str]:
    named = {name: [getattr(one, name) for one in (first, run)] for name in ("model", "prompt_version")}
    named = {"engine": [_name_engines(one) for one in (first, run)], **named}
    return [
        f"The {name.replace('_', ' ')} was {before or 'none'} and is {now or 'none'}."
        for name, (before, now) in named.items()
        if before != now
    ]


def _name_engines(run: CalibrationRun) -> str:
    """All that scored an answer of it: where a model fails on some, the embedded scorer takes these."""
    return " and ".join(sorted({one["engine"] for one in run.scores.values()}))


@transaction.atomic
def take_as_baseline(*, run: CalibrationRun, user: User, now: datetime) -> None:
    """From here on later runs are held against this one; its alarms are settled. Effects: the set's runs. Raises
    RunRefused of one that did not end: the one before would be lost, and nothing stand in its place.
    """
    RatedSet.objects.select_for_update().get(pk=run.rated_set_id)
    if not CalibrationRun.objects.filter(pk=run.pk, work_status=CalibrationRun.WorkStatus.DONE).exists():
        raise RunRefused("This run has not scored its set. Only a run that is done can be held against.")
    CalibrationRun.objects.filter(rated_set=run.rated_set_id, is_baseline=True).update(is_baseline=False)
    CalibrationRun.objects.filter(pk=run.pk).update(is_baseline=True, seen_by=user, seen_at=now)


def see_alarm(*, run: CalibrationRun, user: User, now: datetime) -> None:
    """The alarm is known. Effects: the row."""
    CalibrationRun.objects.filter(pk=run.pk, seen_at=None).update(seen_by=user, seen_at=now)


def give_up_run(run: CalibrationRun, reason: str) -> None:
    """A night without a measurement is an alarm too."""
    CalibrationRun.objects.filter(pk=run.pk).update(alarms=[f"The set could not be scored: {reason}"])


def describe_drift(run: CalibrationRun) -> Drift | None:
    if not run.drift:
        return None
    values = {name: value for name, value in run.drift.items() if name != "against"}
    return Drift(**{**values, "alarms": tuple(values["alarms"])})
