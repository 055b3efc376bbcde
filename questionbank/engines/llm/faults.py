"""What can go wrong between us and a language model, the same for every engine, and what is made of it."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from questionbank.engines.llm.exchanges import ExchangeTooLarge, ExchangeTooLong

BUSY_STATUSES = frozenset({408, 409, 425, 429})
LONGEST_WORDS = 300
SHORTEST_KEY = 8
_KEY = re.compile(r"\b(?:sk|pk|rk)-[\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)


class Kind(StrEnum):
    UNREACHABLE = "unreachable"  # nobody listens, or the name is unknown
    SLOW = "slow"  # the whole time limit is spent
    BUSY = "busy"  # too many requests, out of memory, a connection cut off: another try may work
    BROKEN = "broken"  # it answered, and not with what was asked
    CUT = "cut"  # the output came to its token limit
    REFUSED = "refused"  # a person must change something


class Fault(Exception):
    """One attempt failed. `hint` goes to the model with the next one; `wait_seconds` is what the host asked for."""

    def __init__(self, kind: Kind, words: str, *, hint: str = "") -> None:
        super().__init__(words)
        self.kind, self.hint = kind, hint
        self.wait_seconds: float | None = None


def sort_status(status: int, words: str, advice: Mapping[int, str]) -> Fault:
    """An HTTP status that is not 200. `advice` says what to do about a refusal, by status."""
    if status in BUSY_STATUSES or status >= 500:
        return Fault(Kind.BUSY, f"{words} (HTTP {status})")
    if 300 <= status < 400:
        return Fault(Kind.REFUSED, f"it leads elsewhere (HTTP {status}). {advice.get(300, '')}".strip())
    return Fault(Kind.REFUSED, f"{words} (HTTP {status}). {advice.get(status, '')}".strip())


def sort_connection_error(error: BaseException, *, is_silence_limit: bool) -> Fault | None:
    """By what lies at the root: the clients wrap it. None where it is no failure of the connection."""
    causes = list(walk_causes(error))
    names = {base.__name__ for cause in causes for base in type(cause).__mro__}
    if any(isinstance(cause, ExchangeTooLarge) for cause in causes):
        return Fault(Kind.BROKEN, "the response is larger than any answer")
    if names & {"ConnectError", "ConnectTimeout", "ConnectionRefusedError", "gaierror"}:
        return Fault(Kind.UNREACHABLE, describe_error(causes[-1]))
    if any(isinstance(cause, ExchangeTooLong) for cause in causes):
        return Fault(Kind.SLOW, "the response took too long in all")
    if names & {"TimeoutException", "TimeoutError"}:
        return Fault(Kind.BUSY, "it fell silent in the middle") if is_silence_limit else Fault(Kind.SLOW, "no answer")
    if names & {"TransportError", "RequestError", "DecodingError"}:
        return Fault(Kind.BUSY, f"the connection broke: {describe_error(causes[-1])}")
    return None


def walk_causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was raised from, and so on to the root."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def describe_error(error: BaseException | str, key: str = "") -> str:
    """One short line without keys, never the body of a whole page. `key` is the one that was sent, whatever it is like;
    one of a few letters, as a server of one's own may have, would be found in words."""
    lines = (str(error) or type(error).__name__).strip().splitlines()
    text = "".join(letter if letter.isprintable() else " " for letter in (lines[0] if lines else ""))
    if text.lstrip().startswith("<"):
        text = "a web page"
    if len(key) >= SHORTEST_KEY:
        text = text.replace(key, "[key]")
    return _KEY.sub("[key]", text)[:LONGEST_WORDS]
