"""Files of rated answers for the calibration desk, and the sets that are made of them."""

from datetime import UTC, datetime

from authentication.models import User
from interviewpanel.models import RatedSet
from interviewpanel.services.calibration import imports
from tests.interview_rows import World

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
GOOD = "An index makes reads faster because the tree is searched and the table is not, and every write keeps it up."
POOR = "I like to travel and I enjoy the work with my colleagues in the office every day."


def write_file(questions: int = 6, answers: int = 4) -> bytes:
    """Half good, half poor answers, each rated by two people: 80 and 60, or 10 and 20."""
    lines = ["question,expected_answer,answer,rater,rating"]
    for number in range(questions):
        for k in range(answers):
            text, ratings = (GOOD, (80, 60)) if k % 2 else (POOR, (10, 20))
            lines += [
                f'"What does index {number} cost?","{GOOD}","{text} Case {k}.",{rater},{rating}'
                for rater, rating in zip("ab", ratings, strict=True)
            ]
    return "\n".join(lines).encode()


def import_set(world: World, user: User, content: bytes | None = None) -> RatedSet:
    return imports.import_rated_set(
        organization=world.organization,
        name="Autumn",
        origin="Raters of ours",
        content=content or write_file(),
        user=user,
        now=NOW,
    )
