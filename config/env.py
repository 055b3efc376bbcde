"""Typed readers of environment variables. Used by config/settings.py and nowhere else.

An unset or empty variable gives the default. A value that makes no sense stops the start with a sentence that names
the variable, what was found and what would do: a typo in a timeout must not become a surprise in an interview.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class Environment:
    """Readers over one mapping (the process environment unless a test passes its own).

    `seen` collects every name that was asked for, so that a test can hold it against `.env.example`.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values  # noqa: TID251 - the one place
        self.seen: set[str] = set()

    def _raw(self, name: str) -> str:
        self.seen.add(name)
        return self._values.get(name, "").strip()

    def text(self, name: str, default: str = "") -> str:
        return self._raw(name) or default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self._raw(name).lower() or default
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} is {value!r}. It must be one of: {', '.join(allowed)}.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self._raw(name).lower()
        if not value:
            return default
        if value in TRUE_WORDS:
            return True
        if value in FALSE_WORDS:
            return False
        raise ImproperlyConfigured(f"{name} is {value!r}. Write true or false.")

    def integer(self, name: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
        value = self._raw(name)
        if not value:
            return default
        try:
            number = int(value)
        except ValueError:
            raise ImproperlyConfigured(f"{name} is {value!r}. It must be a whole number.") from None
        if not minimum <= number <= maximum:
            raise ImproperlyConfigured(f"{name} is {number}. It must lie between {minimum} and {maximum}.")
        return number

    def number(self, name: str, default: float, *, minimum: float = 0.0, maximum: float = 1e9) -> float:
        value = self._raw(name)
        if not value:
            return default
        try:
            number = float(value)
        except ValueError:
            raise ImproperlyConfigured(f"{name} is {value!r}. It must be a number.") from None
        if not minimum <= number <= maximum:
            raise ImproperlyConfigured(f"{name} is {number}. It must lie between {minimum} and {maximum}.")
        return number

    def folder(self, name: str, default: str, *, base: Path) -> Path:
        """A folder that may be written to, made where it is not there; a relative one lies in `base`."""
        path = base / self.text(name, default)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name} is {str(path)!r}, which cannot be made: {error.strerror}. Name one that may be written to."
            ) from None
        if not os.access(path, os.W_OK | os.X_OK):
            raise ImproperlyConfigured(f"{name} is {str(path)!r}, which may not be written to. Name one that may.")
        return path

    def words(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """A comma-separated list."""
        value = self._raw(name)
        return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)
