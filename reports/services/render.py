"""A scorecard as an accessible PDF. Called by `services/reports.py` and the benchmark.

The page is made by the templates under `reports/templates/reports/`; everything in it that came from a person or a
model is escaped there. The only file a page may show is the organization's logo, handed in as bytes.
"""

from pathlib import Path

from django.template.loader import render_to_string

from reports.domain.answer_cards import ZERO_STATES
from reports.domain.colours import make_palette
from reports.domain.evaluation import describe_basis
from reports.domain.recorded_time import describe_surplus
from reports.domain.scorecard import Scorecard
from reports.engines.drawing import Asset
from reports.engines.pdf import render_pdf

STYLE_SHEET = Path(__file__).resolve().parent.parent / "templates" / "reports" / "report.css"
LOGO_URL = "asset:logo"
MAX_LOGO_BYTES = 2 * 1024 * 1024
LOGO_TYPES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


def render_scorecard(scorecard: Scorecard, *, logo: bytes | None = None) -> bytes:
    """The PDF of a scorecard. A logo that is not a PNG or JPEG of at most 2 MB is left out; the name stands there.

    Raises engines.pdf.PdfUnavailable when the machine lacks WeasyPrint's libraries, or DrawingFailed.
    """
    asset = read_logo(logo)
    html = render_to_string("reports/report.html", make_context(scorecard, has_logo=asset is not None))
    css = STYLE_SHEET.read_text(encoding="utf-8")
    return render_pdf(html, css=css, assets={LOGO_URL: asset} if asset else {})


def make_context(scorecard: Scorecard, *, has_logo: bool) -> dict[str, object]:
    """What the templates read: the scorecard and a few counts and colours that they would have to compute."""
    return {
        "scorecard": scorecard,
        "header": scorecard.header,
        "palette": make_palette(scorecard.header.branding.colour),
        "logo_url": LOGO_URL if has_logo else "",
        "basis": describe_basis(scorecard.verdict),
        "surplus": describe_surplus(
            scorecard.answers, scorecard.header.times.talking_seconds, scorecard.header.panel.time_limit_seconds
        ),
        "counts": {
            "all": sum(1 for card in scorecard.answers if card.follow_up_of is None),
            "scored": sum(1 for card in scorecard.answers if card.state == "scored"),
            "zero": sum(1 for card in scorecard.answers if card.state in ZERO_STATES),
            "follow_ups": sum(1 for card in scorecard.answers if card.kind == "follow_up"),
        },
    }


def read_logo(content: bytes | None) -> Asset | None:
    """The logo as an asset if its first bytes are those of a PNG or JPEG. Never SVG, which can hold anything."""
    if not content or len(content) > MAX_LOGO_BYTES:
        return None
    return next((Asset(content, kind) for start, kind in LOGO_TYPES if content.startswith(start)), None)
