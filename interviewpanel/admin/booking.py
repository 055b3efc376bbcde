"""Booking a start time for a candidate, from the page of the invitation. A base of the admin of invitations."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from interviewpanel.admin.link_acts import ROW_PAGE, LinkActsAdmin
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services.bookings import BookingRefused, book_slot, cancel_booking, find_booking, list_free_slots
from organizations.admin.act_pages import Words, describe_act
from organizations.admin.scope import get_user
from organizations.admin.themed_forms import theme_fields
from organizations.domain.clocks import write_deadline
from organizations.selectors import find_zone

WORDS = Words(
    "Book a start time",
    "",
    says=(
        "A place is kept for the candidate at this time, and who has booked is let in before others.",
        "The candidate is not written to: tell them, or let them choose a time on their page.",
    ),
)
GIVE_BACK = "none"


class BookingForm(forms.Form):
    starts_at = forms.ChoiceField(label="Start time")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].choices = choices  # type: ignore[attr-defined]
        theme_fields(self.fields)


class BookingAdmin(LinkActsAdmin):
    def get_urls(self) -> list[Any]:
        name = "interviewpanel_interviewpanelcandidate_book"
        return [path("<int:pk>/book/", self.admin_site.admin_view(self.book_view), name=name), *super().get_urls()]

    def find_book_url(self, invitation: InterviewPanelCandidate) -> str:
        """Empty where this site lets nobody book."""
        if settings.SLOT_PLACES == 0:
            return ""
        return reverse("admin:interviewpanel_interviewpanelcandidate_book", args=[invitation.pk])

    def book_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET offers the times, POST books one or gives it back."""
        invitation = self.get_object(request, str(pk))
        if invitation is None or not self.has_change_permission(request, invitation):
            raise Http404("There is no such invitation.")
        now, zone = timezone.now(), find_zone(invitation.organization)
        booked_at, slots = find_booking(invitation, now), list_free_slots(invitation, now)
        choices = [(at.isoformat(), write_deadline(at, zone)) for at in slots]
        if booked_at is not None:
            choices.append((GIVE_BACK, f"Give {write_deadline(booked_at, zone)} back"))
        form = BookingForm(request.POST or None, choices=choices)
        if request.method == "POST" and form.is_valid():
            return self._book(request, invitation, form.cleaned_data["starts_at"], now)
        back = reverse(ROW_PAGE, args=[pk])
        context = describe_act(self, request, WORDS, count=1, back=back, form=form if choices else None)
        if not choices:
            context |= {"says": ["No start time can be booked within the time of this link."], "button": ""}
        return TemplateResponse(request, "admin/act.html", context)

    def _book(
        self, request: HttpRequest, invitation: InterviewPanelCandidate, chosen: str, now: datetime
    ) -> HttpResponse:
        try:
            with transaction.atomic():
                said = self._change_booking(request, invitation, chosen, now)
                self.log_change(request, invitation, said)
        except (BookingRefused, LinkRefused) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse(ROW_PAGE, args=[invitation.pk]))

    def _change_booking(
        self, request: HttpRequest, invitation: InterviewPanelCandidate, chosen: str, now: datetime
    ) -> str:
        if chosen == GIVE_BACK:
            cancel_booking(invitation=invitation, now=now)
            return "The booked start time is given back."
        starts_at = datetime.fromisoformat(chosen)
        book_slot(invitation=invitation, starts_at=starts_at, now=now, user_id=get_user(request).pk)
        return f"Start time booked: {write_deadline(starts_at, find_zone(invitation.organization))}."
