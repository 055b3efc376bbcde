"""Takes out of a résumé what no interviewer may ask about, before a machine reads it: how somebody is reached, how old
they are, where they live, where they come from, whom they live with, what they believe, how they look.

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
    |geschlecht|familienstand|kinder|konfession|anschrift|adresse|wohnort|foto|lichtbild
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
# The same without a colon: only labels that begin no other line, with a few words behind them.
UNMARKED = re.compile(
    r"""(?:^|(?<=[|•·,;]))[ \t]{0,8}
    (?:(?:date\ of\ birth|d\.?o\.?b\.?|birth\ ?date|place\ of\ birth|nationality|marital\ status
    |civil\ status|geburtsdatum|geburtsort|nationalität|staatsangehörigkeit|staatsbürgerschaft|familienstand|konfession
    |date\ de\ naissance|lieu\ de\ naissance|nationalité|état\ civil|situation\ familiale
    |fecha\ de\ nacimiento|lugar\ de\ nacimiento|nacionalidad|estado\ civil)[ \t]{1,8}[^\s|•·,;]{1,30}
    (?:[ \t][^\s|•·,;]{1,30}){0,3}
    |(?:gender|sex|geschlecht|sexe|sexo)[ \t]{1,8}
    (?:[mfwdx]|(?:fe)?male|man|woman|non-binary|männlich|weiblich|divers|homme|femme|hombre|mujer))
    [ \t]{0,8}(?=$|[|•·,;])""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
