"""What choosing the next question costs: milliseconds and queries per choice, in a small bank and in a large one.

Run: python -m benchmarks.selection_cost [--questions 100000]. Makes a scratch database (SQLite, or PostgreSQL where
DB_* is set) and drops it afterwards. Whole interviews of 30 questions are held, by load_supply and choose_question,
with a candidate who had 100 questions before; what is stored in between is not counted. In the second kind of interview
the bank lacks every hard question of the panel's subtopics, so that all their counts have to move.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - a script, before settings exist
SCRATCH = tempfile.TemporaryDirectory(prefix="selection-cost-")
os.environ["VAR_DIR"] = SCRATCH.name  # noqa: TID251 - as above

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from interviewpanel.domain.scoring_terms import DIFFICULTIES  # noqa: E402
from interviewpanel.domain.selection import Choice, Difficulty, choose_question  # noqa: E402
from interviewpanel.models import Answer, InterviewPanel, InterviewPanelCandidate, InterviewSession  # noqa: E402
from interviewpanel.selectors.question_supply import load_supply  # noqa: E402
from organizations.models import Candidate, Organization  # noqa: E402
from questionbank.models import Question, Subtopic  # noqa: E402
from tests.question_banks import make_subtopics, plan_question, save_live_questions  # noqa: E402

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROWS = 10  # each with one easy, one medium and one hard question: 30 places
HISTORY = 100
SMALL_BANK = 1_000
TRIES = 3  # the best of which counts, so that other work on the machine enters less


@dataclass(frozen=True)
class ChoiceCost:
    """One choice: milliseconds of the load (database included) and of the choice itself, and the load's queries."""

    load_ms: float
    choose_ms: float
    queries: int
    candidates: int

    @property
    def total_ms(self) -> float:
        return self.load_ms + self.choose_ms


@contextmanager
def scratch_database() -> Iterator[None]:
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def grow_bank(subtopics: Sequence[Subtopic], organizations: Sequence[Organization], start: int, stop: int) -> None:
    """A third global, a third ours, a third another tenant's; the first subtopics hold a tenth of the bank each."""
    owners = (None, *organizations)
    save_live_questions(
        plan_question(
            f"q{number}",
            subtopics[number % ROWS if number % 2 else number % len(subtopics)],
            DIFFICULTIES[number // 7 % 3],
            times_asked=number // 11 % 40,
            organization=owners[number // 3 % 3],
        )
        for number in range(start, stop)
    )
    with connection.cursor() as cursor:
        # As autovacuum would, but not while the clock runs.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def make_session(panel: InterviewPanel, candidate: Candidate) -> InterviewSession:
    invitation = InterviewPanelCandidate.objects.create(
        organization=panel.organization,
        panel=panel,
        candidate=candidate,
        token_hash=f"{InterviewPanelCandidate.objects.count():064d}",
        expires_at=NOON,
    )
    return InterviewSession.objects.create(
        organization=panel.organization, invitation=invitation, seed=invitation.pk, clock_limit_seconds=1800
    )


def record_answers(session: InterviewSession, asked: Sequence[tuple[Question, int | None, str]]) -> None:
    number = session.answers.count()
    Answer.objects.bulk_create(
        Answer(
            session=session,
            number=number + offset,
            question_version=question.current_version,
            distribution_row_id=row_id,
            cell_difficulty=difficulty,
            status="skipped",
            closed_reason="skipped",
            asked_at=NOON,
            closed_at=NOON,
        )
        for offset, (question, row_id, difficulty) in enumerate(asked, start=1)
    )


def hold_interview(panel: InterviewPanel, candidate: Candidate) -> list[ChoiceCost]:
    """Ask until the distribution is filled; the wanted difficulty goes through all three in turn."""
    session = make_session(panel, candidate)
    costs: list[ChoiceCost] = []
    while True:
        wanted = DIFFICULTIES[len(costs) % 3]
        choice, cost = min(
            (choose_once(panel, candidate, session, wanted) for _ in range(TRIES)), key=lambda one: one[1].total_ms
        )
        if choice is None:
            return costs
        costs.append(cost)
        question = Question.objects.select_related("current_version").get(pk=choice.question_id)
        record_answers(session, [(question, choice.row_id, choice.difficulty)])


def choose_once(
    panel: InterviewPanel, candidate: Candidate, session: InterviewSession, wanted: Difficulty
) -> tuple[Choice | None, ChoiceCost]:
    started = time.perf_counter()
    supply = load_supply(panel, candidate, session)
    loaded = time.perf_counter()
    choice = choose_question(supply.cells, supply.candidates, supply.asked, wanted, session.seed)
    load_ms, choose_ms = 1000 * (loaded - started), 1000 * (time.perf_counter() - loaded)
    # Counted apart: Django's own log of a statement costs more than the statement.
    with CaptureQueriesContext(connection) as captured:
        load_supply(panel, candidate, session)
    return choice, ChoiceCost(load_ms, choose_ms, len(captured), len(supply.candidates))


def print_costs(name: str, questions: int, costs: Sequence[ChoiceCost]) -> None:
    total = sorted(cost.total_ms for cost in costs)
    print(
        f"{questions:>9,} questions, {name:<6}: {len(costs)} choices, median {statistics.median(total):5.1f} ms"
        f" (load {statistics.median(cost.load_ms for cost in costs):.1f},"
        f" choose {statistics.median(cost.choose_ms for cost in costs):.1f}),"
        f" slowest {total[-1]:5.1f} ms; {min(cost.queries for cost in costs)} to"
        f" {max(cost.queries for cost in costs)} queries; at most {max(cost.candidates for cost in costs)} candidates"
    )


def make_panel(subtopics: Sequence[Subtopic], organization: Organization) -> InterviewPanel:
    panel = InterviewPanel.objects.create(organization=organization, title="Back end", job_title="Engineer")
    for subtopic in subtopics:
        panel.distribution.create(
            category=subtopic.topic.category,
            topic=subtopic.topic,
            subtopic=subtopic,
            **{f"{difficulty}_count": 1 for difficulty in DIFFICULTIES},
        )
    return panel


def measure_sizes(sizes: Sequence[int]) -> None:
    """Hold one interview of each kind at each size of the bank, and print what the choices cost."""
    ours, theirs = (Organization.objects.create(name=name, slug=name) for name in ("ours", "theirs"))
    candidate = Candidate.objects.create(organization=ours, full_name="Ada", email="ada@example.org")
    subtopics = make_subtopics("sql", 10, 10)
    panel = make_panel(subtopics[:ROWS], ours)
    lacking = Question.objects.filter(subtopic__in=subtopics[:ROWS], difficulty=Difficulty.HARD)
    for start, size in zip([0, *sizes], sizes, strict=False):
        grow_bank(subtopics, (ours, theirs), start, size)
        if not start:
            earlier = Question.objects.select_related("current_version").order_by("pk")[:HISTORY]
            record_answers(make_session(panel, candidate), [(one, None, one.difficulty) for one in earlier])
        print_costs("exact", size, hold_interview(panel, candidate))
        lacking.update(status=Question.Status.RETIRED)
        print_costs("moved", size, hold_interview(panel, candidate))
        lacking.update(status=Question.Status.LIVE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--questions", type=int, default=100_000)
    questions = parser.parse_args().questions
    print(f"Selection cost on {connection.vendor}, {platform.machine()}, {os.cpu_count()} cores, {platform.platform()}")
    with SCRATCH, scratch_database():
        measure_sizes(sorted({min(SMALL_BANK, questions), questions}))


if __name__ == "__main__":
    main()
