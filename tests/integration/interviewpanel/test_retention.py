"""What is promised is kept: the days told behind a link hold, to the second, and erasing happens by itself.

Named people: Priya, who is interviewed; Rosa, a recruiter.
"""

import importlib
import json
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import pre_delete
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.work.sweeper import SWEEPS
from interviewpanel.candidate_urls import urlpatterns
from interviewpanel.models import AccommodationRequest, InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.consent import write_invitation_consent
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import ask_accommodation
from interviewpanel.services.candidate_requests import answer_request, ask_people
from interviewpanel.services.deadlines import expire_sessions
from interviewpanel.services.erasure import erase_due, erase_interview
from interviewpanel.services.invitations import make_token, reissue_invitation
from organizations.models import Organization
from tests.live_interviews import after, begin, close, invite, make_panel, reload
from tests.staff import make_member

pytestmark = pytest.mark.django_db
DAY = 86_400
KEPT = 180 * DAY
FORMS = (
    *("candidate-request", "candidate-accommodation", "candidate-feedback", "candidate-correction"),
    *("candidate-booking", "candidate-call-choice"),
    *("candidate-spoken-ahead", "candidate-spoken-begun", "candidate-spoken-cut"),
)


def hold(invitation: InterviewPanelCandidate) -> InterviewSession:
    """With one typed answer, ended 100 s after nine o'clock."""
    session = begin(invitation)
    close(session, "typed", 60, typed="An index makes reads fast.")
    session_manager.end_session(session_id=session.pk, now=after(100), reason="ended_by_candidate")
    return reload(session)


def read_page(invitation: InterviewPanelCandidate, name: str = "candidate-privacy", query: str = "") -> str:
    return Client().get(reverse(name, args=[make_token(invitation)]) + query).getvalue().decode()


def is_erased(invitation: InterviewPanelCandidate) -> bool:
    invitation.refresh_from_db()
    return invitation.erased_at is not None


# --- The promise -----------------------------------------------------------------------------------------------------


def test_the_end_fixes_the_date_and_a_later_change_of_days_moves_none() -> None:
    session = hold(invite(make_panel()))
    Organization.objects.update(retention_days=7)
    session = reload(session)
    assert session.kept_until == after(100 + KEPT)
    assert "It is kept until 1 Nov 2031." in read_page(session.invitation)
    (told,) = json.loads(read_page(session.invitation, "candidate-data"))["interviews"]
    assert told["kept_until"] == "2031-11-01T09:01:40Z"


def test_the_days_told_with_the_link_hold_though_the_organization_changes_them_before_the_interview() -> None:
    invitation = invite(make_panel())
    before = write_invitation_consent(invitation, "en")
    Organization.objects.update(retention_days=7)
    invitation = InterviewPanelCandidate.objects.get()
    assert write_invitation_consent(invitation, "en") == before
    session = hold(invitation)
    assert (session.consent_hash, session.kept_until) == (before.hash, after(100 + KEPT))
    assert json.loads(read_page(invitation, "candidate-data"))["organization"]["kept_for_days"] == 180


def test_a_new_link_tells_the_days_of_now_unless_somebody_has_agreed_to_others() -> None:
    unused, begun = invite(make_panel()), begin(invite(make_panel("Elsewhere"))).invitation
    Organization.objects.update(retention_days=7)
    for invitation in (unused, begun):
        reissue_invitation(invitation=invitation, now=after(10))
    assert (unused.retention_days, unused.kept_until) == (7, after(10 + DAY + 7 * DAY))
    assert begun.retention_days == 180


def test_rows_from_before_get_the_date_that_their_page_has_told() -> None:
    held, unused = hold(invite(make_panel())), invite(make_panel("Elsewhere"))
    Organization.objects.update(retention_days=30)
    InterviewSession.objects.update(kept_until=None)
    InterviewPanelCandidate.objects.update(kept_until=None)
    importlib.import_module("interviewpanel.migrations.0004_kept_until").promise_dates(apps, None)
    unused.refresh_from_db()
    assert reload(held).kept_until == after(100 + 30 * DAY)
    assert (unused.kept_until, unused.retention_days) == (unused.expires_at + timedelta(days=30), 30)


# --- The sweep -------------------------------------------------------------------------------------------------------


def test_the_sweep_is_registered() -> None:
    assert "interviewpanel.tasks.erase_due_interviews" in SWEEPS


def test_it_is_kept_until_the_very_second() -> None:
    invitation = hold(invite(make_panel())).invitation
    assert (erase_due(after(99 + KEPT)), is_erased(invitation)) == (0, False)
    assert (erase_due(after(100 + KEPT)), is_erased(invitation)) == (1, True)
    assert (invitation.erased_at, invitation.erased_because) == (after(100 + KEPT), "retention")
    assert erase_due(after(101 + KEPT)) == 0


def test_each_sweep_erases_some_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = make_panel()
    names = ("Priya Raghunathan", "Omar Benhaddou", "Li Wei")
    invitations = [invite(panel, name, now=after(place)) for place, name in enumerate(names)]
    monkeypatch.setattr("interviewpanel.services.erasure.MOST_IN_ONE_SWEEP", 2)
    late = after(KEPT + 2 * DAY)
    assert (erase_due(late), [is_erased(one) for one in invitations]) == (2, [True, True, False])
    assert (erase_due(late), [is_erased(one) for one in invitations]) == (1, [True, True, True])


def test_an_invitation_that_nobody_used_is_kept_as_long_after_its_expiry() -> None:
    invitation = invite(make_panel())
    session_manager.open_session(invitation=invitation, now=after(1))
    expire_sessions(after(DAY + 60))
    assert "If no interview is held, this is kept until 2 Nov 2031." in read_page(invitation)
    assert (erase_due(after(DAY + KEPT - 1)), erase_due(after(DAY + KEPT))) == (0, 1)


