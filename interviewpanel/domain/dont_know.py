"""Does an answer say that it has none? Called by embedded_scorer, before anything else is asked of the answer.

The decision must not hang on the question: the same words are a refusal wherever they are said, also where the question
or the expected answer happens to hold "answer", "work" or "know".
"""

import re
from collections.abc import Sequence

from interviewpanel.domain.text_features import FUNCTION_STEMS, read_stems

MOST_STEMS_WITHIN = 6
"""Beside the phrase in its own clause: what is not known has to be named ("how the planner chooses a plan")."""
EXPECTED_STEMS_WITHIN = 2
"""From so many expected stems on, what stands in the clause of the phrase is an answer ("I'm not sure a hash map")."""
MOST_STEMS_OUTSIDE = 1
"""In the other clauses: "we never had that at school" says nothing, "but an index costs writes" does."""

# In the first person, or at the very start: "servers don't remember sessions" is an answer. "I'd do not know" is how a
# rough recogniser hears it.
_PHRASE = re.compile(
    r"\bi(?:['’]d)? (?:\w+ )?"
    r"(?:do not|don['’]t|did not|didn['’]t|can['’]t|cannot|could not|couldn['’]t|have not|haven['’]t) "
    r"(?:really |actually |even )?(?:know|remember|recall|understand|say|answer|used|worked|heard|seen)\b"
    r"|\bi(?:['’]m| am) not (?:really |quite |so |too )?(?:sure|familiar)\b"
    r"|\bi(?:['’]ve| have)? never (?:heard|used|worked)\b"
    r"|(?:^|\bi (?:really )?have )no (?:idea|clue)\b"
    r"|^(?:(?:uh+m?|um+|hm+|well|sorry|so|oh)\W+)*(?:do not|don['’]t) know\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.?!;,:\n]+|\b(?:but|however|though|although|except)\b", re.IGNORECASE)
# What people say around a refusal; none of it is about any subject.
_COURTESY_STEMS = read_stems(
    "sorry afraid apologise apologize unfortunately honest honestly frankly really actually exactly quite sure maybe "
    "perhaps know knew known knowing remember recall understand idea clue answer answering question questions thing "
    "anything nothing something much many lot detail details topic subject familiar heard hear seen see used work "
    "worked working before yet never ever now moment mind head think thought guess guessing rather say tell skip pass "
    "next move go going continue ask another different one please thank thanks let us me am will here oh uh um uhm hm "
    "hmm well okay ok yes no yeah nope don't can't cannot couldn't didn't haven't i'm i've i'd i'll it's that's "
    "wouldn't not sadly truth top blank come back later experience"
)


def detect_dont_know(answer: str, question: str, references: Sequence[str]) -> bool:
    """Whether an answer says that it has none: the phrase, and nothing else of substance.

    "I don't know the exact number, but an index costs writes" is an answer, and so is "I'm not sure, a hash map?":
    what they say is measured.
    """
    clauses = [clause for clause in _CLAUSE_END.split(answer.strip()) if clause.strip()]
    within = [clause for clause in clauses if _PHRASE.search(clause.strip())]
    if not within:
        return False
    empty = FUNCTION_STEMS | _COURTESY_STEMS | read_stems(question)
    expected = frozenset[str]().union(*(read_stems(reference) for reference in references))
    inside = read_stems(" ; ".join(within)) - empty
    outside = read_stems(" ; ".join(clause for clause in clauses if clause not in within)) - empty
    if outside & expected or len(outside) > MOST_STEMS_OUTSIDE:
        return False
    return len(inside) <= MOST_STEMS_WITHIN and len(inside & expected) < EXPECTED_STEMS_WITHIN
