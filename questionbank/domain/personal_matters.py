"""Takes out of a résumé what no interviewer may ask about, before a machine reads it: how somebody is reached, how old
they are, where they live, whom they live with, what they believe, how they look.

Found by labels and forms of writing, in English, German, French and Spanish. What is told in running prose is not: that
is what the model's own rules, and `is_personal` on what comes back, are for. Every pattern is bounded: a text may be
made to keep one busy.
"""

import re
from collections.abc import Callable, Iterable

from organizations.domain.names import leave_out_names

_LABELS = r"""
    date\ of\ birth|d\.?\ ?o\.?\ ?b\.?|birth\ ?(?:day|date|place)|place\ of\ birth|born|age|nationality|citizenship
    |ethnicity|race|gender|sex|pronouns|marital\ status|civil\ status|family\ status|children|dependants|religion
    |denomination|faith|disability|(?:home\ )?address|residence|photo|photograph|passport|national\ insurance\ number
    |ssn|geburtsdatum|geburtsort|geboren(?:\ am)?|alter|nationalität|staatsangehörigkeit|staatsbürgerschaft
    |geschlecht    |familienstand|kinder|konfession|anschrift|adresse|wohnort|foto|lichtbild
    |date\ de\ naissance|lieu\ de\ naissance|née?\ le|âge|nationalité|sexe|état\ civil|situation\ familiale|enfants
    |fecha\ de\ nacimiento|lugar\ de\ nacimiento|edad|nacionalidad|sexo|estado\ civil|hijos|dirección|domicilio
    |e-?mail|(?:full\ |sur|first\ |last\ )?name
"""
# A label with what stands behind it, or below it: in a table the two are lines of their own.
LABELLED = re.compile(
    rf"""^[ \t•·*–-]{{0,8}}(?:{_LABELS})[ \t]{{0,8}}
    (?:(?:[:–—|]|-[ \t])[ \t]{{0,8}}(?:[^\s].*|\n[^\n]*)|\n[^\n]*)$""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
INLINE = re.compile(rf"(?<=[|•·,;])[ \t]{{0,8}}(?:{_LABELS})[ \t]{{0,8}}:[^|•·;\n]*", re.IGNORECASE | re.VERBOSE)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
LINK = re.compile(r"(?:https?://|www\.)\S+|\b(?:linkedin\.com|github\.com|xing\.com|gitlab\.com)/\S+", re.IGNORECASE)
PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)\d[\d ()./–-]{6,24}\d|(?<![\w.–/-])\(?0\d[\d ()/–-]{5,24}\d(?![\w–-])"
    r"|(?<![\w.–/-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w–-])"
)
_DAY = r"(?:\d{1,2}[./-]){0,2}(?:19|20)\d\d"
DATES = re.compile(rf"\(?{_DAY}(?:\s{{0,3}}[–/-]\s{{0,3}}{_DAY})?\)?")
BORN = re.compile(
    r"\b(?:born|geboren|née?|nacid[oa])\b(?:\s(?:on|in|am|le|el|den))?\s(?:[A-Z][\w-]{1,30},?\s)?\d[^\n]{0,25}\d{2}\b"
    r"|\*\s?\d{1,2}\.\s?\d{1,2}\.\s?\d{4}",
    re.IGNORECASE,
)
AGED = re.compile(
    r"\b(?:aged?\s\d{2}\b|\d{2}[\s-]years?[\s-](?:old|young)|\d{2}\sJahre\salt|\d{2}\saños\sde\sedad|âgée?\sde\s\d{2}\sans)",
    re.IGNORECASE,
)
STREET = re.compile(
    r"\b\d{1,5}[a-zA-Z]?,?\s(?:[A-Z][\w'’-]{1,30}\s){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Court|Ct|Close|"
    r"Square|Way|Boulevard|Blvd|Terrace|Place|Pl)\b\.?(?:[^\n]{0,60}\b[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}\b)?"
    r"|\b[A-ZÄÖÜ][\wäöüß-]{0,40}(?:straße|strasse|str\.|weg|platz|allee|gasse)\s\d{1,4}[a-z]?\b(?:,?\s?\d{5}\s[^\n,]{2,40})?"
    r"|\b\d{1,4}(?:\s?bis)?,?\s(?:rue|avenue|boulevard|chemin)\s[^\n,]{3,40}(?:,?\s?\d{5}\s[^\n,]{2,40})?"
    r"|\b[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}\b"
    r"|^[ \t]{0,8}\d{5}\s[A-ZÄÖÜ][\wäöüß-]{1,40}[ \t]{0,8}$",
    re.MULTILINE,
)
TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Sir|Dr|Prof|Herrn?|Frau|Mme|Mlle|Monsieur|Madame|Señora?)\b\.?(?:\s[A-ZÄÖÜ][\w'’-]{1,30}){1,3}"
)
PHOTO = re.compile(
    r"^\W{0,8}(?:my\s)?(?:photo(?:graph)?|headshot|passbild|lichtbild|bewerbungsfoto)(?:\s(?:attached|enclosed|of\sme))?\W{0,8}$",
    re.IGNORECASE | re.MULTILINE,
)
REFEREES = re.compile(
    r"^[ \t]{0,8}(?:references?|referees?|referenzen|références|referencias)[ \t]{0,8}:?[ \t]{0,8}$.*",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
# Of a person and not of work: in a fact that came back, reason enough to drop it.
TELLING = re.compile(
    r"""\b(?:he|she|his|hers?|him|himself|herself|wife|husband|spouse|mother|father|married|divorced|widow(?:ed|er)?
    |pregnan\w{1,6}|maternity|paternity|parental\ leave|christian|muslim|jewish|hindu|buddhist|catholic|protestant
    |atheist|church|mosque|synagogue|nationality|citizenship|immigrant|native\ of|disability|wheelchair|pensioner
    |years\ old|date\ of\ birth|male|female|woman|man|gay|lesbian|trade\ union|verheiratet|ledig|geschieden|katholisch
    |evangelisch|schwanger\w{0,10}|elternzeit|staatsangehörigkeit)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def _mark_phone(found: re.Match[str]) -> str:
    """Of digits and dashes there are times of employment, too."""
    return found.group() if DATES.fullmatch(found.group()) else "[phone]"


TAKEN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (REFEREES, "[references]"),
    (LABELLED, "[personal]"),
    (INLINE, " [personal]"),
    (PHOTO, "[personal]"),
    (EMAIL, "[e-mail]"),
    (LINK, "[link]"),
    (BORN, "[personal]"),
    (AGED, "[personal]"),
    (STREET, "[address]"),
    (PHONE, _mark_phone),
    (TITLED, "[name]"),
)


def take_out(text: str, full_name: str = "", others: Iterable[str] = ()) -> str:
    """The text with these things in square brackets. `full_name` is the candidate's, `others` more words of
    theirs, as an address."""
    for pattern, mark in TAKEN:
        text = pattern.sub(mark, text)
    return leave_out_names(text, full_name, others) if full_name.strip() else text


def is_personal(text: str, full_name: str = "") -> bool:
    """Whether something of the kind is (still) in what came back from a model."""
    return bool(TELLING.search(text)) or take_out(text, full_name) != text
