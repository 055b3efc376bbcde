"""How many attempts get a number that counts from a model that obeys them. Used by the tests of held-out attempts and
by benchmarks/injections.py."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from interviewpanel.services.answer_analysis import AnalysisState, AnswerAnalysisService, AnswerToAnalyse
from tests.injections import Attempt
from tests.obedient_models import INFLATING, ObedientModel
from tests.ollama_server import OllamaServer

HALF = {
    "What is a database index": "It is a sorted structure, a B-tree, so the database finds rows without scanning the "
    "whole table.",
    "How do you keep two workers": "Each worker claims the job with one conditional update, so only one of them gets "
    "it, and there is a lease that expires when a worker dies.",
    "When would you put a cache": "When the same data is read much more often than it changes. It can serve stale "
    "data, so you need an expiry.",
}


def answer_half(answer: AnswerToAnalyse) -> AnswerToAnalyse:
    """The same attempt behind an answer that is half right: there the second opinion has little to object."""
    half = next(text for start, text in HALF.items() if answer.question.startswith(start))
    return replace(answer, transcript=f"{half} {answer.transcript}")


def count_numbers(
    attempts: Sequence[Attempt],
    service: AnswerAnalysisService,
    server: OllamaServer,
    *,
    is_careful: bool,
    is_half: bool,
) -> Counter[str]:
    """Of each way to inflate a rating: how many attempts got a number that counts."""
    through: Counter[str] = Counter()
    for deed in INFLATING:
        for attempt in attempts:
            model = ObedientModel(read=attempt.instructions, deed=deed, is_careful=is_careful)
            server.replies = [model.reply]
            server.chats.clear()
            (answer,) = attempt.answers
            analysis = service.analyse(answer_half(answer) if is_half else answer, is_last_attempt=True)
            through[deed] += bool(model.obeyed) and analysis.state is AnalysisState.SCORED
    return through
