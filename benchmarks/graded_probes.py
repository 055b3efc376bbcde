"""Answers that need no grader, made of each expected answer of the demo bank. Called by embedded_scorer.

What the scorer says of each kind, beside the whole answer: what it must not reward, what it cannot see (a negated
answer), and what a recogniser's errors cost.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from interviewpanel.domain.embedded_scorer import EmbeddedScore, score_text
from interviewpanel.domain.text_features import FUNCTION_STEMS, read_words, split_sentences
from interviewpanel.domain.text_vectors import Embedder
from questionbank.domain.bank_format import QuestionEntry

FLUFF = (
    "That is a really great question, thank you for asking it. I have worked on that kind of thing for many years, in "
    "several teams, and I always make sure that everything is done properly and to the highest standard. Of course it "
    "depends on the situation, but in my experience good communication and a structured approach are what matters, "
    "and I am passionate about quality and about learning new things every day."
)
OFF_TOPIC = (
    "My favourite holiday was in Italy, where we went swimming and ate a lot of pizza with my family by the sea."
)
DONT_KNOW = "i am sorry but i'd do not know the answer to that question"
SEED = 20

_VERB = re.compile(r"\b(is|are|was|were|can|will|does|must|should|has|have)\b")


@dataclass(frozen=True)
class ProbeRow:
    """All questions answered in one way: what was said of them."""

    kind: str
    scores: tuple[EmbeddedScore, ...]

    def middle(self, component: str) -> float:
        return median(score.components[component] for score in self.scores)

    @property
    def flags(self) -> dict[str, int]:
        """How many have each flag, in percent. An interval across the threshold is no finding about a probe."""
        counted = Counter(flag for score in self.scores for flag in score.flags if flag != "interval_across_threshold")
        return {flag: round(100 * count / len(self.scores)) for flag, count in counted.most_common()}

    def describe(self) -> str:
        flags = ", ".join(f"{flag} {share} %" for flag, share in self.flags.items()) or "no flag"
        return (
            f"{self.kind}: technical {self.middle('technical'):.0f}, relevance {self.middle('relevance'):.0f}; {flags}"
        )


def measure_probes(
    questions: Sequence[QuestionEntry], embedder: Embedder | None, *, with_points: bool
) -> list[ProbeRow]:
    """One row a kind. `with_points`: with the listed elements, else with the expected answer alone."""
    return [
        ProbeRow(
            kind,
            tuple(
                score_text(
                    answer(question),
                    question=question.text,
                    expected_answer=question.expected_answer,
                    elements=question.expected_elements if with_points else (),
                    embedder=embedder,
                )
                for question in questions
            ),
        )
        for kind, answer in list_probes(questions).items()
    ]


def list_probes(questions: Sequence[QuestionEntry]) -> dict[str, Callable[[QuestionEntry], str]]:
    vocabulary = sorted({word for q in questions for word in list_words(q.expected_answer)})
    following = dict(zip((q.text for q in questions), [*questions[1:], questions[0]], strict=True))
    return {
        "the expected answer": lambda q: q.expected_answer,
        "the same twice": lambda q: f"{q.expected_answer} {q.expected_answer}",
        "every second sentence": lambda q: " ".join(split_sentences(q.expected_answer)[::2]),
        "its points in the bank's words": lambda q: ". ".join(q.expected_elements) + ".",
        "negated": lambda q: negate(q.expected_answer),
        "10 % recognition errors": lambda q: mishear(q, 0.1, vocabulary),
        "20 % recognition errors": lambda q: mishear(q, 0.2, vocabulary),
        "30 % recognition errors": lambda q: mishear(q, 0.3, vocabulary),
        "a list of its key words": lambda q: list_keywords(q.expected_answer),
        "echo of the question": lambda q: q.text,
        "the answer to the next question": lambda q: following[q.text].expected_answer,
        "fluff": lambda _: FLUFF,
        "off topic": lambda _: OFF_TOPIC,
        "does not know": lambda _: DONT_KNOW,
    }


def list_words(text: str) -> list[str]:
    return [text[word.start : word.end] for word in read_words(text)]


def negate(text: str) -> str:
    """Every sentence denied: by its verb, or as a whole where no verb of the list is in it."""
    return " ".join(
        _VERB.sub(r"\1 not", sentence, count=1) if _VERB.search(sentence) else f"It is not true that {sentence}"
        for sentence in split_sentences(text)
    )


def list_keywords(text: str) -> str:
    words = [text[word.start : word.end] for word in read_words(text) if word.stem not in FUNCTION_STEMS]
    return ", ".join(dict.fromkeys(words))


def mishear(question: QuestionEntry, rate: float, vocabulary: Sequence[str]) -> str:
    """Two thirds of the errors take a word for another of the bank, one third loses it; no punctuation is heard."""
    rng = random.Random(f"{SEED} {rate} {question.text}")
    heard = []
    for word in list_words(question.expected_answer):
        if rng.random() >= rate:
            heard.append(word.lower())
        elif rng.random() < 2 / 3:
            heard.append(rng.choice(vocabulary).lower())
    return " ".join(heard)
