"""HTML in, accessible PDF out: the only place that touches WeasyPrint. Called by `services/render.py`.

WeasyPrint loads Pango when it is imported, so it is imported when the first report is rendered: a machine without
Pango starts, and `manage.py check` says what to install (`reports/checks.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Tagged PDF with real text, language, title and alternatives: ISO 14289-1.
PDF_VARIANT = "pdf/ua-1"


class PdfUnavailable(Exception):
    """WeasyPrint or the system libraries it stands on cannot be loaded; the message says which and what to do."""


@dataclass(frozen=True)
class Asset:
    """A file that a page may show, already read: nothing is ever fetched."""

    content: bytes
    content_type: str


def load_weasyprint() -> Any:
    """The weasyprint module. Raises PdfUnavailable with the names of Debian's packages."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            f"WeasyPrint cannot be loaded ({str(error).splitlines()[0]}). On Debian and Ubuntu: "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    return weasyprint


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


def render_pdf(html: str, *, css: str, assets: Mapping[str, Asset] | None = None) -> bytes:
    """One HTML document with one style sheet as PDF/UA-1.

    `assets` maps the URLs used in the document to their content; a URL that is not there is left out of the page.
    Raises PdfUnavailable when the machine cannot render.
    """
    weasyprint = load_weasyprint()
    fetcher = make_fetcher(assets or {})
    style = weasyprint.CSS(string=css, url_fetcher=fetcher)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    content: bytes = document.write_pdf(stylesheets=[style], pdf_variant=PDF_VARIANT)
    return content
