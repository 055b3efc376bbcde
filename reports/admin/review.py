"""The review page: one interview to read, hear, rate and decide on, whether its report is made yet or not.

Whoever may see the interview may read it; for everyone else there is no such page. What the reader has to rate first is
not read at all (reports/selectors/review.py).
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from interviewpanel.admin.blind import list_hidden
from interviewpanel.admin.ways import list_ways
from interviewpanel.domain.human_ratings import RatingRefused
from interviewpanel.models import InterviewSession
from interviewpanel.services.human_ratings import override_score, rate_answer, withdraw_override
from interviewpanel.services.rescoring import rescore_answers
from organizations.admin.scope import NamedRow, get_reach, get_user
from reports.admin.review_forms import JudgingForm, OverrideForm, RatingForm, RescoringForm, WithdrawalForm
from reports.domain.review import QuestionView, Review
from reports.models import InterviewReport
from reports.selectors.review import Reader, read_review
from reports.selectors.review_recordings import Links

TEMPLATE = "admin/reports/review/page.html"
RATE, OVERRIDE, WITHDRAW = "add_answerrating", "add_scoreoverride", "change_scoreoverride"
RESCORE = "rescore_answerscore"
FORMS: dict[str, tuple[type[JudgingForm], str]] = {
    "rate": (RatingForm, RATE),
    "override": (OverrideForm, OVERRIDE),
    "withdraw": (WithdrawalForm, WITHDRAW),
    "rescore": (RescoringForm, RESCORE),
}


class ReviewingAdmin(ModelAdmin):
    """What `InterviewReportAdmin` has for reviewing."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.review_view)
        own = path("interview/<int:pk>/review/", view, name="reports_interviewreport_review")
        return [own, *super().get_urls()]

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows the interview; POST rates or overrides one answer of it."""
        session = self.find_session(request, pk)
        if request.method == "POST":
            return self.judge(request, session)
        return self.show(request, session, read_page(request, session))

    def find_session(self, request: HttpRequest, pk: int) -> InterviewSession:
        sessions = self.admin_site.get_model_admin(InterviewSession)
        session = sessions.get_object(request, str(pk))
        if not isinstance(session, InterviewSession) or not sessions.has_view_permission(request, session):
            raise Http404("There is no such interview.")
        return session

    def judge(self, request: HttpRequest, session: InterviewSession) -> HttpResponse:
        """Done, the page is loaded again at the answer; refused, it says why beside the form, which keeps its words."""
        review = read_page(request, session)
        what, number = request.POST.get("do", ""), request.POST.get("answer", "")
        question = next((one for one in review.questions if str(one.number) == number), None)
        if what not in FORMS or question is None or not list_forms(request, session, question).get(what):
            raise Http404("There is nothing to judge here: load the page again.")
        form = FORMS[what][0](question, request.POST)
        if form.is_valid():
            try:
                said = DEEDS[what](request, session, question, form)
            except RatingRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, session, said, reason=form.cleaned_data["reason"])
                messages.success(request, f"{said} The report is made again with it.")
                return HttpResponseRedirect(f"{request.path}#answer-{number}")
        messages.error(request, f"Answer {number}: nothing was stored. What is wrong is said beside the form.")
        return self.show(request, session, review, form)

    def describe_ways_on(
        self, request: HttpRequest, session: InterviewSession, report: InterviewReport | None
    ) -> dict[str, Any]:
        """What the page leads to once it is read; filled by the admin of reports, which knows those."""
        return {}

    def show(
        self, request: HttpRequest, session: InterviewSession, review: Review, refused: JudgingForm | None = None
    ) -> HttpResponse:
        report = None if review.to_rate else InterviewReport.objects.filter(session=session).defer("document").first()
        context = {
            **self.admin_site.each_context(request),
            "title": "Review",
            "subtitle": name_interview(session),
            "opts": InterviewSession._meta,
            "original": NamedRow(session, name_interview(session)),
            "session": session,
            "review": review,
            "questions": [(question, list_forms(request, session, question, refused)) for question in review.questions],
            "report": report,
            "time_zone": review.header.times.time_zone,
            "ways": list_ways(request, session.invitation),
            **self.describe_ways_on(request, session, report),
        }
        response = TemplateResponse(request, TEMPLATE, context)
        response["Cache-Control"] = "private, no-store"
        return response


def read_page(request: HttpRequest, session: InterviewSession) -> Review:
    reader = Reader(user_id=request.user.pk, hidden=list_hidden(request, session))
    return read_review(session=session, reader=reader, links=make_links(session), now=timezone.now())


def name_interview(session: InterviewSession) -> str:
    return f"{session.invitation.candidate}, {session.invitation.panel.title}"


def make_links(session: InterviewSession) -> Links:
    def find(name: str, *keys: Any) -> str:
        return reverse(f"admin:interviewpanel_interviewsession_{name}", args=[session.pk, *keys])

    return Links(
        sound=lambda number: find("answer_recording", number),
        video=lambda video: find("video", video.uuid),
        captions=lambda video: find("video_captions", video.uuid),
        whole=lambda kind: find("whole", kind),
        whole_captions=lambda: find("whole_captions"),
        room=lambda row: find("room", row.uuid),
    )


def may_judge(request: HttpRequest, session: InterviewSession, permission: str) -> bool:
    """Whether the user's role in the interview's organization allows it."""
    name = f"interviewpanel.{permission}"
    return request.user.has_perm(name) and get_reach(request).may(name, session.organization_id)


def list_forms(
    request: HttpRequest, session: InterviewSession, question: QuestionView, refused: JudgingForm | None = None
) -> dict[str, JudgingForm]:
    """The forms that this user may use on an answer, by name; the refused one as it was sent."""
    offered = {
        "rate": question.can_be_rated,
        "override": question.can_be_overridden,
        "withdraw": question.can_be_overridden and question.card.override is not None,
        "rescore": question.can_be_rescored,
    }
    return {
        name: refused
        if refused is not None and refused.name == name and refused.question.number == question.number
        else form(question)
        for name, (form, permission) in FORMS.items()
        if offered[name] and may_judge(request, session, permission)
    }


def find_answer_id(session: InterviewSession, question: QuestionView) -> int:
    return session.answers.get(number=question.number).pk


def do_rate(request: HttpRequest, session: InterviewSession, question: QuestionView, form: Any) -> str:
    rating = rate_answer(
        answer_id=find_answer_id(session, question),
        user=get_user(request),
        ratings=form.read_parts(),
        composite=form.cleaned_data["composite"],
        reason=form.cleaned_data["reason"],
        is_blind=question.is_hidden,
        now=timezone.now(),
    )
    return f"Answer {question.number}: rated {rating.composite} of 100."


def do_override(request: HttpRequest, session: InterviewSession, question: QuestionView, form: Any) -> str:
    made = override_score(
        answer_id=find_answer_id(session, question),
        user=get_user(request),
        composite=form.cleaned_data["composite"],
        components=form.read_components(),
        reason=form.cleaned_data["reason"],
        seen=form.cleaned_data["seen"],
        now=timezone.now(),
    )
    return f"Answer {question.number}: score set to {made.composite} of 100."


def do_withdraw(request: HttpRequest, session: InterviewSession, question: QuestionView, form: Any) -> str:
    made = withdraw_override(
        answer_id=find_answer_id(session, question),
        user=get_user(request),
        reason=form.cleaned_data["reason"],
        seen=form.cleaned_data["seen"],
        now=timezone.now(),
    )
    return f"Answer {question.number}: the override to {made.composite} is taken back."


def do_rescore(request: HttpRequest, session: InterviewSession, question: QuestionView, form: Any) -> str:
    """This answer, or, where the page's button for all was pressed, every answer that has words."""
    user = get_user(request)
    made = rescore_answers(
        session_id=session.pk,
        numbers=None if request.POST.get("all") else [question.number],
        user=user,
        asked_by=str(user),
        reason=form.cleaned_data["reason"],
        now=timezone.now(),
    )
    numbers = ", ".join(str(score.answer.number) for score in made)
    return f"Answer {numbers}: scored again." if len(made) == 1 else f"Answers {numbers}: scored again."


DEEDS: dict[str, Callable[[HttpRequest, InterviewSession, QuestionView, Any], str]] = {
    "rate": do_rate,
    "override": do_override,
    "withdraw": do_withdraw,
    "rescore": do_rescore,
}
