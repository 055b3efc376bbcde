"""System check: can this machine render a report? Registered by apps.py, shown by every `manage.py` command.

Warnings, not errors: interviews are held without it, their reports wait, and every command must still start. The
libraries are opened one by one; importing WeasyPrint itself would cost every command a second.
"""

import ctypes
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Warning, register

# Debian's package and the names under which WeasyPrint opens its library.
LIBRARIES: Mapping[str, Sequence[str]] = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
}
FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(),
    Path("~/.fonts").expanduser(),
)
FONT_NAMES = ("DejaVuSans*.ttf", "LiberationSans*.ttf", "NotoSans*.[ot]tf")


@register()
def check_report_rendering(**kwargs: Any) -> list[CheckMessage]:
    """reports.W001: a library that WeasyPrint stands on is missing. reports.W002: no font that the page can use."""
    return [*check_libraries(LIBRARIES), *check_fonts(FONT_FOLDERS if sys.platform == "linux" else ())]


def check_libraries(libraries: Mapping[str, Sequence[str]]) -> list[CheckMessage]:
    missing = [package for package, names in libraries.items() if not any(can_open(name) for name in names)]
    if find_spec("weasyprint") is None:
        return [
            Warning(
                "Reports cannot be made: WeasyPrint is not installed.",
                hint="pip install -r requirements.txt",
                id="reports.W001",
            )
        ]
    if not missing:
        return []
    return [
        Warning(
            f"Reports cannot be made: WeasyPrint needs {', '.join(missing)}. Interviews go on; their reports wait.",
            hint=f"On Debian and Ubuntu: apt-get install {' '.join(missing)}. On macOS: brew install pango.",
            id="reports.W001",
        )
    ]


def check_fonts(folders: Iterable[Path]) -> list[CheckMessage]:
    """No folders to look into (not Linux): the system brings fonts of its own."""
    looked_into = list(folders)
    found = (font for folder in looked_into for name in FONT_NAMES for font in folder.rglob(name))
    if not looked_into or next(found, None) is not None:
        return []
    return [
        Warning(
            "No DejaVu, Liberation or Noto font was found, so reports may show empty boxes instead of letters.",
            hint="On Debian and Ubuntu: apt-get install fonts-dejavu-core",
            id="reports.W002",
        )
    ]


def can_open(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
