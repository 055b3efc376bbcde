"""The forms of a panel and of its plan. Used by interviewpanel/admin/panels.py."""

import math
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from interviewpanel.domain.consent import CONSENT_VERSION
from interviewpanel.domain.turn_rules import TurnRulesError, from_settings
from interviewpanel.models import InterviewPanel, InterviewPanelQuestionDistribution
from interviewpanel.selectors.consent import list_versions

COMPONENTS = ("relevance", "depth", "clarity", "technical")


class PanelForm(forms.ModelForm):
    consent_version = forms.ChoiceField(
        choices=[(version, version) for version in list_versions()],
        initial=CONSENT_VERSION,
        label="Text of the agreement",
        help_text="What candidates agree to before anything is recorded.",
    )

    class Meta:
        model = InterviewPanel
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets name them
        labels = {
            "opens_at": "Opens",
            "closes_at": "Closes",
            "max_questions": "Questions at most",
            "max_minutes": "Minutes at most",
            "pause_budget_seconds": "Pauses, in seconds",
            "grace_seconds": "Lost connections, in seconds",
            "turn_profile": "How turns are taken",
            "turn_settings": "Turn settings",
            "accommodation_policy": "Requests for accommodations",
            "decision_days": "Days until a decision",
            "alternative_route": "Instead of this interview",
            "records_video": "Records the camera",
            "shows_scores_to_candidates": "Candidates see their scores",
            "score_weights": "Weights of the score",
        }
        help_texts = {
            "title": "For your own list. Candidates see the job's title.",
            "experience_level": "Such as “2 to 5 years”.",
            "language": "Only questions in this language are asked. Such as en.",
            "opens_at": "Interviews can begin from here on. Empty: at once. Times are UTC.",
            "closes_at": "No interview begins after this, and no link lasts longer. Empty: no end.",
            "max_questions": "Follow-up questions count too.",
            "max_minutes": "Of talking: pauses do not count.",
            "pause_budget_seconds": "How long a candidate may pause, in all.",
            "grace_seconds": "How long a candidate may be disconnected, in all. After that the interview is over.",
            "turn_settings": "Leave empty for the usual. The profile's numbers changed, in seconds, such as "
            '{"silence_seconds": 8}.',
            "score_weights": 'Leave empty for the usual. Such as {"technical": 50, "relevance": 30, "depth": 20}.',
        }
        widgets = {
            "turn_settings": forms.Textarea(attrs={"rows": 2}),
            "alternative_route": forms.Textarea(attrs={"rows": 2}),
            "score_weights": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_turn_settings(self) -> Any:
        """Empty means the profile as it is."""
        return self.cleaned_data["turn_settings"] or {}

    def clean_score_weights(self) -> Any:
        """The components, or dimensions of one's own, each with a number."""
        weights = self.cleaned_data["score_weights"] or {}
        if not isinstance(weights, dict) or not all(map(is_weight, weights.values())):
            raise forms.ValidationError(
                f"Give each component that counts a number of 0 or more. The usual components: {', '.join(COMPONENTS)}."
            )
        if weights and not sum(weights.values()):
            raise forms.ValidationError("All weights are 0. Give at least one component more.")
        return weights

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "The panel closes before it opens. Choose a later end.")
        if "turn_profile" in data and "turn_settings" in data:
            try:
                from_settings(data["turn_profile"], data["turn_settings"])
            except (TurnRulesError, AttributeError) as error:
                message = str(error) if isinstance(error, TurnRulesError) else "Write an object of names and seconds."
                self.add_error("turn_settings", message)
        return data


def is_weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


class DistributionForm(forms.ModelForm):
    """Who names a subtopic need not name what it belongs to."""

    class Meta:
        model = InterviewPanelQuestionDistribution
        fields = ("subtopic", "topic", "category", "easy_count", "medium_count", "hard_count", "weightage")
        labels = {"easy_count": "easy", "medium_count": "medium", "hard_count": "hard", "weightage": "weight"}
        help_texts = {"weightage": "How much the row counts in the score, against the others."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            self.fields["category"].required = False
        for name in ("easy_count", "medium_count", "hard_count", "weightage"):
            if name in self.fields:
                self.fields[name].widget.attrs["style"] = "width: 3.5em"
        for name in ("subtopic", "topic", "category"):
            widget = self.fields[name].widget if name in self.fields else None
            if isinstance(widget, RelatedFieldWidgetWrapper):
                # The row has to fit the page; the catalogue is kept on its own pages.
                widget.can_add_related = widget.can_change_related = widget.can_view_related = False
                widget.widget.attrs["style"] = "width: 13em"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._follow(data, "topic", data["subtopic"].topic if data.get("subtopic") else None)
        self._follow(data, "category", data["topic"].category if data.get("topic") else None)
        if not self.errors and not data.get("category"):
            self.add_error("subtopic", "Choose a subtopic, or a whole topic or category.")
        if not self.errors and not sum(data.get(f"{level}_count") or 0 for level in ("easy", "medium", "hard")):
            self.add_error("easy_count", "This row asks nothing. Enter how many questions of which difficulty.")
        return data

    def _follow(self, data: dict[str, Any], name: str, parent: Any) -> None:
        """What is above a chosen level is that level's own; where another was chosen, the two contradict."""
        if parent is None:
            return
        if data.get(name) not in (None, parent):
            self.add_error(name, f"What you chose below belongs to “{parent}”. Leave this empty, or change the other.")
        data[name] = parent


class DistributionFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Whoever works for two organizations must not mix their catalogues."""
        super().clean()
        # Of a published panel the rows are only shown, and their forms hold ids instead of rows.
        for form in (one for one in self.forms if one.has_changed()):
            category = form.cleaned_data.get("category") if form.is_valid() else None
            if category and category.organization_id not in (None, self.instance.organization_id):
                form.add_error("category", f"“{category}” belongs to another organization than this panel.")
