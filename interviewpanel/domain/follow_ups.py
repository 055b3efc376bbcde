"""Whether an answer that was given is to be followed up, and what is known of it. Pure; called by services/questions.

A follow-up gives the candidate the chance to complete an answer that stayed on the surface. It is never a trap: what
comes of it can complete the score of its question, and a follow-up that is skipped or met with silence changes nothing.
"""

from dataclasses import dataclass, field

# Of the embedded scorer. To who says that they do not know, or talks of something else, asking on would be no help; and
# of what was hardly understood nobody knows whether it was shallow.
BARRING_FLAGS = frozenset(
    {
        "dont_know",
        "echo_of_question",
        "empty",
        "keyword_list",
        "language_not_fitted",
        "low_recogniser_confidence",
        "off_topic",
    }
)


@dataclass(frozen=True)
class Standing:
    """One planned question with its follow-ups: the best that is known of it. `covered` is the share of the expected
    elements that was heard, None where nothing looked for them; `missing` are those that were not."""

    score: int | None
    depth: float | None = None
    relevance: float | None = None
    covered: float | None = None
    missing: tuple[str, ...] = ()
    flags: frozenset[str] = field(default_factory=frozenset)
    follow_ups: int = 0

    @property
    def can_be_followed_up(self) -> bool:
        return not BARRING_FLAGS & self.flags


@dataclass(frozen=True)
class Room:
    """What is left of an interview's budgets when a follow-up is thought of."""

    exchanges_left: int
    seconds_left: float
    open_places: int
    expected_seconds: float  # of one answer, as the question has it


def count_follow_ups_left(standing: Standing, most: int, room: Room) -> int:
    """How many follow-ups this question may still have. None that would cost a planned question its exchange or its
    time: candidates of one panel are asked the same plan."""
    if not standing.can_be_followed_up:
        return 0
    by_time = int(room.seconds_left // room.expected_seconds) if room.expected_seconds > 0 else most
    spare = min(room.exchanges_left, by_time) - room.open_places
    return max(0, min(most - standing.follow_ups, spare))
