"""Every route and method of the API, with the ids of another organization's rows: there are no such rows.

The routes are Django's own list, so that one which is added is tried by itself (tests/api_routes.py).
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db.models import Model, UUIDField
from django.utils import timezone
from rest_framework.test import APIClient

from authentication.models import TokenFamily
from authentication.services.token_families import open_family
from organizations.domain.scopes import SCOPES
from organizations.models import Change, Organization, StoredAnswer, StoredAnswerSubject
from organizations.services.api_keys import make_key
from organizations.services.history import Author
from organizations.services.membership_invitations import invite_member
from organizations.services.webhook_endpoints import make_endpoint
from organizations.services.webhooks import announce
from reports.services.reports import open_report
from tests.api_routes import OPEN, Route, list_routes
from tests.call_rows import add_phone_call
from tests.integration.api.conftest import use
from tests.interview_rows import ENDED_AT, make_interview, make_world
from tests.rows_besides import add_generated_interview, add_generation, add_question_set
from tests.staff import make_member


def add_endpoint(owner: Organization) -> None:
    """With an event that is on its way there."""
    make_endpoint(organization=owner, url="https://hooks.example.com/", now=ENDED_AT)
    announce(organization_id=owner.pk, event="interview.ended", data={}, about=None, now=ENDED_AT)


def add_position(owner: Organization) -> None:
    add_question_set(owner.panels.get(), "Backend engineer")


APPS = ("authentication", "organizations", "questionbank", "interviewpanel", "reports")
KEPT_OF_CALLS = (StoredAnswer, StoredAnswerSubject, TokenFamily)
CHANGED_BY_CALLING = {"last_used_at"}  # of a key
GONE = {403, 404, 405}
Rows = dict[type[Model], dict[int, dict[str, Any]]]


# What an organization needs besides the world of tests/interview_rows, for a route that asks for it.
MORE: list[Callable[[Organization], object]] = [add_endpoint, add_position, add_generation, add_generated_interview]


def fill(name: str) -> Organization:
    """An organization with a row of every kind that the API has routes for."""
    world = make_world(name)
    session = make_interview(world, candidate=f"{name}-person Raghunathan")
    add_phone_call(session.invitation)
    open_report(session=session, now=ENDED_AT)
    owner = make_member(f"owner@{name.lower()}.example", {world.organization: "admin"})
    invite_member(world.organization, f"nia@{name.lower()}.example", "hr", author=Author(owner, timezone.now()))
    make_key(organization=world.organization, name=name, scopes=["candidates:read"], made_by=owner, now=timezone.now())
    for make in MORE:
        make(world.organization)
    return world.organization


def call_as_all_of(organization: Organization) -> dict[str, APIClient]:
    """Everybody of an organization, and a key of it that may do everything."""
    slug = organization.slug
    people = {role: make_member(f"{role}@{slug}.example", {organization: role}) for role in ("admin", "hr", "reviewer")}
    clients = {role: use(open_family(user=user, now=timezone.now()).access) for role, user in people.items()}
    scopes = list(SCOPES)
    _, key = make_key(organization=organization, name="All", scopes=scopes, made_by=people["admin"], now=timezone.now())
    return {**clients, "key": use(key)}


def read_rows() -> Rows:
    models = [model for app in APPS for model in apps.get_app_config(app).get_models() if model not in KEPT_OF_CALLS]
    return {
        model: {
            row[model._meta.pk.attname]: {name: value for name, value in row.items() if name not in CHANGED_BY_CALLING}
            for row in model._base_manager.order_by().values()
        }
        for model in models
    }


def find_changes(before: Rows, owner: Organization) -> list[str]:
    """What is not as it was, or is new and this owner's."""
    told = []
    for model, rows in read_rows().items():
        old = before[model]
        told += [f"{model.__name__} {pk} is gone" for pk in old.keys() - rows.keys()]
        told += [f"{model.__name__} {pk} is changed" for pk in old.keys() & rows.keys() if old[pk] != rows[pk]]
        new = [rows[pk] for pk in rows.keys() - old.keys()]
        told += [f"{model.__name__}: a new one" for row in new if row.get("organization_id") == owner.pk]
    return told


