"""Whose clock the desk shows: the organization's, in one format, with the time zone beside a deadline."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import InterviewPanelCandidate
from organizations.models import Organization
from organizations.services.row_values import show_plain
from tests.integration.organizations.conftest import Tenants

ENDS_AT = datetime(2031, 7, 8, 16, 0, tzinfo=UTC)
PAGE = "admin:interviewpanel_interviewpanelcandidate"


@pytest.fixture
def in_berlin(tenants: Tenants) -> Tenants:
    Organization.objects.filter(name="Fernbrook").update(time_zone="Europe/Berlin")
    InterviewPanelCandidate.objects.update(expires_at=ENDS_AT, created_at=ENDS_AT)
    return tenants


def read_times(tenants: Tenants, person: str, page: str, *keys: int) -> set[str]:
    """Every time of 8 July 2031 that a page shows, as it stands there, and what the page says of its clock."""
    response = tenants.client(person).get(reverse(page, args=keys))
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", "", response.content.decode())
    return set(re.findall(r"8 Jul 2031, \d\d:\d\d(?: \([\w/]+\))?|July 8.*|Times: [\w/]+", text))


@pytest.mark.parametrize("person", ["owner", "recruiter"])
def test_a_list_is_read_by_the_clock_of_the_organization(in_berlin: Tenants, person: str) -> None:
    assert read_times(in_berlin, person, f"{PAGE}_changelist") == {
        "8 Jul 2031, 18:00 (Europe/Berlin)",
        "Times: Europe/Berlin",
    }


def test_a_page_shows_one_deadline_once_and_names_its_zone(in_berlin: Tenants) -> None:
    """Also the times that Django draws of its own: when the invitation was made."""
    key = in_berlin.session.invitation_id
    expected = {"8 Jul 2031, 18:00 (Europe/Berlin)", "8 Jul 2031, 18:00", "Times: Europe/Berlin"}
    assert read_times(in_berlin, "recruiter", f"{PAGE}_change", key) == expected
    # Who sees several organizations reads the page by the clock of whose it is, and lists by UTC.
    assert read_times(in_berlin, "root", f"{PAGE}_change", key) == expected
    assert read_times(in_berlin, "between", "admin:interviewpanel_interviewsession_changelist") == {"Times: UTC"}
    assert "Times: UTC" in read_times(in_berlin, "root", f"{PAGE}_changelist")


def test_the_clock_is_put_back_after_each_page(in_berlin: Tenants) -> None:
    for person in ("recruiter", "root"):
        read_times(in_berlin, person, f"{PAGE}_change", in_berlin.session.invitation_id)
        assert timezone.get_current_timezone_name() == "UTC"


def test_the_history_names_the_zone_of_what_was_changed() -> None:
    """Values are kept as words, for readers everywhere: not by the clock of who changed them."""
    with timezone.override("Europe/Berlin"):
        assert show_plain(ENDS_AT) == "8 Jul 2031, 16:00 UTC"
