"""The text of a DOCX as a person sees it. Runs in the child only (child.py).

The archive's directory is looked at first (archives.py), then the XML before it is parsed: a definition of document
types, which could name files or grow without end, is refused, and so is more markup than memory holds.
"""

import io
import re
import zipfile
import zlib
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as OpenDocument
from docx.exceptions import PythonDocxError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from organizations.domain.resume_readings import MOST_CHARACTERS, HiddenTally, ResumeReading, ResumeUnreadable
from organizations.engines.resume_text.archives import check_archive
from organizations.engines.resume_text.docx_looks import Look, Styles
from organizations.engines.resume_text.docx_theme import WHITE, Theme, read_colour, read_theme
from organizations.engines.resume_text.docx_walk import Walk

MOST_TAGS = 300_000  # an element takes about 1 KB once python-docx holds it; a long résumé has 20,000
LONG_PROPERTY = 200
LONG_COMMENT = 20
XML_ENDINGS = (".xml", ".rels", ".vml")
_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_KNOWN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_BROKEN = (
    *(BadZipFile, KeyError, ValueError, AttributeError, TypeError, IndexError, AssertionError, zlib.error, EOFError),
    *(OpcError, PythonDocxError, etree.LxmlError, NotImplementedError, SyntaxError),
)


def read_docx(content: bytes) -> ResumeReading:
    """Raises ResumeUnreadable."""
    file = io.BytesIO(content)
    check_archive(file)
    try:
        _check_parts(file)
        return _read(Document(file))
    except _BROKEN as error:
        raise ResumeUnreadable("too_heavy" if "emory" in str(error) else "broken") from error


def _check_parts(file: io.BytesIO) -> None:
    """Before anything is parsed. Raises ResumeUnreadable."""
    tags = 0
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if not entry.filename.lower().endswith(XML_ENDINGS):
                continue
            part = archive.read(entry)
            _check_encoding(part)
            if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
                raise ResumeUnreadable("doctype")
            tags += part.count(b"<")
            if tags > MOST_TAGS * 2:
                raise ResumeUnreadable("too_large")


def _check_encoding(part: bytes) -> None:
    """Word writes UTF-8. In another encoding a search for what is forbidden would find nothing."""
    found = _ENCODING.match(part)
    if b"\x00" in part[:100] or (found is not None and found.group(1).lower() not in _KNOWN_ENCODINGS):
        raise ResumeUnreadable("broken")


def _read(document: OpenDocument) -> ResumeReading:
    tally = HiddenTally()
    walk = Walk(Styles(document.styles.element, _find_theme(document)), tally, _find_page(document))
    look = Look(background=_find_background(document))
    above, below = _sort_edges(document, tally)
    for part in above:
        walk.read(part, look)
    walk.read(document.element.body, look)
    for part in below:
        walk.read(part, look)
    text = walk.join()
    _tell_comments(document, tally)
    _tell_properties(document, tally)
    if not text.strip():
        has_picture = next(document.element.body.iter(qn("a:blip")), None) is not None
        raise ResumeUnreadable("scan" if has_picture else "empty")
    return ResumeReading(
        text=text[:MOST_CHARACTERS], hidden=tally.list_hidden(), is_cut=walk.is_full or len(text) > MOST_CHARACTERS
    )


def _find_theme(document: OpenDocument) -> Theme:
    parts = (one for one in document.part.rels.values() if one.reltype == RELATIONSHIP_TYPE.THEME)
    part = next((one.target_part for one in parts if not one.is_external), None)
    return read_theme(None if part is None else parse_xml(part.blob))


def _find_page(document: OpenDocument) -> tuple[int, int]:
    """Width and height in twentieths of a point, of the last section; as Word takes it where none says."""
    for size in reversed(list(document.element.body.iter(qn("w:pgSz")))):
        width, height = size.get(qn("w:w"), ""), size.get(qn("w:h"), "")
        if width.isdecimal() and height.isdecimal():
            return int(width), int(height)
    return 12240, 15840


def _find_background(document: OpenDocument) -> tuple[int, int, int]:
    """Of the page."""
    found = document.element.find(qn("w:background"))
    return WHITE if found is None else read_colour(found.get(qn("w:color"))) or WHITE


def _sort_edges(document: OpenDocument, tally: HiddenTally) -> tuple[list[Any], list[Any]]:
    """Headers and footers that pages show, once each. Those for even pages, and for a first page that has none of its
    own, nobody may ever see: what they say is told."""
    above: dict[str, Any] = {}
    below: dict[str, Any] = {}
    unseen: dict[str, Any] = {}
    for section in document.element.body.iter(qn("w:sectPr")):
        has_first = section.find(qn("w:titlePg")) is not None
        for name, shown in (("w:headerReference", above), ("w:footerReference", below)):
            for reference in section.findall(qn(name)):
                key = reference.get(qn("r:id"), "")
                kind = reference.get(qn("w:type"), "default")
                part = document.part.related_parts[key]
                is_shown = kind == "default" or (kind == "first" and has_first)
                (shown if is_shown else unseen)[str(part.partname)] = part.element
    for name, element in unseen.items():
        if name not in above and name not in below:
            tally.add("not_drawn", _gather(element))
    return list(above.values()), list(below.values())


def _gather(element: Any) -> str:
    """All text below it, whether or not it is seen."""
    return " ".join(one.text or "" for one in element.iter(qn("w:t"), qn("w:delText")))[:10_000]


def _tell_comments(document: OpenDocument, tally: HiddenTally) -> None:
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.COMMENTS and not relation.is_external:
            element = getattr(relation.target_part, "element", None)
            text = _gather(element) if element is not None else ""
            if len(text) > LONG_COMMENT:
                tally.add("comment", text)


def _tell_properties(document: OpenDocument, tally: HiddenTally) -> None:
    """Nobody reads them here. Long ones were written for a machine."""
    told = document.core_properties
    for value in (told.title, told.subject, told.keywords, told.comments, told.category, told.author):
        if len(value) > LONG_PROPERTY:
            tally.add("properties", value[:10_000])
