"""Many invitations in one call: made, revoked, extended, reminded; each has its own outcome. Part of invitations.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.privacy import keep_private
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api import invitation_examples as examples
from interviewpanel.api.invitation_serializers import ADD, CHANGE, InvitedPersonSerializer
from interviewpanel.api.many_serializers import (
    InvitationOutcomesSerializer,
    LinkOutcomesSerializer,
    LinksExtensionSerializer,
    LinksReminderSerializer,
    LinksRevocationSerializer,
    ManyInvitationsSerializer,
    make_error,
)
from interviewpanel.api.wishes import list_channels, read_wish
from interviewpanel.domain.link_acts import Act
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.selectors.link_facts import explain_panel
from interviewpanel.services.bulk_invitations import Terms, act_on_links, invite_all
from interviewpanel.services.invitations import join_url, make_token, socket_url
from organizations.api.callers import get_reach, get_user
from organizations.api.history import name_way, record
from organizations.api.idempotency import HEADER, create_once
from organizations.api.rows import UNKNOWN, find_named, tell_unknown
from organizations.api.views import TenantViewSet
from organizations.domain.bulk import MOST_AT_ONCE
from organizations.domain.candidate_table import TableRow
from organizations.models import Candidate, Change, Organization
from organizations.services.candidate_imports import ImportFailed, import_candidates
from organizations.services.history import Author, record_each

NO_RIGHT = "Your role in this organization does not allow it."
ACTED = {200: LinkOutcomesSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM}
DONE = give_example(examples.BULK_DONE, of="response")
UP_TO = f"Up to {MOST_AT_ONCE}; each has its own outcome."


@dataclass
class Found:
    """Whom the rows name, by the row's number, and what is wrong with the others."""

    candidates: dict[int, Candidate] = field(default_factory=dict)
    errors: dict[int, list[dict[str, str]]] = field(default_factory=dict)


class ManyInvitations(TenantViewSet):
    @extend_schema(
        summary="Invite many candidates to one panel",
        description=f"{UP_TO} Rows that are wrong are left out, and say why; all others are invited together.",
        request=ManyInvitationsSerializer,
        responses={200: InvitationOutcomesSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(examples.BULK, of="request"), give_example(examples.BULK_TOLD, of="response")],
    )
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        return keep_private(create_once(request, lambda: self._invite_many(request)))

    def _invite_many(self, request: Request) -> Response:
        sent = ManyInvitationsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data, now = sent.validated_data, timezone.now()
        panel = self.find_panel(data["panel"])
        if reason := explain_panel(panel, now):
            raise Refused(reason)
        found = self._find_candidates(request, panel.organization, data["rows"])
        metadata = {one.pk: data["rows"][number]["metadata"] for number, one in found.candidates.items()}
        done = invite_all(
            panel=panel,
            candidates=found.candidates.values(),
            channels=list_channels(data),
            author=Author(get_user(request), now),
            terms=Terms(data["expires_in_hours"], metadata, name_way(request)),
        )
        made = {one.candidate_id: one for one in done.invitations}
        rows = [describe_invited(number, found, made, done.reasons) for number in range(len(data["rows"]))]
        invited = len(done.invitations)
        return Response({"invited": invited, "failed": len(rows) - invited, "rows": rows})

    def find_panel(self, uuid: UUID) -> InterviewPanel:
        """One that the caller may invite to."""
        rows = self.cut(InterviewPanel.objects.select_related("organization"), ADD)
        return cast("InterviewPanel", find_named(rows, uuid, "panel", "panel"))

    def _find_candidates(self, request: Request, owner: Organization, rows: list[dict[str, Any]]) -> Found:
        found = Found()
        own = Candidate.objects.filter(organization=owner, is_erased=False, is_trial=False)
        named = {row["candidate"] for row in rows if row.get("candidate")}
        known = {one.uuid: one for one in own.filter(uuid__in=named)}
        for number, row in enumerate(rows):
            if row.get("candidate") in known:
                found.candidates[number] = known[row["candidate"]]
            elif row.get("candidate"):
                place = f"#/rows/{number}/candidate"
                found.errors[number] = [make_error(place, tell_unknown("candidate"), UNKNOWN)]
        persons = {number: row["new_candidate"] for number, row in enumerate(rows) if row.get("new_candidate")}
        if persons:
            self.check_may("organizations.add_candidate", owner.pk)
            add_candidates(request, owner, persons, found)
        leave_out_doubles(found)
        return found

    # --- What is done with many links ---------------------------------------------------------------------------------

    @extend_schema(
        summary="Revoke many links",
        description=UP_TO,
        request=LinksRevocationSerializer,
        responses=ACTED,
        examples=[give_example(examples.BULK_REVOKE, of="request"), DONE],
    )
    @action(detail=False, methods=["post"], url_path="bulk/revoke", url_name="bulk-revoke")
    def bulk_revoke(self, request: Request) -> Response:
        return self.act_on_many(request, Act.REVOKE, LinksRevocationSerializer)

    @extend_schema(
        summary="Move many deadlines",
        description=UP_TO,
        request=LinksExtensionSerializer,
        responses=ACTED,
        examples=[give_example(examples.BULK_EXTEND, of="request"), DONE],
    )
    @action(detail=False, methods=["post"], url_path="bulk/extend", url_name="bulk-extend")
    def bulk_extend(self, request: Request) -> Response:
        return self.act_on_many(request, Act.EXTEND, LinksExtensionSerializer)

    @extend_schema(
        summary="Send many reminders",
        description=f"{UP_TO} Sent again, it reminds again, unless by the same `Idempotency-Key`.",
        request=LinksReminderSerializer,
        responses=ACTED,
        examples=[give_example(examples.BULK_REMIND, of="request"), DONE],
    )
    @action(detail=False, methods=["post"], url_path="bulk/remind", url_name="bulk-remind")
    def bulk_remind(self, request: Request) -> Response:
        return self.act_on_many(request, Act.REMIND, LinksReminderSerializer)

    def act_on_many(self, request: Request, act: Act, form: type[serializers.Serializer]) -> Response:
        """A few in a transaction: all in one would let everybody else wait. With an Idempotency-Key they are done in
        one nevertheless, with the memory of it: nobody is written to twice for one call.
        """
        if request.headers.get(HEADER):
            return create_once(request, lambda: self._act_on_many(request, act, form))
        return self._act_on_many(request, act, form)

    def _act_on_many(self, request: Request, act: Act, form: type[serializers.Serializer]) -> Response:
        sent = form(data=request.data)
        sent.is_valid(raise_exception=True)
        data, reach = sent.validated_data, get_reach(request)
        seen = {row.uuid: row for row in self.get_queryset().filter(uuid__in=data["ids"])}
        able = {row.pk: row for row in seen.values() if reach.may(CHANGE, row.organization_id)}

        def keep(row: InterviewPanelCandidate, told: str) -> None:
            record(request, row, Change.Action.CHANGED, row.organization_id, told, data.get("reason", ""))

        refused = act_on_links(
            invitations=list(able.values()), act=act, wish=read_wish(data), now=timezone.now(), record=keep
        )
        why = {row.uuid: (words, "refused") for row, words in refused}
        why |= {uuid: (NO_RIGHT, "permission_denied") for uuid, row in seen.items() if row.pk not in able}
        why |= {uuid: (tell_unknown("invitation"), UNKNOWN) for uuid in data["ids"] if uuid not in seen}
        rows = describe_acted(data["ids"], why)
        failed = sum(row["outcome"] == "error" for row in rows)
        return Response({"done": len(rows) - failed, "failed": failed, "rows": rows})


