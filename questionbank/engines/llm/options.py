"""What newer models, gateways and other servers may not take: sent until it is refused by name, then left out."""

import logging
import re
import threading
from collections.abc import Sequence

logger = logging.getLogger(__name__)
_TOO_MUCH = re.compile(r"\btoo (?:large|long|many|big)\b|\bcontext (?:length|window|size)\b", re.IGNORECASE)


class Options:
    """The options of one model that it has not refused yet. Threads may share it."""

    def __init__(self, model: str, names: Sequence[str]) -> None:
        self._model = model
        self._names = tuple(names)
        self._refused: set[str] = set()
        self._lock = threading.Lock()

    def takes(self, name: str) -> bool:
        return name not in self._refused

    def leave_out(self, status: int, words: str) -> bool:
        """Whether a refusal (HTTP status and the host's words) names an option that was sent: ask again without it.

        Not where the words say that there was too much: another request will be taken as it is.
        """
        if status not in (400, 422) or _TOO_MUCH.search(words):
            return False
        with self._lock:
            for name in self._names:
                if name not in self._refused and name in words:
                    self._refused.add(name)
                    logger.warning("%s takes no %s; it is asked without from now on.", self._model, name)
                    return True
        return False
