"""What the interviewer says besides the questions is in the panel's language, whoever asks for it."""

import pytest
from django.utils import timezone, translation

from interviewpanel.models import InterviewPanel, InterviewSession
from interviewpanel.selectors.speech import compose_closing, compose_greeting, compose_what_next, hide_time_granted
from interviewpanel.services.invitations import issue_invitation
from interviewpanel.services.session_manager import open_session
from organizations.models import Candidate, Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> InterviewSession:
    """Priya's, in German, with half as much time again."""
    organization = Organization.objects.create(name="Fernbrook", slug="fernbrook")
    panel = InterviewPanel.objects.create(
        organization=organization, job_title="Lotse", language="de", status="published", max_minutes=30
    )
    priya = Candidate.objects.create(organization=organization, full_name="Priya R.", email="priya@example.invalid")
    invitation = issue_invitation(panel=panel, candidate=priya, now=timezone.now(), time_multiplier=1.5)
    return open_session(invitation=invitation, now=timezone.now())


def test_greets_and_closes_in_german(session: InterviewSession) -> None:
    with translation.override("en"):
        greeting = compose_greeting(session)
        assert greeting.startswith("Guten Tag Priya, und willkommen.")
        assert "automatische Interview von Fernbrook" in greeting
        assert "bis zu 45 Minuten" in greeting
        assert compose_closing(session, "time_is_up").startswith("Unsere Zeit ist um, Priya")
        assert compose_closing(session, "all_asked").startswith("Das war meine letzte Frage, Priya.")
        assert compose_what_next(session, "all_asked").startswith("Bei Fernbrook werden Ihre Antworten gelesen")
        assert translation.get_language() == "en"


def test_a_german_greeting_tells_raters_of_no_extra_time(session: InterviewSession) -> None:
    assert "bis zu … Minuten" in hide_time_granted(compose_greeting(session))


def test_what_no_translation_knows_is_english(session: InterviewSession) -> None:
    InterviewPanel.objects.update(language="en")
    session.invitation.panel.refresh_from_db()
    with translation.override("de"):
        assert compose_greeting(session).startswith("Hello Priya, and welcome.")
