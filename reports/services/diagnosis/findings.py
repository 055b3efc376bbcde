"""What the doctor and the health pages say of one part of the site."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    GOOD = "good"
    FALLBACK = "fallback"  # something else does its work, less well
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    subject: str
    health: Health
    detail: str
