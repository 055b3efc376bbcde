"""Whether a person may see the automatic scores of an interview yet. Asked wherever scores are shown.

A panel may ask for a person's own rating first, so that the number does not lead it. Nothing asks for that yet, so
everybody who may see an interview sees its scores; the rule has one place, here.
"""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from interviewpanel.models import InterviewSession

Person = AbstractBaseUser | AnonymousUser


def may_see_scores(person: Person, session: InterviewSession) -> bool:
    """Whether this person may see the automatic scores of this interview, which they may see otherwise."""
    return session.pk not in list_hidden_scores(person, [session.pk])


def list_hidden_scores(person: Person, session_ids: Iterable[int]) -> frozenset[int]:
    """Of these interviews, those whose automatic scores this person may not see yet: for lists, in a fixed number of
    queries."""
    return frozenset()