PRONOUNS = re.compile(
    r"""\(?\b(?:(?:she|he|they)\s?/\s?(?:her|him|his|them|they|she|he)|sie\s?/\s?ihr|er\s?/\s?ihm|elle\s?/\s?elle|il\s?/\s?lui
    |ella\s?/\s?ella|él\s?/\s?él)(?:\s?/\s?(?:hers|his|theirs))?\b\)?""",
    re.IGNORECASE | re.VERBOSE,
)
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
    r"(?: (?:in|à|en) (?-i:[A-ZÀ-Ý])[\w-]{1,30})?"
    r"|\b(?:born|geboren|née?|nacid[oa]) (?:in|à|en) (?-i:[A-ZÀ-Ý])[\w-]{1,30}(?:, (?-i:[A-ZÀ-Ý])[\w-]{1,30})?"
    r"|\bgeb\.\s(?:am\s)?\d[^\n]{0,25}\d{2}\b|\bJahrgang\s\d{4}\b"
    r"|\*\s?\d{1,2}\.\s?\d{1,2}\.\s?\d{4}",
    re.IGNORECASE,
)
AGED = re.compile(
    r"\b(?:aged?\s\d{2}\b|\d{2}[\s-]years?[\s-](?:old|young)|\d{2}\sJahre\salt|\d{2}\saños\sde\sedad|âgée?\sde\s\d{2}\sans)"
    r"|\b\d{2}\s?y\.?/?o\b\.?"
    r"|(?:^|(?<=[|•·,;]))[ \t]{0,8}(?:1[6-9]|[2-7]\d)\s(?:ans|años|Jahre)[ \t]{0,8}(?=$|[|•·,;])",  # alone: an age
    re.IGNORECASE | re.MULTILINE,
)
_SOME = (
    r"(?:\d{1,2}|no|one|two|three|four|five|six|kein|keine|ein|zwei|drei|vier|fünf|sans|un|deux|trois|quatre|cinq|sin|una?"
    r"|dos|tres|cuatro|cinco)"
)
_CHILDREN = rf"{_SOME} (?:child(?:ren)?|kids?|Kind(?:er)?|enfants?|hij[oa]s?)"
FAMILY = re.compile(
    r"\b(?:verheiratet|verwitwet|geschieden|célibataire|mariée?|pacsée?|divorcée?|veuve|solter[oa]|casad[oa]|divorciad[oa]|viud[oa])"
    rf"\b(?:[ ,]{{1,3}}(?:(?:mit|avec|con) )?{_CHILDREN}\b)?"
    rf"|(?:^|(?<=[|•·,;]))[ \t]{{0,8}}(?:married|single|divorced|widow(?:ed|er)?|ledig|veuf)"
    rf"(?:[ ,]{{1,3}}(?:(?:with|and|mit|avec|con) )?{_CHILDREN})?[ \t]{{0,8}}(?=$|[|•·,;.])"
    rf"|(?:^|(?<=[|•·,;]))[ \t]{{0,8}}{_CHILDREN}[ \t]{{0,8}}(?=$|[|•·,;.])"
    rf"|\b(?:father|mother|parent|vater|mutter|père|mère|padre|madre) (?:of|von|de) {_SOME}\b",
    re.IGNORECASE | re.MULTILINE,
)
# “German citizen” at the end of what it stands in: a portal for citizens of Berlin is work.
ORIGIN = re.compile(
    r"\b(?:[A-Z][\w.]{1,15}[/-])?[A-Z][\w.]{1,15} (?:dual )?(?:citizen(?:ship)?|national|passport(?: holder)?)"
    r"(?=[ \t]*(?:$|[|•·,;.)]))"
    r"|\b(?:[Oo]riginally from|[Nn]ative of|[Rr]efugee from|[Ii]mmigrant from) [A-Z][\w-]{1,30}"
    r"|\b\w{3,20}e[rn]? Staats(?:bürger|angehörig)\w{0,5}\b",
    re.MULTILINE,
)
_PLACE = r"[A-ZÄÖÜÀ-Ý][\w-]{1,30}(?:, [A-ZÄÖÜÀ-Ý][\w-]{1,30})?"
LIVES = re.compile(
    rf"\b(?:[Ll]ives?|[Ll]iving|[Rr]esiding|[Rr]esident|[Ww]ohnhaft) in {_PLACE}"
    rf"|(?:^|(?<=[|•·;]))[ \t]{{0,8}}[Bb]ased in {_PLACE}[ \t]{{0,8}}(?=$|[|•·;])",
    re.MULTILINE,
)
STREET = re.compile(
    r"\b\d{1,5}[a-zA-Z]?,?\s(?:[A-Z][\w'’-]{1,30}\s){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Court|Ct|Close|"
    r"Square|Way|Boulevard|Blvd|Terrace|Place|Pl)\b\.?(?:[^\n]{0,60}\b[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}\b)?"
    r"|\b[A-ZÄÖÜ][\wäöüß-]{0,40}(?:straße|strasse|str\.|weg|platz|allee|gasse)\s\d{1,4}[a-z]?\b(?:,?\s?\d{5}\s[^\n,]{2,40})?"
    r"|\b\d{1,4}(?:\s?bis)?,?\s(?:rue|avenue|boulevard|chemin)\s[^\n,]{3,40}(?:,?\s?\d{5}\s[^\n,]{2,40})?"
    r"|(?<!\w)(?:Calle|C/|Avda\.|Avenida|Plaza|Paseo|Rua|Travessa)\s[A-ZÀ-Ý][^\n,|•·;]{1,40},?\s\d{1,4}\b"
    r"(?=[ \t]*(?:$|[|•·,;]))"
    # Whatever a street is called: a number, a postcode that is no year, a town.
    r"|\b[A-ZÄÖÜÀ-Ý][^\n|•·;,\d]{1,40},?\s\d{1,4}\s?[a-z]?,\s(?:[A-Z]{1,2}-)?(?!(?:19|20)\d\d\b)\d{4,5}(?:-\d{3})?"
    r"\s[A-ZÄÖÜÀ-Ý][\w-]{1,40}(?=[ \t]*(?:$|[|•·,;]))"
    r"|\bP\.?\s?O\.?\sBox\s\d{1,6}|\bPostfach\s\d{1,6}"
    r"|\b[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}\b"
    r"|^[ \t]{0,8}\d{5}\s[A-ZÄÖÜ][\wäöüß-]{1,40}[ \t]{0,8}$",
    re.MULTILINE,
)
# What stands before and behind a street: the flat, the town, the state with its code.
AROUND = re.compile(
    r"(?:\b(?:Flat|Apt|Apartment|Unit|Suite)\.? \w{1,5},? )?\[address\]"
    r"(?:[ ,]{1,2}(?:Apt|Apartment|Flat|Unit|Suite|\#)\.? ?\w{1,6})?"
    r"(?:, (?:[A-Z]{1,2}-)?[A-ZÄÖÜÀ-Ý\d][\w.'’-]{1,30}(?: [A-ZÄÖÜÀ-Ý\d][\w.'’-]{1,20}){0,2}){0,3}"
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
    |evangelisch|schwanger\w{0,10}|elternzeit|staatsangehörigkeit|schwerbehindert\w{0,4}|weiblich|männlich|refugee|asylum
    |military\ service|wehrdienst)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def _mark_phone(found: re.Match[str]) -> str:
    """Of digits and dashes there are times of employment, too."""
    return found.group() if DATES.fullmatch(found.group()) else "[phone]"


TAKEN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (REFEREES, "[references]"),
    (LABELLED, "[personal]"),
    (INLINE, " [personal]"),
    (UNMARKED, "[personal]"),
    (PRONOUNS, "[personal]"),
    (PHOTO, "[personal]"),
    (EMAIL, "[e-mail]"),
    (LINK, "[link]"),
    (BORN, "[personal]"),
    (AGED, "[personal]"),
    (FAMILY, "[personal]"),
    (ORIGIN, "[personal]"),
    (STREET, "[address]"),
    (AROUND, "[address]"),
    (LIVES, "[address]"),
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
