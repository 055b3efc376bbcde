"""What an interview came to: scores answer by answer, the evaluation, the report and its PDF.

The same selectors as the review page's: what a reader has to rate first is left out there.
"""

from typing import Any, ClassVar

from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.privacy import keep_private
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api.renderers import PdfRenderer
from interviewpanel.api.sessions import InterviewRows, get_reader_id
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.blind_ratings import find_hidden_numbers
from interviewpanel.selectors.withdrawals import has_withdrawn
from organizations.api.callers import get_reach
from reports.api import result_examples as examples
from reports.api.evaluation_serializers import EvaluationSerializer
from reports.api.result_serializers import ReportProgressSerializer, ReportSerializer, ScoresSerializer
from reports.domain.scorecard import Scorecard
from reports.models import InterviewReport
from reports.selectors.review import Reader, explain_no_scorecard, read_review
from reports.selectors.review_recordings import Links
from reports.services.documents import UnreadableDocument, from_document

VIEW_REPORT = "reports.view_interviewreport"
LOOK_AGAIN_SECONDS = 5
BEING_MADE = "The report is being made: answers are still being scored, or it is being drawn. Ask again."
NOT_MADE = "The report could not be made. Choose “Make again …” in the list of reports."
NO_LINKS = Links(
    sound=lambda number: "",
    video=lambda video: "",
    captions=lambda video: "",
    whole=lambda kind: "",
    whole_captions=lambda: "",
    room=lambda row: "",
)
WAITING = {"status": "in_progress", "detail": BEING_MADE}
WAITS = give_example(WAITING, of="response", name="Waiting", status=202)
MAY_WAIT: dict[int, Any] = {202: ReportProgressSerializer, 404: PROBLEM, 409: PROBLEM}


class ResultRows(InterviewRows):
    """Base of what tells of scores: what the reader has to rate first is not told."""

    def make_reader(self, session: InterviewSession) -> Reader:
        user_id = get_reader_id(self.request)
        return Reader(user_id=user_id, hidden=find_hidden_numbers(session, user_id, get_reach(self.request)))

    def find_report(self, session: InterviewSession) -> InterviewReport | None:
        """The report with its document; None while it is being made. Raises Refused where there is none to read."""
        asked = session.answers.count()
        why = explain_no_scorecard(session, self.make_reader(session), asked, is_withdrawn=has_withdrawn(session))
        if why:
            raise Refused(why)
        report = InterviewReport.objects.select_related("session").filter(session=session).first()
        if report is not None and report.is_made:
            return report
        if report is None or report.is_over:
            raise Refused(NOT_MADE)
        return None

    def read_document(self, report: InterviewReport) -> Scorecard:
        try:
            return from_document(report.document or {})
        except UnreadableDocument:
            raise Refused(NOT_MADE) from None


@extend_schema(tags=["results"])
class ResultViewSet(ResultRows):
    permissions: ClassVar = {
        "scores": "interviewpanel.view_answerscore",
        "evaluation": VIEW_REPORT,
        "report": VIEW_REPORT,
        "report_pdf": VIEW_REPORT,
    }

    @extend_schema(
        summary="Scores, answer by answer",
        description="With criteria, the words that earned each rating, where a score comes from, and what people set "
        "in its place. Of what you are to rate first there is the question and the answer only.",
        responses={200: ScoresSerializer, 404: PROBLEM},
        examples=[give_example(examples.SCORES, of="response")],
    )
    @action(detail=True, methods=["get"])
    def scores(self, request: Request, uuid: str) -> Response:
        session = self.get_object()
        reader = self.make_reader(session)
        review = read_review(session=session, reader=reader, links=NO_LINKS, now=timezone.now())
        return answer_tagged(request, ScoresSerializer(review).data)

    @extend_schema(
        summary="The evaluation",
        description="Overall, grade, the four scores, recommendation and what is said of the candidate, each sentence "
        "with its evidence. 202 while the report is being made.",
        responses={200: EvaluationSerializer, **MAY_WAIT},
        examples=[give_example(examples.EVALUATION, of="response", name="Evaluation"), WAITS],
    )
    @action(detail=True, methods=["get"])
    def evaluation(self, request: Request, uuid: str) -> Response:
        report = self.find_report(self.get_object())
        if report is None:
            return tell_waiting()
        return answer_tagged(request, EvaluationSerializer(self.read_document(report)).data)

    @extend_schema(
        summary="The report",
        description="The whole scorecard, as it stands in the PDF. 202 while it is being made.",
        responses={200: ReportSerializer, **MAY_WAIT},
        examples=[give_example(examples.REPORT, of="response", name="Report"), WAITS],
    )
    @action(detail=True, methods=["get"])
    def report(self, request: Request, uuid: str) -> Response:
        report = self.find_report(self.get_object())
        return tell_waiting() if report is None else answer_tagged(request, ReportSerializer(report).data)

    @extend_schema(
        summary="The report as PDF",
        description="202 while it is being made.",
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (202, "application/json"): ReportProgressSerializer,
            404: PROBLEM,
            409: PROBLEM,
        },
        examples=[WAITS],
    )
    @action(
        detail=True,
        methods=["get"],
        url_path="report/pdf",
        url_name="pdf",
        renderer_classes=[PdfRenderer, JSONRenderer],
    )
    def report_pdf(self, request: Request, uuid: str) -> Any:
        report = self.find_report(self.get_object())
        if report is None:
            return tell_waiting()
        try:
            file = report.pdf.open("rb")
        except (ValueError, FileNotFoundError):
            raise Http404 from None
        name = f"scorecard-{report.session.uuid}.pdf"
        return keep_private(FileResponse(file, filename=name, content_type="application/pdf"))


def tell_waiting() -> Response:
    return Response(
        WAITING,
        status.HTTP_202_ACCEPTED,
        headers={"Retry-After": str(LOOK_AGAIN_SECONDS)},
        content_type="application/json",
    )
