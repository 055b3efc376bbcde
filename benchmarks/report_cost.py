"""What a report costs: seconds of processor time for one PDF, whole and by question.

Run: python benchmarks/report_cost.py [--rounds 5]. Needs no database. The sample is the interview of the tests, ten
questions with criteria and expected points; the fifteen and the one-question reports show how the cost grows. Every
report is drawn by a process of its own, whose start is in the figures. The time taken is processor time, so that
another busy process on the machine does not enter; wall time is printed beside it.
"""

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - a script, before settings exist

import django

django.setup()

from reports.domain.scorecard import Scorecard  # noqa: E402
from reports.services.documents import to_json  # noqa: E402
from reports.services.render import render_scorecard  # noqa: E402
from tests.scorecards import make_cards, make_scorecard  # noqa: E402


def make_sample(questions: int) -> Scorecard:
    cards = (make_cards() * 2)[:questions]
    return make_scorecard([replace(card, number=number) for number, card in enumerate(cards, start=1)])


def measure(work: Callable[[], object]) -> tuple[float, float]:
    """Processor and wall seconds of one call."""
    cpu, wall = count_processor_seconds(), time.perf_counter()
    work()
    return count_processor_seconds() - cpu, time.perf_counter() - wall


def count_processor_seconds() -> float:
    """Of this process and of its children that have ended."""
    return sum(os.times()[:4])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"Report cost on {platform.processor() or platform.machine()}, {os.cpu_count()} cores, {platform.platform()}")
    for questions in (1, 10, 15):
        sample = make_sample(questions)
        pdf_bytes = len(render_scorecard(sample))
        times = [measure(lambda sample=sample: render_scorecard(sample)) for _ in range(rounds)]
        cpu = statistics.median(one for one, _ in times)
        wall = statistics.median(one for _, one in times)
        print(
            f"{questions:2} questions: {cpu:.2f} s processor a report, {cpu / questions:.3f} s a question, "
            f"{wall:.2f} s wall; PDF {pdf_bytes / 1024:.0f} KiB, JSON {len(to_json(sample)) / 1024:.0f} KiB"
        )


if __name__ == "__main__":
    main()
