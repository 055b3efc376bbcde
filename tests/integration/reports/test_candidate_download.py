"""The candidate's download: all that is stored about them, by construction; nobody else's; no rating before the end."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from channels.db import database_sync_to_async
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.db.models import Field, ForeignKey, Model
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import AccommodationRequest, Answer, SessionEvent
from interviewpanel.selectors.own_data_fields import AFTER_THE_END, LEFT_OUT, SHOWN
from interviewpanel.services.accommodations import ask_accommodation
from interviewpanel.services.invitations import make_token
from organizations.models import Candidate, Change
from organizations.services.history import record_change
from reports.models import InterviewReport
from tests.html_forms import read_form
from tests.live_interviews import invite, make_panel
from tests.staff import make_member, sign_in
from tests.told_candidates import DOCUMENT, address_of, answer_some, download, hold

pytestmark = pytest.mark.django_db


# --- Complete by construction ----------------------------------------------------------------------------------------


# Besides the history, whose lines name their rows by number.
def list_own_models() -> set[type[Model]]:
    """Every model whose rows lead to a candidate, step after step, by keys."""
    own: set[type[Model]] = {Candidate}
    while True:
        more = {model for model in apps.get_models() if any(leads_to(one, own) for one in model._meta.get_fields())}
        if more <= own:
            return own
        own |= more


def leads_to(field: object, models: set[type[Model]]) -> bool:
    return isinstance(field, ForeignKey) and field.related_model in models


def list_fields(model: type[Model]) -> list[str]:
    """What a row holds by itself; rows that point to it are walked as models of their own."""
    return [one.name for one in model._meta.get_fields() if isinstance(one, Field)]


def name_fields() -> dict[str, str]:
    """Each field as `Model.field`, with its bare name."""
    return {f"{model.__name__}.{name}": name for model in (*list_own_models(), Change) for name in list_fields(model)}


def test_every_model_that_leads_to_a_candidate_is_in_the_download() -> None:
    assert set(SHOWN) == {*list_own_models(), Change}


def test_every_field_is_shown_or_left_out_for_a_reason() -> None:
    shown = {f"{model.__name__}.{name}" for model, names in SHOWN.items() for name in names}
    fields = name_fields()
    left_out = {full for full, name in fields.items() if full in LEFT_OUT or name in LEFT_OUT}
    assert set(fields) - shown - left_out == set(), "say of these in own_data_fields.py what becomes of them"
    assert shown & left_out == set()
    assert shown - set(fields) == set()
    assert set(LEFT_OUT) - set(fields) - set(fields.values()) == set(), "reasons for what there is not"
    assert [name for name, reason in LEFT_OUT.items() if len(reason) < 6] == []


def list_told(value: object) -> Iterator[tuple[str, str]]:
    """Every name in the file with what stands beside it, as JSON."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name, write(one)
            yield from list_told(one)
    elif isinstance(value, list):
        for one in value:
            yield from list_told(one)


def write(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True)


def test_what_stands_in_a_row_stands_in_the_download() -> None:
    invitation = hold(invite(make_panel(records_video=True))).invitation
    told = set(list_told(download(invitation)))
    for model, names in SHOWN.items():
        rows = list(model._default_manager.all())
        assert rows, f"there is no {model.__name__} to be told of"
        stored = {(name, write(getattr(row, name))) for row in rows for name in names}
        assert stored - told == set(), model


def test_it_has_nothing_of_anybody_else() -> None:
    mine, theirs = hold(invite(make_panel())), hold(invite(make_panel("Elsewhere"), "Mallory Archer"))
    text = Client().get(address_of(mine.invitation)).getvalue().decode()
    named = [str(theirs.uuid), "Mallory", "Elsewhere", *(str(answer.uuid) for answer in theirs.answers.all())]
    assert [one for one in named if one in text] == []


