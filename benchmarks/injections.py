"""What holds against answers that talk to the grader, counted: the figures of docs/decisions/0026-injections.md.

    python -m benchmarks.injections

On the attempts that the rules were made with and on those that were written after. Each is told to a model that obeys,
to the letter and as an accomplice would, who leaves out what would give it away; behind an answer that says nothing,
and behind one that is half right.
"""

import logging
import os
import random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - a script, before settings exist

import django

django.setup()

from interviewpanel.services.answer_analysis import AnswerAnalysisService  # noqa: E402
from questionbank.domain.instructions import find_instructions  # noqa: E402
from questionbank.engines.llm.ollama import OllamaLimits, OllamaModel  # noqa: E402
from tests.injections import read_set  # noqa: E402
from tests.obedience import count_numbers  # noqa: E402
from tests.ollama_server import OllamaServer  # noqa: E402


def main() -> None:
    logging.disable(logging.WARNING)
    with OllamaServer() as server:
        limits = OllamaLimits(timeout_seconds=5.0, attempts=1)
        model = OllamaModel(server.url, "tiny", limits=limits, rng=random.Random(1), wait=lambda _: None)
        service = AnswerAnalysisService(model, nonce_key=b"secret")
        for name in ("injections", "injections_held_out"):
            print_found(name)
            print_numbers(name, service, server)
        model.close()


def print_found(name: str) -> None:
    attempts, harmless = read_set(name)
    found = sum(
        any(find_instructions(text) for one in attempt.answers for text in (one.transcript, one.background))
        for attempt in attempts
    )
    false = sum(bool(find_instructions(one.answer.transcript)) for one in harmless)
    print(f"{name}: found by their words {found} of {len(attempts)}; harmless answers {false} of {len(harmless)}")


def print_numbers(name: str, service: AnswerAnalysisService, server: OllamaServer) -> None:
    attempts = [one for one in read_set(name)[0] if len(one.answers) == 1]
    for is_half in (False, True):
        for is_careful in (False, True):
            counts = count_numbers(attempts, service, server, is_careful=is_careful, is_half=is_half)
            who, carrier = "an accomplice" if is_careful else "to the letter", "half right" if is_half else "empty talk"
            told = ", ".join(f"{deed}: {count}" for deed, count in counts.items())
            print(f"  numbers that count, of {len(attempts)}, {carrier}, {who}: {told}")


if __name__ == "__main__":
    main()
