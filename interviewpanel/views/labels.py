"""What candidates choose from in forms, in words: the same on the page of the interview and on that of their data."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from interviewpanel.domain.accommodations import NEEDS

Label = Promise | str

NEED_LABELS = {
    "extra_time": (gettext_lazy("More time"), gettext_lazy("all time limits are longer")),
    "longer_pauses": (gettext_lazy("Longer pauses while speaking"), gettext_lazy("silence ends an answer later")),
    "typed_answers": (
        gettext_lazy("To type my answers"),
        gettext_lazy("no microphone needed; anybody may type at any time"),
    ),
    "breaks": (gettext_lazy("More breaks"), gettext_lazy("the clock stops in a break")),
    "other": (gettext_lazy("Something else"), gettext_lazy("please write it below")),
}
RATING_LABELS = (
    (1, gettext_lazy("Bad")),
    (2, gettext_lazy("Not good")),
    (3, gettext_lazy("All right")),
    (4, gettext_lazy("Good")),
    (5, gettext_lazy("Very good")),
)


def list_needs(asked: Collection[str] = ()) -> list[tuple[str, Label, Label, bool]]:
    """Each need with its name, what it changes, and whether it is among those that are `asked` for."""
    return [(need, *NEED_LABELS[need], need in asked) for need in NEEDS]
