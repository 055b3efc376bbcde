"""May the interviewer say what a language model wrote? Checks by code; whatever fails one is not said.

Called by services/conversation. Pure. The reasons are kept with the line, for people. What a check lets through may
still be clumsy; what it is there for is that no line promises, judges, asks what nobody may ask, or gives an answer
away.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from questionbank.domain.similarity import measure_similarity, read_question_stems

CHECKED_LANGUAGES = frozenset({"en", "de"})
GIVEN_AWAY_FROM = 1 / 3  # of an expected element's own stems
LEAST_IN_COMMON = 2  # stems
SAME_QUESTION_FROM = 0.6  # Jaccard's index of what two questions ask

_MARKUP = re.compile(r"[<>`*#{}\[\]|\\^~]|https?:|www\.|[\U0001F000-\U0001FAFF☀-➿]|\n")
_PROMISE = re.compile(
    r"\b(?:hire|hired|hiring|job offer|offer you|guarantee\w*|promise\w*|salary|pass(?:ed)? (?:the|this|your)|"
    r"fail(?:ed)? (?:the|this|your)|rejected?|selected|shortlist\w*|next (?:round|stage)|(?:get|got|have) the job|"
    r"eingestellt|einstellen|zusage\w*|absage\w*|versprech\w*|garantier\w*|gehalt|bestanden|durchgefallen|"
    r"n(?:ä|ae)chste runde)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\b(?:scor(?:e|ed|es|ing)|points?|grad(?:e|ed)|rat(?:ed|ing)|percent|marks?|out of \w+|correct(?:ly)?|incorrect|"
    r"wrong|right answer|well done|good (?:answer|job)|great|excellent|perfect|impressive|impressed|outstanding|poor|"
    r"weak|strong|best|brilliant|punkte?|note|bewertet|bewertung|prozent|richtig|falsch|sehr gut|gute antwort|"
    r"ausgezeichnet|hervorragend|perfekt|beeindruck\w*|schwach|stark)\b|%",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:how old|date of birth|born|your (?:age|gender|sex|race|religion|faith|nationality|accent|health|"
    r"disabilit\w*|husband|wife|partner|spouse|children|kids|family|church|party|union|origin|background|country|parents|"
    r"appearance)|pregnan\w*|ethnic\w*|religio\w*|nationalit\w*|sexual\w*|disabilit\w*|marital|married|maternity|citizenship|"
    r"native (?:speaker|language)|wie alt|geboren|geburtsdatum|schwanger\w*|verheiratet|religi\w*|staatsangeh\w*|"
    r"nationalit\w*|behinder\w*|ihr(?:e|en|er)? (?:alter|geschlecht|herkunft|kinder|familie|partei|"
    r"gesundheit|glaube\w*))\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"\b(?:language model|as an ai|system prompt|instructions?|rubric|criteri\w*|expected (?:element|answer|point)s?|"
    r"evaluat\w*|sprachmodell|anweisung\w*|bewertungs\w*|erwartete\w*)\b",
    re.IGNORECASE,
)
PERSONAL = "touches what no interviewer may ask"
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = "the a an and of to in is you your that it for on with what how would did do have this when we our"
_GERMAN = "der die das und zu in ist sie ihr ihre ihren dass es für auf mit was wie würden haben dies wenn wir uns"
_FUNCTION = {"en": frozenset(_ENGLISH.split()), "de": frozenset(_GERMAN.split())}


@dataclass(frozen=True)
class Allowed:
    """What a line may be. `sources` are the texts whose words it may use freely: none of them gives anything away."""

    most_words: int
    questions: int  # how many it must ask
    language: str
    sources: Sequence[str] = ()


def find_fault(text: str, allowed: Allowed, elements: Sequence[str] = ()) -> str:
    """Why the line may not be said; empty for one that may. `elements` is what it must not give away."""
    words = _WORD.findall(text)
    if not words or len(words) > allowed.most_words:
        return f"It has {len(words)} words; 1 to {allowed.most_words} are allowed."
    if _MARKUP.search(text) or not text.isprintable():
        return "It holds markup, a link or more than one paragraph."
    if text.count("?") != allowed.questions:
        return f"It asks {text.count('?')} questions; {allowed.questions} are allowed."
    source = " ".join(allowed.sources).casefold()
    if any(number not in source for number in _NUMBER.findall(text)):
        return "It tells a number."
    if not is_in_language(words, allowed.language):
        return "It is not in the language of the interview."
    for pattern, words_for_it in (
        (_PROMISE, "speaks of what becomes of the application"),
        (_VERDICT, "judges"),
        (_PERSONAL, PERSONAL),
        (_MACHINE, "speaks of how answers are rated"),
    ):
        found = next((one.group() for one in pattern.finditer(text) if one.group().casefold() not in source), None)
        if found:
            return f"It {words_for_it}: “{found}”."
    given = find_given_away(text, elements, allowed)
    return f"It gives away what is expected: “{given}”." if given else ""


def is_in_language(words: Sequence[str], language: str) -> bool:
    """By the words that hold a sentence together: more of this language's than of any other's that is known."""
    own = language.split("-")[0].lower()
    if own not in _FUNCTION:
        return False
    counts = {name: sum(word.casefold() in known for word in words) for name, known in _FUNCTION.items()}
    return counts[own] > 0 and counts[own] >= max(counts.values())


def find_given_away(text: str, elements: Sequence[str], allowed: Allowed) -> str:
    """The first expected element of which the line says a third or more that no source has said; else empty."""
    said = read_question_stems(text, allowed.language)
    known = read_sources(allowed)
    for element in elements:
        own = read_question_stems(element, allowed.language) - known
        if own and len(own & said) >= GIVEN_AWAY_FROM * len(own):
            return element
    return ""


def find_personal(text: str) -> str:
    """The first words of a rubric that touch what no interviewer may ask; else empty."""
    found = _PERSONAL.search(text)
    return found.group() if found else ""


def is_about(text: str, subjects: Sequence[str], language: str) -> bool:
    """Whether it says two things or more that the subjects say: a question that a model makes up stays with them."""
    known = frozenset[str]().union(*(read_question_stems(one, language) for one in subjects))
    return len(known & read_question_stems(text, language)) >= LEAST_IN_COMMON


def read_sources(allowed: Allowed) -> frozenset[str]:
    return frozenset[str]().union(*(read_question_stems(one, allowed.language) for one in allowed.sources))


def keeps_question(text: str, question: str, language: str, least: float) -> bool:
    """Whether at least this share of what the question asks with is still in the text."""
    asked = read_question_stems(question, language)
    return len(asked & read_question_stems(text, language)) >= least * len(asked)


def repeats_question(text: str, asked: Collection[str], language: str) -> bool:
    stems = read_question_stems(text, language)
    return any(measure_similarity(stems, read_question_stems(one, language)) >= SAME_QUESTION_FROM for one in asked)
