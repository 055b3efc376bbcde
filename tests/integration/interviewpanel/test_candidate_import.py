"""Candidates imported: every bad line is named before anything is written, and nobody else's candidate is touched.

Named people: Rosa, who recruits for Fernbrook; Ravi, who rates there; Mallory of another organization.
"""

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from authentication.models import User
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from organizations.models import Candidate, Message, Organization
from tests.candidate_lists import REASONS, write_list
from tests.history_lines import list_lines
from tests.live_interviews import T0, invite, make_panel
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db

IMPORT = reverse("admin:organizations_candidate_import")
EXPORT = reverse("admin:organizations_candidate_export")


def enter(user: User) -> Client:
    """Signed in when the interviews are, which is years from now."""
    with time_machine.travel(T0, tick=False):
        return sign_in(user)


@pytest.fixture
def panel() -> InterviewPanel:
    return make_panel()


@pytest.fixture
def rosa(panel: InterviewPanel) -> Client:
    return enter(make_member("rosa@fernbrook.example", {panel.organization: "hr"}))


def post(client: Client, here: InterviewPanel, text: Any = "", **data: Any) -> Any:
    with time_machine.travel(T0, tick=False):
        return client.post(IMPORT, {"organization": here.organization_id, "text": text, **data}, follow=True)


def outcomes(response: Any) -> dict[str, int]:
    return {name: len(response.context[name]) for name in ("new", "changed", "known", "bad")}


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_two_hundred_with_seven_bad_ones(panel: InterviewPanel, rosa: Client) -> None:
    wishes = {"panel": panel.pk, "by_email": "on"}
    page = post(rosa, panel, write_list(), **wishes)
    assert outcomes(page) == {"new": 193, "changed": 0, "known": 0, "bad": 7}
    assert {row.row.line: list(row.reasons) for row in page.context["bad"]} == REASONS
    assert "193 will be invited to “Screening”, and told at once by e-mail." in page.content.decode()
    assert (Candidate.objects.count(), InterviewPanelCandidate.objects.count()) == (0, 0)
    done = post(rosa, panel, page.context["text"], **wishes, _confirm="")
    assert messages_of(done) == [
        "Imported: 193 new, 7 left out.",
        "193 invited. 193 invitations are on their way.",
    ]
    assert (Candidate.objects.count(), InterviewPanelCandidate.objects.count()) == (193, 193)
    assert Message.objects.filter(kind="invitation", state="queued").count() == 193
    assert done.context["cl"].result_count == 193
    told = [(line.action, line.subject_type, line.message, line.actor and line.actor.email) for line in list_lines()]
    by = "rosa@fernbrook.example"
    assert told == [
        *[("added", "organizations.candidate", "Imported.", by)] * 193,
        *[("added", "interviewpanel.interviewpanelcandidate", "Invited by an import.", by)] * 193,
    ]
    history = rosa.get(reverse("admin:organizations_candidate_history", args=[Candidate.objects.all()[0].pk]))
    assert "Imported." in history.content.decode()


def test_done_twice_nobody_is_here_or_invited_twice(panel: InterviewPanel, rosa: Client) -> None:
    text = "Ada Adler, ada@example.com\nBela Brandt, bela@example.com"
    for _ in range(2):
        done = post(rosa, panel, text, panel=panel.pk, _confirm="")
    assert messages_of(done) == [
        "Imported: 2 here already.",
        "Not done for Ada Adler, Bela Brandt: there is an open link to this panel already.",
    ]
    assert (Candidate.objects.count(), InterviewPanelCandidate.objects.count()) == (2, 2)


def test_who_is_here_is_changed_only_if_wished(panel: InterviewPanel, rosa: Client) -> None:
    ada = Candidate.objects.create(
        organization=panel.organization, full_name="Ada Adler", email="Ada@example.com", phone="+442071838750"
    )
    text = "Ada Lovelace, ada@EXAMPLE.com"
    assert outcomes(post(rosa, panel, text)) == {"new": 0, "changed": 0, "known": 1, "bad": 0}
    page = post(rosa, panel, text, updates="on")
    assert [row.reasons for row in page.context["changed"]] == [("name: Ada Adler → Ada Lovelace",)]
    post(rosa, panel, text, updates="on", _confirm="")
    ada.refresh_from_db()
    assert (ada.full_name, ada.email, ada.phone) == ("Ada Lovelace", "Ada@example.com", "+442071838750")


def test_another_organizations_candidate_is_neither_found_nor_changed(panel: InterviewPanel, rosa: Client) -> None:
    theirs = invite(make_panel("Elsewhere"), "Priya Raghunathan").candidate
    text = f"Mine Now, {theirs.email}"
    assert outcomes(post(rosa, panel, text, updates="on")) == {"new": 1, "changed": 0, "known": 0, "bad": 0}
    post(rosa, panel, text, updates="on", _confirm="")
    theirs.refresh_from_db()
    assert theirs.full_name == "Priya Raghunathan"
    assert Candidate.objects.filter(email=theirs.email, organization=panel.organization).count() == 1


