"""Links sent, extended, replaced and revoked by the hundred or one by one; and reminders, which come by themselves.

Named people: Rosa, who recruits for Fernbrook; Ravi, who rates there; Noor, who rates there and recruits elsewhere;
Mallory of another organization.
"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from authentication.models import User
from interviewpanel.models import CandidateRequest, InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.invitations import make_token, revoke_invitation
from interviewpanel.services.reminders import remind_waiting
from organizations.models import Candidate, Message, Organization
from tests.live_interviews import T0, after, begin, invite, make_panel
from tests.staff import make_member, sign_in
from tests.work import do_due

pytestmark = pytest.mark.django_db

PAGE = "admin:interviewpanel_interviewpanelcandidate"
NAMES = ("Ada Adler", "Bela Brandt", "Chike Costa")


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "interviews@ib.example"


def enter(user: User) -> Client:
    """Signed in when the interviews are, which is years from now."""
    with time_machine.travel(T0, tick=False):
        return sign_in(user)


@pytest.fixture
def panel() -> InterviewPanel:
    return make_panel()


@pytest.fixture
def invited(panel: InterviewPanel) -> list[InterviewPanelCandidate]:
    return [invite(panel, name, hours=24) for name in NAMES]


@pytest.fixture
def rosa(panel: InterviewPanel) -> Client:
    return enter(make_member("rosa@fernbrook.example", {panel.organization: "hr"}))


def act(client: Client, name: str, *chosen: InterviewPanelCandidate, seconds: float = 60, **data: Any) -> Any:
    with time_machine.travel(after(seconds), tick=False):
        fields = {"chosen": ",".join(str(one.pk) for one in chosen), **data}
        return client.post(reverse(f"{PAGE}_{name}"), fields, follow=True)


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def sent(invitation: InterviewPanelCandidate) -> list[tuple[str, str]]:
    return list(Message.objects.filter(about=invitation.uuid).order_by("pk").values_list("kind", "channel"))


def test_many_are_sent_at_once_and_who_is_left_out_is_said_before(
    invited: list[InterviewPanelCandidate], rosa: Client
) -> None:
    revoke_invitation(invitation=invited[2], now=after(1))
    with time_machine.travel(after(60), tick=False):
        chosen = {"action": "send", "_selected_action": [one.pk for one in invited]}
        page = rosa.post(reverse(f"{PAGE}_changelist"), chosen).content.decode()
    for text in ("Which 2", "Send 2 invitations", "1 is left out", "Chike Costa", "The link was revoked. Make a new"):
        assert text in page
    assert Message.objects.count() == 0
    done = act(rosa, "send", *invited, by_email="on")
    assert messages_of(done) == [
        "2 invitations are on their way.",
        "Left out: Chike Costa. The link was revoked. Make a new one.",
    ]
    assert [sent(one) for one in invited] == [[("invitation", "email")], [("invitation", "email")], []]
    history = rosa.get(reverse(f"{PAGE}_history", args=[invited[0].pk])).content.decode()
    assert "Invitation to be sent by e-mail." in history


def test_the_list_shows_what_became_of_it(invited: list[InterviewPanelCandidate], rosa: Client) -> None:
    act(rosa, "send", *invited, by_email="on")
    do_due(Message, now=after(61))
    Message.objects.filter(about=invited[1].uuid).update(state="bounced", reason="550 no such person")
    page = rosa.get(reverse(f"{PAGE}_changelist")).content.decode()
    for text in ('desk-badge is-info">sent', 'desk-badge is-bad">bounced', "550 no such person", "Invitation, e-mail"):
        assert text in page
    found = {
        name: rosa.get(reverse(f"{PAGE}_changelist"), {"delivery": name}).context["cl"].result_count
        for name in ("none", "queued", "sent", "delivered", "bad")
    }
    assert found == {"none": 0, "queued": 0, "sent": 2, "delivered": 0, "bad": 1}
    one = rosa.get(reverse(f"{PAGE}_change", args=[invited[1].pk])).content.decode()
    assert "550 no such person" in one
    assert "[private link]" in one


def test_more_time_is_written_in_the_organizations_time_zone(
    invited: list[InterviewPanelCandidate], rosa: Client
) -> None:
    Organization.objects.update(time_zone="America/New_York")
    refused = act(rosa, "extend", invited[0], expires_at="2031-05-08T18:00")
    assert "Write why: the history keeps it, for whoever asks later." in refused.content.decode()
    done = act(rosa, "extend", invited[0], expires_at="2031-05-08T18:00", by_email="on", reason="Was ill")
    assert messages_of(done) == ["1 link works longer."]
    invited[0].refresh_from_db()
    assert f"{invited[0].expires_at:%d %H:%M}" == "08 22:00"
    assert invited[0].kept_until == invited[0].expires_at + timedelta(days=180)
    assert sent(invited[0]) == [("extended", "email")]
    history = rosa.get(reverse(f"{PAGE}_history", args=[invited[0].pk])).content.decode()
    assert "Link extended until 8 May 2031, 18:00 (America/New_York). To be sent by e-mail." in history
    assert "Was ill" in history


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2031-05-05T09:00", "This is over already."),
        ("tomorrow", "Write the date and time as 2026-05-31T18:00."),
        ("", "Say until when."),
    ],
)
def test_a_deadline_that_makes_no_sense_is_refused(
    invited: list[InterviewPanelCandidate], rosa: Client, written: str, said: str
) -> None:
    page = act(rosa, "extend", invited[0], expires_at=written, reason="x").content.decode()
    assert said in page


def test_a_deadline_is_never_past_the_panel_nor_sooner(
    invited: list[InterviewPanelCandidate], rosa: Client, panel: InterviewPanel
) -> None:
    InterviewPanel.objects.update(closes_at=after(36 * 3600))
    act(rosa, "extend", invited[0], expires_at="2031-06-01T00:00", reason="x")
    act(rosa, "extend", invited[1], expires_at="2031-05-05T12:00", reason="x")
    for one in invited[:2]:
        one.refresh_from_db()
    assert [one.expires_at for one in invited[:2]] == [after(36 * 3600), after(24 * 3600)]


def test_a_new_link_is_made_and_sent(invited: list[InterviewPanelCandidate], rosa: Client) -> None:
    before = make_token(invited[0])
    act(rosa, "new_link", invited[0], by_email="on", hours="48")
    invited[0].refresh_from_db()
    assert (invited[0].token_version, invited[0].expires_at) == (2, after(60) + timedelta(hours=48))
    assert sent(invited[0]) == [("new_link", "email")]
    assert Client().get(f"/i/{before}/").status_code == 404


def test_a_link_is_revoked_for_a_reason_and_the_candidate_told_only_if_wished(
    invited: list[InterviewPanelCandidate], rosa: Client
) -> None:
    act(rosa, "revoke", invited[0], reason="Position filled")
    act(rosa, "revoke", invited[1], reason="Position filled", by_email="on")
    assert [sent(one) for one in invited[:2]] == [[], [("revoked", "email")]]
    assert Client().get(f"/i/{make_token(invited[0])}/").status_code == 410
    page = rosa.get(reverse(f"{PAGE}_change", args=[invited[0].pk])).content.decode()
    assert 'desk-badge is-bad">revoked' in page


def test_sms_goes_to_those_with_a_number(
    invited: list[InterviewPanelCandidate], rosa: Client, settings: Settings
) -> None:
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM_NUMBER = "AC1", "t", "+15005550006"
    Candidate.objects.filter(pk=invited[0].candidate_id).update(phone="+4915112345678")
    with time_machine.travel(after(60), tick=False):
        chosen = ",".join(str(one.pk) for one in invited)
        page = rosa.get(reverse(f"{PAGE}_send"), {"chosen": chosen}).content.decode()
    assert "2 of them have no phone number here." in page
    act(rosa, "send", *invited, by_email="on", by_sms="on")
    both, mail = [("invitation", "email"), ("invitation", "sms")], [("invitation", "email")]
    assert [sent(one) for one in invited] == [both, mail, mail]


def test_without_a_mail_server_it_says_what_to_do(
    invited: list[InterviewPanelCandidate], rosa: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    page = act(rosa, "send", invited[0], by_email="on").content.decode()
    assert "E-mail is not set up on this site. Whoever runs it sets EMAIL_HOST" in page
    assert Message.objects.count() == 0


def test_links_are_for_those_who_may_change_them_there(
    invited: list[InterviewPanelCandidate], panel: InterviewPanel
) -> None:
    elsewhere = invite(make_panel("Elsewhere"), "Mo Elsewhere", hours=24)
    people = {
        "ravi": make_member("ravi@fernbrook.example", {panel.organization: "reviewer"}),
        "mallory": make_member("mallory@elsewhere.example", {elsewhere.organization: "admin"}),
        "noor": make_member("noor@both.example", {panel.organization: "reviewer", elsewhere.organization: "hr"}),
    }
    for name in ("ravi", "mallory"):
        for kind in ("send", "remind", "extend", "new_link", "revoke"):
            assert act(enter(people[name]), kind, invited[0], reason="x").status_code == 404
            url = f"{reverse(f'{PAGE}_{kind}')}?chosen={invited[0].pk}"
            assert enter(people[name]).get(url).status_code == 404
            assert Client().get(url).status_code == 302
    done = act(enter(people["noor"]), "send", *invited, elsewhere, by_email="on")
    assert messages_of(done)[0] == "1 invitation is on its way."
    assert list(Message.objects.values_list("about", flat=True)) == [elsewhere.uuid]
    listed = [enter(people[name]).get(reverse(f"{PAGE}_changelist"), {"delivery": "none"}) for name in ("ravi", "noor")]
    assert [one.context["cl"].result_count for one in listed] == [3, 0]
    assert "last message" not in listed[0].text.lower()


def test_trials_are_in_no_list(invited: list[InterviewPanelCandidate], rosa: Client) -> None:
    InterviewPanelCandidate.objects.filter(pk=invited[0].pk).update(is_trial=True)
    assert rosa.get(reverse(f"{PAGE}_changelist")).context["cl"].result_count == 2
    assert act(rosa, "send", invited[0], by_email="on").status_code == 404


def test_several_candidates_are_invited_by_one_form(panel: InterviewPanel, rosa: Client) -> None:
    people = [
        Candidate.objects.create(organization=panel.organization, full_name=name, email=f"{name[:3]}@example.com")
        for name in NAMES
    ]
    data = {"panel": panel.pk, "candidates": [one.pk for one in people], "by_email": "on"}
    with time_machine.travel(T0, tick=False):
        done = rosa.post(reverse(f"{PAGE}_add"), data, follow=True)
        assert messages_of(done) == ["3 candidates are invited. Their invitations are on their way."]
        again = rosa.post(reverse(f"{PAGE}_add"), data).content.decode()
    assert "Ada Adler has an open link to this panel already." in again
    assert [sent(one) for one in InterviewPanelCandidate.objects.all()] == [[("invitation", "email")]] * 3


# --- Reminders -------------------------------------------------------------------------------------------------------


def remind(seconds: float) -> int:
    with time_machine.travel(after(seconds), tick=False):
        count = remind_waiting(after(seconds))
    do_due(Message, now=after(seconds))
    return count


HOUR = 3600


def test_who_has_not_begun_is_reminded_once(invited: list[InterviewPanelCandidate], rosa: Client) -> None:
    """Links until 9:00 the next day; six hours before that is at night, so it is the evening before."""
    act(rosa, "send", *invited, by_email="on")
    do_due(Message, now=after(61))
    begin(invited[0], now=after(2 * HOUR))
    revoke_invitation(invitation=invited[1], now=after(2 * HOUR))
    assert [remind(hours * HOUR) for hours in (3, 10.9, 11, 11.1, 20)] == [0, 0, 1, 0, 0]
    assert [sent(one)[1:] for one in invited] == [[], [], [("reminder", "email")]]
    assert Message.objects.get(kind="reminder").state == "sent"


def test_more_time_brings_another_reminder(invited: list[InterviewPanelCandidate], rosa: Client) -> None:
    act(rosa, "send", invited[0], by_email="on")
    do_due(Message, now=after(61))
    assert remind(11 * HOUR) == 1
    act(rosa, "extend", invited[0], seconds=12 * HOUR, expires_at="2031-05-08T18:00", reason="x", by_email="on")
    do_due(Message, now=after(12 * HOUR + 1))
    assert [remind(hours * HOUR) for hours in (20, 24 * 3 + 3, 24 * 3 + 4)] == [0, 1, 0]


def test_nobody_is_reminded_who_was_sent_nothing_or_has_gone(
    invited: list[InterviewPanelCandidate], rosa: Client
) -> None:
    act(rosa, "send", invited[0], invited[1], by_email="on")
    do_due(Message, now=after(61))
    CandidateRequest.objects.create(
        organization=invited[0].organization, invitation=invited[0], kind="withdraw", asked_at=after(100)
    )
    InterviewPanelCandidate.objects.filter(pk=invited[1].pk).update(is_trial=True)
    assert remind(11 * HOUR) == 0


def test_an_organization_may_want_no_reminders(invited: list[InterviewPanelCandidate], rosa: Client) -> None:
    act(rosa, "send", *invited, by_email="on")
    do_due(Message, now=after(61))
    Organization.objects.update(reminder_hours=0)
    assert remind(11 * HOUR) == 0


def test_who_begins_before_the_reminder_leaves_is_not_reminded(
    invited: list[InterviewPanelCandidate], rosa: Client
) -> None:
    act(rosa, "send", invited[0], by_email="on")
    do_due(Message, now=after(61))
    with time_machine.travel(after(11 * HOUR), tick=False):
        assert remind_waiting(after(11 * HOUR)) == 1
    begin(invited[0], now=after(11 * HOUR + 1))
    do_due(Message, now=after(11 * HOUR + 2))
    reminder = Message.objects.get(kind="reminder")
    assert (reminder.state, reminder.reason) == ("cancelled", "The interview has begun.")
