"""What the embedded scorer costs an answer, and how far it reaches on questions it has not seen.

    python -m benchmarks.embedded_scorer

Accuracy is read from the provenance in embedded_scorer.json; benchmarks/fit_embedded_scorer.py measures it anew.
"""

import json
import time
from pathlib import Path
from statistics import median

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
    """Milliseconds of processor time an answer; medians, but for the first.

    A minute of speech, five minutes, and a minute in which every fifth word is new and has to be stemmed.
    """
    minute, five_minutes = vary(3), vary(13)
    text_features.stem_word.cache_clear()
    text_features.read_stems.cache_clear()
    embedded_scorer.load_scorer.cache_clear()
    return {
        "first in process": time_once(minute),
        "minute": median(time_once(minute) for _ in range(ROUNDS)),
        "minute with new words": median(time_once(vary(3, first=100 + 3 * k)) for k in range(ROUNDS)),
        "five minutes": median(time_once(five_minutes) for _ in range(ROUNDS)),
    }


def vary(times: int, first: int = 0) -> str:
    """The sentence several times over, every fifth word marked with the number of its round."""
    words = SENTENCE.split()
    return " ".join(f"{w}{n}" if k % 5 == 0 else w for n in range(first, first + times) for k, w in enumerate(words))


def time_once(answer: str) -> float:
    started = time.thread_time()
    score_text(answer, question=QUESTION, expected_answer=" ".join(ELEMENTS), elements=ELEMENTS)
    return 1000 * (time.thread_time() - started)


def read_accuracy() -> dict[str, object]:
    path = Path(embedded_scorer.__file__).with_suffix(".json")
    return dict(json.loads(path.read_text(encoding="utf-8"))["measured"])


def main() -> None:
    for name, milliseconds in measure_cost().items():
        print(f"embedded scorer, {name}: {milliseconds:.2f} ms an answer")
    for name, figure in read_accuracy().items():
        print(f"embedded scorer, unseen questions, {name.replace('_', ' ')}: {figure}")


if __name__ == "__main__":
    main()
