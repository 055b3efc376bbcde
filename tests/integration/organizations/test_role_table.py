"""The table of docs/roles.md, tried cell by cell: what a role may do works, and what it may not changes nothing.

A page or an action that the table does not know fails the first tests, which say what to add. tests/role_pages.py has
what an address or a form needs to be tried, tests/role_deeds.py what is posted besides.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client, RequestFactory
from pytest_django import Settings

from authentication.models import User
from tests.integration.organizations.conftest import Tenants
from tests.models_at_hand import model_at_hand
from tests.role_deeds import ACTION_DATA, ACTIONABLE, DEEDS
from tests.role_desks import (
    ADDRESSES,
    Desk,
    enter_by_link,
    find_url,
    is_sent_away,
    prepare,
    read_rows,
    taken_back,
    watched,
)
from tests.role_pages import CHANGED, QUERIES, make_deletable, write_new
from tests.role_preparations import begin_anew
from tests.role_table import VERBS, WHO, read_table, say_missing
from tests.staff import sign_in
from tests.twilio_server import TwilioServer, use_twilio

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(240)]
TABLE = read_table()


@pytest.fixture(autouse=True)
def model(settings: Settings) -> Iterator[None]:
    """Without one nothing is asked of it."""
    with model_at_hand(settings):
        yield


@pytest.fixture(autouse=True)
def phone(settings: Settings) -> None:
    """A site that calls people; who places the calls is no matter here."""
    use_twilio(settings, TwilioServer(url="http://127.0.0.1:9"))


@pytest.fixture
def desk(tenants: Tenants) -> Desk:
    keeper = User.objects.create_user("keeper@example.com", "correct horse", is_staff=True)
    keeper.groups.add(Group.objects.get(name="superadmin"))
    staff = {name: [tenants.client(person)] for name, person in PEOPLE.items()}
    outside = [Client(), enter_by_link(tenants.session.invitation)]
    rows = {model._meta.label_lower: row for model, row in tenants.list_rows().items()}
    rows["authentication.user"] = tenants.people["recruiter"]
    return Desk({"superadmin": [sign_in(keeper)], **staff, "outside": outside}, tenants.client("root"), rows)


PEOPLE = {"admin": "owner", "hr": "recruiter", "reviewer": "reviewer", "elsewhere": "stranger"}


# --- The table knows everything --------------------------------------------------------------------------------------


def list_row_pages() -> set[str]:
    pages = ("changelist", "add", "change", "delete", "history")
    return {f"{model._meta.label_lower.replace('.', '_')}_{page}" for model in admin.site._registry for page in pages}


def list_actions() -> set[str]:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    return {
        f"{model._meta.label_lower} {action}"
        for model, page in admin.site._registry.items()
        for action in (*page.get_actions(request), *getattr(page, "actions_submit_line", ()))
    }


def test_the_table_knows_every_kind_of_row() -> None:
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert registered - set(TABLE.rows) == set(), say_missing("Rows", registered - set(TABLE.rows))
    assert set(TABLE.rows) - registered == set(), "docs/roles.md tells of rows that have no page"


def test_the_table_knows_every_page() -> None:
    assert "" not in ADDRESSES, "every page of the admin has a name, so that the table can tell of it"
    pages = set(ADDRESSES) - list_row_pages()
    missing = pages - set(TABLE.pages) - {name.split(" ")[0] for name in TABLE.deeds}
    assert missing == set(), say_missing("Pages", missing)
    assert set(TABLE.pages) - pages == set(), "docs/roles.md tells of pages that are not there"


def test_the_table_and_what_is_tried_are_the_same() -> None:
    assert set(DEEDS) - set(TABLE.deeds) == set(), say_missing("Deeds", set(DEEDS) - set(TABLE.deeds))
    assert set(TABLE.deeds) - set(DEEDS) == set(), "tests/role_deeds.py: say what is posted"


def test_the_table_knows_every_action() -> None:
    assert list_actions() - set(TABLE.actions) == set(), say_missing("Actions", list_actions() - set(TABLE.actions))
    assert set(TABLE.actions) - list_actions() == set(), "docs/roles.md tells of actions that are not there"


# --- Rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", WHO)
def test_rows(desk: Desk, who: str) -> None:
    for client in desk.clients[who]:
        done = {label: " ".join(v for v in VERBS if v in try_row(desk, client, label)) for label in TABLE.rows}
        wanted = {label: " ".join(v for v in VERBS if v in cells[who]) for label, cells in TABLE.rows.items()}
        assert done == wanted


def try_row(desk: Desk, client: Client, label: str) -> set[str]:
    row = desk.rows[label]
    tries = {
        "list": lists(client, label, row),
        "open": client.get(find_url(label, "change", row.pk)).status_code == 200,
        "history": client.get(find_url(label, "history", row.pk)).status_code == 200,
        "add": adds(desk, client, label),
        "save": saves(desk, client, label),
        "delete": deletes(desk, client, label),
    }
    return {verb for verb, is_done in tries.items() if is_done}


def lists(client: Client, label: str, row: Model) -> bool:
    answer = client.get(find_url(label, "changelist"))
    return answer.status_code == 200 and row.pk in {one.pk for one in answer.context["cl"].result_list}


def adds(desk: Desk, client: Client, label: str) -> bool:
    model = type(desk.rows[label])
    with taken_back():
        values = write_new(desk.rows[label], label)
        data = {**desk.read_page(label, "add"), **values} or {"name": "New"}
        rows = model._base_manager.count()
        with watched() as writes:
            answer = client.post(find_url(label, "add"), data)
        is_added = model._base_manager.count() == rows + 1
        assert is_added or not writes, f"{label}: adding was refused, and something was written: {writes}"
        assert is_added or answer.status_code != 302 or is_sent_away(answer), label
    return is_added


def saves(desk: Desk, client: Client, label: str) -> bool:
    row = desk.rows[label]
    with taken_back():
        if label == "interviewpanel.interviewpanelcandidate":
            begin_anew(row)  # of an interview that is over nothing is granted any more
        data = {**desk.read_page(label, "change"), **CHANGED.get(label, {"name": "Changed"})}
        before = read_rows(type(row))
        with watched() as writes:
            client.post(find_url(label, "change", row.pk), data)
        is_saved = read_rows(type(row)) != before
        assert is_saved or not writes, f"{label}: saving was refused, and something was written: {writes}"
    return is_saved


def deletes(desk: Desk, client: Client, label: str) -> bool:
    with taken_back():
        row = make_deletable(desk.rows[label], label)
        with watched() as writes:
            client.post(find_url(label, "delete", row.pk), {"post": "yes"})
        is_deleted = not type(row)._base_manager.filter(pk=row.pk).exists()
        assert is_deleted or not writes, f"{label}: deleting was refused, and something was written: {writes}"
    return is_deleted


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", WHO)
def test_pages(desk: Desk, who: str) -> None:
    for client in desk.clients[who]:
        opened = set()
        for page in TABLE.pages:
            cookies = copy.deepcopy(client.cookies)
            if opens(desk, client, page, is_outside=who == "outside"):
                opened.add(page)
            client.cookies = cookies  # whoever signed out is in again
        assert opened == {page for page, cells in TABLE.pages.items() if "yes" in cells[who]}


def opens(desk: Desk, client: Client, page: str, *, is_outside: bool) -> bool:
    """Whether the page answers; where it answers to POST alone, whether that does something."""
    with taken_back():
        row, url = prepare(desk, page, {})
        answer = client.get(url, QUERIES[page](row) if page in QUERIES else {})
        if answer.streaming:
            b"".join(answer.streaming_content)  # read to its end, the file is closed
        if answer.status_code == 200 or (page in LEADING_ON and answer.status_code == 302 and not is_sent_away(answer)):
            return True
        with watched() as writes:
            posted = client.post(url, {"post": "yes"})
        if answer.status_code == 405:
            return posted.status_code == 200 or (posted.status_code == 302 and not is_sent_away(posted))
        if page not in SIGNING:
            is_refused = answer.status_code in (403, 404) or is_sent_away(answer) or page in TELLING
            assert is_refused, f"{page}: {answer.status_code}"
            assert not writes, f"{page}: refused, and something was written: {writes}"
            assert not is_outside or answer.status_code == 404 or is_sent_away(answer), page
    return False


SIGNING = {"login", "logout"}
# To the page that is used instead, or that has no secret in its address.
LEADING_ON = {
    "organizations_candidate_process_import",
    "organizations_membershipinvitation_link",  # shown once, after it was made
    "organizations_webhookendpoint_secret",  # the same
    "staff_invitation_link",
}
TELLING = {"interviewpanel_interviewsession_decide_several"}  # goes back with a word: there is nothing to decide


# --- Deeds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", WHO)
def test_deeds(desk: Desk, who: str) -> None:
    for client in desk.clients[who]:
        done = {name for name in TABLE.deeds if does(desk, client, name, who)}
        assert done == {name for name, cells in TABLE.deeds.items() if "yes" in cells[who]}


def does(desk: Desk, client: Client, name: str, who: str) -> bool:
    """Whether it is done; refused, nothing is written, and a page that is not told of among the pages shows nothing."""
    page, deed = name.split(" ")[0], DEEDS[name]
    with taken_back():
        row, url = prepare(desk, page, deed.more)
        deed.prepare(row)
        if page not in TABLE.pages or "yes" not in TABLE.pages[page][who]:
            assert client.get(url).status_code != 200, name
        with watched() as writes:
            answer = client.post(url, deed.posts(row), **({"content_type": "application/json"} if deed.is_json else {}))
        is_done = answer.status_code == 200 if deed.answers else bool(writes)
        assert is_done or not writes, f"{name}: refused, and something was written: {writes}"
        assert not is_done or (answer.status_code in (200, 302) and not is_sent_away(answer)), name
        assert who != "outside" or answer.status_code == 404 or is_sent_away(answer), name
    return is_done


# --- Actions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", WHO)
def test_actions(desk: Desk, who: str) -> None:
    for client in desk.clients[who]:
        done = {action for action in TABLE.actions if acts(desk, client, action)}
        assert done == {action for action, cells in TABLE.actions.items() if "yes" in cells[who]}


def acts(desk: Desk, client: Client, name: str) -> bool:
    """Whether the action, asked for the row of Fernbrook, writes something or asks more on a page of its own."""
    label, action = name.split(" ")
    with taken_back():
        row = make_deletable(desk.rows[label], label) if action == "delete_selected" else desk.rows[label]
        if name in ACTIONABLE:
            ACTIONABLE[name](row)
        own = {"seen": f"{desk.rows['interviewpanel.interviewsession'].pk}-"} if action == "decide_chosen" else {}
        data = {"action": action, "_selected_action": [row.pk], **own, **ACTION_DATA.get(name, {"post": "yes"})}
        with watched() as writes:
            if action in getattr(admin.site._registry[type(row)], "actions_submit_line", ()):
                answer = client.post(
                    find_url(label, "change", row.pk), {**desk.read_page(label, "change"), action: "1"}
                )
            else:
                answer = client.post(find_url(label, "changelist"), data)
        return bool(writes) or (name in ASKING and asks_more(answer, find_url(label, "changelist")))


# What is then done is among the deeds.
ASKING = {
    "organizations.candidate invite",
    *(f"interviewpanel.interviewpanelcandidate {act}" for act in ("send", "remind", "extend", "new_link", "revoke")),
    "interviewpanel.interviewpanelcandidate call",
}


def asks_more(answer: Any, listed: str) -> bool:
    if answer.status_code == 302:
        return not is_sent_away(answer) and answer["Location"].split("?")[0] != listed
    return answer.status_code == 200 and "cl" not in (answer.context or {})