def add_candidates(request: Request, owner: Organization, persons: Mapping[int, Any], found: Found) -> None:
    """Effects: those who are not here yet, with their lines; `found` has all, and what is wrong."""
    lines: list[TableRow] = []
    for number, person in persons.items():
        sent = InvitedPersonSerializer(data=person)
        if sent.is_valid():
            lines.append(TableRow(number + 1, **sent.validated_data))
        else:
            found.errors[number] = [
                make_error(f"#/rows/{number}/new_candidate/{name}", one, one.code)
                for name, faults in sent.errors.items()
                for one in faults
            ]
    try:
        plan = import_candidates(owner, lines, updates=False, counted="row")
    except ImportFailed as failure:
        raise Refused(str(failure)) from failure
    for row in plan.rows:
        number = row.row.line - 1
        if row.candidate is not None:
            found.candidates[number] = row.candidate
        else:
            place = f"#/rows/{number}/new_candidate"
            found.errors[number] = [
                make_error(f"{place}/{name}" if name else place, one, "invalid")
                for name, words in row.faults.items()
                for one in words
            ]
    new = [row.candidate for row in plan.list_rows("new") if row.candidate is not None]
    record_each(
        rows=((one, owner.pk, name_way(request)) for one in new),
        action=Change.Action.ADDED,
        actor=get_user(request),
        now=timezone.now(),
    )


def leave_out_doubles(found: Found) -> None:
    """Nobody is invited by two rows."""
    first: dict[int, int] = {}
    for number, candidate in sorted(found.candidates.items()):
        before = first.setdefault(candidate.pk, number)
        if before != number:
            del found.candidates[number]
            told = f"The same candidate stands in row {before + 1} already."
            found.errors[number] = [make_error(f"#/rows/{number}", told, "twice")]


def describe_invited(
    number: int, found: Found, invitations: Mapping[int, InterviewPanelCandidate], reasons: Mapping[int, str]
) -> dict[str, Any]:
    """`invitations` and `reasons` are by the candidate's key."""
    candidate = found.candidates.get(number)
    errors = list(found.errors.get(number, ()))
    made = invitations.get(candidate.pk) if candidate else None
    if candidate and (reason := reasons.get(candidate.pk)):
        errors.append(make_error("#/send" if made else f"#/rows/{number}", reason, "refused"))
    return {
        "outcome": "invited" if made else "error",
        "id": made and made.uuid,
        "candidate": candidate and candidate.uuid,
        "expires_at": made and serializers.DateTimeField().to_representation(made.expires_at),
        "join_url": made and join_url(made),
        "token": made and make_token(made),
        "socket_url": made and socket_url(made),
        "errors": errors,
    }


def describe_acted(uuids: Sequence[UUID], why: Mapping[UUID, tuple[str, str]]) -> list[dict[str, Any]]:
    """One for each, in their order. With one that is named again nothing is done again."""
    rows: list[dict[str, Any]] = []
    first: dict[UUID, int] = {}
    for number, uuid in enumerate(uuids):
        before = first.setdefault(uuid, number)
        errors = [make_error(f"#/ids/{number}", *why[uuid])] if uuid in why else []
        if before != number:
            told = f"The same invitation stands in row {before + 1} already."
            errors = [make_error(f"#/ids/{number}", told, "twice")]
        rows.append({"id": uuid, "outcome": "error" if errors else "done", "errors": errors})
    return rows
