"""Yes, no, or never again: what somebody answers on a phone, by key or by voice. Called by views/phone_line.py.

A voice counts only where all that was said is a phrase of the lists: a mailbox's greeting has a "right" and a "can't
take your call" in it, and what is read into it would be consent, or a wish, that nobody has spoken.
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class Reply(StrEnum):
    YES = "yes"
    NO = "no"
    UNWANTED = "unwanted"  # said not to call again; only the key makes it so
    NEVER = "never"  # do not call me again, by key


KEYS: Mapping[str, Reply] = {"1": Reply.YES, "2": Reply.NO, "9": Reply.NEVER}
SUREST = 0.5  # a guess of less is not taken for somebody's word


def _list_phrases(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


YES: Mapping[str, frozenset[str]] = {
    "en": _list_phrases(
        "yes,yeah,yep,yup,yes yes,yes please,yes i do,yes i am,yes it is,yes speaking,yes that's me,yes correct,"
        "that's correct,correct,i agree,yes i agree,agreed"
    ),
    "de": _list_phrases(
        "ja,jawohl,jap,ja ja,ja bitte,ja genau,ja richtig,ja bin ich,ja das bin ich,ja das stimmt,das stimmt,"
        "ja am apparat,einverstanden,ja einverstanden,ich willige ein,ja ich willige ein"
    ),
}
NO: Mapping[str, frozenset[str]] = {
    "en": _list_phrases(
        "no,nope,nah,no no,no thanks,no thank you,no sorry,no i don't,no i'm not,no i am not,no it isn't,i don't,"
        "i do not,i don't agree,i do not agree,i disagree,wrong number"
    ),
    "de": _list_phrases(
        "nein,nee,nö,nein nein,nein danke,nein tut mir leid,bin ich nicht,nein bin ich nicht,nicht einverstanden,"
        "nein nicht einverstanden,ich bin nicht einverstanden,falsch verbunden"
    ),
}
UNWANTED: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(don't|do not|never|stop)( ever| please)? (call|calling|phone|phoning|ring|ringing)\b|\bno more calls\b"
    ),
    "de": re.compile(
        r"\bruf\w*\b.*\b(nicht|nie)( mehr| wieder)?\b.* an\b|\b(nicht|nie) (mehr|wieder) ange?ruf\w*"
        r"|\bkeine (weiteren )?anrufe\b"
    ),
}


def read_reply(*, digits: str, speech: str, confidence: str, language: str) -> Reply | None:
    """None for what is neither yes nor no: it is asked again. A key counts before a voice."""
    if digits:
        return KEYS.get(digits[:1])
    said = " ".join(re.findall(r"[\w']+", speech.lower().replace("’", "'")))
    if not said or not _is_sure(confidence):
        return None
    tongue = language if language in YES else "en"
    if said in YES[tongue]:
        return Reply.YES
    if said in NO[tongue]:
        return Reply.NO
    return Reply.UNWANTED if UNWANTED[tongue].search(said) else None


def _is_sure(confidence: str) -> bool:
    """Where Twilio says nothing of it, what it heard counts."""
    try:
        return not confidence or float(confidence) >= SUREST
    except ValueError:
        return False
