"""The desk at which the role table is tried: everybody signed in, a row of every kind, and every address of the admin.

Used by tests/integration/organizations/test_role_table.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitations import hash_token, make_token
from organizations.models import PostedForm
from tests.html_forms import read_form
from tests.role_pages import ARGUMENTS, MODELS, PREPARED, Values

NAMELESS = ("<path:object_id>/", "(?P<url>.*)$")  # Django's own: to the page of a row, and “no such page”
Rows = dict[str, Model]
Needed = tuple[str, ...]


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
    """Every statement that writes, but for what keeps a session and which forms were sent."""
    seen: list[str] = []
    kept = (Session._meta.db_table, PostedForm._meta.db_table)

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE") and not any(table in sql for table in kept):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def read_rows(model: type[Model]) -> list[Any]:
    return list(model._base_manager.order_by("pk").values_list())


def is_sent_away(answer: Any) -> bool:
    """To the sign-in, or to the admin's home, where it is said that there is no such row."""
    return answer.status_code == 302 and (
        answer["Location"].startswith(reverse("admin:login")) or answer["Location"] == reverse("admin:index")
    )


# --- Addresses -------------------------------------------------------------------------------------------------------


def list_addresses(patterns: Any, before: str = "", needed: Needed = ()) -> Iterator[tuple[str, str, Needed]]:
    """(name, route, arguments) of every page below /admin/, the admin's own without their namespace."""
    for one in patterns:
        route, names = before + str(one.pattern), (*needed, *one.pattern.converters)
        if isinstance(one, URLResolver):
            yield from list_addresses(one.url_patterns, route, names)
        elif isinstance(one, URLPattern) and route.startswith("admin/"):
            yield one.name or "", route, names


ADDRESSES = {
    name: arguments
    for name, route, arguments in list_addresses(get_resolver().url_patterns)
    if name or not route.endswith(NAMELESS)
}


def prepare(desk: Desk, page: str, more: Values) -> tuple[Model | None, str]:
    """The row of Fernbrook that a page is about, as it has to be, and the address."""
    row = find_row(desk, page)
    if row is not None and page in PREPARED:
        PREPARED[page](row)
    return row, find_address(page, row, more)


def find_row(desk: Desk, page: str) -> Model | None:
    labels = [label for label in desk.rows if page.startswith(f"{label.replace('.', '_')}_")]
    label = MODELS.get(page) or max(labels, key=len, default=None)
    return desk.rows[label] if label else None


def find_address(page: str, row: Model | None, more: Values) -> str:
    needed = set(ADDRESSES[page])
    if page in ARGUMENTS:
        arguments = {**ARGUMENTS[page](row), **more}
    elif row is not None and needed in ({"pk"}, {"object_id"}):
        arguments = dict.fromkeys(needed, row.pk)
    else:
        arguments = {}
        assert not needed, f"tests/role_pages.py: say in ARGUMENTS what {page} needs: {', '.join(sorted(needed))}"
    try:
        return reverse(f"admin:{page}", kwargs=arguments)
    except NoReverseMatch:  # below /admin/, and not of the admin: a forgotten password
        return reverse(page, kwargs=arguments)
