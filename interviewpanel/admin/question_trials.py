"""Trying a question against pasted answers, saved or as it stands in the editor. Part of InterviewedQuestionAdmin."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from interviewpanel.domain.score_calculator import Component
from interviewpanel.services.answer_analysis import AnswerAnalysisService
from interviewpanel.services.question_trials import (
    MOST_ANSWERS,
    Trial,
    TrialRefused,
    TriedQuestion,
    run_probes,
    split_answers,
    try_answer,
    try_by_model,
)
from organizations.admin.scope import get_reach
from organizations.desk_site import apart
from questionbank.admin.question_forms import QuestionForm
from questionbank.admin.question_pages import QuestionPages, Tab
from questionbank.models import Question
from questionbank.services.versions import CONTENT_FIELDS, describe_content, find_content_problems

TAB = Tab("try", "Try it")
TEMPLATE = "admin/questionbank/question/try.html"
PART = "admin/questionbank/question/trial.html"
STATES = {
    "scored": ("scored", "is-good"),
    "needs_human": ("needs a person", "is-warning"),
    "insufficient_evidence": ("too little to score", ""),
}


class QuestionTrials(QuestionPages):
    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/try/", wrap(self.try_view), name="questionbank_question_try"),
            path("try/", wrap(self.try_new_view), name="questionbank_question_try_new"),
            *super().get_urls(),
        ]

    def list_pages(self, request: HttpRequest, question: Question) -> Iterable[Tab]:
        own = super().list_pages(request, question)
        return (*own, TAB) if self.keeps_a_bank(request) else own

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        question = kwargs.get("obj")
        if self.has_change_permission(request, question):
            context["try_url"] = (
                reverse("admin:questionbank_question_try_new")
                if question is None
                else self.page_url("try", question.pk)
            )
        return super().render_change_form(request, context, *args, **kwargs)

    @apart  # scores by a model, and writes nothing
    def try_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        question = self.find_question(request, pk)
        if not self.keeps_a_bank(request):
            raise Http404("There is no such page for you.")
        return self._try(request, question)

    @apart
    def try_new_view(self, request: HttpRequest) -> HttpResponse:
        """A question that was never saved; there is nothing to try but what an editor sends."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._try(request, None)

    def _try(self, request: HttpRequest, question: Question | None) -> HttpResponse:
        context: dict[str, Any] = {"answers": request.POST.get("answers", ""), "most": MOST_ANSWERS, "title": TAB.title}
        tried, is_edited, problems = self._read_question(request, question)
        context |= {"problems": problems, "is_edited": is_edited, "tried": tried}
        if tried is not None:
            service = self._make_service(request, question)
            if "model_for" in request.POST:
                return self._show_model(request, tried, service)
            context |= self._score(request, tried)
            context["packed"] = pack_question(tried) if is_edited else ""
            context["model_name"] = service.model.model if service.model and service.model.is_reachable() else ""
        if question is not None:
            return self.show_page(request, TEMPLATE, question, TAB, context)
        return TemplateResponse(
            request, TEMPLATE, {**self.admin_site.each_context(request), "opts": self.opts, **context}
        )

    def _make_service(self, request: HttpRequest, question: Question | None) -> AnswerAnalysisService:
        """On the model, at the cost of the question's organization; of a common question, of the reader's own."""
        payer = question.organization_id if question is not None else None
        if payer is None:
            payer = min(get_reach(request).list_organizations("questionbank.add_questionversion"), default=None)
        if payer is None:
            return AnswerAnalysisService(None, nonce_key=b"")
        return AnswerAnalysisService.from_settings(organization_id=payer)

    def _score(self, request: HttpRequest, tried: TriedQuestion) -> dict[str, Any]:
        found: dict[str, Any] = {"probes": run_probes(tried)}
        if request.method != "POST" or "score" not in request.POST:
            return found
        try:
            answers = split_answers(request.POST.get("answers", ""))
        except TrialRefused as refusal:
            return {**found, "refusal": str(refusal)}
        trials = [describe_trial(try_answer(tried, answer)) for answer in answers]
        return {**found, "trials": trials}

    def _show_model(self, request: HttpRequest, tried: TriedQuestion, service: AnswerAnalysisService) -> HttpResponse:
        """One answer by the language model, as a part of the page; interviewpanel/try_question.js asks for it."""
        try:
            answers = split_answers(request.POST.get("answers", ""))
            answer = answers[int(request.POST["model_for"])]
            trial = try_by_model(tried, answer, service, within=settings.REQUEST_TIMEOUT)
        except (TrialRefused, ValueError, IndexError) as refusal:
            return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
        return TemplateResponse(request, PART, {"trial": describe_trial(trial)})

    def _read_question(
        self, request: HttpRequest, question: Question | None
    ) -> tuple[TriedQuestion | None, bool, list[str]]:
        """What is tried, whether it is other than what is saved, and what is wrong with it."""
        if "_from_editor" in request.POST:
            return self._read_editor(request, question)
        if packed := request.POST.get("packed", ""):
            tried = unpack_question(packed)
            return tried, True, [] if tried else ["What was sent is no question. Open this page from the editor again."]
        if question is None or question.current_version is None:
            return None, False, ["Nothing is written yet. Write the question, then try it from there."]
        content = describe_content(question.current_version)
        return TriedQuestion(content, question.is_technical, question.language), False, []

    def _read_editor(
        self, request: HttpRequest, question: Question | None
    ) -> tuple[TriedQuestion | None, bool, list[str]]:
        form = QuestionForm(request.POST, instance=question)
        for name in ("organization", "subtopic", "key"):  # where it stands does not change how it is scored
            del form.fields[name]
        if not form.is_valid():
            said = [
                f"{form.fields[name].label or name}: {error}"
                for name, errors in form.errors.items()
                for error in errors
            ]
            return None, True, said
        data = form.cleaned_data
        return TriedQuestion(form.content, data["kind"] == Question.Kind.TECHNICAL, data["language"]), True, []


def pack_question(tried: TriedQuestion) -> str:
    """What is tried travels in the page: it is saved nowhere."""
    return json.dumps({"content": tried.content, "is_technical": tried.is_technical, "language": tried.language})


def unpack_question(text: str) -> TriedQuestion | None:
    """None for what is no question, whoever wrote it."""
    try:
        data = json.loads(text)
        content = {name: data["content"][name] for name in CONTENT_FIELDS}
        is_technical, language = bool(data["is_technical"]), str(data["language"])[:8]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    kind = Question.Kind.TECHNICAL if is_technical else Question.Kind.BEHAVIORAL
    return None if find_content_problems(content, kind=kind) else TriedQuestion(content, is_technical, language)


def describe_trial(trial: Trial) -> Mapping[str, Any]:
    """For the template."""
    analysis = trial.analysis
    state, badge = STATES[analysis.state]
    return {
        "analysis": analysis,
        "state": state,
        "badge": badge,
        "flags": [flag.replace("_", " ").replace("dont", "don’t") for flag in analysis.flags],
        "stretches": trial.stretches,
        "components": [(name.value, analysis.components.get(name)) for name in Component],
        "elements": list(enumerate(analysis.elements, 1)),
        "criteria": list(enumerate(analysis.criteria, 1)),
        "is_by_model": analysis.provenance.engine != "embedded",
    }
