"""What the embedded scorer of today says of every technical answer that people have rated, in reviews and in sets."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from interviewpanel.domain.calibration_map import RatedTechnical
from interviewpanel.engines.embeddings import find_embedding_model
from interviewpanel.models import Answer, AnswerRating, RatedAnswer
from interviewpanel.selectors.calibration import MOST_RATINGS
from interviewpanel.services.answer_analysis import AnswerToAnalyse
from interviewpanel.services.answer_analysis.coverage import measure_coverage
from interviewpanel.services.calibration.runs import describe_rated


@dataclass(frozen=True)
class MeasuredTechnicals:
    """Measured without any map, all by one version of the scorer."""

    scorer_version: str
    rows: list[RatedTechnical]


def measure_technicals(organization_id: int) -> MeasuredTechnicals:
    """Each answer is measured anew: some milliseconds each. What another version measured meanwhile is left out."""
    model = find_embedding_model()
    measured: dict[str, list[RatedTechnical]] = defaultdict(list)
    for answer, people, question in (*_list_reviewed(organization_id), *_list_imported(organization_id)):
        score = measure_coverage(answer, model)
        measured[score.version].append(RatedTechnical(score.components["technical"], people, question))
    version = max(measured, key=lambda name: len(measured[name]), default="")
    return MeasuredTechnicals(version, measured.get(version, []))


def _list_reviewed(organization_id: int) -> Iterator[tuple[AnswerToAnalyse, float, str]]:
    ratings: dict[int, dict[str, float]] = defaultdict(dict)
    rows = AnswerRating.objects.filter(
        answer__session__organization=organization_id,
        answer__session__invitation__is_trial=False,
        answer__question_version__question__kind="technical",
    ).order_by("-pk")
    for row in rows[:MOST_RATINGS]:
        said = row.components.get("technical", row.composite)
        ratings[row.answer_id].setdefault(str(row.rated_by_id or row.rated_by_name), said)
    answers = Answer.objects.filter(pk__in=list(ratings)).exclude(transcript="").select_related("question_version")
    for one in answers:
        version = one.question_version
        answer = AnswerToAnalyse(
            question=one.question_text,
            expected_answer=version.expected_answer,
            elements=tuple(version.expected_elements),
            criteria=(),
            is_technical=True,
            transcript=one.transcript,
        )
        yield answer, fmean(ratings[one.pk].values()), f"question {version.question_id}"


def _list_imported(organization_id: int) -> Iterator[tuple[AnswerToAnalyse, float, str]]:
    answers = RatedAnswer.objects.filter(rated_set__organization=organization_id, is_technical=True)
    for one in answers:
        if one.ratings:
            yield describe_rated(one), fmean(one.ratings.values()), one.question
