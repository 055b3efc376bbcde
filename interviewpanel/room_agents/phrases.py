"""What is said in a room and nowhere else, in the panel's language, and the words a candidate may write in its chat."""

import math
import re
from collections.abc import Mapping
from typing import Any

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "consent": "Hello. You are talking to a computer program that holds this interview. What it records, and why, "
        "is written in the chat. Please read it, then write AGREE in the chat, and we begin.",
        "consent_chat": "{text}\n\n— Write AGREE to agree and begin. Without it nothing is recorded.\n"
        "During the interview you can write: REPEAT, OTHER WORDS, TIME, SKIP, PAUSE, GO ON, DONE, END.",
        "consent_changed": "What you agree to has changed meanwhile. Please read it again in the chat, then "
        "write AGREE.",
        "back": "We are connected again. Please go on.",
        "paused": "We have paused. Write GO ON in the chat when you are ready.",
        "resumed": "We go on.",
        "are_you_there": "Are you still there? Write GO ON in the chat to go on.",
        "cannot_hear_you": "I cannot hear you. Please look at your microphone.",
        "slow_network": "Your connection is weak just now. What you say may arrive with gaps.",
        "refused": "That could not be done: {reason}",
        "queue_waiting": "All places are taken just now. You are number {position} in line; we think it takes {time}. "
        "Please stay here: when it is your turn, we begin by ourselves. Nothing is recorded meanwhile.",
        "queue_between": "{shortest} to {longest} minutes",
        "queue_soon": "a minute or two",
        "queue_unknown": "some time",
        "queue_drained": "This site is being updated, and lets nobody in for a few minutes. You keep your place in "
        "line: please stay here.",
        "queue_called": "It is your turn, and we begin. Should we not, write AGREE in the chat.",
        "queue_left": "You are not in line any more. Nothing was recorded. Write AGREE in the chat to stand in line "
        "again.",
    },
    "de": {
        "consent": "Guten Tag. Sie sprechen mit einem Computerprogramm, das dieses Interview führt. Was es aufzeichnet "
        "und wozu, steht im Chat. Bitte lesen Sie es und schreiben Sie dann ZUSTIMMEN in den Chat, dann beginnen wir.",
        "consent_chat": "{text}\n\n— Schreiben Sie ZUSTIMMEN, um zuzustimmen und zu beginnen. Vorher wird nichts "
        "aufgezeichnet.\nWährend des Interviews können Sie schreiben: WIEDERHOLEN, ANDERE WORTE, ZEIT, ÜBERSPRINGEN, "
        "PAUSE, WEITER, FERTIG, BEENDEN.",
        "consent_changed": "Das, dem Sie zustimmen, hat sich inzwischen geändert. Bitte lesen Sie es noch einmal im "
        "Chat und schreiben Sie dann ZUSTIMMEN.",
        "back": "Wir sind wieder verbunden. Bitte fahren Sie fort.",
        "paused": "Wir machen Pause. Schreiben Sie WEITER in den Chat, wenn Sie so weit sind.",
        "resumed": "Es geht weiter.",
        "are_you_there": "Sind Sie noch da? Schreiben Sie WEITER in den Chat, um fortzufahren.",
        "cannot_hear_you": "Ich kann Sie nicht hören. Bitte sehen Sie nach Ihrem Mikrofon.",
        "slow_network": "Ihre Verbindung ist gerade schwach. Was Sie sagen, kommt vielleicht mit Lücken an.",
        "refused": "Das ging nicht: {reason}",
        "queue_waiting": "Zurzeit sind alle Plätze belegt. Sie sind Nummer {position} in der Reihe; wir rechnen mit "
        "{time}. Bitte bleiben Sie hier: Wenn Sie an der Reihe sind, beginnen wir von selbst. Bis dahin wird nichts "
        "aufgezeichnet.",
        "queue_between": "{shortest} bis {longest} Minuten",
        "queue_soon": "ein oder zwei Minuten",
        "queue_unknown": "einiger Zeit",
        "queue_drained": "Diese Seite wird gerade aktualisiert und lässt einige Minuten lang niemanden hinein. Ihr "
        "Platz in der Reihe bleibt Ihnen: Bitte bleiben Sie hier.",
        "queue_called": "Sie sind an der Reihe, und wir beginnen. Wenn nicht, schreiben Sie ZUSTIMMEN in den Chat.",
        "queue_left": "Sie stehen nicht mehr in der Reihe. Es wurde nichts aufgezeichnet. Schreiben Sie ZUSTIMMEN in "
        "den Chat, um sich wieder anzustellen.",
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


def write_queue(queue: Mapping[str, Any], language: str) -> str:
    """Where somebody stands in line, as `queue` of the protocol has it."""
    if queue["state"] != "waiting":
        return write_phrase(f"queue_{queue['state']}", language)
    if queue["is_drained"]:
        return write_phrase("queue_drained", language)
    shortest, longest = queue["shortest_seconds"], queue["longest_seconds"]
    if shortest is None or longest is None:
        time = write_phrase("queue_unknown", language)
    elif longest < 120:
        time = write_phrase("queue_soon", language)
    else:
        least = max(1, shortest // 60)
        most = max(least + 1, math.ceil(longest / 60))
        time = write_phrase("queue_between", language, shortest=f"{least}", longest=f"{most}")
    return write_phrase("queue_waiting", language, position=f"{queue['position']}", time=time)


def read_chat(text: str) -> str | None:
    """The protocol's message that somebody has written in words; None: they were just writing, or asking."""
    return CHAT_WORDS.get(" ".join(re.sub(r"[.!\"“”„]", " ", text.casefold()).split()))
