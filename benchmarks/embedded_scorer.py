"""What the embedded scorer costs an answer, how far it reaches on questions it has not seen, and the demo bank's table.

    python -m benchmarks.embedded_scorer

The demo bank's table holds answers whose order is known: how many of each kind got a number and which, how many went to
a person, and the share of the expected points heard.
Accuracy is read from the provenance in the JSON files; benchmarks/fit_embedded_scorer.py measures it anew. The speed
with embeddings is measured where EMBEDDING_MODEL_FOR_TESTS names the model's folder.
"""

import json
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - a script, before settings exist
django.setup()

from benchmarks.graded_probes import DONT_KNOW, measure_probes  # noqa: E402
from benchmarks.graded_vectors import open_model  # noqa: E402
from interviewpanel.domain import embedded_scorer_model, text_features  # noqa: E402
from interviewpanel.domain.embedded_scorer import score_text  # noqa: E402
from interviewpanel.engines.embeddings import EmbeddingModel  # noqa: E402
from interviewpanel.services.answer_analysis.coverage import analyse_by_coverage  # noqa: E402
from interviewpanel.services.answer_analysis.records import AnalysisState, AnswerAnalysis, AnswerToAnalyse  # noqa: E402
from questionbank.domain.bank_format import QuestionEntry, parse_document  # noqa: E402

QUESTION = "What happens between typing an address into a browser and seeing the page?"
ELEMENTS = (
    "DNS resolution turns the host name into an IP address, with caches on the way",
    "TCP connection with the three-way handshake, or QUIC",
    "TLS handshake: certificate check and key exchange",
    "HTTP request and response with status, headers and body; cookies and caching",
    "The browser parses HTML and CSS, builds the DOM and the render tree, lays out and paints",
    "Further requests for scripts, images and style sheets, served by caches or a CDN",
)
SENTENCE = (
    "So first the browser has to find the IP address of the host name, which it asks its cache and then the DNS "
    "resolver for, and after that it opens a TCP connection with a handshake and checks the certificate by TLS, and "
    "then it sends an HTTP request with headers and cookies and reads the response and paints the page. "
)
ROUNDS = 200
BANK = Path(__file__).parent.parent / "questionbank" / "data" / "demo_bank"
SHORT_ANSWER = 150
SHORT_PARTS = 3
"""Of the sentences of an expected answer: every third is less than half, every second about half."""


@dataclass(frozen=True)
class DemoRow:
    """All questions of the demo bank, answered in one way."""

    kind: str
    analyses: tuple[AnswerAnalysis, ...]

    @property
    def composites(self) -> list[int]:
        return [analysis.composite for analysis in self.analyses if analysis.composite is not None]

    @property
    def technical(self) -> float:
        """Median of what was measured, withheld or not."""
        return median(value for one in self.analyses if (value := one.components["technical"]) is not None)

    @property
    def heard(self) -> float:
        """Mean share of the expected points, 0 to 1."""
        return fmean(fmean(match.is_covered for match in one.elements) for one in self.analyses)

    @property
    def withheld(self) -> int:
        return sum(one.state is AnalysisState.NEEDS_HUMAN for one in self.analyses)


