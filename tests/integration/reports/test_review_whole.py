"""The whole interview on the review page: whose voices, which line at which second, and in how many queries."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.held_interviews import Held, hold, join
from tests.live_interviews import invite, make_panel
from tests.spoken_interviews import speak, store_at
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
LINE = re.compile(r'data-second="([\d.]+)">(<button|<span).*?<strong>(\w+)', re.DOTALL)


@pytest.fixture
def held() -> Held:
    found = hold(invite(make_panel()))
    store_at(found.session, number=1, at=(21.46, 22.132))
    store_at(found.session, number=3, at=(57.42,))
    for segment in found.answer(1).segments.all():
        type(segment).objects.filter(pk=segment.pk).update(text=f"part {segment.number}")
    return found


def open_page(held: Held) -> tuple[Client, str]:
    rosa = sign_in(make_member("rosa@fernbrook.example", {held.session.organization: "hr"}))
    return rosa, rosa.get(reverse("admin:reports_interviewreport_review", args=[held.session.pk])).text


def test_while_it_is_not_mixed_it_is_not_there(held: Held) -> None:
    assert "data-whole" not in open_page(held)[1]


def test_each_line_has_its_second_and_what_lies_after_the_sound_is_not_played(held: Held) -> None:
    join()
    _, page = open_page(held)
    lines = [(float(second), tag, who) for second, tag, who in LINE.findall(page)]
    assert lines[:2] == [(0.0, "<button", "Interviewer")] * 2
    assert (20.5, "<button", "Candidate") in lines
    assert [(tag, who) for second, tag, who in lines if second > 57.42] == [("<span", "Interviewer")]
    assert "Candidate only: the candidate’s browser spoke for the interviewer" in page
    assert "’s track" not in page


def test_both_voices_can_be_had_apart(held: Held) -> None:
    speak(held.session, held.answer(1).question_text, 4.0)
    join()
    rosa, page = open_page(held)
    assert "Both voices. 4 lines of the interviewer’s cannot be heard: silence here." in page
    assert (4.0, "Interviewer") in [(float(second), who) for second, _, who in LINE.findall(page)]
    for label in ("candidate", "interviewer"):
        (address,) = re.findall(rf'href="([^"]*whole/{label}\.flac)\?download"', page)
        sent = rosa.get(f"{address}?download")
        assert (sent["Content-Disposition"], sent["Content-Type"]) == (
            f'attachment; filename="{label}.flac"',
            "audio/flac",
        )
    captions = rosa.get(reverse("admin:interviewpanel_interviewsession_whole_captions", args=[held.session.pk]))
    assert "<v Interviewer>" in captions.text


def test_a_colleague_of_another_organization_hears_nothing_of_it(held: Held) -> None:
    join()
    mallory = sign_in(make_member("mallory@elsewhere.example", {make_panel("Elsewhere").organization: "admin"}))
    for name, more in (("whole", ["mix"]), ("whole_captions", [])):
        address = reverse(f"admin:interviewpanel_interviewsession_{name}", args=[held.session.pk, *more])
        assert mallory.get(address).status_code == 404


def test_the_page_takes_as_many_queries_for_many_lines(held: Held) -> None:
    join()
    rosa, _ = open_page(held)
    address = reverse("admin:reports_interviewreport_review", args=[held.session.pk])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            rosa.get(address)
        return len(queries)

    before = count()
    for place in range(5):
        speak(held.session, f"Line {place}", 4.0 + place)
    join(80)
    assert count() == before
