"""HTML in, accessible PDF out, on WeasyPrint: the program that engines/pdf.py runs, one process for one report.

`python -m reports.engines.drawing` reads a request as JSON on stdin (`encode_request`) and writes the PDF to stdout.
Exit status: 0; 3 where the machine cannot draw, with the reason on stderr; 1 with a traceback for anything else.

WeasyPrint loads Pango when it is imported, so it is imported here only: a machine without Pango starts, and
`manage.py check` says what to install (`reports/checks.py`).
"""

import base64
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Tagged PDF with real text, language, title and alternatives: ISO 14289-1.
PDF_VARIANT = "pdf/ua-1"
UNAVAILABLE = 3
PATIENCE = 10  # niceness, of 19: nobody waits for a report, everybody for the next question


@dataclass(frozen=True)
class Asset:
    """A file that a page may show, already read: nothing is ever fetched."""

    content: bytes
    content_type: str


def encode_request(html: str, css: str, assets: Mapping[str, Asset]) -> bytes:
    files = {url: [base64.b64encode(one.content).decode(), one.content_type] for url, one in assets.items()}
    return json.dumps({"html": html, "css": css, "assets": files}).encode()


def main() -> int:
    os.nice(max(0, PATIENCE - os.nice(0)))
    request = json.load(sys.stdin.buffer)
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        sys.stderr.write(str(error).splitlines()[0])
        return UNAVAILABLE
    assets = {url: Asset(base64.b64decode(content), kind) for url, (content, kind) in request["assets"].items()}
    fetcher = make_fetcher(assets)
    style = weasyprint.CSS(string=request["css"], url_fetcher=fetcher)
    document = weasyprint.HTML(string=request["html"], url_fetcher=fetcher)
    sys.stdout.buffer.write(document.write_pdf(stylesheets=[style], pdf_variant=PDF_VARIANT))
    return 0


def make_fetcher(assets: Mapping[str, Asset]) -> Any:
    """A fetcher that knows the given URLs and refuses every other one: no network, no file system, no data URLs."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class AssetFetcher(URLFetcher):  # type: ignore[misc] # weasyprint is untyped
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in assets:
                raise ValueError(f"A report shows only what it was given; refused: {url[:80]}")
            asset = assets[url]
            return URLFetcherResponse(url, asset.content, {"Content-Type": asset.content_type})

    return AssetFetcher()


if __name__ == "__main__":
    sys.exit(main())
