"""Which moves a generated interview may make: draft → published → archived. A published one is edited as its next
version."""

DRAFT, PUBLISHED, ARCHIVED = "draft", "published", "archived"
MOVES = {DRAFT: (PUBLISHED, ARCHIVED), PUBLISHED: (ARCHIVED,), ARCHIVED: ()}
DONE = {PUBLISHED: "Published.", ARCHIVED: "Archived."}


class InterviewRefused(Exception):
    """It stays as it is; the text says why and what to do. `problems` has a line for each thing that is wrong."""

    def __init__(self, words: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(words)
        self.problems = problems


def check_move(status: str, target: str) -> None:
    """Raises InterviewRefused."""
    if target in MOVES[status]:
        return
    if status == target:
        raise InterviewRefused(f"It is {status} already.")
    raise InterviewRefused(f"It is {status}, and cannot become {target}. Make a new version of it.")
