"""Prompts as files: read once, filled in, and named by version and hash with everything that came of them.

Every app keeps its own in `prompts/`. A file begins with `version: N` (raised with every change of meaning) and words
for the reader; the parts that are sent follow, each below a line `<!-- name -->`.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

_SECTION = re.compile(r"^<!-- (\w+) -->\n", re.MULTILINE)
_VERSION = re.compile(r"version: (\d+)\n")


@dataclass(frozen=True)
class Prompt:
    """What is sent: the rules, and what they are applied to. `version` is "name/number+hash of the file"."""

    system: str
    user: str
    version: str

    @property
    def operation(self) -> str:
        """The prompt's name, such as score_answer."""
        return self.version.split("/", 1)[0]


@dataclass(frozen=True)
class PromptTemplate:
    version: str
    sections: Mapping[str, Template]

    def fill(self, values: Mapping[str, str], sections: Sequence[str] = ("user",)) -> Prompt:
        """The system section, and the named ones in their order. Raises KeyError where a value is missing.

        Values are put in as they are: what stands in them is never read as a placeholder. What is not ours goes in
        through quoted_data.quote_data.
        """
        user = "\n\n".join(self.sections[name].substitute(values) for name in sections)
        return Prompt(self.sections["system"].substitute(values), user, self.version)


@lru_cache(maxsize=64)
def load_prompt(path: Path) -> PromptTemplate:
    """Raises ValueError where a file does not begin with its version or has no system section."""
    text = path.read_text(encoding="utf-8")
    found = _VERSION.match(text)
    names_and_parts = _SECTION.split(text)[1:]
    sections = {
        name: Template(part.strip()) for name, part in zip(names_and_parts[::2], names_and_parts[1::2], strict=True)
    }
    if found is None or "system" not in sections:
        raise ValueError(f"{path.name} must begin with “version: N” and have a section <!-- system -->.")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return PromptTemplate(f"{path.stem}/{found.group(1)}+{digest}", sections)
