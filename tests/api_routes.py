"""Every route of the API, read from Django itself, and what to fill into its address and body to reach for a row of
somebody else's. Used by tests/integration/api/test_tenants.py.

Who adds a route need say nothing here where its view is a TenantViewSet whose rows `tests.interview_rows.make_world`
and `fill` make; else the test says what is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.urls import URLPattern, get_resolver

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession
from organizations.api.views import TenantViewSet
from organizations.models import Candidate, Organization
from questionbank.models import Category, Question, Subtopic, Topic
from tests.api_descriptions import JSON, list_operations

START = "api/v1/"
# Routes where no row of a tenant is asked for by its id, and why.
OPEN = {
    "signed-recording": "a signed address, which its caller was given and which ends",
    "token-obtain": "signs in",
    "token-refresh": "by a token of one's own",
    "token-verify": "by a token of one's own",
    "token-sign-out": "by a token of one's own",
    "schema": "the description",
    "docs": "the description",
    "docs-without-slash": "leads there",
    "": "the answer to addresses that are none",
}
# What stands in an address besides the row itself.
ARGUMENTS: dict[str, Any] = {"number": 1}
# What in a body names a row, and of which kind.
NAMES: dict[str, type[Model]] = {
    "organization": Organization,
    "candidate": Candidate,
    "category": Category,
    "topic": Topic,
    "subtopic": Subtopic,
    "question": Question,
    "panel": InterviewPanel,
    "invitation": InterviewPanelCandidate,
    "panel_candidate": InterviewPanelCandidate,
    "interview": InterviewSession,
    "session": InterviewSession,
}
OWNER = {Organization: "pk", Topic: "category__organization", Subtopic: "topic__category__organization"}


@dataclass(frozen=True)
class Route:
    name: str
    path: str  # as the description has it: /api/v1/candidates/{uuid}/
    pattern: URLPattern
    arguments: tuple[str, ...]

    @property
    def view(self) -> Any:
        return getattr(self.pattern.callback, "cls", None)

    @property
    def methods(self) -> list[str]:
        """Those that the view has; the others are refused by every view alike."""
        actions = getattr(self.pattern.callback, "actions", None) or {}
        return [method for method in actions if method != "head"]

    @property
    def is_of_tenants(self) -> bool:
        return isinstance(self.view, type) and issubclass(self.view, TenantViewSet)

    def find_row(self, owner: Organization) -> Model:
        rows = self.view.queryset.model._base_manager.filter(**{self.view.tenant_path: owner.pk})
        row = rows.order_by("pk").first()
        assert row is not None, (
            f"{self.name}: {owner} has no {rows.model.__name__}. Make one in `fill` of test_tenants.py."
        )
        return row  # type: ignore[no-any-return]

    def write_address(self, owner: Organization, row_id: str = "") -> str:
        """With the id of a row of this owner, unless told otherwise."""
        filled = self.path
        for place, name in enumerate(self.arguments):
            assert not place or name in ARGUMENTS, (
                f"{self.name}: say in ARGUMENTS of tests/api_routes.py what {name} is."
            )
            own = row_id or getattr(self.find_row(owner), self.view.lookup_field)
            value = ARGUMENTS[name] if place else own
            filled = filled.replace(f"{{{name}}}", str(value))
        return filled

    def write_body(self, method: str, owner: Organization) -> tuple[Any, str]:
        """The example of the description, with rows of this owner wherever it names one; and its format."""
        told = {(one.path, one.method): one for one in list_operations()}[self.path, method].told
        content = told.get("requestBody", {}).get("content", {})
        if JSON in content:
            examples = [one["value"] for one in content[JSON].get("examples", {}).values()]
            body = point_at(examples[0] if examples else {}, owner)
            return ({**body, "organization": str(owner.uuid)} if isinstance(body, dict) else body), "json"
        if content:
            return {"file": SimpleUploadedFile("cv.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}, "multipart"
        return {}, "json"

    def names_rows(self, method: str) -> bool:
        """Whether its body can name a row at all: then a stranger's is refused as a whole."""
        told = {(one.path, one.method): one for one in list_operations()}[self.path, method].told
        schema = told.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
        return bool(NAMES.keys() & _list_properties(schema))


def _list_properties(schema: dict[str, Any]) -> set[str]:
    from config.api.views import make_schema

    if "$ref" in schema:
        schema = make_schema()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return set(schema.get("properties", {}))


def point_at(value: Any, owner: Organization) -> Any:
    """The same, with every id of a row replaced by one of this owner's."""
    if isinstance(value, list):
        return [point_at(one, owner) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _point_one(name, one, owner) for name, one in value.items()}


def _point_one(name: str, value: Any, owner: Organization) -> Any:
    if name not in NAMES or not isinstance(value, str):
        return point_at(value, owner)
    model = NAMES[name]
    row = model._base_manager.filter(**{OWNER.get(model, "organization"): owner.pk}).order_by("pk").first()
    return str(getattr(row, "uuid", value))


def list_routes() -> list[Route]:
    return [route for route in _walk(get_resolver().url_patterns) if route.path.startswith(f"/{START}")]


def _walk(patterns: Any, before: str = "/", arguments: tuple[str, ...] = ()) -> Iterator[Route]:
    for one in patterns:
        text = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(one.pattern))
        names = (*arguments, *one.pattern.converters)
        if isinstance(one, URLPattern):
            yield Route(one.name or "", before + text, one, names)
        else:
            yield from _walk(one.url_patterns, before + text, names)
