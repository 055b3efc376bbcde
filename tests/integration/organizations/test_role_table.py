"""The table of docs/roles.md, tried cell by cell: what a role may do works, and what it may not changes nothing.

A page or an action that the table does not know fails the first tests, which say what to add. tests/role_pages.py has
what an address, a form or an action needs to be tried.
"""

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from authentication.models import User
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitations import hash_token, make_token
from tests.html_forms import read_form
from tests.integration.organizations.conftest import Tenants
from tests.role_pages import (
    ACTION_DATA,
    ACTIONABLE,
    ARGUMENTS,
    CHANGED,
    MODELS,
    PREPARED,
    QUERIES,
    make_deletable,
    write_new,
)
from tests.role_table import VERBS, WHO, read_table, say_missing
from tests.staff import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(240)]
TABLE = read_table()
NAMELESS = ("<path:object_id>/", "(?P<url>.*)$")  # Django's own: to the page of a row, and “no such page”
Rows = dict[str, Model]


@dataclass
class Desk:
    """Everybody signed in, and a row of Fernbrook of every kind."""

    clients: dict[str, list[Client]]
    root: Client
    rows: Rows
    forms: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def read_page(self, label: str, page: str) -> dict[str, Any]:
        """The form as who sees all of it gets it; empty where not even they may change anything."""
        if (label, page) not in self.forms:
            args = [self.rows[label].pk] if page == "change" else []
            answer = self.root.get(find_url(label, page, *args))
            form_id = f"{self.rows[label]._meta.model_name}_form"
            self.forms[label, page] = read_form(answer.content.decode(), form_id) if answer.status_code == 200 else {}
        return dict(self.forms[label, page])


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


def enter_by_link(invitation: InterviewPanelCandidate) -> Client:
    """A candidate who has just opened their link: that opens nothing else."""
    token, client = make_token(invitation), Client()
    until = timezone.now() + timedelta(days=1)
    InterviewPanelCandidate.objects.filter(pk=invitation.pk).update(token_hash=hash_token(token), expires_at=until)
    assert client.get(f"/i/{token}/privacy/").status_code == 200
    return client


def find_url(label: str, page: str, *args: object) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is tried inside leaves nothing behind for the next try."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every statement that writes, but for what keeps a session."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE") and Session._meta.db_table not in sql:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def read_rows(model: type[Model]) -> list[Any]:
    return list(model._base_manager.order_by("pk").values_list())


# --- The table knows everything --------------------------------------------------------------------------------------


def list_addresses(patterns: Any, before: str = "") -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(name, route, arguments) of every page below /admin/, the admin's own without their namespace."""
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from list_addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern) and route.startswith("admin/"):
            yield one.name or "", route, one.pattern.converters


ADDRESSES = {
    name: arguments
    for name, route, arguments in list_addresses(get_resolver().url_patterns)
    if name or not route.endswith(NAMELESS)
}


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
    assert pages - set(TABLE.pages) == set(), say_missing("Pages", pages - set(TABLE.pages))
    assert set(TABLE.pages) - pages == set(), "docs/roles.md tells of pages that are not there"


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


def is_sent_away(answer: Any) -> bool:
    """To the sign-in, or to the admin's home, where it is said that there is no such row."""
    return answer.status_code == 302 and (
        answer["Location"].startswith(reverse("admin:login")) or answer["Location"] == reverse("admin:index")
    )


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
    row = find_row(desk, page)
    with taken_back():
        if row is not None and page in PREPARED:
            PREPARED[page](row)
        url = find_address(page, row)
        answer = client.get(url, QUERIES.get(page, {}))
        if answer.streaming:
            b"".join(answer.streaming_content)  # read to its end, the file is closed
        if answer.status_code == 200:
            return True
        with watched() as writes:
            posted = client.post(url, {"post": "yes"})
        if answer.status_code == 405:
            return posted.status_code == 200 or (posted.status_code == 302 and not is_sent_away(posted))
        if page not in SIGNING:
            assert answer.status_code in (403, 404) or is_sent_away(answer), f"{page}: {answer.status_code}"
            assert not writes, f"{page}: refused, and something was written: {writes}"
            assert not is_outside or answer.status_code == 404 or is_sent_away(answer), page
    return False


SIGNING = {"login", "logout"}


def find_row(desk: Desk, page: str) -> Model | None:
    labels = [label for label in desk.rows if page.startswith(f"{label.replace('.', '_')}_")]
    label = MODELS.get(page) or max(labels, key=len, default=None)
    return desk.rows[label] if label else None


def find_address(page: str, row: Model | None) -> str:
    needed = set(ADDRESSES[page])
    if page in ARGUMENTS:
        arguments = ARGUMENTS[page](row)
    elif row is not None and needed in ({"pk"}, {"object_id"}):
        arguments = dict.fromkeys(needed, row.pk)
    else:
        arguments = {}
        assert not needed, f"tests/role_pages.py: say in ARGUMENTS what {page} needs: {', '.join(sorted(needed))}"
    try:
        return reverse(f"admin:{page}", kwargs=arguments)
    except NoReverseMatch:  # below /admin/, and not of the admin: a forgotten password
        return reverse(page, kwargs=arguments)


# --- Actions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", WHO)
def test_actions(desk: Desk, who: str) -> None:
    for client in desk.clients[who]:
        done = {action for action in TABLE.actions if acts(desk, client, action)}
        assert done == {action for action, cells in TABLE.actions.items() if "yes" in cells[who]}


def acts(desk: Desk, client: Client, name: str) -> bool:
    """Whether anything is written when the action is asked for the row of Fernbrook."""
    label, action = name.split(" ")
    with taken_back():
        row = make_deletable(desk.rows[label], label) if action == "delete_selected" else desk.rows[label]
        if name in ACTIONABLE:
            ACTIONABLE[name](row)
        data = {"action": action, "_selected_action": [row.pk], **ACTION_DATA.get(name, {"post": "yes"})}
        with watched() as writes:
            if action in getattr(admin.site._registry[type(row)], "actions_submit_line", ()):
                client.post(find_url(label, "change", row.pk), {**desk.read_page(label, "change"), action: "1"})
            else:
                client.post(find_url(label, "changelist"), data)
        return bool(writes)
