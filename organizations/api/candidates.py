"""Candidates: listed, added, changed, deleted; and their résumés."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import FileResponse, Http404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged, check_unchanged
from config.api.fields import KnownFields
from config.api.moments import MomentFilter
from config.api.parsers import BoundedJsonParser
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.candidate_bulk import CandidateBulk
from organizations.api.candidate_resumes import NO_RESUME, RESUME_WAITS, CandidateResumes, ResumeStateSerializer
from organizations.api.history import name_way, record
from organizations.api.idempotency import create_once
from organizations.api.owners import HELP, find_owner
from organizations.api.serializers import PhoneField
from organizations.models import Candidate, Change
from organizations.services.candidates import (
    NO_CANDIDATES,
    CandidateInvited,
    NoCandidate,
    delete_candidate,
    find_candidate,
)
from organizations.services.history import Author
from organizations.services.resumes import TYPES, ResumeRefused, remove_resume, store_resume
from organizations.services.row_values import read_values

ADD = "organizations.add_candidate"
IS_HERE = {
    "email": serializers.ErrorDetail(
        "A candidate with this address is here already. Find them by ?search=.", code="exists"
    )
}
IS_NOBODYS = {"email": serializers.ErrorDetail(NO_CANDIDATES, code="no_candidates")}
EXAMPLE = {"full_name": "Amara Okafor", "email": "amara@example.com", "phone": "+442071838750"}
ANSWER = {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "organization": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    **EXAMPLE,
    "time_zone": "",
    "has_resume": False,
    "resume_name": "",
    "resume": NO_RESUME,
    "created_at": "2026-03-02T12:00:00Z",
}
CHANGE_EXAMPLE = {"phone": "+44 20 7183 8751"}
CHANGED = {**ANSWER, "phone": "+442071838751"}
RESUME_FILES: dict[Any, Any] = {**{(200, form): OpenApiTypes.BINARY for form in TYPES.values()}, 404: PROBLEM}
STORED = {**ANSWER, "has_resume": True, "resume_name": "cv.pdf", "resume": RESUME_WAITS}


class CandidateSerializer(KnownFields, serializers.ModelSerializer):
    """`organization` may be left out by who reaches one only."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.UUIDField(source="organization.uuid", required=False, help_text=HELP)
    phone = PhoneField(required=False, allow_blank=True)
    has_resume = serializers.SerializerMethodField()
    resume = ResumeStateSerializer(source="*", read_only=True)

    class Meta:
        model = Candidate
        fields = (
            *("id", "organization", "full_name", "email", "phone", "time_zone"),
            *("has_resume", "resume_name", "resume", "created_at"),
        )
        read_only_fields = ("resume_name", "created_at")
        validators: ClassVar[list[Any]] = []  # of the database's constraint; said better below

    def get_has_resume(self, candidate: Candidate) -> bool:
        return bool(candidate.resume)

    def validate_organization(self, wanted: UUID) -> UUID:
        if self.instance is not None and wanted != self.instance.organization.uuid:
            raise serializers.ValidationError("A candidate stays with the organization that they were added to.")
        return wanted

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        wanted = data.pop("organization", None)
        if self.instance is None:
            data["organization"] = find_owner(self.context["request"], ADD, wanted and wanted["uuid"])
        owner = self.instance.organization if self.instance else data["organization"]
        try:
            known = find_candidate(owner, data.get("email", ""))
        except NoCandidate:
            raise serializers.ValidationError(IS_NOBODYS) from None
        if known is not None and known != self.instance:
            raise serializers.ValidationError(IS_HERE)
        return data

    def save(self, **values: Any) -> Candidate:
        """Raises ValidationError as well, where somebody has added the same address at the same moment."""
        try:
            with transaction.atomic():
                candidate: Candidate = super().save(**values)
        except IntegrityError:
            raise serializers.ValidationError(IS_HERE) from None
        return candidate


class CandidateFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    created_after = MomentFilter("created_at", "gte")
    created_before = MomentFilter("created_at", "lt")
    has_resume = filters.BooleanFilter(method="keep_with_resume")

    def keep_with_resume(self, rows: Any, name: str, value: bool) -> Any:
        return rows.exclude(resume="") if value else rows.filter(resume="")


class DepartureSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, required=False, default="", help_text="Kept in the history.")


class ResumeSerializer(serializers.Serializer):
    file = serializers.FileField(help_text="PDF or DOCX, at most 10 MB.")


