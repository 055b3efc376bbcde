"""The form of a panel: what is stored together is filled in number by number. Used by panels.py.

The plan's rows have forms of their own (panel_grid.py).
"""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from interviewpanel.domain.consent import CONSENT_VERSION
from interviewpanel.domain.panel_settings import (
    TURN_FIELDS,
    explain_window,
    find_usual,
    join_turn_settings,
    join_weights,
    read_dimensions,
    split_turn_settings,
    to_percents,
    write_dimensions,
)
from interviewpanel.domain.score_calculator import GENERAL_WEIGHTS, TECHNICAL_WEIGHTS
from interviewpanel.domain.scoring_terms import Component
from interviewpanel.domain.turn_rules import PROFILES, TurnRulesError
from interviewpanel.models import InterviewPanel
from interviewpanel.selectors.consent import list_versions
from interviewpanel.services.panel_changes import VOICE_SETTINGS
from interviewpanel.services.panels import is_plan_open
from interviewpanel.services.voices import explain_missing_voice, list_voices

TURN_NAMES = tuple(field.name for field in TURN_FIELDS)
WEIGHT_NAMES = tuple(f"weight_{component}" for component in Component)
# The plan and how answers are judged: fixed while a panel is published, so that all its candidates have the same.
PLAN_FIELDS = (
    *("language", "max_questions", "max_minutes", "turn_profile", *TURN_NAMES, "turn_others", "records_video"),
    *(*WEIGHT_NAMES, "weight_dimensions", "consent_version", "consent_addition"),
)
PROFILE_WORDS = {
    "patient": "Patient: an answer ends after 10 s of silence. For questions that want thinking.",
    "conversational": "Conversational: a brisk exchange. The silence is fitted to the speaker, from 1 to 3 s.",
}
POLICY_WORDS = {
    "ask": "A recruiter decides on each request. The candidate waits for the answer.",
    "grant": "Granted at once, but for what is written in the candidate's own words.",
}


def make_number_fields() -> dict[str, forms.Field]:
    """A field for each number of the turn and each component; empty is the usual."""
    fields: dict[str, forms.Field] = {
        field.name: forms.FloatField(
            required=False, min_value=0.1, max_value=3600, label=field.label, help_text=field.help
        )
        for field in TURN_FIELDS
    }
    for component, name in zip(Component, WEIGHT_NAMES, strict=True):
        general = GENERAL_WEIGHTS.get(component)
        elsewhere = (
            f"{100 * general:g} in questions that are not technical" if general else "only in technical questions"
        )
        fields[name] = forms.FloatField(
            required=False,
            min_value=0,
            max_value=100,
            label=f"{component.capitalize()}, of 100",
            help_text=f"Usual: {100 * TECHNICAL_WEIGHTS[component]:g}; {elsewhere}.",
        )
    return fields


class OtherNumbers(forms.JSONField):
    """An object, or nothing; nothing is shown as nothing."""

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value) if value else ""


make_form: Any = type(forms.Form)  # what makes a form's class of its fields
PanelNumbers: Any = make_form("PanelNumbers", (forms.Form,), {**make_number_fields(), "__module__": __name__})