def list_marks(rows: Rows) -> set[str]:
    """By what rows are told apart in an answer: every id, and the names that `fill` gives."""
    ids = {
        str(value)
        for model, some in rows.items()
        for row in some.values()
        for name, value in row.items()
        if isinstance(value, UUID) and isinstance(model._meta.get_field(name), UUIDField)
    }
    return ids | {"Fernbrook", "fernbrook"}


def explain_missing(route: Route, theirs: Organization) -> str:
    """What has to be made or said before a route can be tried."""
    try:
        route.write_address(theirs)
    except AssertionError as missing:
        return str(missing)
    return ""


def call(client: APIClient, route: Route, method: str, theirs: Organization, address: str = "") -> Any:
    address = address or route.write_address(theirs)
    if method in ("get", "options"):
        return getattr(client, method)(address)
    body, form = route.write_body(method, theirs)
    return getattr(client, method)(address, body, format=form)


def tells_nothing(client: APIClient, route: Route, method: str, theirs: Organization, answer: Any) -> bool:
    """Whether a refusal is word for word what is said of a row that nobody has: its body was refused before."""
    if answer.status_code != 400:
        return False
    nowhere = route.write_address(theirs, row_id=str(uuid4()))
    return bool(call(client, route, method, theirs, nowhere).content == answer.content)


def explain(route: Route, method: str, answer: Any, marks: set[str]) -> str:
    """What is wrong with an answer to somebody who reached for another's row; nothing if all is well."""
    text = b"".join(answer.streaming_content).decode(errors="replace") if answer.streaming else answer.content.decode()
    is_good = answer.status_code < 300
    if answer.status_code >= 500 or (route.arguments and answer.status_code not in GONE):
        return f"answered {answer.status_code}"
    is_bulk = "bulk" in route.path  # each row has its own outcome; whose is not theirs is not changed
    if is_good and method not in ("get", "options") and route.names_rows(method) and not is_bulk:
        return f"answered {answer.status_code} to another's rows in its body"
    found = sorted(mark for mark in marks if mark in text) if is_good and not is_bulk else []
    return f"names what is another's: {found[:3]}" if found else ""


def test_every_route_is_one_that_the_walk_knows() -> None:
    unknown = [f"{route.name} {route.path}" for route in list_routes() if not route.is_of_tenants]
    unknown = [told for told in unknown if told.split(" ")[0] not in OPEN]
    assert unknown == [], "Build them on TenantViewSet, or say in OPEN of tests/api_routes.py why they need not be."
    assert len(list_routes()) > 10


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_nobody_reaches_what_is_anothers() -> None:
    theirs = fill("Fernbrook")
    marks = list_marks(read_rows())
    clients = call_as_all_of(fill("Elsewhere"))
    before, wrong = read_rows(), {}
    for route in [one for one in list_routes() if one.is_of_tenants]:
        if missing := explain_missing(route, theirs):
            wrong[route.path] = missing
            continue
        for method in ["options", *route.methods]:
            for who, client in clients.items():
                answer = call(client, route, method, theirs)
                is_same = route.arguments and tells_nothing(client, route, method, theirs, answer)
                if not is_same and (told := explain(route, method, answer, marks)):
                    wrong[f"{method} {route.path} as {who}"] = told
            if changes := find_changes(before, theirs):
                wrong[f"{method} {route.path}"] = "; ".join(changes[:5])
                before = read_rows()
    assert not wrong, "\n".join(f"{where}: {told}" for where, told in wrong.items())


@pytest.mark.django_db
def test_the_walk_sees_what_is_wrong() -> None:
    """A caller of the very organization gets what a stranger must not: the walk itself is tried."""
    theirs = fill("Fernbrook")
    marks, before = list_marks(read_rows()), read_rows()
    owner = call_as_all_of(theirs)["admin"]
    routes = {route.name: route for route in list_routes()}
    assert explain(routes["candidate-detail"], "get", call(owner, routes["candidate-detail"], "get", theirs), marks)
    assert explain(routes["candidate-list"], "get", call(owner, routes["candidate-list"], "get", theirs), marks)
    assert "its body" in explain(
        routes["candidate-list"], "post", call(owner, routes["candidate-list"], "post", theirs), marks
    )
    assert {"Candidate: a new one", "Change: a new one"} <= set(find_changes(before, theirs))
    assert Change.objects.filter(organization=theirs).exists()
