"""The table of docs/roles.md: who may do what on which page. Read by the test that tries all of it
(tests/integration/organizations/test_role_table.py).

The page for people is the table of the test, so that the two cannot differ.
"""

from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "roles.md"
WHO = ("superadmin", "admin", "hr", "reviewer", "elsewhere", "outside")
VERBS = ("list", "add", "open", "save", "delete", "history")
Cells = dict[str, frozenset[str]]  # by who


@dataclass(frozen=True)
class RoleTable:
    """`rows` by model, with the verbs of each; `pages` by the name of the address, `deeds` by address and what is done
    there, and `actions` by model and action, with `yes` or nothing."""

    rows: dict[str, Cells]
    pages: dict[str, Cells]
    deeds: dict[str, Cells]
    actions: dict[str, Cells]


def read_table(text: str | None = None) -> RoleTable:
    parts: dict[str, dict[str, Cells]] = {"Rows": {}, "Pages": {}, "Deeds": {}, "Actions": {}}
    current: dict[str, Cells] = {}
    for line in (text or DOCUMENT.read_text(encoding="utf-8")).splitlines():
        if line.startswith("## "):
            current = parts.get(line.removeprefix("## "), {})
        if line.startswith("| `"):
            name, *cells = (cell.strip() for cell in line.strip("| \n").split("|"))
            assert len(cells) == len(WHO), f"docs/roles.md: {len(WHO)} cells, not {len(cells)}: {line}"
            name = name.strip("`")
            assert name not in current, f"docs/roles.md says {name} twice."
            current[name] = {who: _read_cell(cell) for who, cell in zip(WHO, cells, strict=True)}
    return RoleTable(parts["Rows"], parts["Pages"], parts["Deeds"], parts["Actions"])


def _read_cell(cell: str) -> frozenset[str]:
    words = frozenset(cell.replace("–", "").split())
    unknown = words - {*VERBS, "yes", "all", "read"}
    assert not unknown, f"docs/roles.md: what is {', '.join(unknown)}?"
    if "all" in words:
        return frozenset(VERBS)
    return (words - {"read"}) | ({"list", "open", "history"} if "read" in words else frozenset())


def say_missing(part: str, names: set[str]) -> str:
    """What to write, and where."""
    empty = " | ".join("–" for _ in WHO)
    lines = "\n".join(f"| `{name}` | {empty} |" for name in sorted(names))
    return (
        f"docs/roles.md says nothing of these. Add a line for each to “## {part}”, with what each role may do in place "
        f"of the dashes, and run the test again:\n{lines}"
    )