def test_what_the_organization_keeps_to_itself_is_not_in_it() -> None:
    invitation = hold(invite(make_panel())).invitation
    text = Client().get(address_of(invitation)).getvalue().decode()
    for secret in ("token_hash", "expected_answer", "expected_elements", "lease_owner", make_token(invitation)):
        assert secret not in text


def test_what_was_decided_and_shared_is_told_but_not_the_names_of_staff() -> None:
    session = hold(invite(make_panel()))
    InterviewReport.objects.update(
        document={**DOCUMENT, "decided": {"stage": "hold", "reason": "Waits.", "by": "Rosa Lindqvist"}}
    )
    text = Client().get(address_of(session.invitation)).getvalue().decode()
    (interview,) = json.loads(text)["interviews"]
    assert [(one["stage"], one["reason"], one["is_by_a_person"]) for one in interview["decisions"]] == [
        ("hold", "Waits.", True)
    ]
    assert interview["report"]["document"]["decided"] == {
        "stage": "hold",
        "reason": "Waits.",
        "by": "a person of the organization",
    }
    shared = interview["shared_reports"]
    assert (shared["count"], shared["links"][0]["purpose"], shared["links"][0]["opened_count"]) == (
        *(1, "A second opinion"),
        2,
    )
    assert "Rosa" not in text


def test_what_the_history_says_of_the_candidates_rows_is_told_but_not_who_did_it() -> None:
    session = hold(invite(make_panel()))
    other = hold(invite(make_panel("Elsewhere"), "Mallory Archer"))
    data = download(session.invitation)
    (interview,) = data["interviews"]
    line = {"action": "changed", "at": "2031-05-05T09:03:23Z", "differences": [], "is_by_a_person": True}
    of_link = {"of": "interviewpanelcandidate", "message": "Link withdrawn.", "reason": "Was rude on the phone"}
    of_score = {"of": "interviewsession", "message": "Answer 2: score set to 80 of 100.", "reason": "In other words."}
    assert data["changes"] == [{**line, **of_link}]
    assert interview["changes"] == [{**line, **of_score}]
    assert str(other.uuid) not in json.dumps(data)


def test_who_of_the_staff_granted_something_is_in_no_value_of_the_history() -> None:
    invitation = invite(make_panel(), now=timezone.now())
    ask_accommodation(invitation=invitation, needs=["extra_time"], note="", now=timezone.now())
    row = AccommodationRequest.objects.get()
    user = make_member("rosa.recruiter@fernbrook.example", {invitation.organization: "hr"})
    rosa, url = sign_in(user), reverse("admin:interviewpanel_accommodationrequest_change", args=[row.pk])
    form = read_form(rosa.get(url).content.decode(), "accommodationrequest_form")
    rosa.post(url, {**form, "reply": "Take your time.", "_grant": "1"})
    line = Change.objects.get(subject_type="interviewpanel.accommodationrequest")
    assert "decided_by" in [one["field"] for one in line.differences]  # which the staff's own history tells
    data = download(invitation)
    (told,) = [one for one in data["changes"] if one["of"] == "accommodationrequest"]
    assert [one["field"] for one in told["differences"]] == ["state", "decided_at", "reply"]
    assert "rosa" not in json.dumps(data).lower()


# --- How it reads ----------------------------------------------------------------------------------------------------


