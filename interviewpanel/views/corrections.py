"""Forms in which a candidate says what was misheard, and how the interview was. Routed by candidate_urls.py."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from interviewpanel.services.feedback import FeedbackRefused, correct_answer, give_feedback
from interviewpanel.views.links import choose_language, find_link, show_unknown_link
from interviewpanel.views.replies import read_text, read_values, say_done, say_refused


@csrf_exempt
@require_POST
def take_correction(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """`text`; an empty one takes the note back."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    values = read_values(request)
    with translation.override(choose_language(request, invitation)):
        try:
            row = correct_answer(
                invitation=invitation, number=number, text=read_text(values, "text"), now=timezone.now()
            )
        except FeedbackRefused as refusal:
            return say_refused(request, invitation, token, refusal)
        said = "correction" if row else "correction_removed"
        return say_done(request, token, values, said, answer=number, text=row.text if row else "")


@csrf_exempt
@require_POST
def take_feedback(request: HttpRequest, token: str) -> HttpResponse:
    """`rating` from 1 to 5, and perhaps a `comment`."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    values = read_values(request)
    rating, comment = read_text(values, "rating"), read_text(values, "comment")
    with translation.override(choose_language(request, invitation)):
        try:
            row = give_feedback(
                invitation=invitation,
                rating=int(rating) if rating in "12345" and rating else None,
                comment=comment,
                now=timezone.now(),
            )
        except FeedbackRefused as refusal:
            return say_refused(request, invitation, token, refusal)
        return say_done(request, token, values, "feedback", rating=row.rating)
