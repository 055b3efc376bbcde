"""How many interviews may go on, how many do, and who waits for a place, by the API."""

from typing import Any, ClassVar

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.lists import KnownParameters
from config.api.schema import PROBLEM, give_example
from interviewpanel.models import Place
from interviewpanel.services.queue_views import InLine, OwnPlaces, QueueView, view_queue
from organizations.api.callers import get_reach
from organizations.api.views import TenantViewSet
from organizations.models import Organization

OWNER = "0d9c6a4e-2f51-4d6f-8a56-1f2d3c4b5a69"
EXAMPLE = {
    "organizations": [{"organization": OWNER, "taken": 12, "waiting": 1, "absent": 0, "limit": 12}],
    "queue": [
        {
            "interview": "5f0c2c8e-6d5b-4f0e-9d0b-0a4f6f2b7c11",
            "invitation": "a3c7a1de-1b5e-47c5-b5b2-9f4d1c2e3f40",
            "organization": OWNER,
            "candidate": {"id": "8f14e45f-ceea-467f-a3f9-b5c1d2e3f405", "full_name": "Priya Raghunathan"},
            "state": "waiting",
            "rank": 1,
            "arrived_at": "2026-03-12T09:30:00Z",
            "held_until": None,
            "shortest_seconds": 300,
            "estimated_seconds": 540,
            "longest_seconds": 960,
            "tell_by": "",
            "is_connected": True,
            "starts_at": None,
        }
    ],
    "is_drained": False,
    "site": None,
}


ABSENT = "Who has closed the page, and is passed over until they are back. Not among those who wait."


class OwnPlacesSerializer(serializers.Serializer):
    organization = serializers.UUIDField()
    taken = serializers.IntegerField(help_text="Interviews that go on, and places held for candidates who are called.")
    waiting = serializers.IntegerField()
    absent = serializers.IntegerField(help_text=ABSENT)
    limit = serializers.IntegerField(allow_null=True, help_text="The organization's own. Null: only the site's.")


class QueuedCandidateSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    full_name = serializers.CharField()


class QueuedSerializer(serializers.Serializer):
    interview = serializers.UUIDField()
    invitation = serializers.UUIDField()
    organization = serializers.UUIDField()
    candidate = QueuedCandidateSerializer()
    state = serializers.ChoiceField(choices=["waiting", "called"], help_text="called: a place is held.")
    rank = serializers.IntegerField(
        help_text="Within the organization, from 1; 0 for who is called, or is not connected."
    )
    arrived_at = serializers.DateTimeField()
    held_until = serializers.DateTimeField(allow_null=True)
    shortest_seconds = serializers.IntegerField(allow_null=True)
    estimated_seconds = serializers.IntegerField(
        allow_null=True, help_text="Until a place is free, if interviews last as they did lately. Null: not known."
    )
    longest_seconds = serializers.IntegerField(allow_null=True)
    tell_by = serializers.ChoiceField(
        choices=["", "email", "sms"], help_text="How they are told, where they left the page for it."
    )
    is_connected = serializers.BooleanField(help_text="Their page is open, or they are told.")
    starts_at = serializers.DateTimeField(allow_null=True, help_text="The start time that was booked.")


class SitePlacesSerializer(serializers.Serializer):
    taken = serializers.IntegerField()
    called = serializers.IntegerField()
    waiting = serializers.IntegerField()
    absent = serializers.IntegerField(help_text=ABSENT)
    limit = serializers.IntegerField(help_text="INTERVIEW_LIMIT.")


class CapacitySerializer(serializers.Serializer):
    organizations = OwnPlacesSerializer(many=True)
    queue = QueuedSerializer(many=True, help_text="In the order in which they will be let in.")
    is_drained = serializers.BooleanField(help_text="The site is being updated, and lets nobody in.")
    site = SitePlacesSerializer(allow_null=True, help_text="Of the whole site, for superadmins; null for others.")


CAPACITY: Any = forced_singular_serializer(CapacitySerializer)  # one answer, though it is asked for as lists are


class CapacityFilters(filters.FilterSet):
    organization = filters.UUIDFilter("uuid")


@extend_schema(tags=["interviews"])
class CapacityViewSet(TenantViewSet):
    queryset = Organization.objects.order_by("name", "pk")
    serializer_class = CapacitySerializer
    filterset_class = CapacityFilters
    filter_backends: ClassVar[Any] = [KnownParameters, filters.DjangoFilterBackend]
    pagination_class = None
    tenant_path = "pk"
    seen_by = "interviewpanel.view_interviewsession"
    permissions: ClassVar = {"list": seen_by}

    @extend_schema(
        summary="Places for live interviews, and who waits for one",
        description="Over the limit of live interviews candidates wait, and are let in in order. Of all that you reach "
        "together, or of one organization; other organizations' candidates may go between yours.",
        responses={200: CAPACITY, 400: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def list(self, request: Request) -> Response:
        seen = list(self.filter_queryset(self.get_queryset()))
        return Response(describe(view_queue(seen, timezone.now()), sees_site=get_reach(request).sees_all))


def describe(view: QueueView, *, sees_site: bool) -> dict[str, Any]:
    site = {name: getattr(view.site, name) for name in ("taken", "called", "waiting", "absent", "limit")}
    return {
        "organizations": [describe_places(one) for one in view.own],
        "queue": [describe_row(row) for row in view.rows],
        "is_drained": view.site.is_drained,
        "site": site if sees_site else None,
    }


def describe_places(own: OwnPlaces) -> dict[str, Any]:
    facts = {"taken": own.taken, "waiting": own.waiting, "absent": own.absent, "limit": own.limit}
    return {"organization": str(own.organization.uuid), **facts}


def describe_row(row: InLine) -> dict[str, Any]:
    invitation, spot = row.session.invitation, row.spot
    seconds = {name: getattr(spot, name) for name in ("shortest_seconds", "estimated_seconds", "longest_seconds")}
    return {
        "interview": str(row.session.uuid),
        "invitation": str(invitation.uuid),
        "organization": str(row.session.organization.uuid),
        "candidate": {"id": str(invitation.candidate.uuid), "full_name": invitation.candidate.full_name},
        "state": spot.state,
        "rank": row.rank,
        "arrived_at": spot.arrived_at,
        "held_until": spot.held_until,
        **{name: None if value is None else round(value) for name, value in seconds.items()},
        "tell_by": spot.tell_by,
        "is_connected": spot.state == Place.State.CALLED or not spot.is_absent,
        "starts_at": row.starts_at,
    }
