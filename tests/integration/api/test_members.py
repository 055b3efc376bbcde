"""Members and their invitations by the API. Named: Sam reviews for Fernbrook; Nia is invited."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from organizations.api import member_invitations, members
from organizations.engines.mail import DUMMY
from organizations.models import Change, Membership, MembershipInvitation, StaffMail
from tests.integration.api.conftest import Callers
from tests.integration.api.examples import assert_as_told
from tests.staff import make_member

PAGE, INVITATIONS = "/api/v1/members/", "/api/v1/member-invitations/"
REASON = {"reason": "Left"}


@pytest.fixture
def owner(callers: Callers) -> APIClient:
    return callers.sign_in("owner")


@pytest.fixture
def sam(callers: Callers) -> Membership:
    user = make_member("sam@example.com", {callers.fernbrook: "reviewer"})
    user.full_name = "Sam Okoro"
    user.save()
    return Membership.objects.get(user=user)


def list_lines(kind: str) -> list[tuple[str, str, str, str]]:
    lines = Change.objects.filter(subject_type=f"organizations.{kind}", actor__isnull=False).order_by("pk")
    return [(str(line.actor), line.action, line.message, line.reason) for line in lines]


# --- Members ---------------------------------------------------------------------------------------------------------


def test_a_member_is_read_gets_another_role_and_is_removed(owner: APIClient, sam: Membership) -> None:
    page = f"{PAGE}{sam.uuid}/"
    read = owner.get(page)
    assert_as_told(read.json(), members.EXAMPLE)
    changed = owner.patch(page, members.ROLE_EXAMPLE, format="json", HTTP_IF_MATCH=read["ETag"])
    assert changed.status_code == 200
    assert_as_told(changed.json(), {**members.EXAMPLE, "role": "hr"})
    late = owner.patch(page, {"role": "admin", "reason": "Late"}, format="json", HTTP_IF_MATCH=read["ETag"])
    assert (late.status_code, Membership.objects.get(pk=sam.pk).role) == (412, "hr")
    assert owner.post(f"{page}remove/", {}, format="json").status_code == 400
    gone = owner.post(f"{page}remove/", REASON, format="json")
    assert (gone.status_code, owner.get(page).status_code) == (204, 404)
    person = "owner@fernbrook.example"
    assert list_lines("membership") == [
        (person, "changed", "", "Recruits for the new office"),
        (person, "deleted", "Was Recruiter.", "Left"),
    ]


def test_nobody_changes_themselves_and_somebody_administers(owner: APIClient, callers: Callers) -> None:
    page = f"{PAGE}{Membership.objects.get(user__email='owner@fernbrook.example').uuid}/"
    refused = owner.patch(page, {"role": "hr", "reason": "Tired"}, format="json")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "Nobody changes or ends their own membership. Ask another administrator.",
    )
    assert owner.post(f"{page}remove/", REASON, format="json").status_code == 409
    wrong = owner.patch(page, {"role": "owner"}, format="json").json()
    assert {one["pointer"] for one in wrong["errors"]} == {"#/role", "#/reason"}


def test_members_are_for_administrators_of_their_own(callers: Callers, owner: APIClient, sam: Membership) -> None:
    page = f"{PAGE}{sam.uuid}/"
    stranger = callers.sign_in("stranger")
    assert [one["email"] for one in stranger.get(PAGE).json()["results"]] == ["stranger@elsewhere.example"]
    calls = {
        "read": lambda client: client.get(page),
        "change": lambda client: client.patch(page, members.ROLE_EXAMPLE, format="json"),
        "remove": lambda client: client.post(f"{page}remove/", REASON, format="json"),
    }
    others = {"stranger": stranger, "recruiter": callers.sign_in("recruiter"), "key": callers.use_key()}
    found = {who: {call(client).status_code for call in calls.values()} for who, client in others.items()}
    assert found == {"stranger": {404}, "recruiter": {403}, "key": {403}}
    assert Membership.objects.get(pk=sam.pk).role == "reviewer"


def test_members_are_searched_and_filtered_at_the_same_cost(callers: Callers, owner: APIClient) -> None:
    def read(query: str = "") -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = owner.get(f"{PAGE}{query}").json()["results"]
        return len(rows), len(queries)

    _, few = read()
    for number in range(5):
        make_member(f"person{number}@example.com", {callers.fernbrook: "reviewer"})
    assert read() == (6, few)
    queries = ("?search=person3", "?role=admin", f"?organization={callers.elsewhere.uuid}", "?page_size=2")
    assert [read(query)[0] for query in queries] == [1, 1, 0, 2]
    assert owner.get(f"{PAGE}?role=owner").json()["errors"][0]["pointer"] == "#/role"


# --- Invitations -----------------------------------------------------------------------------------------------------


def invite(client: APIClient, **values: str) -> dict[str, str]:
    sent = client.post(INVITATIONS, {**member_invitations.NEW_EXAMPLE, **values}, format="json")
    assert sent.status_code == 201, sent.content
    return dict(sent.json())


def test_with_mail_the_link_goes_to_the_address_and_nowhere_else(owner: APIClient) -> None:
    sent = owner.post(INVITATIONS, member_invitations.NEW_EXAMPLE, format="json")
    row = MembershipInvitation.objects.get()
    assert (sent.status_code, sent["Location"]) == (201, f"{INVITATIONS}{row.uuid}/")
    assert_as_told(sent.json(), member_invitations.SENT_EXAMPLE)
    assert StaffMail.objects.filter(invitation=row).exists()
    assert_as_told(owner.get(sent["Location"]).json(), member_invitations.EXAMPLE)


def test_without_mail_the_link_is_told_once(owner: APIClient, settings: Settings) -> None:
    settings.EMAIL_BACKEND = DUMMY
    sent = owner.post(INVITATIONS, member_invitations.NEW_EXAMPLE, format="json")
    link = sent.json()["join_link"]
    assert (sent["Cache-Control"], "/admin/join/" in link) == ("no-store", True)
    assert "join_link" not in owner.get(sent["Location"]).json()
    anew = owner.post(f"{sent['Location']}renew/").json()
    assert anew["join_link"] not in (None, link)
    assert link not in str(list(Change.objects.values()))


def test_an_invitation_is_made_anew_and_revoked(owner: APIClient) -> None:
    page = f"{INVITATIONS}{invite(owner)['id']}/"
    again = owner.post(INVITATIONS, member_invitations.NEW_EXAMPLE, format="json")
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "This address is invited already. Make a new link on the invitation's page.",
    )
    assert owner.post(f"{page}renew/").status_code == 200
    assert MembershipInvitation.objects.get().token_version == 1
    revoked = owner.post(f"{page}revoke/", REASON, format="json")
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    assert [owner.post(f"{page}{act}/", REASON, format="json").status_code for act in ("renew", "revoke")] == [409, 409]
    person = "owner@fernbrook.example"
    assert list_lines("membershipinvitation") == [
        (person, "added", "Invited as Reviewer.", ""),
        (person, "changed", "A new link was made.", ""),
        (person, "changed", "Revoked.", "Left"),
    ]


def test_a_repeated_call_sends_one_invitation(owner: APIClient) -> None:
    def call() -> int:
        new = member_invitations.NEW_EXAMPLE
        return owner.post(INVITATIONS, new, format="json", HTTP_IDEMPOTENCY_KEY="k").status_code

    assert ([call(), call()], MembershipInvitation.objects.count()) == ([201, 201], 1)


def test_invitations_are_for_administrators_of_their_own(callers: Callers, owner: APIClient) -> None:
    page = f"{INVITATIONS}{invite(owner)['id']}/"
    others = {who: callers.sign_in(who) for who in ("stranger", "recruiter")} | {"key": callers.use_key()}
    found = {
        who: (
            client.get(page).status_code,
            client.post(f"{page}renew/").status_code,
            client.post(f"{page}revoke/", REASON, format="json").status_code,
        )
        for who, client in others.items()
    }
    assert found == {"stranger": (404, 404, 404), "recruiter": (403, 403, 403), "key": (403, 403, 403)}
    theirs = {**member_invitations.NEW_EXAMPLE, "organization": str(callers.fernbrook.uuid)}
    refused = others["stranger"].post(INVITATIONS, theirs, format="json")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["#/organization"]


def test_invitations_are_found_by_state(owner: APIClient) -> None:
    first = invite(owner)
    invite(owner, email="kim@example.com", role="hr")
    owner.post(f"{INVITATIONS}{first['id']}/revoke/", REASON, format="json")
    queries = ("", "?state=pending", "?state=revoked", "?state=ended", "?role=hr", "?search=nia", "?search=%00")
    counts = [owner.get(f"{INVITATIONS}{query}").json().get("count") for query in queries]
    assert counts == [2, 1, 1, 0, 1, 1, None]
