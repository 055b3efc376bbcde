"""Forms by which a candidate asks people for an accommodation, a person instead, a review, withdrawal, erasure.

Routed by candidate_urls.py. They work whatever has become of the link; the services say what can
still be asked for.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from interviewpanel.models import AccommodationRequest
from interviewpanel.services.accommodations import AccommodationRefused, ask_accommodation
from interviewpanel.services.candidate_requests import RequestRefused, ask_people
from interviewpanel.views.links import choose_language, find_link, show_unknown_link
from interviewpanel.views.replies import read_text, read_values, say_done, say_refused


@csrf_exempt
@require_POST
def take_request(request: HttpRequest, token: str) -> HttpResponse:
    """`kind`, and perhaps a `note`."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    values = read_values(request)
    kind, note = read_text(values, "kind"), read_text(values, "note")
    with translation.override(choose_language(request, invitation)):
        try:
            row = ask_people(invitation=invitation, kind=kind, note=note, now=timezone.now())
        except RequestRefused as refusal:
            return say_refused(request, invitation, token, refusal)
        return say_done(request, token, values, row.kind, kind=row.kind)


@csrf_exempt
@require_POST
def take_accommodation(request: HttpRequest, token: str) -> HttpResponse:
    """`needs`, any number of them, and perhaps a `note`."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    values = read_values(request)
    needs, note = values.get("needs", []), read_text(values, "note")
    with translation.override(choose_language(request, invitation)):
        try:
            rows = ask_accommodation(invitation=invitation, needs=needs, note=note, now=timezone.now())
        except AccommodationRefused as refusal:
            return say_refused(request, invitation, token, refusal)
        states = [{"needs": row.needs, "state": row.state} for row in rows]
        return say_done(request, token, values, name_outcome(rows), requests=states)


def name_outcome(rows: list[AccommodationRequest]) -> str:
    states = {row.state for row in rows}
    if states == {AccommodationRequest.State.GRANTED}:
        return "accommodation_granted"
    return "accommodation_asked" if len(states) == 1 else "accommodation_granted_and_asked"
