"""What the embedded scorer costs an answer, and how far it reaches on questions it has not seen.

    python -m benchmarks.embedded_scorer

Accuracy is read from the provenance in embedded_scorer.json; benchmarks/fit_embedded_scorer.py measures it anew.
"""

import json
import time
from pathlib import Path

from interviewpanel.domain import embedded_scorer, text_features
from interviewpanel.domain.embedded_scorer import score_text

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


def measure_cost() -> dict[str, float]:
    """Milliseconds an answer: of a minute of speech, of five minutes, and the first one in a process."""
    answers = {"minute": vary(SENTENCE, 3), "five_minutes": vary(SENTENCE, 13)}
    text_features.stem_word.cache_clear()
    text_features.read_stems.cache_clear()
    embedded_scorer.load_scorer.cache_clear()
    cost = {"first_in_process": time_once(answers["minute"])}
    for name, answer in answers.items():
        cost[name] = min(time_once(answer) for _ in range(ROUNDS))
    return cost


def vary(sentence: str, times: int) -> str:
    """The sentence several times over, with a fifth of its words new each time."""
    words = sentence.split()
    return " ".join(f"{w}{n}" if k % 5 == 0 else w for n in range(times) for k, w in enumerate(words))


def time_once(answer: str) -> float:
    started = time.perf_counter()
    score_text(answer, question=QUESTION, expected_answer=" ".join(ELEMENTS), elements=ELEMENTS)
    return 1000 * (time.perf_counter() - started)


def read_accuracy() -> dict[str, object]:
    path = Path(embedded_scorer.__file__).with_suffix(".json")
    return dict(json.loads(path.read_text(encoding="utf-8"))["measured"])


def main() -> None:
    for name, milliseconds in measure_cost().items():
        print(f"embedded scorer, {name.replace('_', ' ')}: {milliseconds:.2f} ms an answer")
    for name, figure in read_accuracy().items():
        print(f"embedded scorer, unseen questions, {name.replace('_', ' ')}: {figure}")


if __name__ == "__main__":
    main()
