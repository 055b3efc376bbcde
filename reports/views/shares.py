"""A shared report, `/share/<token>/`: read-only, for whoever has the link, until it ends. Routed by urls.py.

What keeps the pages private is config/page_headers.py, as with candidates' links. No cookie is read or set.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.ranges import StoredFileMissing, measure_part, send_stored
from interviewpanel.selectors.recordings import find_recording
from reports.domain.blinding import blind_scorecard, make_redactor
from reports.domain.scorecard import Scorecard
from reports.models import InterviewReport, ReportShare
from reports.selectors.shares import list_playable
from reports.services.documents import UnreadableDocument, from_document
from reports.services.render import make_context
from reports.services.shares import count_opening, find_ending, find_share

BLIND_NAME = "Candidate"


@require_safe
def show_report(request: HttpRequest, token: str) -> HttpResponse:
    """The report behind a link; one and the same page for whatever is no link of ours."""
    now = timezone.now()
    share = find_share(token)
    if share is None:
        return show_unknown(request)
    if ending := find_ending(share, now):
        return show_ended(request, share, ending)
    scorecard = read_scorecard(share)
    if scorecard is None:
        return show_page(request, "not_ready.html", {"share": share}, HTTPStatus.SERVICE_UNAVAILABLE)
    if request.method == "GET":
        count_opening(share=share, now=now)
    playable = list_playable(share.session_id) if share.includes_audio else frozenset()
    told = {"share": share, "purpose": tell_purpose(share), "playable": playable}
    context = {**make_context(scorecard, has_logo=False), **told}
    return show_page(request, "page.html", context)


@require_safe
def play_answer(request: HttpRequest, token: str, number: int) -> HttpResponseBase:
    """The sound of one answer, with ranges, where the link includes it; for everything else there is no such page."""
    share = find_share(token)
    if share is None or find_ending(share, timezone.now()) or not share.includes_audio:
        return show_unknown(request)
    recording = find_recording(share.session, number)
    if recording is None:
        return show_unknown(request)
    try:
        part = measure_part(str(recording.file.name))
        return send_stored(request, [part], content_type="audio/flac", filename=f"answer-{number}.flac")
    except StoredFileMissing:
        return show_unknown(request)


def read_scorecard(share: ReportShare) -> Scorecard | None:
    """What the link shows; None while the report has to be made again."""
    document = InterviewReport.objects.filter(session=share.session_id).values_list("document", flat=True).first()
    try:
        scorecard = from_document(document or {})
    except UnreadableDocument:
        return None
    return scorecard if share.includes_names else blind_scorecard(scorecard, BLIND_NAME)


def tell_purpose(share: ReportShare) -> str:
    if share.includes_names:
        return share.purpose
    candidate = share.session.invitation.candidate
    return make_redactor(candidate.full_name, candidate.email)(share.purpose)


def show_unknown(request: HttpRequest) -> HttpResponse:
    return show_page(request, "unknown.html", {}, HTTPStatus.NOT_FOUND)


def show_ended(request: HttpRequest, share: ReportShare, ending: str) -> HttpResponse:
    """Kindly, and without a word of whom it was about: who has the link knew that there was one."""
    return show_page(request, "ended.html", {"share": share, "ending": ending}, HTTPStatus.GONE)


def show_page(
    request: HttpRequest, template: str, context: dict[str, object], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    return HttpResponse(render_to_string(f"reports/share/{template}", context, request), status=status)