def test_import_is_for_those_who_set_up_interviews_there(panel: InterviewPanel, rosa: Client) -> None:
    elsewhere = make_panel("Elsewhere")
    ravi = enter(make_member("ravi@fernbrook.example", {panel.organization: "reviewer"}))
    mallory = enter(make_member("mallory@elsewhere.example", {elsewhere.organization: "admin"}))
    assert [client.get(IMPORT).status_code for client in (rosa, mallory, ravi, Client())] == [200, 200, 403, 302]
    assert post(ravi, panel, "A, a@example.com", _confirm="").status_code == 403
    refused = post(mallory, panel, "A, a@example.com", _confirm="")
    assert "Select a valid choice" in str(refused.context["form"].errors)
    refused = post(rosa, panel, "A, a@example.com", panel=elsewhere.pk, _confirm="")
    assert "Select a valid choice" in str(refused.context["form"].errors)
    assert Candidate.objects.count() == 0


def test_a_panel_that_closes_meanwhile_invites_nobody(panel: InterviewPanel, rosa: Client) -> None:
    InterviewPanel.objects.update(status="archived")
    refused = post(rosa, panel, "A, a@example.com", panel=panel.pk, _confirm="")
    assert "panel" in refused.context["form"].errors
    assert Candidate.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "new"),
    [
        (write_list().encode("utf-8-sig"), 193),
        ("Name;E-Mail\r\nJürgen Müller;jm@example.com\r\n".encode("cp1252"), 1),
        ("Name\tE-Mail\nJürgen Müller\tjm@example.com\n".encode("utf-16"), 1),
    ],
)
def test_files_are_read_as_spreadsheets_write_them(
    panel: InterviewPanel, rosa: Client, content: bytes, new: int
) -> None:
    page = post(rosa, panel, file=SimpleUploadedFile("list.csv", content))
    assert len(page.context["new"]) == new
    if new == 1:
        assert page.context["new"][0].row.full_name == "Jürgen Müller"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04xxxx", "Save it as CSV"),
        (b"x" * 1_000_001, "more than 1000 kB"),
        (b" ", "no line with a candidate"),
    ],
)
def test_what_is_no_list_says_what_to_do(panel: InterviewPanel, rosa: Client, content: bytes, said: str) -> None:
    page = post(rosa, panel, file=SimpleUploadedFile("list.csv", content))
    assert said in page.content.decode()


def test_one_can_go_back_with_what_was_pasted(panel: InterviewPanel, rosa: Client) -> None:
    page = post(rosa, panel, "Ada, nonsense", _back="").content.decode()
    assert "Ada, nonsense" in page
    assert "Check every line" in page


def test_the_librarys_own_second_step_is_closed(panel: InterviewPanel, rosa: Client) -> None:
    answer = rosa.post(reverse("admin:organizations_candidate_process_import"), {"import_file_name": "/etc/passwd"})
    assert (answer.status_code, answer["Location"]) == (302, IMPORT)


# --- Export ----------------------------------------------------------------------------------------------------------


def test_an_export_holds_ones_own_and_no_formula(panel: InterviewPanel, rosa: Client) -> None:
    invite(make_panel("Elsewhere"), "Priya Raghunathan")
    Candidate.objects.create(
        organization=panel.organization, full_name='=HYPERLINK("x")', email="a@example.com", phone="+442071838750"
    )
    lines = rosa.get(EXPORT).content.decode().splitlines()
    assert lines[0] == "full_name,email,phone,organization,created_at"
    assert [line.rsplit(",", 1)[0] for line in lines[1:]] == [
        '"\'=HYPERLINK(""x"")",a@example.com,\'+442071838750,Fernbrook'
    ]
    Candidate.objects.filter(email="a@example.com").update(full_name="Ada")
    back = post(rosa, panel, rosa.get(EXPORT).content.decode())
    assert outcomes(back) == {"new": 0, "changed": 0, "known": 1, "bad": 0}


def test_an_export_is_not_for_raters(panel: InterviewPanel) -> None:
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    for organization in (panel.organization, elsewhere):
        Candidate.objects.create(organization=organization, full_name=organization.name, email="a@example.com")
    ravi = enter(make_member("ravi@fernbrook.example", {panel.organization: "reviewer"}))
    noor = enter(make_member("noor@both.example", {panel.organization: "reviewer", elsewhere: "hr"}))
    assert ravi.get(EXPORT).status_code == 403
    assert Client().get(EXPORT).status_code == 302
    assert [line.split(",")[0] for line in noor.get(EXPORT).content.decode().splitlines()[1:]] == ["Elsewhere"]
