"""Moving questions between draft, review, live and retired: buttons on the page, actions on the list.

Each move has a page that says what follows from it and asks for the reason. Part of QuestionAdmin.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from organizations.admin.act_pages import Words, describe_act
from organizations.admin.reasons import ReasonField
from organizations.admin.scope import NamedRow
from organizations.admin.tables import draw_badge, shorten
from organizations.admin.themed_forms import theme_fields
from organizations.admin.told import Told
from questionbank.admin.question_pages import BADGES, MOST_TRAIL, QuestionPages, name_question
from questionbank.domain.question_states import (
    OTHER_REASON,
    RETIREMENT_REASONS,
    Move,
    QuestionMoveRefused,
    QuestionStatus,
    find_move,
    list_moves,
    write_reason,
)
from questionbank.models import Question
from questionbank.services.question_states import MOST_REASON_CHARACTERS, move_question

TEMPLATE = "admin/questionbank/question/move.html"
MOST_NAMED = 20
ACTION_LABELS = {
    QuestionStatus.REVIEW: "Send to review",
    QuestionStatus.LIVE: "Put live",
    QuestionStatus.RETIRED: "Retire",
}
ACTION_MANY = {
    QuestionStatus.REVIEW: "Send {count} questions to review",
    QuestionStatus.LIVE: "Put {count} questions live",
    QuestionStatus.RETIRED: "Retire {count} questions",
}


class MoveForm(forms.Form):
    """Why. A retirement has reasons to choose from, so that they can be counted."""

    because = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *RETIREMENT_REASONS.items()])
    details = ReasonField(
        label="In your words",
        max_length=MOST_REASON_CHARACTERS - 100,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )

    def __init__(self, move: Move, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move
        if move.target != QuestionStatus.RETIRED:
            del self.fields["because"]
            self.fields["details"].label = "Reason"
            self.fields["details"].required = move.needs_reason
        theme_fields(self.fields)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("because") == OTHER_REASON and not data.get("details", "").strip():
            self.add_error("details", "Write which.")
        return data

    @property
    def reason(self) -> str:
        return write_reason(self.cleaned_data.get("because", ""), self.cleaned_data["details"])


class QuestionMoves(QuestionPages):
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.move_view)
        return [path("<int:pk>/move/<slug:target>/", view, name="questionbank_question_move"), *super().get_urls()]

    def list_move_warnings(self, request: HttpRequest, questions: Sequence[Question], move: Move) -> Iterable[Any]:
        """What a person should know before: sentences, or safe HTML. Other apps add theirs."""
        if move.target == QuestionStatus.LIVE:
            own = [one for one in questions if one.current_version and one.current_version.created_by == request.user]
            if own:
                which = "You wrote this version yourself" if len(questions) == 1 else f"{len(own)} of these are yours"
                yield f"{which}: nobody else has read it. Two pairs of eyes find what one misses."

    def move_view(self, request: HttpRequest, pk: int, target: str) -> HttpResponse:
        question = self.find_question(request, pk)
        if not self.has_change_permission(request, question):
            raise Http404("There is no such page for you.")
        try:
            move = find_move(question.status, target)
        except (QuestionMoveRefused, ValueError) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(self.page_url("change", pk))
        if not self.may_move(request, question, move):
            raise Http404("There is no such page for you.")
        return self._ask_or_move(request, [question], move, back=self.page_url("change", pk))

    def _ask_or_move(
        self, request: HttpRequest, questions: Sequence[Question], move: Move, *, back: str, action: str = ""
    ) -> HttpResponse:
        is_sent = request.method == "POST" and "confirm" in request.POST
        form = MoveForm(move, request.POST if is_sent else None)
        if is_sent and form.is_valid():
            told = Told()
            for question in questions:
                self._move_one(request, question, move, form.reason, told)
            told.say(request, "questions")
            return HttpResponseRedirect(back)
        count, first = len(questions), name_question(questions[0])
        is_retired = move.target == QuestionStatus.RETIRED
        words = Words(move.label, ACTION_MANY.get(move.target, move.label), is_danger=is_retired)
        chosen = [(ACTION_CHECKBOX_NAME, one.pk) for one in questions]
        context = {
            **describe_act(self, request, words, count=count, back=back, form=form),
            "title": f"{move.label}: {first}" if count == 1 else words.name(count),
            "button_name": "confirm",
            "original": NamedRow(questions[0], shorten(first, MOST_TRAIL)) if count == 1 else None,
            "move": move,
            "rows": [
                (name_question(one), draw_badge(one.status, BADGES[one.status])) for one in questions[:MOST_NAMED]
            ],
            "count": count,
            "is_live": questions[0].status == QuestionStatus.LIVE,
            "more": max(0, count - MOST_NAMED),
            "warnings": list(self.list_move_warnings(request, questions, move)),
            "act_url": self.page_url("changelist") if action else "",
            "hidden": [("action", action), *chosen] if action else [],
        }
        return TemplateResponse(request, TEMPLATE, context)

    def _move_one(self, request: HttpRequest, question: Question, move: Move, reason: str, told: Told) -> None:
        name = name_question(question)
        try:
            made = move_question(question=question, target=move.target, reason=reason, now=timezone.now())
        except QuestionMoveRefused as refusal:
            told.add(name, f"stays as it is. {refusal}", messages.ERROR)
            return
        self.log_change(request, question, made.done, reason=reason)
        told.add(name, made.done)

    def _move_chosen(self, request: HttpRequest, chosen: QuerySet[Question], target: str) -> HttpResponse | None:
        """The action of a list: those of the chosen that can be moved, and a word about the others."""
        questions = list(chosen.select_related("current_version__created_by", "organization", "subtopic__topic"))
        able: list[Question] = []
        moves: list[Move] = []
        for question in questions:
            move = next((one for one in list_moves(question.status) if one.target == target), None)
            if move is not None and self.may_move(request, question, move):
                able.append(question)
                moves.append(move)
        if left := len(questions) - len(able):
            which = "1 question stays as it is" if left == 1 else f"{left} questions stay as they are"
            self.message_user(
                request,
                f"{which}: shared by all organizations (copy it, and move the copy), or not in a state for it.",
                messages.WARNING,
            )
        if not able:
            return None
        # A reason is asked for where one of them needs one, whatever each of the moves is called.
        needs_reason = any(move.needs_reason for move in moves)
        move = replace(moves[0], label=ACTION_LABELS[moves[0].target], needs_reason=needs_reason)
        return self._ask_or_move(
            request, able, move, back=self.page_url("changelist"), action=request.POST.get("action", "")
        )

    @admin.action(description="Send to review …", permissions=["change"])
    def send_to_review(self, request: HttpRequest, queryset: QuerySet[Question]) -> HttpResponse | None:
        return self._move_chosen(request, queryset, QuestionStatus.REVIEW)

    @admin.action(description="Put live …", permissions=["change"])
    def put_live(self, request: HttpRequest, queryset: QuerySet[Question]) -> HttpResponse | None:
        return self._move_chosen(request, queryset, QuestionStatus.LIVE)

    @admin.action(description="Retire …", permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Question]) -> HttpResponse | None:
        return self._move_chosen(request, queryset, QuestionStatus.RETIRED)
