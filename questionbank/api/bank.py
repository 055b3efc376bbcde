"""Whole question banks in the bank's own JSON, in one call: looked at (`dry_run`), or written, all or nothing."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.parsers import TooLarge
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.history import name_way
from organizations.api.idempotency import create_once
from organizations.api.owners import make_owner_field
from organizations.api.serializers import RowErrorSerializer
from organizations.models import Change, Organization
from organizations.services.history import record_each
from questionbank.api.faults import Fault, make_error, read_path, write_pointer, write_sentence
from questionbank.api.owners import find_bank_owner, make_global_field
from questionbank.api.question_base import CHANGE, PUBLISH, SEEN_BY, QuestionPart, read_sent
from questionbank.api.question_serializers import CONTENT
from questionbank.domain.bank_format import FORMAT
from questionbank.domain.bank_tables import MOST_ROWS
from questionbank.domain.json_objects import BankFormatError
from questionbank.models import Question
from questionbank.services.bank_files import BankResource, ReadRow, import_file
from questionbank.services.bank_import import Outcome

MOST_BYTES = 1_000_000
ADD = "questionbank.add_question"
PLACE_FIELDS = ("format", "language", "category", "topic")
QUESTION = {"key": "composite-index", "type": "technical", "difficulty": "medium", **CONTENT}
BANK = {
    "format": FORMAT,
    "language": "en",
    "category": "Databases",
    "topic": "Indexing",
    "subtopics": [{"name": "Composite indexes", "questions": [QUESTION]}],
}
REQUEST_EXAMPLE = {"bank": BANK, "status": "draft", "dry_run": True}
ANSWER_EXAMPLE = {
    "dry_run": True,
    "written": False,
    "new": 1,
    "changed": 0,
    "unchanged": 0,
    "failed": 0,
    "questions": [{"key": "composite-index", "outcome": "new", "id": None, "similar": [], "errors": []}],
}


@extend_schema_field({"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]})
class BankField(serializers.JSONField):
    """One document of a topic, or a list of them."""


class BankSerializer(serializers.Serializer):
    organization = make_owner_field()
    is_global = make_global_field()
    status = serializers.ChoiceField(
        choices=["draft", "review", "live"], default="draft", help_text="Of new questions; others keep theirs."
    )
    dry_run = serializers.BooleanField(default=False, help_text="Only say what would be done.")
    bank = BankField(help_text=f"In the format {FORMAT}: one document of a topic, or a list; {MOST_ROWS} questions.")

    def validate_bank(self, bank: Any) -> Any:
        if not bank:
            raise serializers.ValidationError("It holds nothing. Send a document of the format, or a list of them.")
        return bank


class BankRowSerializer(serializers.Serializer):
    key = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["new", "changed", "unchanged", "error"])
    id = serializers.UUIDField(allow_null=True, help_text="Empty for what is not there yet.")
    similar = serializers.ListField(
        child=serializers.UUIDField(), help_text="Of a dry run: questions that ask the same, the most similar first."
    )
    errors = RowErrorSerializer(many=True)


class BankAnswerSerializer(serializers.Serializer):
    dry_run = serializers.BooleanField()
    written = serializers.BooleanField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    failed = serializers.IntegerField()
    questions = BankRowSerializer(many=True)


class BankImports(QuestionPart):
    @extend_schema(
        summary="Import a question bank",
        description="Questions are known by their key: what is new is made, what differs gets a new version or moves. "
        "Nothing is written unless all of it is right; a dry run says of each question what would become of it.",
        request=BankSerializer,
        responses={200: BankAnswerSerializer, 400: PROBLEM, 409: PROBLEM, 413: PROBLEM, 422: PROBLEM},
        examples=[give_example(REQUEST_EXAMPLE, of="request"), give_example(ANSWER_EXAMPLE, of="response")],
    )
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise TooLarge("The bank is larger than 1 MB. Send it in parts.")
        data = read_sent(BankSerializer(data=request.data))
        if data["dry_run"]:  # creates nothing, and compares for a while: outside of any transaction
            return self._import(request, data)
        return create_once(request, lambda: self._import(request, data))

    def _import(self, request: Request, data: dict[str, Any]) -> Response:
        owner = find_bank_owner(request, ADD, data)
        self._check_may_import(owner, data["status"])
        try:
            resource, result = import_file(
                json.dumps(data["bank"]),
                "json",
                organization=owner,
                status=data["status"],
                user=get_user(request),
                among=self.cut(Question.objects.all(), SEEN_BY),
                is_dry_run=data["dry_run"],
            )
        except BankFormatError as error:
            raise make_error(
                (["bank"], write_sentence(f"{one.field} {one.message}")) for one in error.problems
            ) from error
        if result.base_errors:
            raise Refused(str(result.base_errors[0].error))
        places = list(list_places(data["bank"]))
        rows = list(zip(resource.read, places, strict=True))
        if not data["dry_run"]:
            if faults := [fault for row, place in rows for fault in list_faults(row, place)]:
                raise make_error(faults)
            self._record(request, resource)
        return Response(describe_import(rows, is_dry_run=data["dry_run"]))

    def _check_may_import(self, owner: Organization | None, wanted: str) -> None:
        owner_id = owner.pk if owner else None
        self.check_may(CHANGE, owner_id)
        if wanted == Question.Status.LIVE:
            self.check_may(PUBLISH, owner_id)

    def _record(self, request: Request, resource: BankResource) -> None:
        for outcome, done in ((Outcome.NEW, Change.Action.ADDED), (Outcome.CHANGED, Change.Action.CHANGED)):
            lines = [
                (one.question, one.question.organization_id, f"Imported from a file, {row.where}. {name_way(request)}")
                for row in resource.read
                if (one := row.written) is not None and one.outcome == outcome
            ]
            record_each(rows=lines, action=done, actor=get_user(request), now=timezone.now())


def list_places(bank: Any) -> Iterator[list[str]]:
    """The steps to each question, in the order in which the bank is read."""
    documents = bank if isinstance(bank, list) else [bank]
    for document_number, document in enumerate(documents):
        start = ["bank", str(document_number)] if isinstance(bank, list) else ["bank"]
        for part_number, part in enumerate(document["subtopics"]):
            for number in range(len(part["questions"])):
                yield [*start, "subtopics", str(part_number), "questions", str(number)]


def list_faults(row: ReadRow, place: list[str]) -> Iterator[Fault]:
    """Where in the bank, and what. The row was read as a document with this one question in it."""
    for path, message in row.faults:
        steps = read_path(path.removeprefix("subtopics[0].questions[0]."))
        if path in PLACE_FIELDS:
            steps = [*place[:-4], path]
        elif path == "subtopics[0].name":
            steps = [*place[:-2], "name"]
        else:
            steps = [*place, *steps]
        yield steps, write_sentence(message)


def describe_import(rows: list[tuple[ReadRow, list[str]]], *, is_dry_run: bool) -> dict[str, Any]:
    told = [describe_row(row, place, is_dry_run=is_dry_run) for row, place in rows]
    outcomes = [one["outcome"] for one in told]
    counts = {name: outcomes.count(name) for name in ("new", "changed", "unchanged")}
    failed = outcomes.count("error")
    return {"dry_run": is_dry_run, "written": not is_dry_run, **counts, "failed": failed, "questions": told}


def describe_row(row: ReadRow, place: list[str], *, is_dry_run: bool) -> dict[str, Any]:
    written = row.written
    is_there = written is not None and not (is_dry_run and written.outcome == Outcome.NEW)
    return {
        "key": row.placed.entry.key if row.placed else "",
        "outcome": "error" if row.problems else str(written.outcome if written else Outcome.UNCHANGED),
        "id": str(written.question.uuid) if written is not None and is_there else None,
        "similar": [str(one.question.uuid) for one in row.similar],
        "errors": [
            {"pointer": write_pointer(steps), "detail": message, "code": "invalid"}
            for steps, message in list_faults(row, place)
        ],
    }
