"""Who may watch live interviews, and which. Asked by the monitor's socket as it begins and again every few seconds.

What is shown to whom is decided here too: `sees_scores`, `sees_terms`.
"""

from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.db.models import QuerySet
from django.http import HttpRequest

from authentication.models import User
from interviewpanel.domain import protocol
from interviewpanel.domain.human_ratings import RatesBlind
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.blind_ratings import has_hidden_scores
from organizations.selectors import Reach, load_reach

PERMISSION = "interviewpanel.view_interviewsession"
SCORES_PERMISSION = "interviewpanel.view_answerscore"
TERMS_PERMISSION = "interviewpanel.view_accommodationrequest"


class WatchRefused(Exception):
    """Nobody is signed in, or nothing may be watched. The message is for a person."""

    def __init__(self, code: str, message: str, close_code: int) -> None:
        super().__init__(message)
        self.code, self.close_code = code, close_code


@dataclass(frozen=True)
class Watcher:
    """Somebody who may watch, and where; as it was when it was last looked at."""

    user_id: int
    reach: Reach

    def sees_terms(self, organization_id: int) -> bool:
        """Whether how long somebody may talk is shown: beside the panel's limits it tells what they were granted."""
        return self.reach.may(TERMS_PERMISSION, organization_id)


def find_watcher(session_key: str | None) -> Watcher:
    """Who is signed in with this cookie. A handful of queries.

    Raises WatchRefused: signed out, deactivated or no member of the staff (4401), or without the permission (4403).
    """
    user = _find_user(session_key)
    if user is None or not user.is_staff:
        raise WatchRefused("monitor.signed_out", "Nobody is signed in here. Please sign in.", protocol.CLOSE_TOKEN)
    reach = load_reach(user)
    is_allowed = reach.sees_all or bool(reach.list_organizations(PERMISSION))
    if not (is_allowed and user.has_perm(PERMISSION)):
        raise WatchRefused("monitor.forbidden", "Your role shows no interviews.", protocol.CLOSE_FORBIDDEN)
    return Watcher(user.pk, reach)


def _find_user(session_key: str | None) -> User | None:
    """As Django's own middleware finds them: the session lives, the password is still the same, the user is active."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return user if isinstance(user, User) else None


def list_watchable(reach: Reach) -> QuerySet[InterviewSession]:
    """The interviews of the organizations where the role shows them, with what a monitor tells of each."""
    rows = InterviewSession.objects.select_related("invitation__panel", "invitation__candidate", "organization")
    return rows if reach.sees_all else rows.filter(organization__in=reach.list_organizations(PERMISSION))


def find_watched(watcher: Watcher, uuid: str) -> InterviewSession | None:
    """One query. None where there is no such interview, and just so where it is not this watcher's to see."""
    try:
        return list_watchable(watcher.reach).filter(uuid=UUID(uuid)).first()
    except ValueError:
        return None


def sees_scores(watcher: Watcher, session: InterviewSession) -> bool:
    """Whether the automatic scores of this interview are shown; not to who is to rate its answers first.

    One query where the panel asks for that, else none.
    """
    may_see = watcher.reach.may(SCORES_PERMISSION, session.organization_id)
    is_asked = session.invitation.panel.rates_blind != RatesBlind.NOBODY
    return may_see and not (is_asked and has_hidden_scores(session, watcher.user_id, watcher.reach))
