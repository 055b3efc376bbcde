"""Draws a PDF in a process of its own (engines/drawing.py). Called by `services/render.py`.

Drawing keeps a processor busy for a second or two. In the server's own process every live interview would stand still
meanwhile, and a fault in one of the system libraries would end them all.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from reports.engines.drawing import UNAVAILABLE, Asset, encode_request

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT_SECONDS = 120.0
# All that drawing needs of the environment: what reads an organization's logo gets no secret of the site.
KEPT_NAMES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_PATH", "FONTCONFIG_FILE",
              "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PYTHONPATH")  # fmt: skip


class PdfUnavailable(Exception):
    """WeasyPrint or the system libraries it stands on cannot be loaded; the message says which and what to do."""


class DrawingFailed(Exception):
    """The drawing process failed or took too long; the message is the end of what it said."""


def render_pdf(html: str, *, css: str, assets: Mapping[str, Asset] | None = None) -> bytes:
    """One HTML document with one style sheet as PDF/UA-1.

    `assets` maps the URLs used in the document to their content; a URL that is not there is left out of the page.
    Raises PdfUnavailable when the machine cannot render, else DrawingFailed.
    """
    command = [sys.executable, "-m", "reports.engines.drawing"]
    request = encode_request(html, css, assets or {})
    try:
        drawn = subprocess.run(
            command,
            input=request,
            capture_output=True,
            check=False,
            cwd=ROOT,
            env=keep_environment(),
            timeout=LIMIT_SECONDS,
            start_new_session=True,  # Ctrl-C at the server's terminal is not meant for it
        )
    except subprocess.TimeoutExpired as error:
        raise DrawingFailed(f"The report was not drawn within {LIMIT_SECONDS:.0f} s.") from error
    said = drawn.stderr.decode(errors="replace").strip()
    if drawn.returncode == UNAVAILABLE:
        raise PdfUnavailable(
            f"WeasyPrint cannot be loaded ({said}). On Debian and Ubuntu: "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        )
    if drawn.returncode:
        raise DrawingFailed(f"The report could not be drawn (exit status {drawn.returncode}): {said[-500:]}")
    return drawn.stdout


def keep_environment() -> dict[str, str]:
    values = os.environ  # noqa: TID251 - handed on, not read
    return {name: values[name] for name in KEPT_NAMES if name in values}