@extend_schema(tags=["candidates"])
@extend_schema_view(list=extend_schema(summary="Candidates", examples=[give_example(ANSWER, of="response")]))
class CandidateViewSet(CandidateResumes, CandidateBulk, ListModelMixin):
    queryset = (
        Candidate.objects.filter(is_erased=False, is_trial=False)
        .select_related("organization", "resume_text")
        .defer("resume_text__text")
    )
    serializer_class = CandidateSerializer
    filterset_class = CandidateFilters
    search_fields = ("full_name", "email")
    ordering_fields = ("full_name", "created_at")
    ordering = ("full_name", "pk")
    seen_by = "organizations.view_candidate"
    permissions: ClassVar = {
        "list": seen_by,
        "retrieve": seen_by,
        "create": ADD,
        "bulk": ADD,
        "partial_update": "organizations.change_candidate",
        "destroy": "organizations.delete_candidate",
        "read_resume": seen_by,
        "read_resume_text": seen_by,
        "put_resume": "organizations.change_candidate",
        "delete_resume": "organizations.change_candidate",
    }

    @extend_schema(
        summary="One candidate",
        responses={200: CandidateSerializer, 404: PROBLEM},
        examples=[give_example(ANSWER, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Add a candidate",
        responses={201: CandidateSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(EXAMPLE, of="request"), give_example(ANSWER, of="response")],
    )
    def create(self, request: Request) -> Response:
        def add() -> Response:
            made = self.get_serializer(data=request.data)
            made.is_valid(raise_exception=True)
            candidate = made.save()
            record(request, candidate, Change.Action.ADDED, candidate.organization_id)
            return Response(
                made.data, status.HTTP_201_CREATED, headers={"Location": f"{request.path}{candidate.uuid}/"}
            )

        return create_once(request, add)

    @extend_schema(
        summary="Change a candidate",
        responses={200: CandidateSerializer, 400: PROBLEM, 404: PROBLEM, 412: PROBLEM},
        examples=[give_example(CHANGE_EXAMPLE, of="request"), give_example(CHANGED, of="response")],
    )
    def partial_update(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            candidate = self.lock_object()
            check_unchanged(request, self.get_serializer(candidate).data)
            before = read_values(candidate)
            changed = self.get_serializer(candidate, data=request.data, partial=True)
            changed.is_valid(raise_exception=True)
            changed.save()
            record(request, candidate, Change.Action.CHANGED, candidate.organization_id, before=before)
        return answer_tagged(request, changed.data)

    @extend_schema(
        summary="Delete a candidate",
        description="With their files. Who was invited is erased, not deleted.",
        request=DepartureSerializer,
        responses={204: OpenApiResponse(description="Gone."), 404: PROBLEM, 409: PROBLEM, 412: PROBLEM},
    )
    def destroy(self, request: Request, uuid: str) -> Response:
        told = DepartureSerializer(data=request.data or {})
        told.is_valid(raise_exception=True)
        with transaction.atomic():
            candidate = self.lock_object()
            check_unchanged(request, self.get_serializer(candidate).data)
            author = Author(get_user(request), timezone.now(), told.validated_data["reason"])
            try:
                delete_candidate(candidate=candidate, author=author, message=name_way(request))
            except CandidateInvited as refusal:
                raise Refused(str(refusal)) from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)

    # --- Résumé -----------------------------------------------------------------------------------------------

    @extend_schema(summary="The résumé", responses=RESUME_FILES)
    @action(detail=True, methods=["get"], url_path="resume", url_name="resume")
    def read_resume(self, request: Request, uuid: str) -> FileResponse:
        candidate = self.get_object()
        try:
            file = candidate.resume.open("rb")
        except (ValueError, FileNotFoundError):
            raise Http404 from None
        ending = candidate.resume.name[candidate.resume.name.rfind(".") :]
        return FileResponse(file, as_attachment=True, filename=f"resume{ending}", content_type=TYPES[ending])

    @extend_schema(
        summary="Put a résumé in the place of what is there",
        description="It is read in the background: `resume` says how that goes, `resume-text` has the text.",
        request={"multipart/form-data": ResumeSerializer},
        responses={200: CandidateSerializer, 400: PROBLEM},
        examples=[give_example(STORED, of="response")],
    )
    @read_resume.mapping.put
    def put_resume(self, request: Request, uuid: str) -> Response:
        sent = ResumeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        with transaction.atomic():
            candidate = self.lock_object()
            try:
                store_resume(candidate=candidate, file=sent.validated_data["file"], now=timezone.now())
            except ResumeRefused as refusal:
                raise serializers.ValidationError({"file": str(refusal)}) from refusal
            record(request, candidate, Change.Action.CHANGED, candidate.organization_id, "Résumé stored.")
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Remove the résumé", responses={204: OpenApiResponse(description="It is not there any more.")}
    )
    @read_resume.mapping.delete
    def delete_resume(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            candidate = self.lock_object()
            if candidate.resume:
                remove_resume(candidate=candidate, now=timezone.now())
                record(request, candidate, Change.Action.CHANGED, candidate.organization_id, "Résumé removed.")
        return Response(status=status.HTTP_204_NO_CONTENT)

    def get_parsers(self) -> list[Any]:
        return [BoundedJsonParser(), MultiPartParser()]