def test_an_interview_that_is_open_is_never_erased_by_the_sweep() -> None:
    panel = make_panel()
    begun = begin(invite(panel)).invitation
    waiting = invite(panel, "Omar Benhaddou")
    session_manager.open_session(invitation=waiting, now=after(1))
    assert (erase_due(after(10 * KEPT)), is_erased(begun), is_erased(waiting)) == (0, False, False)


def test_a_review_that_was_asked_for_is_waited_for_and_its_reply_can_be_read_for_a_month() -> None:
    session = hold(invite(make_panel()))
    invitation = session.invitation
    rosa = make_member("rosa@fernbrook.example", {invitation.organization: "hr"})
    review = ask_people(invitation=invitation, kind="human_review", note="", now=after(KEPT))
    assert (erase_due(after(2 * KEPT)), is_erased(invitation)) == (0, False)
    assert "Nothing is erased by itself before your request for a review is answered." in read_page(invitation)
    answer_request(request=review, user=rosa, reply="It stands.", now=after(2 * KEPT))
    assert reload(session).kept_until == after(2 * KEPT + 30 * DAY)
    assert (erase_due(after(2 * KEPT + 30 * DAY - 1)), erase_due(after(2 * KEPT + 30 * DAY))) == (0, 1)


def test_an_early_review_does_not_shorten_what_was_told() -> None:
    session = hold(invite(make_panel()))
    rosa = make_member("rosa@fernbrook.example", {session.organization: "hr"})
    review = ask_people(invitation=session.invitation, kind="human_review", note="", now=after(200))
    answer_request(request=review, user=rosa, reply="It stands.", now=after(300))
    assert reload(session).kept_until == after(100 + KEPT)


def test_what_cannot_be_erased_stops_no_other_and_is_tried_again() -> None:
    panel = make_panel()
    broken, fine = invite(panel), invite(panel, "Omar Benhaddou")
    ask_accommodation(invitation=broken, needs=["breaks"], note="", now=after(1))

    def stumble(**_: object) -> None:
        raise OSError("the disk is full")

    pre_delete.connect(stumble, AccommodationRequest)
    try:
        assert (erase_due(after(2 * KEPT)), is_erased(broken), is_erased(fine)) == (1, False, True)
    finally:
        pre_delete.disconnect(stumble, AccommodationRequest)
    assert (erase_due(after(2 * KEPT)), is_erased(broken)) == (1, True)


@pytest.mark.parametrize("count", [1, 3])
def test_a_sweep_that_finds_nothing_asks_twice_however_much_is_kept(count: int) -> None:
    panel = make_panel()
    for name in ("Priya A", "Omar B", "Li C")[:count]:
        hold(invite(panel, name))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert erase_due(after(200)) == 0
    assert len(queries) == 2


# --- The link, afterwards --------------------------------------------------------------------------------------------


def test_the_link_says_kindly_what_was_erased_when_and_why() -> None:
    invitation = hold(invite(make_panel())).invitation
    erase_due(after(100 + KEPT))
    for name in ("join", "candidate-privacy"):
        response = Client().get(reverse(name, args=[make_token(invitation)]))
        page = response.content.decode()
        assert response.status_code == HTTPStatus.GONE
        for text in (
            "Everything was erased",
            "On 1 Nov 2031 everything that was stored of this interview was erased",
            "The time for which it was to be kept was over.",
            "If you have another interview with Fernbrook",
            "people@fernbrook.example",
        ):
            assert text in page
        assert "Priya" not in page
    assert "Am 1. November 2031 wurde alles gelöscht" in read_page(invitation, query="?language=de")


def test_every_address_below_the_link_says_the_same() -> None:
    invitation = hold(invite(make_panel())).invitation
    erase_interview(invitation_id=invitation.pk, reason="request", now=after(200))
    found = dict.fromkeys(("video", "recording", "audio", "call"), invitation.uuid)
    names = {"number": 1, "chunk": 0, "kind": "mix", **found}
    for pattern in urlpatterns:
        wanted = {key: value for key, value in names.items() if f":{key}>" in str(pattern.pattern)}
        address = reverse(str(pattern.name), kwargs={"token": make_token(invitation), **wanted})
        response = Client().post(address) if pattern.name in FORMS else Client().get(address)
        assert (response.status_code, "You had asked for it." in response.content.decode()) == (410, True), pattern.name


# --- By command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named_by", ["session", "invitation"])
def test_a_command_erases_one_interview_when_it_is_told_to(named_by: str, capsys: pytest.CaptureFixture[str]) -> None:
    session = hold(invite(make_panel()))
    name = str({"session": session, "invitation": session.invitation}[named_by].uuid)
    with pytest.raises(CommandError, match="This is the interview of Priya Raghunathan, Screening"):
        call_command("erase_interview", name)
    assert not is_erased(session.invitation)
    call_command("erase_interview", name, "--yes")
    assert is_erased(session.invitation)
    assert session.invitation.erased_because == "operator"
    call_command("erase_interview", name, "--yes")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Erased. The files leave storage as soon as a server or worker runs."
    assert said[1].startswith("This was erased on ")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("priya", "is no uuid"),
        ("1b4e28ba-2fa1-11d2-883f-0016d3cca427", "There is no interview and no invitation"),
    ],
)
def test_the_command_says_what_it_cannot_find(name: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("erase_interview", name)


def test_the_command_does_not_erase_what_goes_on() -> None:
    session = begin(invite(make_panel()))
    with pytest.raises(CommandError, match="goes on just now"):
        call_command("erase_interview", str(session.uuid), "--yes")