def test_it_is_a_file_in_an_order_that_can_be_read() -> None:
    session = hold(invite(make_panel(), time_multiplier=1.5))
    response = Client().get(address_of(session.invitation))
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/json",
        'attachment; filename="my-interview.json"',
    )
    data = json.loads(response.getvalue())
    assert list(data) == [
        *("format", "notes", "written_at", "sample_rate", "organization", "candidate", "job", "invitation"),
        *("booking", "accommodations", "requests", "pin", "call_consents", "calls"),
        *("messages", "changes", "interviews"),
    ]
    assert [(row["needs"], row["is_by_a_person"]) for row in data["accommodations"]] == [(["breaks"], False)]
    (interview,) = data["interviews"]
    assert interview["kept_until"] == "2031-11-01T09:01:40Z"
    assert [line["kind"] for line in interview["conversation"]][:2] == ["greeting", "question"]
    assert interview["consent"]["is_as_shown"] is True
    assert interview["consent"]["paragraphs"][0].startswith("A computer program of Fernbrook")
    first, second, _ = interview["answers"]
    assert first["sound"][0]["words"][0]["text"] == "an"
    assert second["correction"]["text"] == "Measure, not treasure."
    assert [len(answer["ratings"]) for answer in interview["answers"]] == [1, 1, 0]
    assert interview["report"]["document"] == DOCUMENT
    (rating,), (override,) = first["ratings_by_people"], second["overrides_by_people"]
    assert (rating["composite"], rating["components"], rating["reason"]) == (75, {"depth": 75.0}, "In other words.")
    assert (override["composite"], override["measured"], override["withdrawal_reason"]) == (
        *(80, second["ratings"][0]["composite"]),
        "Mistaken.",
    )
    assert "Rosa" not in response.getvalue().decode()


def list_links(data: dict[str, Any]) -> list[str]:
    interview = data["interviews"][0]
    rows = [interview, *interview["answers"], *interview["recordings"], *interview["videos"]]
    return [row[name] for row in rows for name in ("file", "captions", "captions_of_whole") if row.get(name)]


def test_sound_video_and_captions_are_links_below_the_same_address() -> None:
    invitation = hold(invite(make_panel(records_video=True))).invitation
    links = list_links(download(invitation))
    assert {"audio", "answers/1/audio", "captions.vtt", "answers/3/captions.vtt", "whole/mix", "whole.vtt"} < set(links)
    assert len(links) == 12
    for link in links:
        assert Client().get(urljoin(address_of(invitation), link)).status_code == 200, link


def test_who_asks_what_it_is_gets_no_content() -> None:
    response = Client().head(address_of(invite(make_panel())))
    assert (response.status_code, response["Content-Type"], response.content) == (200, "application/json", b"")


@pytest.mark.django_db(transaction=True)
async def test_a_server_of_the_other_kind_sends_the_same(async_client: AsyncClient) -> None:
    session = await database_sync_to_async(lambda: answer_some(invite(make_panel())))()
    response = await async_client.get(address_of(session.invitation))
    data = json.loads(b"".join([piece async for piece in response.streaming_content]))
    await database_sync_to_async(connections.close_all)()  # the client leaves them open, and so the test's database
    assert [one["uuid"] for one in data["interviews"]] == [str(session.uuid)]


# --- No rating before the end ----------------------------------------------------------------------------------------

RATED = {"composite", "components", "criteria", "rationale", "ratings", "overall", *AFTER_THE_END[Answer]}


@pytest.mark.parametrize("shows_scores", [False, True])
def test_nothing_tells_how_answers_were_rated_while_the_interview_goes_on(shows_scores: bool) -> None:
    session = answer_some(invite(make_panel(shows_scores_to_candidates=shows_scores)))
    judged = {"message": "Answer 1: rated 50 of 100.", "action": "changed", "actor": None, "now": session.created_at}
    record_change(row=session, organization_id=session.organization_id, **judged)  # type: ignore[arg-type]
    assert SessionEvent.objects.filter(session=session, type="scoring_update").exists()
    data = download(session.invitation)
    assert {name for name, _ in list_told(data)} & RATED == set()
    assert "scoring_update" not in json.dumps(data)
    assert (data["interviews"][0]["has_ratings"], data["interviews"][0]["changes"]) == (False, [])


@pytest.mark.parametrize("shows_scores", [False, True])
def test_once_it_is_over_all_of_it_is_told_whatever_the_panel_shows(shows_scores: bool) -> None:
    session = hold(invite(make_panel(shows_scores_to_candidates=shows_scores)))
    data = download(session.invitation)
    assert {name for name, _ in list_told(data)} >= RATED
    assert "scoring_update" in {event["type"] for event in data["interviews"][0]["told_to_your_page"]}
    assert data["interviews"][0]["has_ratings"] is True
