"""Which questions ask the same: their words without endings and without those that hold a sentence together, compared.

Called by services/similar_questions. Pure and deterministic.

Two questions are similar where Jaccard's index of their sets of stems reaches SIMILAR_FROM. Nobody compares all with
all: if |A ∩ B| / |A ∪ B| ≥ t, then A and B share a stem among the first |A| − ⌈t·|A|⌉ + 1 of A's stems in any fixed
order of all stems, and the same of B (prefix filtering: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant
2007). Those few are a question's keys: only questions with a key in common are compared. Nothing that reaches the
threshold is missed. The order matters for speed alone: rare stems first where all questions are at hand, long ones
first, which are rarely common, where keys are kept in a table.
"""

import math
import re
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from functools import lru_cache

import snowballstemmer

SIMILAR_FROM = 0.85
MOST_KEY_CHARS = 40

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?[+#]*")
_ALGORITHMS = {"en": "english", "de": "german"}
_ENGLISH = """
a about an and any are as at be been by can could describe did do does explain for from give had has have how i in into
is it its me my of on or please say so some tell than that the their them then there these they this those to us was we
were what when where which who whom whose why will with would you your
"""
_GERMAN = """
als am an auf aus bei beschreiben bitte da das dem den der des die du ein eine einem einen einer eines er erklären es
für haben hat ich ihr ihre im in ist kann können man mir mit nach oder sich sie sind so und uns unter von vor wann warum
was welche welcher welches wenn wer werden wie wieso wir wird wo würden zu zum zur über
"""
# What a question can be asked with or without; "not" and "never" are none of these.
_FILLERS = {"en": frozenset(_ENGLISH.split()), "de": frozenset(_GERMAN.split())}
_PER_THREAD = threading.local()


@lru_cache(maxsize=50_000)
def _stem(word: str, algorithm: str) -> str:
    """One stemmer per thread: it keeps its working state in itself."""
    stemmers: dict[str, snowballstemmer.stemmer] = _PER_THREAD.__dict__.setdefault("stemmers", {})
    if algorithm not in stemmers:
        stemmers[algorithm] = snowballstemmer.stemmer(algorithm)
    return str(stemmers[algorithm].stemWord(word))


def read_question_stems(text: str, language: str = "en") -> frozenset[str]:
    """The stems that say what a question asks; all of its stems, where it is made of nothing but fillers."""
    base = language.split("-")[0].lower()
    words = [match.group().replace("’", "'") for match in _WORD.finditer(text.lower())]
    fillers = _FILLERS.get(base, frozenset())
    telling = [word for word in words if word not in fillers] or words
    algorithm = _ALGORITHMS.get(base)
    return frozenset(_stem(word, algorithm) if algorithm else word for word in telling)


def measure_similarity(some: Set[str], others: Set[str]) -> float:
    """Jaccard's index, 0 to 1; 0 for two empty sets."""
    union = len(some | others)
    return len(some & others) / union if union else 0.0


def list_keys(stems: Collection[str]) -> list[str]:
    """The stems by which a question is found in a table; those of any two that are similar have one in common."""
    keys = _cut_prefix(sorted(stems, key=lambda stem: (-len(stem), stem)))
    return list(dict.fromkeys(stem[:MOST_KEY_CHARS] for stem in keys))


def _cut_prefix(ordered: Sequence[str]) -> Sequence[str]:
    # 1e-9: 0.85 × 20 is a little more than 17 as a float, and its ceiling would be 18.
    return ordered[: len(ordered) - math.ceil(SIMILAR_FROM * len(ordered) - 1e-9) + 1]


def find_pairs(stems: Mapping[int, Set[str]]) -> list[tuple[int, int, float]]:
    """All pairs of questions that are similar, as (lower number, higher number, share), the most similar first."""
    frequency = Counter(stem for one in stems.values() for stem in one)
    holders: dict[str, list[int]] = {}
    pairs: list[tuple[int, int, float]] = []
    for number in sorted(stems, key=lambda one: (len(stems[one]), one)):
        keys = _cut_prefix(sorted(stems[number], key=lambda stem: (frequency[stem], stem)))
        pairs += _compare(number, {other for key in keys for other in holders.get(key, ())}, stems)
        for key in keys:
            holders.setdefault(key, []).append(number)
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))


def _compare(number: int, others: Set[int], stems: Mapping[int, Set[str]]) -> Iterable[tuple[int, int, float]]:
    least_size = SIMILAR_FROM * len(stems[number]) - 1e-9  # what is much smaller cannot share enough
    for other in others:
        if len(stems[other]) < least_size:
            continue
        share = measure_similarity(stems[number], stems[other])
        if share >= SIMILAR_FROM:
            yield min(number, other), max(number, other), share
