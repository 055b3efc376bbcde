"""What all makers of docs/examples share: where the files lie, the label in each, and the recorded answers."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "examples"
DATA = Path(__file__).parent / "data"
LABEL = "EXAMPLE: invented, told by a test server"
Files = dict[str, bytes]


def read_recorded(name: str) -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return recorded
