"""Words about a person instead of what they said: protected attributes, feelings, voice, character. Pure.

What a language model writes about a candidate is held against these before anybody reads it. Terms of the trade that
look
alike (race condition, foreign key, confidence interval, native code) are no such words. A hint and no proof: a text
that passes may still be unfair, and a harmless one may be refused.
"""

import re
from collections.abc import Mapping

_PERSON = r"(?:candidate|applicant|person|individual|professional|engineer|developer|worker|colleague|employee)"
_THEIR = rf"(?:his|her|their|your|my|(?:the\s+)?{_PERSON}['’]?s)"

PERSON_WORDS: Mapping[str, str] = {
    "age": rf"""
        years?[\s-]+old | elderly | middle-aged | youthful | too\s+(?:old|young) | {_THEIR}\s+(?:young\s+)?age
        | (?:young|younger|old|older|aging|ageing)\s+{_PERSON}s? | (?:millennial|boomer|pensioner|digital\s+native)s?
        | close\s+to\s+retirement | recent\s+graduate
    """,
    "gender or family": rf"""
        he | she | him | his | hers? | himself | herself | (?:fe)?males? | wom[ae]n
        | lady | ladies | gentlem[ae]n | guys?
        | m[ae]n(?!\s*-?\s*in\s*-?\s*the\s*-?\s*middle|\s+pages?) | girls? | boys? | gender | masculine | feminine
        | married | divorced | unmarried | spouse | husband | wife | mother | father | maternity | paternity
        | pregnan\w+
        | (?:has|have|having|raising|{_THEIR})\s+(?:young\s+)?(?:children|kids) | family\s+(?:man|plans|situation)
    """,
    "origin": rf"""
        {_THEIR}\s+(?:race|origins?|roots|skin|nationality|country|culture) | racial\w* | ethnic\w* | nationalit\w+
        | immigrants? | migrants? | foreigners? | citizenship | work\s+visa | mother\s+tongue | native\s+speakers?
        | non-native | broken\s+english | foreign(?!\s*-?\s*(?:keys?|function|data|table|ref)) | cultural(?:ly)?\s+fit
        | culture\s+fit | (?:african|asian|arab|indian|chinese|russian|american|european|latino|hispanic|black|white)
        \s+{_PERSON}
    """,
    "belief": r"""
        religio\w+ | christian\w* | muslims? | islam\w* | jew(?:s|ish)? | hindus? | buddhis\w+ | atheis\w+ | mosque
        | church | synagogue | political\s+(?:view|opinion|party|belief)\w* | trade\s+union
    """,
    "orientation": r"gay | lesbian | bisexual | homosexual | heterosexual | transgender | sexual\w*",
    "health": rf"""
        disabilit\w+ | disabled\s+{_PERSON} | handicap\w* | wheelchair | (?:mental|physical|{_THEIR})\s+health | illness
        | autis\w+ | adhd | dyslexi\w* | depress(?:ed|ion) | stutter\w* | stammer\w* | speech\s+impediment
    """,
    "feeling": r"""
        nervous\w* | anxi(?:ous|ety)\w* | calm(?:ly|ness)? | enthusias\w* | passion\w* | excite(?:d|ment) | bored(?:om)?
        | frustrat\w+ | happy(?!\s+path) | happiness | unhappy | sad(?:ly|ness)? | angr\w+ | upset | afraid | fearful
        | cheerful\w*
        | emotion\w* | mood | stress(?:ed|ful)?(?!\s*-?\s*test) | confiden(?:t|tly) | over-?confidence | self-assur\w+
        | confidence(?!\s*-?\s*(?:interval|level|bound|limit|score|threshold)) | relaxed(?!\s+\w*\s*consistency)
        | hesita\w+ | timid\w* | panick\w+ | composed\s+manner | eager(?:ness)?(?!\s+(?:load|evaluat|fetch|execut))
    """,
    "voice or looks": rf"""
        (?:{_THEIR}|speaking|monotone)\s+(?:voice|tone) | tone\s+of\s+voice | monoton(?:e|ous) | pronunciation
        | mumbl\w+
        | accents?(?!\s*-?\s*(?:colou?r|mark|sensitiv|insensitiv)) | accented | body\s+language | eye\s+contact | facial
        | smil(?:e|ed|es|ing) | demeanou?r | attractive\s+{_PERSON} | {_THEIR}\s+(?:appearance|looks|dress|clothes)
        | fluen(?:t|tly|cy)(?!\s*-?\s*(?:api|interface|style|builder))(?:\s+english)? | well-spoken | articulate
    """,
    "character": rf"""
        personalit\w+ | personable | temperament | attitude | charis\w+ | charm(?:s|ed|ing)? | arrogan\w+ | humble
        | humility
        | friendly(?!\s+(?:url|name|id))| likea?ble | introver\w+ | extrover\w+ | shy(?:ness)? | lazy(?!\s+(?:load|eval|
        init|import|fetch|quer))| laziness | energetic | (?:self-|highly\s+|very\s+)motivated | team\s+player
        | go-getter
        | trustworthy\s+{_PERSON} | honest\s+{_PERSON} | intelligen(?:t|ce)\s+{_PERSON} | {_THEIR}\s+(?:intelligence|
        character|nature) | brilliant\s+{_PERSON} | iq | genius | talented | gifted
    """,
}
_PATTERNS = {
    kind: re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.IGNORECASE | re.VERBOSE)
    for kind, pattern in PERSON_WORDS.items()
}


def find_person_words(text: str) -> dict[str, str]:
    """What a text says of the person: the kind, and the first words of that kind."""
    found = {kind: pattern.search(text) for kind, pattern in _PATTERNS.items()}
    return {kind: " ".join(match.group().split()) for kind, match in found.items() if match}
