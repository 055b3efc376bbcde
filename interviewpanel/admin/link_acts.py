"""What is done with links, one or hundreds: a page that says with how many, who is left out and why, and then does it.

Base of the admin of invitations (invitations.py). The lists' actions and the buttons of an invitation's page all lead
to `act_view`.
"""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from interviewpanel.admin.from_candidates import AskingAdmin
from interviewpanel.admin.link_forms import LOCAL, LinkActForm
from interviewpanel.domain.link_acts import Act, find_obstacle
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.link_facts import read_link_facts
from interviewpanel.services.bulk_invitations import act_on_links
from organizations.admin.act_pages import Words, describe_act
from organizations.admin.tables import NOTHING
from organizations.desk_site import apart
from organizations.domain.bulk import MOST_AT_ONCE
from organizations.selectors import find_zone

LIST_PAGE = "admin:interviewpanel_interviewpanelcandidate_changelist"
ROW_PAGE = "admin:interviewpanel_interviewpanelcandidate_change"
NO_RIGHT = "Your role in this organization does not allow it."


@dataclass(frozen=True)
class ActWords:
    """`title` of the page and button for one, `several` for more, and what is said of one and of several afterwards."""

    title: str
    several: str
    one: str
    many: str
    hint: str = ""
    is_danger: bool = False


WORDS = {
    Act.SEND: ActWords(
        "Send the invitation",
        "Send {count} invitations",
        "1 invitation is on its way.",
        "{count} invitations are on their way.",
        "Who was sent it before gets the same link again.",
    ),
    Act.REMIND: ActWords(
        "Send a reminder", "Send {count} reminders", "1 reminder is on its way.", "{count} reminders are on their way."
    ),
    Act.NEW_LINK: ActWords(
        "Make a new link",
        "Make {count} new links",
        "1 candidate has a new link.",
        "{count} candidates have new links.",
        "The link that a candidate has now stops working at once. An interview that has begun goes on by the new one.",
    ),
    Act.EXTEND: ActWords(
        "Move the deadline",
        "Move {count} deadlines",
        "1 link works longer.",
        "{count} links work longer.",
        "The link stays the same; only who has not begun needs it.",
    ),
    Act.REVOKE: ActWords(
        "Revoke the link",
        "Revoke {count} links",
        "1 link opens nothing any more.",
        "{count} links open nothing any more.",
        "The link stops working at once; an open page says so. An interview that goes on is interrupted.",
        is_danger=True,
    ),
}


def count_words(words: ActWords, count: int) -> str:
    return words.one if count == 1 else words.many.format(count=count)


