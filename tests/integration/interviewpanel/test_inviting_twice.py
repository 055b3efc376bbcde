"""Two who invite the same people at once make one link for each: who looks for open links holds the panel meanwhile.

Named people: Ada and Bela, candidates of Fernbrook; Rosa, who recruits there.
"""

import pytest
import time_machine
from django.urls import reverse
from pytest_django import Settings

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.bulk_invitations import HAS_ONE, Invited, invite_all
from interviewpanel.services.panels import hold_panel
from organizations.models import Candidate, Message
from organizations.services.history import Author
from tests.live_interviews import T0, make_panel
from tests.lock_waits import need_row_locks, run_in_turn
from tests.staff import make_member, sign_in
from tests.work_rows import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ADD = reverse("admin:interviewpanel_interviewpanelcandidate_add")
NAMES = ["Ada Adler", "Bela Brandt"]


@pytest.fixture(autouse=True)
def mail_is_set_up(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "interviews@ib.example"


@pytest.fixture
def panel() -> InterviewPanel:
    return make_panel()


@pytest.fixture
def candidates(panel: InterviewPanel) -> list[Candidate]:
    return [
        Candidate.objects.create(organization=panel.organization, full_name=name, email=f"{name[0]}@example.com")
        for name in NAMES
    ]


def invite(panel: InterviewPanel, candidates: list[Candidate]) -> Invited:
    with time_machine.travel(T0, tick=False):
        return invite_all(panel=panel, candidates=candidates, channels=["email"], author=Author(None, T0))


def test_an_import_waits_for_another_and_then_finds_its_links(
    panel: InterviewPanel, candidates: list[Candidate]
) -> None:
    need_row_locks()
    done = run_in_turn(
        lambda: hold_panel(panel.pk), lambda: invite(panel, candidates), lambda: invite(panel, candidates)
    )
    assert (done.invitations, done.sent, done.refused) == ([], 0, {HAS_ONE: NAMES})
    assert (InterviewPanelCandidate.objects.count(), Message.objects.count()) == (2, 2)


def test_the_form_waits_for_an_import_and_then_says_who_has_a_link(
    panel: InterviewPanel, candidates: list[Candidate]
) -> None:
    need_row_locks()
    user = make_member("rosa@fernbrook.example", {panel.organization: "hr"})
    with time_machine.travel(T0, tick=False):
        rosa = sign_in(user)

    def post() -> list[str]:
        with time_machine.travel(T0, tick=False):
            page = rosa.post(ADD, {"panel": panel.pk, "candidates": [one.pk for one in candidates]})
            return [str(one) for one in page.context["adminform"].form.errors["candidates"]]

    told = "has an open link to this panel already. Send that one again, or make it new."
    assert run_in_turn(lambda: hold_panel(panel.pk), lambda: invite(panel, candidates), post) == [
        f"{name} {told}" for name in NAMES
    ]
    assert InterviewPanelCandidate.objects.count() == 2


def test_many_at_once_make_one_link_for_each(panel: InterviewPanel, candidates: list[Candidate]) -> None:
    done = run_at_once(
        [lambda: invite_all(panel=panel, candidates=candidates, channels=[], author=Author(None, T0))] * 4
    )
    assert sorted(len(one.invitations) for one in done) == [0, 0, 0, 2]
