"""Importing candidates: every row is looked at before anything is written, and the same way again when it is. Called by
admin/candidate_import.py and by the API.

django-import-export does the rows (dry run, one transaction, what is new and what is changed); what a row must be, and
whose candidates it may touch, stands here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from import_export import fields, resources
from import_export.results import Result, RowResult

from authentication.models import User
from organizations.domain.candidate_table import TableRow, escape_formula, is_phone, normalise_phone
from organizations.models import Candidate, Change, Organization
from organizations.services.candidates import NO_CANDIDATES
from organizations.services.history import record_each

BAD_PHONE = "“{}” is no phone number with its country code, such as +442071838750."
BAD_EMAIL = "“{}” is no e-mail address."


@dataclass(frozen=True)
class PlannedRow:
    """`outcome` is new, changed, known or bad; `reasons` say why it is bad, or what is changed; `faults` say why it is
    bad by the name of the field, "" for none."""

    row: TableRow
    outcome: str
    reasons: tuple[str, ...]
    candidate: Candidate | None
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """What the history keeps of it."""
        return "Imported." if self.outcome == "new" else f"Changed by an import: {'; '.join(self.reasons)}."


@dataclass(frozen=True)
class Plan:
    rows: tuple[PlannedRow, ...]

    def list_rows(self, outcome: str) -> list[PlannedRow]:
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def candidates(self) -> list[Candidate]:
        """Of all rows that are not bad."""
        return [row.candidate for row in self.rows if row.candidate is not None]


class ImportFailed(Exception):
    """Nothing was written; the text says why and what to do."""


class CandidateRows(resources.ModelResource):  # type: ignore[misc]
    """The rows of one organization. Candidates of others are neither found nor changed."""

    class Meta:
        model = Candidate
        fields = ("full_name", "email", "phone")
        import_id_fields = ("email",)
        report_skipped = True
        skip_diff = True
        use_transactions = True
        use_bulk = True
        batch_size = 500
        clean_model_instances = True

    def __init__(self, organization: Organization, *, updates: bool, counted: str) -> None:
        super().__init__()
        self.organization, self.updates, self.counted = organization, updates, counted
        self.known = {one.email.lower(): one for one in self.get_queryset()}
        staff = Candidate.objects.filter(organization=organization, is_trial=True)
        self.staff = {email.lower() for email in staff.values_list("email", flat=True)}
        self.stored = {one.pk: (one.full_name, one.phone) for one in self.known.values()}
        self.lines: dict[str, int] = {}

    def get_queryset(self) -> QuerySet[Candidate]:
        return Candidate.objects.filter(organization=self.organization, is_erased=False, is_trial=False)

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Candidate | None:
        return self.known.get(str(row["email"]).lower())

    def init_instance(self, row: dict[str, Any] | None = None) -> Candidate:
        return Candidate(organization=self.organization)

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Raises ValidationError with every fault of the row, not only the first."""
        row["phone"] = normalise_phone(row["phone"])
        faults = _check_row(row)
        if row["email"].lower() in self.staff:
            faults.setdefault("email", []).append(NO_CANDIDATES)
        if twice := self._check_twice(row):
            faults.setdefault("email", []).append(twice)
        if faults:
            raise ValidationError(faults)

    def _check_twice(self, row: dict[str, Any]) -> str:
        email = row["email"].lower()
        first = self.lines.setdefault(email, row["line"])
        return f"The same address stands in {self.counted} {first} already." if email and first != row["line"] else ""

    def import_instance(self, instance: Candidate, row: dict[str, Any], **kwargs: Any) -> None:
        """An empty cell takes nothing away; a known candidate keeps all unless updates are wanted."""
        is_new = instance.pk not in self.stored
        if is_new:
            instance.email = row["email"]
        if is_new or self.updates:
            instance.full_name, instance.phone = row["full_name"], row["phone"] or instance.phone
        row["changes"] = self._list_changes(instance)

    def _list_changes(self, instance: Candidate) -> list[str]:
        before, after = self.stored.get(instance.pk, ()), (instance.full_name, instance.phone)
        values = zip(("name", "phone"), before, after, strict=False)
        return [f"{name}: {old or 'none'} → {new}" for name, old, new in values if old != new]

    def skip_row(self, instance: Candidate, original: Any, row: dict[str, Any], errors: Any = None) -> bool:
        return instance.pk in self.stored and not row["changes"]

    def validate_instance(
        self, instance: Candidate, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Without asking the database, row by row, for what `known` and `lines` say already."""
        instance.full_clean(exclude=["organization"], validate_unique=False, validate_constraints=False)


def _check_row(row: dict[str, Any]) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    if not row["full_name"]:
        faults["full_name"] = ["The name is missing."]
    elif len(row["full_name"]) > 150:
        faults["full_name"] = ["The name is longer than 150 characters."]
    try:
        validate_email(row["email"])
    except ValidationError:
        faults["email"] = [BAD_EMAIL.format(row["email"]) if row["email"] else "The e-mail address is missing."]
    if row["phone"] and not is_phone(row["phone"]):
        faults["phone"] = [BAD_PHONE.format(row["phone"])]
    return faults


def plan_import(organization: Organization, rows: Sequence[TableRow], *, updates: bool) -> Plan:
    """What would be done with each row; nothing is written. Raises ImportFailed."""
    return _run(organization, rows, updates=updates, dry_run=True)


def import_candidates(
    organization: Organization, rows: Sequence[TableRow], *, updates: bool, counted: str = "line"
) -> Plan:
    """Effects, in one transaction: new candidates, and changed ones where `updates`; bad rows are left out.

    `counted` is what the numbers of rows count, for who reads of them. Raises ImportFailed, and then nothing was
    written.
    """
    return _run(organization, rows, updates=updates, counted=counted, dry_run=False)


def _run(
    organization: Organization, rows: Sequence[TableRow], *, updates: bool, dry_run: bool, counted: str = "line"
) -> Plan:
    dataset = tablib.Dataset(headers=["full_name", "email", "phone", "line", "changes"])
    for row in rows:
        dataset.append([row.full_name, row.email, row.phone, row.line, None])
    resource = CandidateRows(organization, updates=updates, counted=counted)
    options = {"store_row_values": True, "store_instance": True}
    for name, value in options.items():
        setattr(resource._meta, name, value)
    result: Result = resource.import_data(dataset, dry_run=dry_run)
    if result.has_errors():
        errors = [*result.base_errors, *(error for line in result.error_rows for error in line.errors)]
        said = str(errors[0].error)
        raise ImportFailed(f"Nothing was imported. Somebody may have added one of them just now: try again. ({said})")
    return Plan(tuple(_describe(row, done) for row, done in zip(rows, result.rows, strict=True)))


OUTCOMES = {
    RowResult.IMPORT_TYPE_NEW: "new",
    RowResult.IMPORT_TYPE_UPDATE: "changed",
    RowResult.IMPORT_TYPE_SKIP: "known",
    RowResult.IMPORT_TYPE_INVALID: "bad",
}


def _describe(row: TableRow, done: Any) -> PlannedRow:
    outcome = OUTCOMES[done.import_type]
    if outcome == "bad":
        error: ValidationError = done.validation_error
        faults = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        named = {"" if name == NON_FIELD_ERRORS else name: words for name, words in faults.items()}
        return PlannedRow(row, outcome, tuple(error.messages), None, named)
    return PlannedRow(row, outcome, tuple(done.row_values["changes"] or ()), done.instance)


def record_import(*, plan: Plan, organization: Organization, actor: User | None, now: datetime, way: str = "") -> None:
    """Effects: a line in the history of each candidate that is new or changed, in the caller's transaction. `way`:
    words that say how they came."""
    for outcome, action in (("new", Change.Action.ADDED), ("changed", Change.Action.CHANGED)):
        lines = [
            (row.candidate, organization.pk, f"{row.told} {way}".strip())
            for row in plan.list_rows(outcome)
            if row.candidate is not None
        ]
        record_each(rows=lines, action=action, actor=actor, now=now)


class CandidateExport(resources.ModelResource):  # type: ignore[misc]
    """What leaves as CSV. No cell of it is a formula."""

    organization = fields.Field(attribute="organization__name", column_name="organization")

    class Meta:
        model = Candidate
        fields = ("full_name", "email", "phone", "organization", "created_at")
        export_order = fields

    def export_field(self, field: Any, instance: Candidate, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return escape_formula(value) if isinstance(value, str) else value
