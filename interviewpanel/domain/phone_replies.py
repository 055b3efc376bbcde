"""Yes, no, or never again: what somebody answers on a phone, by key or by voice. Called by views/phone_line.py."""

import re
from collections.abc import Mapping
from enum import StrEnum


class Reply(StrEnum):
    YES = "yes"
    NO = "no"
    NEVER = "never"  # do not call me again


KEYS: Mapping[str, Reply] = {"1": Reply.YES, "2": Reply.NO, "9": Reply.NEVER}
SUREST = 0.5  # a guess of less is not taken for somebody's word
YES: Mapping[str, frozenset[str]] = {
    "en": frozenset(["yes", "yeah", "yep", "yup", "sure", "speaking", "agree", "correct", "right", "okay", "ok"]),
    "de": frozenset(["ja", "jawohl", "jap", "genau", "richtig", "einverstanden", "stimmt", "okay", "ok"]),
}
NO: Mapping[str, frozenset[str]] = {
    "en": frozenset(["no", "nope", "nah", "not", "don't", "dont", "disagree", "wrong", "never"]),
    "de": frozenset(["nein", "nee", "nö", "nicht", "falsch", "nie", "niemals", "kein", "keine"]),
}
NEVER: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"(\b(not|dont|never|stop|no more)|n't)\b.*\bcall"),
    "de": re.compile(r"\b(ruf\w*|anruf\w*)\b.*\b(nicht|nie|nie mehr|kein\w*)\b|\b(nicht|nie|kein\w*)\b.*\banruf"),
}


def read_reply(*, digits: str, speech: str, confidence: str, language: str) -> Reply | None:
    """None for what is neither, or both: it is asked again. A key counts before a voice."""
    if digits:
        return KEYS.get(digits[:1])
    said = speech.lower().replace("’", "'")
    if not said or not _is_sure(confidence):
        return None
    tongue = language if language in YES else "en"
    if NEVER[tongue].search(said):
        return Reply.NEVER
    words = set(re.findall(r"[\w']+", said))
    is_yes, is_no = bool(words & YES[tongue]), bool(words & NO[tongue])
    if is_yes == is_no:
        return None
    return Reply.YES if is_yes else Reply.NO


def _is_sure(confidence: str) -> bool:
    """Where Twilio says nothing of it, what it heard counts."""
    try:
        return not confidence or float(confidence) >= SUREST
    except ValueError:
        return False
