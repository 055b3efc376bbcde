"""What the embedded scorer of today says of every technical answer that people have rated, in reviews and in sets."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from django.db.models import Prefetch

from interviewpanel.domain.calibration_map import RatedTechnical
from interviewpanel.engines.embeddings import find_embedding_model
from interviewpanel.models import Answer, AnswerRating, AnswerScore, RatedAnswer
from interviewpanel.selectors.calibration import MOST_RATINGS
from interviewpanel.services.answer_analysis import AnswerToAnalyse
from interviewpanel.services.answer_analysis.coverage import measure_coverage
from interviewpanel.services.calibration.runs import describe_rated
from interviewpanel.services.scores import join_questions, join_transcripts


@dataclass(frozen=True)
class MeasuredTechnicals:
    """Measured without any map, all by one version of the scorer."""

    scorer_version: str
    rows: list[RatedTechnical]


def measure_technicals(organization_id: int) -> MeasuredTechnicals:
    """Each answer is measured anew: some milliseconds each. What another version measured meanwhile is left out, and
    what is in a language that the scorer was not fitted on: no number of these ever counts.
    """
    model = find_embedding_model()
    measured: dict[str, list[RatedTechnical]] = defaultdict(list)
    for answer, people, question in (*_list_reviewed(organization_id), *_list_imported(organization_id)):
        score = measure_coverage(answer, model)
        if "language_not_fitted" in score.flags:
            continue
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
    scores = AnswerScore.objects.filter(work_status="done").order_by("number").only("answer", "follow_ups")
    answers = Answer.objects.filter(pk__in=list(ratings)).exclude(transcript="")
    answers = answers.select_related("question_version", "session__invitation__panel").prefetch_related(
        Prefetch("scores", scores), Prefetch("follow_ups", Answer.objects.exclude(transcript="").order_by("number"))
    )
    for one in answers:
        yield _describe_reviewed(one), fmean(ratings[one.pk].values()), f"question {one.question_version.question_id}"


def _describe_reviewed(answer: Answer) -> AnswerToAnalyse:
    """As it was scored, which is what people heard and rated: with its follow-ups, in the language of its panel."""
    version, done = answer.question_version, list(answer.scores.all())
    told = list(answer.follow_ups.all())[: done[-1].follow_ups if done else 0]
    return AnswerToAnalyse(
        question=join_questions(answer, told),
        expected_answer=version.expected_answer,
        elements=tuple(version.expected_elements),
        criteria=(),
        is_technical=True,
        transcript=join_transcripts([answer, *told]),
        language=answer.session.invitation.panel.language,
    )


def _list_imported(organization_id: int) -> Iterator[tuple[AnswerToAnalyse, float, str]]:
    answers = RatedAnswer.objects.filter(rated_set__organization=organization_id, is_technical=True)
    for one in answers:
        if one.ratings:
            yield describe_rated(one), fmean(one.ratings.values()), one.question