def measure_demo_bank(model: EmbeddingModel | None = None) -> list[DemoRow]:
    """Answers whose order is known, from most to least, each to every question of the demo bank."""
    questions = read_bank()
    count = len(questions)
    kinds: dict[str, Callable[[int], str]] = {
        "the expected answer": lambda k: questions[k].expected_answer,
        "every second sentence of it": lambda k: take_sentences(questions[k], 2),
        "every third sentence of it": lambda k: take_sentences(questions[k], SHORT_PARTS),
        "the answer to the next question": lambda k: questions[(k + 1) % count].expected_answer,
        "the answer to a far question": lambda k: questions[(k + count // 2) % count].expected_answer,
        "does not know": lambda _: DONT_KNOW,
    }
    return [DemoRow(kind, analyse_all(questions, answer, model)) for kind, answer in kinds.items()]


def take_sentences(question: QuestionEntry, step: int) -> str:
    return " ".join(re.split(r"(?<=[.?!])\s+", question.expected_answer)[::step])


def analyse_all(
    questions: Sequence[QuestionEntry], answer: Callable[[int], str], model: EmbeddingModel | None
) -> tuple[AnswerAnalysis, ...]:
    return tuple(
        analyse_by_coverage(
            AnswerToAnalyse(
                question=question.text,
                expected_answer=question.expected_answer,
                elements=tuple(question.expected_elements),
                criteria=(),
                is_technical=question.kind == "technical",
                transcript=answer(number),
            ),
            model=model,
        )
        for number, question in enumerate(questions)
    )


def read_bank() -> list[QuestionEntry]:
    documents = [parse_document(path.read_text(encoding="utf-8"), path.name) for path in sorted(BANK.glob("*.json"))]
    return [q for document in documents for subtopic in document.subtopics for q in subtopic.questions]


def measure_cost(model: EmbeddingModel | None = None) -> dict[str, float]:
    """Milliseconds of processor time an answer; medians, but for the first.

    A minute of speech, five minutes, and a minute in which every fifth word is new and has to be stemmed. With a model
    an answer is never found in a cache.
    """
    minute, five_minutes, short = vary(3), vary(13), SENTENCE[:SHORT_ANSWER]
    text_features.stem_word.cache_clear()
    text_features.read_stems.cache_clear()
    embedded_scorer_model.load_scorer.cache_clear()
    rounds = ROUNDS if model is None else ROUNDS // 10
    return {
        "first in process": time_once(minute, model),
        "two sentences": median(time_once(short, model) for _ in range(rounds)),
        "minute": median(time_once(minute, model) for _ in range(rounds)),
        "minute with new words": median(time_once(vary(3, first=100 + 3 * k), model) for k in range(rounds)),
        "five minutes": median(time_once(five_minutes, model) for _ in range(rounds)),
    }


def vary(times: int, first: int = 0) -> str:
    """The sentence several times over, every fifth word marked with the number of its round."""
    words = SENTENCE.split()
    return " ".join(f"{w}{n}" if k % 5 == 0 else w for n in range(first, first + times) for k, w in enumerate(words))


def time_once(answer: str, model: EmbeddingModel | None) -> float:
    started = time.thread_time()
    score_text(answer, question=QUESTION, expected_answer=" ".join(ELEMENTS), elements=ELEMENTS, embedder=model)
    return 1000 * (time.thread_time() - started)


def read_accuracy(file: str) -> dict[str, object]:
    path = Path(embedded_scorer_model.__file__).with_name(file)
    return dict(json.loads(path.read_text(encoding="utf-8"))["measured"])


def main() -> None:
    report("embedded scorer", None)
    for name, figure in read_accuracy("embedded_scorer.json").items():
        print(f"embedded scorer, unseen questions, {name.replace('_', ' ')}: {figure}")
    model = open_model()
    if model is None:
        print("embedded scorer with embeddings: speed not measured; EMBEDDING_MODEL_FOR_TESTS names no folder.")
    else:
        report("embedded scorer with embeddings", model)
    for name, figure in read_accuracy("embedded_scorer_vectors.json").items():
        print(f"embedded scorer with embeddings, unseen questions, {name.replace('_', ' ')}: {figure}")


def report(name: str, model: EmbeddingModel | None) -> None:
    """Cost, the demo bank's table and the probes, by stems or by this model."""
    for kind, milliseconds in measure_cost(model).items():
        print(f"{name}, {kind}: {milliseconds:.2f} ms an answer")
    for row in measure_demo_bank(model):
        number = f"{median(row.composites):.0f}" if row.composites else "none"
        print(
            f"{name}, demo bank, {row.kind}: {len(row.composites)} scored (median {number}), "
            f"{row.withheld} to a person; technical {row.technical:.0f}, {100 * row.heard:.0f} % of points heard"
        )
    for with_points in (True, False):
        given = "points listed" if with_points else "an expected answer only"
        for probe in measure_probes(read_bank(), model, with_points=with_points):
            print(f"{name}, probes, {given}, {probe.describe()}")


if __name__ == "__main__":
    main()