class PanelForm(PanelNumbers, forms.ModelForm):
    consent_version = forms.ChoiceField(
        choices=[(version, version) for version in list_versions()],
        initial=CONSENT_VERSION,
        label="Text of the agreement",
        help_text="What candidates agree to before anything is recorded. A version never changes.",
    )
    turn_others = OtherNumbers(
        required=False,
        label="Other numbers of the turn",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text='For experts, in seconds: {"countdown_seconds": 8}. Empty: the profile\'s.',
    )
    voice_name = forms.ChoiceField(
        required=False,
        label="Which of the server's voices",
    )
    weight_dimensions = forms.CharField(
        required=False,
        max_length=500,
        label="Dimensions of your own",
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "teamwork: 20"}),
        help_text="One a line: a name that your questions' criteria use as their component, a colon, its weight.",
    )

    class Meta:
        model = InterviewPanel
        exclude = ("turn_settings", "score_weights")  # noqa: DJ006 - the admin's fieldsets name the others
        labels = {
            "opens_at": "Opens",
            "closes_at": "Closes",
            "max_questions": "Questions at most",
            "max_minutes": "Minutes at most",
            "pause_budget_seconds": "Pauses, in seconds",
            "grace_seconds": "Lost connections, in seconds",
            "max_follow_ups": "Follow-ups to a question at most",
            "words_by_model": "A language model may word what is said",
            "question_wording": "How the next question is worded",
            "interviewer_voice": "Interviewer's voice",
            "turn_profile": "How turns are taken",
            "accommodation_policy": "Requests for accommodations",
            "decision_days": "Days until a decision",
            "alternative_route": "Instead of this interview",
            "consent_addition": "Your own paragraphs",
            "door": "How candidates come in",
            "records_video": "Records the camera",
            "shows_scores_to_candidates": "Candidates see their scores",
            "rates_blind": "Rate before they see a score",
        }
        help_texts = {
            "title": "For your own list. Candidates see the job's title.",
            "experience_level": "Such as “2 to 5 years”.",
            "language": "Only questions in this language are asked.",
            "max_questions": "Follow-up questions count too.",
            "max_minutes": "Of talking: pauses do not count.",
            "pause_budget_seconds": "How long a candidate may pause, in all. 600 is ten minutes.",
            "grace_seconds": "How long a candidate may be disconnected, in all. After that the interview is over.",
            "max_follow_ups": "Asked where an answer stays on the surface, and scored with it as one. None is asked "
            "that would cost a planned question its time or its place. 0 for none.",
            "words_by_model": "Greeting, closing, follow-ups, and questions in other words: prepared ahead, and "
            "checked by code. Where a sentence is late or refused, the usual one is said.",
            "question_wording": "Put into context: another wording for each candidate; points and rubric stay the "
            "bank's. Made for each candidate: a new question for the same place of the plan, with points and a rubric "
            "of its own. Nobody else is asked it, so its score compares with nobody's; it goes into the bank, in "
            "review. Where a language model is late or refused, and where it may not word what is said, the bank's "
            "question is asked.",
            "interviewer_voice": "Who reads aloud on the candidate's page. The server's voice is prepared ahead and "
            "sounds the same for everybody; where a sentence is not ready, the browser reads it.",
            "consent_addition": "Not required. Shown below the text, agreed to and kept with it, as it stands here: "
            "write it in the panel's language. An empty line begins a new paragraph.",
            "alternative_route": "What candidates are told who would rather not talk to a program. Empty: they can ask "
            "for an interview by a person, and you write to them.",
            "door": "A room needs a LiveKit server, which whoever runs this site sets up. Without one, and whenever a "
            "candidate opens their link, the interview is held on their page.",
            "decision_days": "Candidates are told that they hear from you within so many days.",
            "rates_blind": "Then nothing shows reviewers the automatic score of an answer until they have rated it, "
            "and no overall until they have rated all.",
        }
        widgets = {
            "alternative_route": forms.Textarea(attrs={"rows": 3}),
            "consent_addition": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_plan_open = is_plan_open(self.instance)
        if "turn_profile" not in self.fields:
            return  # of somebody who may only look
        for name in ("rates_blind", "interviewer_voice", "door"):  # left out, they stay as they are
            self.fields[name].required = False
        self._prepare_voices()
        self._prepare_numbers()
        for name, words in (("turn_profile", PROFILE_WORDS), ("accommodation_policy", POLICY_WORDS)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(words.items())
        if not self.is_plan_open:
            for name in PLAN_FIELDS:
                self.fields[name].disabled = True

    def clean_rates_blind(self) -> str:
        return str(self.cleaned_data["rates_blind"] or self.instance.rates_blind)

    def clean_interviewer_voice(self) -> str:
        return str(self.cleaned_data["interviewer_voice"] or self.instance.interviewer_voice)

    def _prepare_voices(self) -> None:
        """By language; what is stored stays a choice where it is not installed any more."""
        field = self.fields["voice_name"]
        assert isinstance(field, forms.ChoiceField)
        voices = {label: [(one.name, one.label) for one in list_voices(code)] for code, label in settings.LANGUAGES}
        stored = self.instance.voice_name
        known = {name for named in voices.values() for name, _ in named}
        gone = [(stored, f"{stored} (not installed here)")] if stored and stored not in known else []
        groups = [(label, named) for label, named in voices.items() if named]
        listen = reverse("admin:interviewpanel_interviewpanel_voices")
        field.help_text = format_html(
            'For the panel\'s language; by phone, too. <a class="desk-link" href="{}" target="_blank">Listen</a>',
            listen,
        )
        field.choices = [("", "The usual of the panel's language"), *gone, *groups]

    def _clean_voice(self, data: dict[str, Any]) -> None:
        """Asked only where one of them changes: what is stored may have been installed once."""
        if VOICE_SETTINGS.intersection(self.changed_data) and VOICE_SETTINGS.issubset(data):
            wanted = InterviewPanel(**{name: data[name] for name in VOICE_SETTINGS})
            if missing := explain_missing_voice(wanted):
                self.add_error(*missing)

    def clean_door(self) -> str:
        return str(self.cleaned_data["door"] or self.instance.door)

    def _prepare_numbers(self) -> None:
        """What is stored as the fields' values, and the usual as what shows where they are empty."""
        own, others = split_turn_settings(self.instance.turn_settings)
        profile = self["turn_profile"].value()
        for name in TURN_NAMES:
            usual = find_usual(profile, name) if profile in PROFILES else None
            self.fields[name].widget.attrs["placeholder"] = "" if usual is None else f"{usual:g}"
            self.initial[name] = own.get(name)
        self.initial["turn_others"] = others or None
        percents = to_percents(self.instance.score_weights)
        for component, name in zip(Component, WEIGHT_NAMES, strict=True):
            self.fields[name].widget.attrs["placeholder"] = f"{100 * TECHNICAL_WEIGHTS[component]:g}"
            self.initial[name] = percents.get(component)
        self.initial["weight_dimensions"] = write_dimensions(percents)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_seen()
        if fault := explain_window(data.get("opens_at"), data.get("closes_at")):
            self.add_error("closes_at", fault)
        self._clean_voice(data)
        if self.is_plan_open:
            self._clean_turn(data)
            self._clean_weights(data)
        return data

    def _check_seen(self) -> None:
        """What may be changed depends on the state, so the page is refused whole if that is another than it showed."""
        seen = self.data.get("seen_status")
        if seen and self.instance.pk and seen != self.instance.status:
            self.add_error(
                None,
                f"Nothing was saved: somebody has changed this panel meanwhile, and it is {self.instance.status} now. "
                "Look at it as it stands, then change it again.",
            )

    def _clean_turn(self, data: dict[str, Any]) -> None:
        others = data.get("turn_others") or {}
        if not isinstance(others, dict):
            self.add_error("turn_others", "Write an object of names and seconds.")
        elif "turn_profile" in data and not self.errors.keys() & set(TURN_NAMES):
            try:
                numbers = {name: data[name] for name in TURN_NAMES}
                self.instance.turn_settings = join_turn_settings(data["turn_profile"], numbers, others)
            except TurnRulesError as error:
                self.add_error("turn_others" if others else TURN_NAMES[0], str(error))

    def _clean_weights(self, data: dict[str, Any]) -> None:
        if not set(self.changed_data) & {*WEIGHT_NAMES, "weight_dimensions"}:
            return  # stored on another scale they stay as they are
        try:
            dimensions = read_dimensions(data.get("weight_dimensions", ""))
        except ValueError as error:
            self.add_error("weight_dimensions", str(error))
            return
        components = {str(one): data.get(name) for one, name in zip(Component, WEIGHT_NAMES, strict=True)}
        try:
            self.instance.score_weights = join_weights(components, dimensions)
        except ValueError as error:
            self.add_error(WEIGHT_NAMES[0], str(error))