class LinkActsAdmin(AskingAdmin):
    actions: tuple[str, ...] = ("send", "remind", "extend", "new_link", "revoke")

    def get_urls(self) -> list[Any]:
        own = [
            path(
                f"link/{act}/",
                self.admin_site.admin_view(partial(self.act_view, act=act)),
                name=f"interviewpanel_interviewpanelcandidate_{act}",
            )
            for act in Act
        ]
        return [*own, *super().get_urls()]

    @admin.action(description="Send the invitation …", permissions=["change"])
    def send(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return self._begin(request, Act.SEND, queryset)

    @admin.action(description="Send a reminder …", permissions=["change"])
    def remind(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return self._begin(request, Act.REMIND, queryset)

    @admin.action(description="Move the deadline …", permissions=["change"])
    def extend(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return self._begin(request, Act.EXTEND, queryset)

    @admin.action(description="Make a new link …", permissions=["change"])
    def new_link(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return self._begin(request, Act.NEW_LINK, queryset)

    @admin.action(description="Revoke the link …", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return self._begin(request, Act.REVOKE, queryset)

    def _begin(self, request: HttpRequest, act: Act, queryset: QuerySet) -> HttpResponse:
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
        return self._show(request, act, chosen, None) if chosen else HttpResponseRedirect(reverse(LIST_PAGE))

    @apart  # so many rows at a time, each with its line
    def act_view(self, request: HttpRequest, act: Act) -> HttpResponse:
        """GET shows what would be done, POST does it. 404 where none of the chosen is one's own."""
        text = (request.POST if request.method == "POST" else request.GET).get("chosen", "")
        chosen = [int(one) for one in text.split(",") if one.isdecimal()][:MOST_AT_ONCE]
        if request.method != "POST":
            return self._show(request, act, chosen, None)
        rows = self._load(request, chosen)
        form = LinkActForm(request.POST, act=act, zone=choose_zone(rows))
        if not form.is_valid():
            return self._show(request, act, chosen, form)
        return self._do(request, act, rows, form)

    def _load(self, request: HttpRequest, chosen: list[int]) -> list[InterviewPanelCandidate]:
        rows = (
            self.get_queryset(request)
            .filter(pk__in=chosen, is_trial=False)
            .select_related("panel", "candidate", "organization")
        )
        found = list(rows.order_by("candidate__full_name", "pk"))
        if not any(self.has_change_permission(request, row) for row in found):
            raise Http404("There are no such invitations.")
        return found

    def _sort_out(
        self, request: HttpRequest, act: Act, rows: Iterable[InterviewPanelCandidate]
    ) -> tuple[list[InterviewPanelCandidate], list[tuple[InterviewPanelCandidate, str]]]:
        """Those with whom it can be done, and the others with why not."""
        able, left_out, now = [], [], timezone.now()
        for row in rows:
            why = find_obstacle(act, read_link_facts(row, now), now)
            if not why and not self.has_change_permission(request, row):
                why = NO_RIGHT
            if why:
                left_out.append((row, why))
            else:
                able.append(row)
        return able, left_out

    def _show(self, request: HttpRequest, act: Act, chosen: list[int], form: LinkActForm | None) -> HttpResponse:
        rows = self._load(request, chosen)
        able, left_out = self._sort_out(request, act, rows)
        zone = choose_zone(rows)
        if form is None:
            later = timezone.localtime(max(row.expires_at for row in rows), zone) + timedelta(days=1)
            form = LinkActForm(act=act, zone=zone, initial={"expires_at": later.strftime(LOCAL)})
        if "by_email" in form.fields and act not in (Act.SEND, Act.REMIND):
            form.fields["by_email"].label = f"Tell the candidate{'' if len(able) == 1 else 's'} by e-mail"
        said = WORDS[act]
        words = Words(said.title, said.several, [said.hint] if said.hint else [], said.is_danger)
        context = {
            **describe_act(self, request, words, count=len(able), back=find_way_back(rows), form=form),
            "title": said.title if len(able) < 2 else words.name(len(able)),
            "button": words.name(len(able)) if able else "",
            "hidden": [("chosen", ",".join(str(row.pk) for row in rows))],
            "rows": [(row.candidate, row.candidate.email or NOTHING, row.panel) for row in able],
            "able": able,
            "left_out": [(row.candidate, why) for row, why in left_out],
            "without_phone": sum(not row.candidate.phone for row in able) if "by_sms" in form.fields else 0,
            "act_url": reverse(f"admin:interviewpanel_interviewpanelcandidate_{act}"),
        }
        return TemplateResponse(request, "admin/interviewpanel/interviewpanelcandidate/act.html", context)

    def _do(self, request: HttpRequest, act: Act, rows: list[InterviewPanelCandidate], form: LinkActForm) -> Any:
        able, refused = self._sort_out(request, act, rows)
        reason = form.cleaned_data.get("reason", "")

        def record(row: InterviewPanelCandidate, what: str) -> None:
            self.log_change(request, row, what, reason=reason)

        late = act_on_links(invitations=able, act=act, wish=form.read_wish(), now=timezone.now(), record=record)
        refused, done = [*refused, *late], len(able) - len(late)
        if done:
            self.message_user(request, count_words(WORDS[act], done), messages.SUCCESS)
        self._tell_refused(request, refused)
        return HttpResponseRedirect(find_way_back(rows))

    def _tell_refused(self, request: HttpRequest, refused: list[tuple[InterviewPanelCandidate, str]]) -> None:
        """By reason, with the first names of each: two hundred lines would be read by nobody."""
        reasons: dict[str, list[str]] = {}
        for row, why in refused:
            reasons.setdefault(why, []).append(str(row.candidate))
        for why, names in reasons.items():
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            self.message_user(request, f"Left out: {', '.join(names[:3])}{more}. {why}", messages.WARNING)


def find_way_back(rows: list[InterviewPanelCandidate]) -> str:
    return reverse(ROW_PAGE, args=[rows[0].pk]) if len(rows) == 1 else reverse(LIST_PAGE)


def choose_zone(rows: Iterable[InterviewPanelCandidate]) -> zoneinfo.ZoneInfo:
    """That of the organization; UTC where invitations of several are chosen."""
    zones = {find_zone(row.organization) for row in rows}
    return zones.pop() if len(zones) == 1 else zoneinfo.ZoneInfo("UTC")
