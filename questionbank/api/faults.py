"""What the bank's format says against something, as problem details with pointers."""

import re
from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

_STEP = re.compile(r"[^.\[\]]+")
OWN = "non_field_errors"  # of what is no field; answered at the place itself
Fault = tuple[list[str], str]  # where, step by step, and what is wrong


def read_path(path: str) -> list[str]:
    """`criteria[0].weight` as its steps."""
    return _STEP.findall(path)


def make_error(faults: Iterable[Fault]) -> ValidationError:
    """All of them at once, each at its place."""
    root: dict[str, Any] = {}
    for steps, message in faults:
        node = root
        for step in steps:
            node = node.setdefault(step, {})
        node.setdefault(OWN, []).append(ErrorDetail(message, code="invalid"))
    return ValidationError(root)


def write_pointer(steps: Iterable[str]) -> str:
    return "".join(["#", *(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)])


def write_sentence(message: str) -> str:
    text = message.strip()
    return f"{text[:1].upper()}{text[1:]}."
