"""From whom the automatic score of an answer is kept until they have rated it (`InterviewPanel.rates_blind`).

Asked by every page that shows, lists, filters, sorts by or sends a score: interviewpanel/admin/blind.py, the report's
admin and the review page. Whoever sees all organizations is never kept blind.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from interviewpanel.domain.human_ratings import REVIEWER, RatesBlind
from interviewpanel.models import Answer, AnswerRating, AnswerScore, InterviewSession
from organizations.models import Change
from organizations.selectors import Reach, load_reach

Person = AbstractBaseUser | AnonymousUser


def list_hidden_answers(user_id: int | None, reach: Reach) -> QuerySet[Answer]:
    """The answers whose scores this user may not see yet: of panels that ask their role to rate first, with words to
    rate, and not rated by them. A follow-up is rated with its question. One lazy query, to be filtered further.

    None is another system, which rates nothing and may show what it reads to anybody: where everybody is asked to rate
    first, it is told the score of an answer that somebody has rated.
    """
    if reach.sees_all:
        return Answer.objects.none()
    reviewed = [organization for organization, role in reach.roles.items() if role == REVIEWER]
    panel = "session__invitation__panel__rates_blind"
    is_asked = Q(**{panel: RatesBlind.EVERYONE}) | Q(
        **{panel: RatesBlind.REVIEWERS}, session__organization__in=reviewed
    )
    given = AnswerRating.objects.filter(answer=OuterRef("pk"))
    own = given if user_id is None else given.filter(rated_by=user_id)
    return Answer.objects.filter(is_asked, kind=Answer.Kind.QUESTION).exclude(Q(transcript="") | Exists(own))


def has_hidden_scores(session: InterviewSession, user_id: int | None, reach: Reach) -> bool:
    """Whether anything of the interview is still to be rated by them; the overall would tell of it. One query."""
    return list_hidden_answers(user_id, reach).filter(session=session).exists()


def find_hidden_numbers(session: InterviewSession, user_id: int | None, reach: Reach) -> frozenset[int]:
    """The numbers of the answers whose scores are hidden. One query."""
    hidden = list_hidden_answers(user_id, reach).filter(session=session)
    return frozenset(hidden.values_list("number", flat=True))


def leave_out_hidden_scores(scores: QuerySet[Any], user_id: int | None, reach: Reach) -> QuerySet[Any]:
    """Rows of answers (scores and the like), less those of answers that this user has to rate first."""
    if reach.sees_all:
        return scores
    return scores.exclude(Exists(list_hidden_answers(user_id, reach).filter(pk=OuterRef("answer_id"))))


def leave_out_hidden_interviews(rows: QuerySet[Any], user_id: int | None, reach: Reach) -> QuerySet[Any]:
    """Rows of sessions (reports), less those with an answer that this user has to rate first."""
    if reach.sees_all:
        return rows
    return rows.exclude(Exists(list_hidden_answers(user_id, reach).filter(session=OuterRef("session_id"))))


def leave_out_hidden_lines(lines: QuerySet[Change], user_id: int | None, reach: Reach) -> QuerySet[Change]:
    """The history less its lines about interviews with an answer that this user has to rate first, and about scores of
    such answers. Registered as a rule of every history (apps.py)."""
    if reach.sees_all:
        return lines
    # Found once and looked up for each line; asked of each line anew, 40,000 lines took 3.6 s on PostgreSQL.
    hidden = list_hidden_answers(user_id, reach)
    scores = AnswerScore.objects.filter(answer__in=hidden)
    return lines.exclude(
        Q(subject_type=InterviewSession._meta.label_lower, subject_id__in=hidden.values("session"))
        | Q(subject_type=AnswerScore._meta.label_lower, subject_id__in=scores.values("pk"))
    )


def is_blind_to(invitation: UUID, user_id: int, reach: Reach) -> bool:
    """Whether anything of what came of this invitation is still to be rated by them. One query. Registered as a rule of
    what other systems were told (apps.py)."""
    return list_hidden_answers(user_id, reach).filter(session__invitation__uuid=invitation).exists()


def list_hidden_interviews(person: Person, session_ids: Iterable[int]) -> frozenset[int]:
    """Of these interviews, those with an answer that this person has to rate first. At most three queries."""
    hidden = list_hidden_answers(person.pk, load_reach(person)).filter(session__in=list(session_ids))
    return frozenset(hidden.values_list("session_id", flat=True))


def may_see_scores(person: Person, session: InterviewSession) -> bool:
    """Whether this person may see the automatic scores of an interview that they may see otherwise."""
    return not has_hidden_scores(session, person.pk, load_reach(person))
