"""Candidates' standings across their interviews, computed from the reports as they are now and stored nowhere.

What counts: made reports of interviews that were held, are kept, and whose candidate has not withdrawn; not what staff
tried. Of what a reader has to rate first nothing counts, since it would tell of the score.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, QuerySet

from interviewpanel.models import CandidateRequest, InterviewSession
from interviewpanel.selectors.blind_ratings import leave_out_hidden_interviews
from organizations.models import Candidate
from organizations.selectors import Reach
from reports.domain.standings import Result, Standing, find_standing
from reports.models import InterviewReport


def list_counted(user_id: int | None, reach: Reach) -> QuerySet[InterviewReport]:
    """The reports that count for this reader."""
    invitation = OuterRef("session__invitation")
    withdrawn = CandidateRequest.objects.filter(invitation=invitation, kind=CandidateRequest.Kind.WITHDRAW)
    made = InterviewReport.objects.filter(
        made_at__isnull=False,
        session__ended_at__isnull=False,
        session__started_at__isnull=False,
        session__invitation__is_trial=False,
        session__invitation__erased_at__isnull=True,
    ).exclude(Exists(withdrawn))
    rows: QuerySet[InterviewReport] = leave_out_hidden_interviews(made, user_id, reach)
    return rows


def list_ranked(candidates: QuerySet[Candidate], user_id: int | None, reach: Reach) -> QuerySet[Candidate]:
    """Of these, the candidates of whom there is a report that counts."""
    return candidates.filter(Exists(list_counted(user_id, reach).filter(session__invitation__candidate=OuterRef("pk"))))


def find_standings(reports: QuerySet[InterviewReport]) -> dict[int, Standing]:
    """By the candidate's key. One query of four light columns, however many there are."""
    rows = reports.values_list("session__invitation__candidate", "session__ended_at", "made_at", "overall")
    found: dict[int, list[Result]] = defaultdict(list)
    for candidate, ended_at, made_at, overall in rows.order_by():
        if ended_at is not None and made_at is not None:
            found[candidate].append(Result(ended_at=ended_at, made_at=made_at, overall=overall))
    return {candidate: find_standing(results) for candidate, results in found.items()}


def find_last_interviews(candidates: Collection[Candidate]) -> Mapping[int, datetime]:
    """When each was last interviewed, whether there is a report of it or not. One query."""
    held = InterviewSession.objects.filter(
        invitation__candidate__in=candidates,
        invitation__is_trial=False,
        invitation__erased_at__isnull=True,
        started_at__isnull=False,
    )
    return dict(held.order_by().values_list("invitation__candidate").annotate(last=Max("started_at")))
