"""The form by which a candidate books a start time, or gives it back. Routed by candidate_urls.py."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services.bookings import BookingRefused, SlotTaken, book_slot, cancel_booking
from interviewpanel.views.links import choose_language, find_link, show_unknown_link
from interviewpanel.views.replies import read_text, read_values, say_done, say_refused


@csrf_exempt
@require_POST
def take_booking(request: HttpRequest, token: str) -> HttpResponse:
    """`starts_at` in ISO 8601 with its zone; empty gives the time back."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    values, now = read_values(request), timezone.now()
    asked = read_text(values, "starts_at")
    with translation.override(choose_language(request, invitation)):
        if not asked:
            cancel_booking(invitation=invitation, now=now)
            return say_done(request, token, values, "booking_cancelled")
        try:
            booking = book_slot(invitation=invitation, starts_at=_read_moment(asked), now=now)
        except (BookingRefused, LinkRefused) as refusal:
            return say_refused(request, invitation, token, refusal)
        return say_done(request, token, values, "booked", starts_at=booking.starts_at.isoformat())


def _read_moment(text: str) -> datetime:
    """Raises SlotTaken for what is no time that could be free."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SlotTaken from None
    if moment.tzinfo is None:
        raise SlotTaken
    return moment
