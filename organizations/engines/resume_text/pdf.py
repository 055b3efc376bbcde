"""The text of a PDF as a person sees it. Runs in the child only (child.py).

Whether a word is seen is looked at, and not guessed from how it was written: each page is drawn with its letters and
once more without them, and a word whose place is the same in both is not there for anybody's eyes, whatever the trick:
white on white, beneath a picture, cut off, in an empty font. How it is drawn says why, and finds what lies under
visible words.
"""

import pypdfium2
import pypdfium2.raw as pdfium

from organizations.domain.resume_readings import (
    MOST_CHARACTERS,
    MOST_PAGES,
    HiddenTally,
    ResumeReading,
    ResumeUnreadable,
)
from organizations.engines.resume_text.pdf_pages import Word, read_page

PICTURE_SHARE = 0.5  # of a page, from which on it counts as scanned if there is no text on it
LONG_PROPERTY = 200


def read_pdf(content: bytes) -> ResumeReading:
    """Raises ResumeUnreadable."""
    document = _open(content)
    count = len(document)
    if count < 1:
        raise ResumeUnreadable("broken")
    if count > MOST_PAGES:
        raise ResumeUnreadable("too_many_pages")
    tally = HiddenTally()
    pages, characters, has_picture = [], 0, False
    for number in range(count):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            raise ResumeUnreadable("broken") from None
        read = read_page(page, tally)
        has_picture = has_picture or read.picture_share >= PICTURE_SHARE
        text = join_visible(read.words, tally)
        pages.append(text)
        characters += len(text)
        page.close()
        if characters > MOST_CHARACTERS:
            break
    whole = "\n\n".join(page for page in pages if page.strip())
    if not whole.strip():
        raise ResumeUnreadable("scan" if has_picture else "empty")
    _tell_properties(document, tally)
    return ResumeReading(
        text=whole[:MOST_CHARACTERS], pages=count, hidden=tally.list_hidden(), is_cut=characters > MOST_CHARACTERS
    )


def _open(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise ResumeUnreadable("encrypted" if is_locked else "broken") from error


def join_visible(words: list[Word], tally: HiddenTally) -> str:
    """The visible words with what stands between them; runs of hidden ones go to the tally."""
    kept: list[str] = []
    run: list[str] = []
    reason = ""
    for word in words:
        if word.is_gap:
            (run if reason else kept).append(word.text)
            continue
        if word.hidden != reason:
            told = "".join(run)
            tally.add(reason, told)
            kept.append("\n" if "\n" in told else " ")
            run, reason = [], word.hidden
        (run if reason else kept).append(word.text)
    tally.add(reason, "".join(run))
    return "".join(kept)


def _tell_properties(document: pypdfium2.PdfDocument, tally: HiddenTally) -> None:
    """Nobody reads them here. Long ones were written for a machine."""
    for value in document.get_metadata_dict(skip_empty=True).values():
        if len(value) > LONG_PROPERTY:
            tally.add("properties", value[:10_000])
