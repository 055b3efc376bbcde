"""Taking somebody's names out of what others wrote. Plain Python; used by services/history.py."""

import re
from collections.abc import Iterable

GONE = "…"


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
