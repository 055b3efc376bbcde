"""Importing candidates: every row is looked at before anything is written, and the same way again when it is. Called by
admin/candidate_import.py.

django-import-export does the rows (dry run, one transaction, what is new and what is changed); what a row must be, and
whose candidates it may touch, stands here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from import_export import fields, resources
from import_export.results import Result, RowResult

from organizations.domain.candidate_table import TableRow, escape_formula, is_phone, normalise_phone
from organizations.models import Candidate, Organization

BAD_PHONE = "“{}” is no phone number with its country code, such as +442071838750."
BAD_EMAIL = "“{}” is no e-mail address."


@dataclass(frozen=True)
class PlannedRow:
    """`outcome` is new, changed, known or bad; `reasons` say why it is bad, or what is changed."""

    row: TableRow
    outcome: str
    reasons: tuple[str, ...]
    candidate: Candidate | None


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

    def __init__(self, organization: Organization, *, updates: bool) -> None:
        super().__init__()
        self.organization, self.updates = organization, updates
        self.known = {one.email.lower(): one for one in self.get_queryset()}
        self.stored = {one.pk: (one.full_name, one.phone) for one in self.known.values()}
        self.lines: dict[str, int] = {}

    def get_queryset(self) -> QuerySet[Candidate]:
        return Candidate.objects.filter(organization=self.organization, is_erased=False)

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Candidate | None:
        return self.known.get(str(row["email"]).lower())

    def init_instance(self, row: dict[str, Any] | None = None) -> Candidate:
        return Candidate(organization=self.organization)

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Raises ValidationError with every fault of the row, not only the first."""
        row["phone"] = normalise_phone(row["phone"])
        if reasons := [*_check_row(row), *self._check_twice(row)]:
            raise ValidationError(reasons)

    def _check_twice(self, row: dict[str, Any]) -> list[str]:
        email = row["email"].lower()
        first = self.lines.setdefault(email, row["line"])
        return [f"The same address stands in line {first} already."] if email and first != row["line"] else []

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


def _check_row(row: dict[str, Any]) -> list[str]:
    reasons = []
    if not row["full_name"]:
        reasons.append("The name is missing.")
    elif len(row["full_name"]) > 150:
        reasons.append("The name is longer than 150 characters.")
    try:
        validate_email(row["email"])
    except ValidationError:
        reasons.append(BAD_EMAIL.format(row["email"]) if row["email"] else "The e-mail address is missing.")
    if row["phone"] and not is_phone(row["phone"]):
        reasons.append(BAD_PHONE.format(row["phone"]))
    return reasons


def plan_import(organization: Organization, rows: Sequence[TableRow], *, updates: bool) -> Plan:
    """What would be done with each row; nothing is written. Raises ImportFailed."""
    return _run(organization, rows, updates=updates, dry_run=True)


def import_candidates(organization: Organization, rows: Sequence[TableRow], *, updates: bool) -> Plan:
    """Effects, in one transaction: new candidates, and changed ones where `updates`; bad rows are left out.

    Raises ImportFailed, and then nothing was written.
    """
    return _run(organization, rows, updates=updates, dry_run=False)


def _run(organization: Organization, rows: Sequence[TableRow], *, updates: bool, dry_run: bool) -> Plan:
    dataset = tablib.Dataset(headers=["full_name", "email", "phone", "line", "changes"])
    for row in rows:
        dataset.append([row.full_name, row.email, row.phone, row.line, None])
    resource = CandidateRows(organization, updates=updates)
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
        return PlannedRow(row, outcome, tuple(done.validation_error.messages), None)
    return PlannedRow(row, outcome, tuple(done.row_values["changes"] or ()), done.instance)


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
