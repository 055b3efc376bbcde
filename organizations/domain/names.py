"""Taking somebody's names out of what others wrote. Plain Python; used by services/history.py."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

GONE = "…"
ERASED = "[erased]"  # the database's guard lets this through, in place of what a line said (append_only.py)
SHORTEST_NUMBER = 6  # a phone of fewer digits is a word like any other number
TOKEN = re.compile(r"\w+")


@dataclass(frozen=True)
class Names:
    """What a person is called: found whole, however it is written. `single`, a name of one word, only as written."""

    whole: tuple[str, ...]
    single: str = ""


def collect_names(full_name: str, email: str = "", phone: str = "") -> Names:
    name = " ".join(full_name.split())
    number = phone if sum(letter.isdigit() for letter in phone) >= SHORTEST_NUMBER else ""
    whole = {full_name.strip(), name} if " " in name else set()
    return Names(tuple(sorted({*whole, email.strip(), number.strip()} - {""})), "" if whole else name)


class Eraser:
    """Puts `[erased]` in place of any of these words. Of many people at once it costs little more than of one."""

    def __init__(self, words: Iterable[str], flags: int = re.IGNORECASE) -> None:
        self._flags = flags
        self._by_token: dict[str, set[str]] = {}
        for word in words:
            if first := TOKEN.search(word):
                self._by_token.setdefault(first[0].lower(), set()).add(word)

    def erase(self, text: str) -> str:
        tokens = {token.lower() for token in TOKEN.findall(text)} & self._by_token.keys()
        found = {word for token in tokens for word in self._by_token[token]}
        if not found:
            return text
        longest_first = sorted(map(re.escape, found), key=len, reverse=True)
        return re.sub(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", ERASED, text, flags=self._flags)


def leave_out_names(text: str, full_name: str, others: Iterable[str] = ()) -> str:
    """“Jane Doe asked us, jane@example.com; Jane was invited twice” → “… asked us, …; … was invited twice”.

    The full name, and the others (addresses, numbers), however they are written; each part of the name as it is
    written, since "mark" and "rich" are words as well. Always as a word of its own.
    """
    whole = [one for one in (full_name.strip(), *others) if one]
    parts = [part for part in full_name.split() if len(part) > 1]
    for words, flags in ((whole, re.IGNORECASE), (parts, 0)):
        if words:
            longest_first = sorted(map(re.escape, words), key=len, reverse=True)
            text = re.sub(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", GONE, text, flags=flags)
    return text
