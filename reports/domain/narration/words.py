"""What no sentence of a report may say, whatever its evidence: verdicts, talk to the reader, links. Pure."""

import re
import unicodedata

from questionbank.domain.instructions import find_instructions

SHORTEST, LONGEST = 20, 320
LONGEST_QUESTION = 300

_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,200}>")
_LINK = re.compile(r"\[([^\[\]]{0,200})\]\([^()]{0,300}\)")
_MARKUP = re.compile(r"[*_`~]{2,}|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|^\s*(?:#{1,6}|>|[-*•]|\d{1,2}[.)])\s+")
_ADDRESS = re.compile(r"https?:|www\.|\bmailto:|\S@\S+\.\S|\b[\w-]+\.(?:com|org|net|io)\b", re.IGNORECASE)
_PERSON = r"(?:candidate|applicant|person|interviewee)"
_VERDICT = re.compile(
    rf"""
    \b(?:i|we|strongly|highly|not|would|can|cannot|is|are)\s+recommend(?:ed|s)?\b | \brecommendations?\b
    | \brecommend(?:ed|s|ing)?\s+(?:for|to|that|hiring|hire|this|the\s+{_PERSON}|them|advanc|proceed|reject)
    | \b(?:un)?hir(?:e[ds]?|ing|eable)\b | \bno[\s-]hire\b | \bjob\s+offer\b | \b(?:make|extend)\s+an?\s+offer\b
    | \breject(?:s|ed|ing|ion)?\s+(?:the|this|that)\s+{_PERSON}\b | \b(?:should|must|to)\s+be\s+rejected\b
    | \b(?:short-?list|blacklist)\w* | \b(?:(?:next|second|final|following)\s+round|next\s+stage)\b
    | \b(?:advanc|progress|proceed|mov)(?:e|es|ed|ing)?\s+
      (?:the\s+{_PERSON}|them|(?:on\s+|forward\s+)?to\s+the\s+next)\b
    | \bmove\s+forward\s+with\b
    | \b(?:un)?suit(?:able|ed)\s+(?:for|to)\s+(?:the|this)\s+(?:role|job|position|team|company)\b
    | (?<!fully\s)(?<!fully-)\b(?:un|over|under)?-?qualified\b
    | \b(?:good|great|strong|poor|bad|excellent|perfect|right|ideal|clear|weak|outstanding)\s+(?:\w+\s+)?{_PERSON}\b
    | \b(?:fit|match|choice|asset|addition)\s+(?:for|to)\s+(?:the|this|our|a|any)\s+(?:role|job|position|team|company)\b
    | \b(?:ready|fit|not\s+ready|unfit)\s+for\s+(?:the|this|a)\s+(?:role|job|position|senior)
    | \b(?:pass|fail)(?:es|ed|s)?\s+(?:the|this)\s+(?:interview|round|assessment|bar|screening)\b
    | \b(?:above|below|meets?|clears?|under)\s+the\s+(?:hiring\s+)?bar\b
    | (?<![\w-])grade[ds]?\b | (?<![\w+])[ABCDF][+-](?![\w+]) | \bletter\s+grade\b
    | \b(?:junior|mid|senior|staff|principal|expert|entry)[\s-]+level\b
    | \b(?:than|unlike|among|compared\s+(?:to|with))\s+(?:the\s+)?(?:most|other|all|many|average|our|their)?\s*
      (?:candidates|applicants|interviewees|peers|colleagues)\b
    | \b(?:top|best|worst)\s+(?:\w+\s+)?(?:candidate|performer|applicant)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_READER = re.compile(
    r"""
    \b(?:you|your|yours|yourself|dear|please|recruiters?|hiring\s+manager|interviewer|grader)\b
    | (?<![\w/])(?:I(?!/O)(?=\s|['’])|we|me|my|our|us)\b(?!-) | \bas\s+an?\s+(?:ai|language\s+model|assistant)\b
    | \b(?:ignore|disregard|override|follow)\w*\s+(?:\w+\s+){0,3}(?:instruction|rule|prompt|score|rating)s?\b
    | \b(?:this|the|these|my|system|above|previous)\s+(?:prompt|instruction|rubric|nonce)s?\b
    | \binstruct(?:ed|s|ing)\b | \b(?:BEGIN|END)\s+EVIDENCE\b | \bnot\s+specified\s+in\s+the\s+(?:evidence|data)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:sa(?:ys|id)|stat(?:es|ed)|mention(?:s|ed)|name[sd]|claim(?:s|ed)|put\s+it|in\s+their\s+own\s+words|quot(?:es|ed)|"
    r"repl(?:ies|ied)|assert(?:s|ed)|remark(?:s|ed))\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|no|nothing|without|nor|neither|missing|missed|omit\w*|lack\w*)\b|n['’]t\b", re.IGNORECASE
)
_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|„([^„“”]+)[“”]|(?<!\w)['‘]([^'‘’]{3,}?)['’](?!\w)")
_ENGLISH = frozenset(
    (
        *(
            "the",
            "a",
            "an",
            "of",
            "and",
            "to",
            "is",
            "was",
            "were",
            "are",
            "with",
            "on",
            "that",
            "by",
            "but",
            "not",
            "from",
        ),
        *(
            "how",
            "what",
            "which",
            "it",
            "its",
            "as",
            "at",
            "between",
            "without",
            "their",
            "they",
            "this",
            "these",
            "before",
        ),
        *(
            "why",
            "when",
            "would",
            "did",
            "does",
            "has",
            "had",
            "only",
            "into",
            "than",
            "or",
            "for",
            "if",
            "one",
            "each",
        ),
    )
)
_TOKEN = re.compile(r"[^\W\d_]+")


def clean_text(text: str) -> str:
    """One line of plain text: no markup, no characters that cannot be seen, nothing composed in two ways."""
    plain = unicodedata.normalize("NFKC", text)
    plain = " ".join("".join(" " if one in "\t\r\n" else one for one in plain if is_seen(one)).split())
    plain = _TAG.sub("", _LINK.sub(r"\1", plain))
    return " ".join(_MARKUP.sub("", plain).split())


def is_seen(character: str) -> bool:
    return character in "\t\r\n" or not unicodedata.category(character).startswith("C")


def gives_verdict(text: str) -> bool:
    """Whether it says what only the score calculator and people say: whom to hire, a grade, a level, a comparison."""
    return _VERDICT.search(text) is not None


def talks_to_reader(text: str) -> bool:
    """Whether it addresses somebody, speaks of itself, or tells what to do."""
    return bool(_READER.search(text) or find_instructions(text))


def orders(text: str) -> bool:
    """Whether it tells a grader what to do; a question to a candidate may say “you” and not this."""
    return bool(find_instructions(text))


def has_address(text: str) -> bool:
    return _ADDRESS.search(text) is not None


def tells_words(text: str) -> bool:
    """Whether it says that something was said: then the words belong to it."""
    return _SAYING.search(text) is not None and _NOT.search(text) is None


def list_quoted(text: str) -> list[str]:
    """The stretches of a text that stand between quotation marks."""
    return [next(filter(None, match.groups())) for match in _QUOTED.finditer(text)]


def is_english(text: str) -> bool:
    """A guess good enough to notice another language, whose words the other checks do not know."""
    words = [word.casefold() for word in _TOKEN.findall(text)]
    if not words or any(ord(letter) > 0x24F for word in words for letter in word):
        return False
    known = sum(word in _ENGLISH for word in words)
    return known >= (1 if len(words) < 9 else 2)


def compile_words(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)
