"""A question bank of Fernbrook's, one of Elsewhere's and one for all, for the tests of the API."""

from dataclasses import dataclass

from django.utils import timezone
from rest_framework.test import APIClient

from authentication.models import User
from authentication.services.roles import create_roles
from authentication.services.token_families import open_family
from organizations.models import Organization
from questionbank.models import Question, Subtopic
from tests.bank_desks import add_question, make_place


@dataclass(frozen=True)
class Bank:
    place: Subtopic
    question: Question
    theirs: Question
    common: Question


def make_bank(ours: Organization, elsewhere: Organization) -> Bank:
    place = make_place("Databases", ours)
    question = add_question(place, "own-index", "Why is a composite index fast for this query?")
    theirs = add_question(make_place("Secret plans", elsewhere), "theirs", "What are the secret plans?")
    common = add_question(make_place("Common ground", None), "common", "How do you give feedback?")
    return Bank(place, question, theirs, common)


def sign_in_superadmin() -> APIClient:
    create_roles()
    root = User.objects.create_superuser("root@example.com", "correct horse")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {open_family(user=root, now=timezone.now()).access}")
    return client
