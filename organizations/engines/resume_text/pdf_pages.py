"""The words of one page of a PDF, each with why nobody sees it, if nobody does. Called by pdf.py, in the child."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from organizations.domain.resume_readings import HiddenTally, ResumeUnreadable
from organizations.engines.resume_text.pdf_drawings import Box, Drawing, draw_page, find_transform

MOST_OBJECTS = 100_000  # of a page; a résumé has some hundred
MOST_CHARACTERS_ON_PAGE = 400_000
SMALLEST_POINTS = 2.0
SMALLEST_ALPHA = 26  # of 255
LAST_LATIN = 0x24F  # pdfium draws these itself where a file does not bring its font
_INVISIBLE = frozenset({pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP})
_STROKED = frozenset({pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP})
_HYPHENS = frozenset({0x02, 0xFFFE})


@dataclass(frozen=True)
class Word:
    """Letters that follow each other and are written alike, or (`is_gap`) what stands between such."""

    text: str
    is_gap: bool = False
    hidden: str = ""


@dataclass(frozen=True)
class PageRead:
    words: list[Word]
    picture_share: float


@dataclass(frozen=True)
class Style:
    """How the letters of one text object are written. `colour` is None for patterns."""

    mode: int
    colour: tuple[int, int, int] | None
    alpha: int
    is_embedded: bool
    order: int  # of the object on the page: what comes later lies above


@dataclass(frozen=True)
class Shape:
    """What is no text: where it lies, and when it is drawn."""

    box: Box
    order: int
    is_picture: bool


@dataclass
class _Page:
    """What is known of the page while its words are read."""

    drawing: Drawing
    shapes: list[Shape]
    orders: dict[int, int]
    styles: dict[int, Style] = field(default_factory=dict)


def read_page(page: pypdfium2.PdfPage, tally: HiddenTally) -> PageRead:
    """Raises ResumeUnreadable."""
    texts, shapes = _sort_objects(page)
    for text in texts:
        _drop_replacements(text.raw, tally)
    textpage = page.get_textpage()
    count = textpage.count_chars()
    if count > MOST_CHARACTERS_ON_PAGE:
        raise ResumeUnreadable("too_heavy")
    if count <= 0:
        return PageRead([], _find_share(page, shapes))
    drawing = draw_page(page, [text.raw for text in texts])
    state = _Page(drawing, shapes, {_address(text.raw): text.order for text in texts})
    words = list(_read_words(textpage, count, state))
    textpage.close()
    return PageRead(words, _find_share(page, shapes))


@dataclass(frozen=True)
class _Text:
    raw: Any
    order: int


def _sort_objects(page: pypdfium2.PdfPage) -> tuple[list[_Text], list[Shape]]:
    """Texts and the rest, in the order in which they are drawn. What lies in a form is not told apart from its form."""
    transform = find_transform(page)
    texts, shapes = [], []
    for order, one in enumerate(page.get_objects()):
        if order > MOST_OBJECTS:
            raise ResumeUnreadable("too_heavy")
        if one.type == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(_Text(one.raw, order))
        elif one.type != pdfium.FPDF_PAGEOBJ_FORM and one.level == 0:
            try:
                left, bottom, right, top = one.get_bounds()
            except pypdfium2.PdfiumError:
                continue
            box = transform.turn(left, bottom, right, top)
            shapes.append(Shape(box, order, one.type == pdfium.FPDF_PAGEOBJ_IMAGE))
    return texts, shapes


def _find_share(page: pypdfium2.PdfPage, shapes: list[Shape]) -> float:
    """The part of the page that its largest picture takes."""
    transform = find_transform(page)
    whole = transform.width * transform.height
    return max((one.box.area / whole for one in shapes if one.is_picture), default=0.0)


def _drop_replacements(raw: Any, tally: HiddenTally) -> None:
    """`ActualText` says other words than the page shows, and pdfium would read those: the letters drawn are read."""
    for place in reversed(range(max(0, pdfium.FPDFPageObj_CountMarks(raw)))):
        mark = pdfium.FPDFPageObj_GetMark(raw, place)
        length = ctypes.c_ulong()
        if not pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, length) or length.value <= 2:
            continue
        buffer = (pdfium.FPDF_WCHAR * (length.value // 2 + 1))()
        pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", buffer, length.value, length)
        told = bytes(buffer)[: length.value - 2].decode("utf-16-le", "ignore")
        if len(told) > 20:  # shorter ones are hyphens, ligatures, bullets
            tally.add("replaced", told[:10_000])
        pdfium.FPDFPageObj_RemoveMark(raw, mark)


def _read_words(textpage: pypdfium2.PdfTextPage, count: int, page: _Page) -> Iterator[Word]:
    letters: list[tuple[str, Box, float]] = []
    style: Style | None = None
    for place in range(count):
        code = pdfium.FPDFText_GetUnicode(textpage, place)
        letter = "-" if code in _HYPHENS else _spell(code)
        if not letter.strip() or pdfium.FPDFText_IsGenerated(textpage, place) == 1:
            yield from _end_word(letters, style, page)
            letters = []
            yield Word(letter, is_gap=True)
            continue
        now = _find_style(textpage, place, page)
        if letters and now != style:
            yield from _end_word(letters, style, page)
            letters = []
        style = now
        letters.append((letter, *_measure(textpage, place, page.drawing)))
    yield from _end_word(letters, style, page)


def _spell(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def _end_word(letters: list[tuple[str, Box, float]], style: Style | None, page: _Page) -> Iterator[Word]:
    if letters:
        box = Box.around([one[1] for one in letters])
        text = "".join(one[0] for one in letters)
        yield Word(text, hidden=_find_reason(text, box, max(one[2] for one in letters), style, page))


def _find_reason(text: str, box: Box, points: float, style: Style | None, page: _Page) -> str:
    """Why nobody sees the word; empty if it is seen."""
    drawing = page.drawing
    if style is not None and style.mode in _INVISIBLE:
        return "invisible"
    if style is not None and style.alpha < SMALLEST_ALPHA:
        return "transparent"
    if not drawing.holds(box):
        return "outside_page"
    if 0 < points < SMALLEST_POINTS:
        return "tiny"
    if style is not None and style.colour is not None and drawing.lies_on(box, style.colour):
        return "background_colour"
    if drawing.has_ink(box):
        return ""
    if style is not None and any(one.order > style.order and one.box.covers(box) for one in page.shapes):
        return "covered"
    if style is None or (not style.is_embedded and any(ord(one) > LAST_LATIN for one in text)):
        return ""  # drawn by a font that is on the reader's machine, and not here
    return "" if not any(one.isalnum() for one in text) else "not_drawn"


def _find_style(textpage: pypdfium2.PdfTextPage, place: int, page: _Page) -> Style | None:
    raw = pdfium.FPDFText_GetTextObject(textpage, place)
    if not raw:
        return None
    address = _address(raw)
    if address not in page.styles:
        page.styles[address] = _read_style(raw, page.orders.get(address, 0))
    return page.styles[address]


def _read_style(raw: Any, order: int) -> Style:
    mode = pdfium.FPDFTextObj_GetTextRenderMode(raw)
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    ask = pdfium.FPDFPageObj_GetStrokeColor if mode in _STROKED else pdfium.FPDFPageObj_GetFillColor
    is_known = bool(ask(raw, red, green, blue, alpha))
    font = pdfium.FPDFTextObj_GetFont(raw)
    return Style(
        mode=mode,
        colour=(red.value, green.value, blue.value) if is_known else None,
        alpha=alpha.value if is_known else 255,
        is_embedded=bool(font) and pdfium.FPDFFont_GetIsEmbedded(font) == 1,
        order=order,
    )


def _measure(textpage: pypdfium2.PdfTextPage, place: int, drawing: Drawing) -> tuple[Box, float]:
    """Where a letter is drawn, and its height in points with all that scales it."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(textpage, place, left, right, bottom, top)
    if right.value <= left.value or top.value <= bottom.value:
        loose = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(textpage, place, loose)
        edges = (loose.left, loose.bottom, loose.right, loose.top)
    else:
        edges = (left.value, bottom.value, right.value, top.value)
    matrix = pdfium.FS_MATRIX()
    points = 0.0
    if pdfium.FPDFText_GetMatrix(textpage, place, matrix):
        points = pdfium.FPDFText_GetFontSize(textpage, place) * min(
            (matrix.a**2 + matrix.b**2) ** 0.5, (matrix.c**2 + matrix.d**2) ** 0.5
        )
    return drawing.transform.turn(*edges), points


def _address(raw: Any) -> int:
    return ctypes.addressof(raw.contents)
