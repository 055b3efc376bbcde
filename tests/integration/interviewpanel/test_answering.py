"""Who has asked for something is told that it is answered: as work, in words that can be changed, unless unticked.

Named people: Priya, a candidate of Fernbrook; Rosa, who recruits for it.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.invitations import join_url
from organizations.engines.mail import DUMMY, NOT_SET_UP
from organizations.models import Change, Message, Organization
from tests.integration.interviewpanel.test_deciding import ask, read_form
from tests.live_interviews import invite, make_panel
from tests.staff import make_member, sign_in
from tests.work import do_due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_is_set_up(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "interviews@ib.example"


@pytest.fixture
def priya() -> InterviewPanelCandidate:
    panel = make_panel()
    Organization.objects.update(time_zone="Europe/Berlin", contact_email="people@fernbrook.example")
    return invite(InterviewPanel.objects.get(pk=panel.pk), now=timezone.now())


@pytest.fixture
def rosa(priya: InterviewPanelCandidate) -> Client:
    return sign_in(make_member("rosa@fernbrook.example", {priya.organization: "hr"}))


def answer(client: Client, row: Any, **changes: str) -> list[str]:
    """Presses the button of the row's page as it is shown; the messages at the top."""
    url = reverse(f"admin:interviewpanel_{row._meta.model_name}_change", args=[row.pk])
    sent = {**read_form(client.get(url).content.decode()), "reply": "As we said.", **changes}
    done = client.post(url, {name: value for name, value in sent.items() if value}, follow=True)
    return [str(message) for message in done.context["messages"]]


def read_messages() -> list[tuple[str, str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "channel", "to_address"))


def test_a_granted_accommodation_is_told_by_mail_with_the_deadline_by_its_zone(
    priya: InterviewPanelCandidate, rosa: Client
) -> None:
    told = answer(rosa, ask(priya, "breaks"), _grant="1")
    assert read_messages() == [("answered", "email", "priya@example.com")]
    priya.refresh_from_db()
    assert told[0] == "Granted: Priya Raghunathan."
    assert told[1].startswith("The candidate reads it on the page of the private link. A message is on its way. ")
    assert "(Europe/Berlin, UTC+0" in told[1]
    assert Change.objects.filter(message="Granted. To be sent by e-mail.").count() == 1
    do_due(Message, now=timezone.now())
    (message,) = Message.objects.all()
    assert message.subject == "What you asked about your interview for Backend engineer is answered"
    assert "Somebody has read it and has answered." in message.text
    assert "(Europe/Berlin, UTC+0" in message.text.partition("Begin by: ")[2]
    assert ("As we said." in message.text, join_url(priya) in message.text) == (False, False)


def test_who_unticks_it_sends_nothing_and_is_told_so(priya: InterviewPanelCandidate, rosa: Client) -> None:
    row = ask_people(invitation=priya, kind="human_interview", note="", now=timezone.now())
    told = answer(rosa, row, by_email="", _answer="1")
    assert read_messages() == []
    assert told[0] == "Answered: Priya Raghunathan."
    assert "No message is sent: write to priya@example.com. The interview can be begun until" in told[1]


def test_the_box_is_ticked_where_mail_is_set_up_and_says_why_where_it_is_not(
    priya: InterviewPanelCandidate, rosa: Client, settings: Settings
) -> None:
    url = reverse("admin:interviewpanel_accommodationrequest_change", args=[ask(priya, "breaks").pk])
    assert read_form(rosa.get(url).text)["by_email"] == "on"
    settings.EMAIL_BACKEND = DUMMY
    page = rosa.get(url)
    field = page.context["adminform"].form.fields["by_email"]
    assert (field.disabled, field.initial, field.help_text) == (True, False, NOT_SET_UP)
    assert NOT_SET_UP in page.text


def test_an_answer_after_the_deadline_names_none(priya: InterviewPanelCandidate, rosa: Client) -> None:
    """Of who asked for an erasure, say: the link is not opened again, and still leads to the reply."""
    row = ask_people(invitation=priya, kind="erasure", note="", now=timezone.now())
    InterviewPanelCandidate.objects.update(expires_at=timezone.now())
    told = answer(rosa, row, _answer="1")
    assert told[1] == "The candidate reads it on the page of the private link. A message is on its way."
    do_due(Message, now=timezone.now())
    text = Message.objects.get().text
    assert ("Begin by" in text, "For questions: people@fernbrook.example" in text) == (False, True)


def test_nothing_is_sent_of_what_was_erased_meanwhile(priya: InterviewPanelCandidate, rosa: Client) -> None:
    answer(rosa, ask(priya, "breaks"), _grant="1")
    about = Message.objects.get()
    erase_interview(invitation_id=priya.pk, reason="request", now=timezone.now())
    assert not Message.objects.filter(pk=about.pk).exists()


def test_its_words_are_among_those_that_can_be_changed(rosa: Client) -> None:
    page = rosa.get(reverse("admin:organizations_messagetemplate_changelist")).text
    assert "Request answered" in page
    url = reverse("admin:organizations_messagetemplate_preview")
    organization = Organization.objects.get(slug="fernbrook")
    fields = {"organization": organization.pk, "kind": "answered", "channel": "email", "language": "de"}
    words = {"subject": "Antwort", "text": "Hallo {{ first_name }},\n\n{{ link }}"}
    drawn = rosa.post(url, {**fields, **words}).json()
    assert "Antwort lesen" in drawn["html"]
    refused = rosa.post(url, {**fields, **words, "text": "Bis {{ deadline }}: {{ link }}"}).json()
    assert refused["problems"]
