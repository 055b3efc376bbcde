"""What newer models, gateways and other servers may not take: sent until it is refused by name, then left out."""

import logging
import threading
from collections.abc import Sequence

logger = logging.getLogger(__name__)


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
        """Whether a refusal (HTTP status and the host's words) names an option that was sent: ask again without it."""
        if status not in (400, 422):
            return False
        with self._lock:
            for name in self._names:
                if name not in self._refused and name in words:
                    self._refused.add(name)
                    logger.warning("%s takes no %s; it is asked without from now on.", self._model, name)
                    return True
        return False
