"""Every deed of docs/roles.md and the line that the history keeps of it: both are there, or neither.

Walks what the role table lets somebody do (tests/role_deeds.py) as the administrator of Fernbrook, or as a superadmin
where only they may. Two walks: one in which the database refuses every line, so that nothing may have been changed;
one in which each deed that wrote something has to have left a line, by whom and, where it was asked for, why.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from authentication.models import User
from organizations.models import Change
from tests.integration.organizations.conftest import Tenants
from tests.role_deeds import ACTION_DATA, ACTIONABLE, DEEDS
from tests.role_desks import Desk, find_url, prepare, taken_back
from tests.role_pages import CHANGED, make_deletable, write_new
from tests.role_table import read_table
from tests.staff import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(240)]
TABLE = read_table()
KEEPER = "keeper@example.com"
REASONS = ("reason", "-reason", "change_reason")  # fields that ask why end so
UNCOUNTED = ("django_session", "sqlite_sequence")


@dataclass(frozen=True)
class Try:
    """One request of somebody who may."""

    name: str
    who: str
    url: str
    data: dict[str, Any]


@pytest.fixture
def desk(tenants: Tenants) -> Desk:
    keeper = User.objects.create_user(KEEPER, "correct horse", is_staff=True)
    keeper.groups.add(Group.objects.get(name="superadmin"))
    rows = {model._meta.label_lower: row for model, row in tenants.list_rows().items()}
    rows["authentication.user"] = tenants.people["recruiter"]
    clients = {"admin": [tenants.client("owner")], "superadmin": [sign_in(keeper)]}
    for client in (*clients["admin"], *clients["superadmin"]):
        client.raise_request_exception = False
    return Desk(clients, tenants.client("root"), rows)


def choose(cells: Any, verb: str) -> str:
    """Who does it: an administrator where they may, else a superadmin; nobody where the table lets neither."""
    return next((who for who in ("admin", "superadmin") if verb in cells[who]), "")


def list_tries() -> list[str]:
    """By name, so that each is prepared just before it is tried."""
    rows = [f"{verb} {label}" for label in TABLE.rows for verb in ("add", "save", "delete")]
    deeds = [f"deed {name}" for name, deed in DEEDS.items() if not deed.answers]
    return [*rows, *deeds, *(f"action {name}" for name in TABLE.actions)]


def make_try(desk: Desk, name: str) -> Try | None:
    """What is posted, with everything prepared. None where nobody may."""
    kind, _, rest = name.partition(" ")
    if kind == "deed":
        return try_deed(desk, name, rest)
    if kind == "action":
        return try_action(desk, name, rest)
    return try_row(desk, name, kind, rest)


def try_row(desk: Desk, name: str, verb: str, label: str) -> Try | None:
    who = choose(TABLE.rows[label], verb)
    if not who:
        return None
    if verb == "add":
        data = {**desk.read_page(label, "add"), **write_new(desk.rows[label], label)} or {"name": "New"}
        return Try(name, who, find_url(label, "add"), data)
    if verb == "save":
        row, changed = desk.rows[label], CHANGED.get(label, {"name": "Changed"})
        return Try(name, who, find_url(label, "change", row.pk), {**desk.read_page(label, "change"), **changed})
    row = make_deletable(desk.rows[label], label)
    return Try(name, who, find_url(label, "delete", row.pk), {"post": "yes", "change_reason": "Not needed"})


def try_deed(desk: Desk, name: str, deed_name: str) -> Try | None:
    who, deed = choose(TABLE.deeds[deed_name], "yes"), DEEDS[deed_name]
    row, url = prepare(desk, deed_name.split(" ")[0], deed.more)
    deed.prepare(row)
    return Try(name, who, url, deed.posts(row)) if who else None


def try_action(desk: Desk, name: str, action_name: str) -> Try | None:
    label, action = action_name.split(" ")
    who = choose(TABLE.actions[action_name], "yes")
    if not who:
        return None
    row = make_deletable(desk.rows[label], label) if action == "delete_selected" else desk.rows[label]
    if action_name in ACTIONABLE:
        ACTIONABLE[action_name](row)
    own = {"seen": f"{desk.rows['interviewpanel.interviewsession'].pk}-"} if action == "decide_chosen" else {}
    chosen = {"action": action, "_selected_action": [row.pk], **own}
    return Try(name, who, find_url(label, "changelist"), {**chosen, **ACTION_DATA.get(action_name, {"post": "yes"})})


def read_all() -> dict[str, list[Any]]:
    """Every row of every table, but for what keeps a session."""
    with connection.cursor() as cursor:
        tables = [one for one in connection.introspection.table_names(cursor) if one not in UNCOUNTED]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def find_changed(before: dict[str, list[Any]]) -> list[str]:
    after = read_all()
    return sorted(table for table in after if after[table] != before[table])


@contextmanager
def refusing_lines() -> Iterator[None]:
    """The database takes no line, as one that is full, or was taken away just then."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION refuse_lines() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no line is taken'; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER no_lines BEFORE INSERT ON organizations_change "
                "FOR EACH ROW EXECUTE FUNCTION refuse_lines()"
            )
        else:
            cursor.execute(
                "CREATE TRIGGER no_lines BEFORE INSERT ON organizations_change "
                "BEGIN SELECT RAISE(ABORT, 'no line is taken'); END"
            )
        yield
        on_postgresql = "DROP FUNCTION refuse_lines() CASCADE"
        cursor.execute(on_postgresql if connection.vendor == "postgresql" else "DROP TRIGGER no_lines")


def post(desk: Desk, one: Try) -> Any:
    client: Client = desk.clients[one.who][0]
    return client.post(one.url, one.data)


def test_where_no_line_is_taken_nothing_is_changed(desk: Desk) -> None:
    changed = {}
    for name in list_tries():
        with taken_back():
            one = make_try(desk, name)
            if one is None:
                continue
            with refusing_lines():
                before = read_all()
                post(desk, one)
                changed[name] = find_changed(before)
    assert {name: tables for name, tables in changed.items() if tables} == {}


def test_every_deed_leaves_a_line_by_whom_and_why(desk: Desk) -> None:
    silent, wordless, done = {}, {}, 0
    for name in list_tries():
        with taken_back():
            one = make_try(desk, name)
            if one is None:
                continue
            before, last = read_all(), find_last()
            post(desk, one)
            changed = find_changed(before)
            done += bool(changed)
            lines = Change.objects.filter(pk__gt=last, actor__isnull=False)
            if changed and not lines:
                silent[name] = changed
            why = {
                str(value) for field, value in one.data.items() if field.endswith(REASONS) and value and value != [""]
            }
            if changed and why and not why & {line.reason for line in lines}:
                wordless[name] = [line.reason for line in lines]
    assert (silent, wordless) == ({}, {})
    assert done > 60, "the walk did what the table lets people do"


def find_last() -> int:
    line = Change.objects.order_by("-pk").first()
    return line.pk if line is not None else 0
