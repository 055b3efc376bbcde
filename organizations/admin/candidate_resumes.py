"""What was read of a candidate's résumé, on their page: how it went, what is left out and why, the text, "read again".

Part of candidates.py.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from organizations.admin.tables import draw_badge, show_moment
from organizations.models import Candidate, ResumeText
from organizations.services.resume_texts import INSTRUCTIONS, NothingToRead, read_again

READING = "The résumé is being read. Load this page anew in a few seconds."
TONES = {
    ResumeText.State.WAITING: "is-info",
    ResumeText.State.READ: "is-good",
    ResumeText.State.REFUSED: "is-warning",
    ResumeText.State.FAILED: "is-bad",
}


def draw_reading(row: ResumeText) -> SafeString:
    """Such as “read: 2 pages, 3,400 characters”."""
    words = str(ResumeText.State(row.state).label)
    if row.state == ResumeText.State.READ:
        pages = "" if row.pages is None else f"{row.pages} page{'s' if row.pages != 1 else ''}, "
        words = f"read: {pages}{row.characters:,} characters"
    return draw_badge(words, TONES[ResumeText.State(row.state)])


def describe_reading(candidate: Candidate) -> dict[str, Any] | None:
    """For the template; None for who has no résumé."""
    if not candidate.resume:
        return None
    row = ResumeText.objects.filter(candidate=candidate).first()
    if row is None:
        return {"state": draw_badge("not read yet")}
    hidden = [flag for flag in row.warnings if flag["reason"] != INSTRUCTIONS]
    told = [flag for flag in row.warnings if flag["reason"] == INSTRUCTIONS]
    return {
        "row": row,
        "state": draw_reading(row),
        "at": show_moment(row.finished_at),
        "hidden": hidden,
        "instructions": told,
        "warning": draw_badge("hidden text", "is-warning") if hidden else "",
        "talks": draw_badge("talks to a grader", "is-warning") if told else "",
    }


class ResumeReadings:
    """Stands before an admin class of candidates."""

    admin_site: Any

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.read_resume_view))
        parent: Any = super()
        own = path("<int:pk>/resume/read/", view, name="organizations_candidate_read_resume")
        return [own, *parent.get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        page: Any = self
        parent: Any = super()
        row = kwargs.get("obj")
        if row is not None:
            context["resume_reading"] = describe_reading(row)
            context["resume_summary"] = self.describe_summary(row)
            context["may_read_resume"] = page.has_change_permission(request, row)
        return parent.render_change_form(request, context, *args, **kwargs)

    def describe_summary(self, candidate: Candidate) -> dict[str, Any] | None:
        """For the template, by the apps that summarise."""
        return None

    def read_resume_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        page: Any = self
        candidate = page.get_object(request, str(pk))
        if candidate is None or not page.has_change_permission(request, candidate):
            raise Http404("There is no such candidate.")
        try:
            read_again(candidate=candidate, now=timezone.now())
        except NothingToRead as refusal:
            page.message_user(request, str(refusal), messages.ERROR)
        else:
            page.log_change(request, candidate, "The résumé is read again.")
            page.message_user(request, READING, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:organizations_candidate_change", args=[pk]))
