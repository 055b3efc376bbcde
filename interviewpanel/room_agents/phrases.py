"""What is said in a room and nowhere else, in the panel's language, and the words a candidate may write in its chat."""

import re
from collections.abc import Mapping

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "consent": "Hello. You are talking to a computer program that holds this interview. What it records, and why, "
        "is written in the chat. Please read it, then write AGREE in the chat, and we begin.",
        "consent_chat": "{text}\n\n— Write AGREE to agree and begin. Without it nothing is recorded.\n"
        "During the interview you can write: REPEAT, OTHER WORDS, TIME, SKIP, PAUSE, GO ON, DONE, END.",
        "back": "We are connected again. Please go on.",
        "paused": "We have paused. Write GO ON in the chat when you are ready.",
        "resumed": "We go on.",
        "are_you_there": "Are you still there? Write GO ON in the chat to go on.",
        "cannot_hear_you": "I cannot hear you. Please look at your microphone.",
        "slow_network": "Your connection is weak just now. What you say may arrive with gaps.",
        "refused": "That could not be done: {reason}",
    },
    "de": {
        "consent": "Guten Tag. Sie sprechen mit einem Computerprogramm, das dieses Interview führt. Was es aufzeichnet "
        "und wozu, steht im Chat. Bitte lesen Sie es und schreiben Sie dann ZUSTIMMEN in den Chat, dann beginnen wir.",
        "consent_chat": "{text}\n\n— Schreiben Sie ZUSTIMMEN, um zuzustimmen und zu beginnen. Vorher wird nichts "
        "aufgezeichnet.\nWährend des Interviews können Sie schreiben: WIEDERHOLEN, ANDERE WORTE, ZEIT, ÜBERSPRINGEN, "
        "PAUSE, WEITER, FERTIG, BEENDEN.",
        "back": "Wir sind wieder verbunden. Bitte fahren Sie fort.",
        "paused": "Wir machen Pause. Schreiben Sie WEITER in den Chat, wenn Sie so weit sind.",
        "resumed": "Es geht weiter.",
        "are_you_there": "Sind Sie noch da? Schreiben Sie WEITER in den Chat, um fortzufahren.",
        "cannot_hear_you": "Ich kann Sie nicht hören. Bitte sehen Sie nach Ihrem Mikrofon.",
        "slow_network": "Ihre Verbindung ist gerade schwach. Was Sie sagen, kommt vielleicht mit Lücken an.",
        "refused": "Das ging nicht: {reason}",
    },
}
# By the protocol's message; any language's words are taken in any interview.
CHAT_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("agree", "i agree", "zustimmen", "ich stimme zu"), "start"),
    **dict.fromkeys(("repeat", "wiederholen"), "repeat_question"),
    **dict.fromkeys(("other words", "andere worte"), "rephrase_question"),
    **dict.fromkeys(("time", "zeit"), "need_time"),
    **dict.fromkeys(("skip", "überspringen"), "skip_question"),
    "pause": "pause",
    **dict.fromkeys(("go on", "weiter"), "resume"),
    **dict.fromkeys(("done", "fertig"), "end_turn"),
    **dict.fromkeys(("end", "beenden"), "end_interview"),
}


def write_phrase(name: str, language: str, **values: str) -> str:
    return PHRASES.get(language, PHRASES["en"])[name].format(**values)


def read_chat(text: str) -> str | None:
    """The protocol's message that somebody has written in words; None: they were just writing, or asking."""
    return CHAT_WORDS.get(" ".join(re.sub(r"[.!\"“”„]", " ", text.casefold()).split()))
