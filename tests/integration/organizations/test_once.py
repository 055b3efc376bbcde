"""A form with a key of its own is done once: pressed twice it is answered as the first time, and nothing more happens.

Named people: Rosa, who recruits for Fernbrook; Root, who sees all.
"""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from authentication.models import User
from interviewpanel.models import InterviewPanel
from organizations.admin.once import keep_done
from organizations.models import Candidate, Organization, PostedForm
from organizations.services.members import add_member
from organizations.services.posts import begin_post
from tests.html_forms import read_form
from tests.interview_rows import make_world
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
ADD = reverse("admin:organizations_candidate_add")
LIST = reverse("admin:organizations_candidate_changelist")
DONE = "This was done by your first press, and is not done twice. To do it once more, open its page again."
UNDER_WAY = (
    "Your first press is not done with this yet, and nothing is begun twice. Look here again in a moment; if nothing "
    "came of it, open its page again."
)


@pytest.fixture
def fernbrook() -> Organization:
    return Organization.objects.create(name="Fernbrook", slug="fernbrook")


@pytest.fixture
def user(fernbrook: Organization) -> User:
    return make_member("rosa@fernbrook.example", {fernbrook: "hr"})


@pytest.fixture
def rosa(user: User) -> Client:
    return sign_in(user)


def fill(client: Client, fernbrook: Organization, name: str = "Ada Adler", email: str = "ada@example.com") -> Any:
    form = read_form(client.get(ADD).content.decode(), "candidate_form")
    return {**form, "organization": fernbrook.pk, "full_name": name, "email": email}


def said(response: Any) -> list[str]:
    return [str(one) for one in response.context["messages"]]


def test_pressed_twice_it_is_done_once_and_leads_to_the_same_page(rosa: Client, fernbrook: Organization) -> None:
    data = fill(rosa, fernbrook)
    first, second = (rosa.post(ADD, data, follow=True) for _ in range(2))
    assert first.redirect_chain == second.redirect_chain == [(LIST, 302)]
    assert said(second)[-1] == DONE
    assert Candidate.objects.count() == 1


def test_what_was_refused_and_what_was_changed_may_be_sent_again(rosa: Client, fernbrook: Organization) -> None:
    data = fill(rosa, fernbrook, email="nowhere")
    assert [rosa.post(ADD, data).status_code for _ in range(2)] == [200, 200]
    for email in ("ada@example.com", "bela@example.com"):
        assert rosa.post(ADD, {**data, "email": email}).status_code == 302
    assert Candidate.objects.count() == 2


def test_while_the_first_is_worked_on_the_second_leads_to_the_list(
    rosa: Client, user: User, fernbrook: Organization
) -> None:
    data = fill(rosa, fernbrook)
    rosa.post(ADD, data)
    PostedForm.objects.update(led_to="")
    answer = rosa.post(ADD, data, follow=True)
    assert (answer.redirect_chain, said(answer)[-1]) == ([(LIST, 302)], UNDER_WAY)
    assert Candidate.objects.count() == 1


def test_the_same_key_is_another_form_for_somebody_else(rosa: Client, fernbrook: Organization) -> None:
    data = fill(rosa, fernbrook)
    rosa.post(ADD, data)
    root = sign_in(User.objects.create_superuser("root@example.org", "x"))
    assert root.post(ADD, data).status_code == 200  # the form again: somebody of that address is here already


def test_no_key_and_what_is_no_key_are_no_reason_to_refuse(rosa: Client, fernbrook: Organization) -> None:
    for key, email in (("", "ada@example.com"), ("x" * 9000, "bela@example.com")):
        assert rosa.post(ADD, {**fill(rosa, fernbrook, email=email), "once": key}).status_code == 302
    assert (Candidate.objects.count(), PostedForm.objects.count()) == (2, 0)


def test_what_was_refused_with_a_redirect_is_done_when_it_is_mended_and_sent_again(rosa: Client, user: User) -> None:
    """Archiving is refused while somebody else has taken the panel back."""
    panel = make_world("Northfield").panel
    add_member(panel.organization, user, "hr")
    InterviewPanel.objects.filter(pk=panel.pk).update(status="draft")
    address = reverse("admin:interviewpanel_interviewpanel_archive", args=[panel.pk])
    data = {"once": str(uuid.uuid4()), "seen": f"{panel.pk}-published", "confirmed": "yes"}
    moved = [f"“{panel}”: stays as it is. “{panel}” is draft meanwhile. Look at it again, then decide."]
    assert [said(rosa.post(address, data, follow=True)) for _ in range(2)] == [moved, moved]
    InterviewPanel.objects.filter(pk=panel.pk).update(status="published")
    assert said(rosa.post(address, data, follow=True)) == [f"“{panel}”: archived. All results stay."]
    assert said(rosa.post(address, data, follow=True)) == [DONE]


def deed(request: HttpRequest) -> HttpResponse:
    """Each answers in its own way, and counts how often it is done."""
    done.append(request.POST["as"])
    if request.POST["as"].startswith("a page"):
        keep_done(request, "/admin/made/")
        return HttpResponse("The link, once.", status=500 if request.POST["as"].endswith("fault") else 200)
    if request.POST["as"] == "in part":
        messages.success(request, "2 sent.")
    if request.POST["as"] != "silent":
        messages.warning(request, "1 left out.")
    return HttpResponseRedirect("/admin/made/")


done: list[str] = []
urlpatterns = [path("admin/deed/", deed)]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("kind", "times", "last"),
    [
        ("a page", 1, 302),
        ("a page, and a fault", 2, 500),
        ("in part", 1, 302),
        ("silent", 1, 302),
        ("left out", 2, 302),
    ],
)
def test_what_was_done_is_kept_however_it_is_answered(rosa: Client, kind: str, times: int, last: int) -> None:
    done.clear()
    data = {"once": str(uuid.uuid4()), "as": kind}
    answers = [rosa.post("/admin/deed/", data) for _ in range(2)]
    assert (done, answers[1].status_code) == ([kind] * times, last)
    assert last != 302 or answers[1].headers["Location"] == "/admin/made/"


def test_it_is_forgotten_after_a_day(user: User) -> None:
    now = timezone.now()
    assert begin_post(user=user, digest="a" * 64, now=now) is not None
    assert begin_post(user=user, digest="a" * 64, now=now + timedelta(hours=23)) is None
    with time_machine.travel(now + timedelta(hours=25), tick=False):
        assert begin_post(user=user, digest="b" * 64, now=timezone.now()) is not None
    assert list(PostedForm.objects.values_list("digest", flat=True)) == ["b" * 64]
