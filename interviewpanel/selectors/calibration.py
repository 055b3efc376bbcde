"""What people and scorers said of the same answers, of interviews and of imported sets. For the calibration desk."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from interviewpanel.domain.agreement import Agreement, Pair, count_steps, measure_agreement, pair_machine, pair_people
from interviewpanel.domain.calibration_map import CalibrationCurve
from interviewpanel.models import AnswerRating, AnswerScore, CalibrationMap, CalibrationRun

MOST_RATINGS = 5_000
"""The newest; older ones were mostly given beside scorers that are gone."""
SEED = 20
PEOPLE = "people"


@dataclass(frozen=True)
class AgreementRow:
    """`name` is an engine with its model, or PEOPLE for people with each other. None: too few pairs."""

    name: str
    pairs: int
    agreement: Agreement | None
    steps: list[list[int]]


def measure_interviews(organization_id: int, *, blind_only: bool) -> list[AgreementRow]:
    """Each scorer with the people who rated answers in review, and these with each other.

    `blind_only`: ratings that were given before the score was shown. The others may lean on it, so that agreement with
    them flatters the machine.
    """
    ratings = _list_ratings(organization_id, blind_only=blind_only)
    scores = _list_last_scores(answer_id for answer_id, _ in ratings)
    pairs: dict[str, list[Pair]] = defaultdict(list, {PEOPLE: []})
    for (answer_id, question), by_person in ratings.items():
        name, composite = scores.get(answer_id, ("", None))
        pairs[PEOPLE] += pair_people(by_person, question)
        if composite is not None:
            pairs[name] += pair_machine(composite, by_person, question)
    return describe_pairs(pairs)


def describe_pairs(pairs: dict[str, list[Pair]]) -> list[AgreementRow]:
    """Scorers by how often they were compared, people last."""
    order = sorted(pairs, key=lambda name: (name == PEOPLE, -len(pairs[name]), name))
    return [
        AgreementRow(name, len(pairs[name]), measure_agreement(pairs[name], SEED), count_steps(pairs[name]))
        for name in order
    ]


def _list_ratings(organization_id: int, *, blind_only: bool) -> dict[tuple[int, str], dict[str, float]]:
    """By answer, with its question, and person; of several by one person the last. Without trials."""
    rows = AnswerRating.objects.filter(
        answer__session__organization=organization_id, answer__session__invitation__is_trial=False
    )
    if blind_only:
        rows = rows.filter(is_blind=True)
    newest = rows.order_by("-pk").values_list(
        "answer_id", "answer__question_version__question_id", "rated_by_id", "rated_by_name", "composite"
    )
    found: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    for answer_id, question_id, user_id, name, composite in newest[:MOST_RATINGS]:
        found[answer_id, str(question_id)].setdefault(str(user_id or name), composite)
    return found


def _list_last_scores(answer_ids: Iterable[int]) -> dict[int, tuple[str, int | None]]:
    """By answer: the name of what scored it last, and the composite."""
    rows = AnswerScore.objects.filter(answer__in=list(answer_ids), work_status="done").order_by("answer", "number")
    values = rows.values_list("answer_id", "provenance__engine", "provenance__model", "composite")
    return {
        answer_id: (f"{engine} ({model})" if model else str(engine), composite)
        for answer_id, engine, model, composite in values
    }


def find_map(organization_id: int) -> CalibrationCurve | None:
    """The map in force, if any. Whether it was fitted to the scorer that is there is asked where it is applied."""
    row = CalibrationMap.objects.filter(organization=organization_id, is_active=True).first()
    if row is None:
        return None
    return CalibrationCurve(row.number, row.scorer_version, tuple((place, mapped) for place, mapped in row.knots))


def list_unseen_drifts(runs: QuerySet[CalibrationRun]) -> QuerySet[CalibrationRun]:
    """Those whose alarm nobody has noted yet."""
    return runs.filter(seen_at=None).exclude(alarms=[])
