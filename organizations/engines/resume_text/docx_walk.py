"""Goes through the parts of a DOCX in the order in which they are read, and keeps what is seen. Called by docx.py, in
the child."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from docx.oxml.ns import qn

from organizations.domain.resume_readings import MOST_CHARACTERS, HiddenTally
from organizations.engines.resume_text.docx_looks import Look, Styles, read_shading
from organizations.engines.resume_text.docx_theme import Colour, read_colour

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
VML = "{urn:schemas-microsoft-com:vml}"
TWIPS_PER_EMU = 1 / 635
SMALLEST_TWIPS = 40  # two points: what is lower or narrower shows no letter
LONG_DESCRIPTION = 200
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


@dataclass(frozen=True)
class _Form:
    """Of a paragraph: its style, what it is shaded with, and why nobody sees it."""

    style: str
    background: Colour | None
    hidden: str


class Walk:
    """`page` is its width and height in twentieths of a point."""

    def __init__(self, styles: Styles, tally: HiddenTally, page: tuple[int, int]) -> None:
        self.is_full = False
        self._styles = styles
        self._tally = tally
        self._page = page
        self._pieces: list[tuple[str, str]] = []  # text, and why nobody sees it
        self._characters = 0
        self._forms: dict[str, _Form] = {}
        self._steps: dict[str, Callable[[Any, Look], None]] = {
            **dict.fromkeys(
                (
                    *("body", "hdr", "ftr", "sdt", "sdtContent", "ins", "moveTo", "hyperlink", "smartTag", "fldSimple"),
                    *("customXml", "txbxContent", "object"),
                ),
                self._read_children,
            ),
            **dict.fromkeys(("del", "moveFrom"), self._tell_deleted),
            "p": self._read_paragraph,
            "tbl": self._read_table,
            "tr": self._read_row,
            "tc": self._read_cell,
            "r": self._read_run,
            "drawing": self._read_drawing,
            "pict": self._read_picture,
        }

    def read(self, element: Any, look: Look) -> None:
        if self.is_full or not isinstance(element.tag, str):
            return
        if element.tag == f"{MC}AlternateContent":
            self._read_alternative(element, look)
            return
        step = self._steps.get(element.tag.removeprefix(_W)) if element.tag.startswith(_W) else None
        if step is not None:
            step(element, look)

    def join(self) -> str:
        """What is seen. Stretches of what is not go to the tally."""
        kept: list[str] = []
        run: list[str] = []
        reason = ""
        for text, why in self._pieces:
            if not text.strip():
                (run if reason else kept).append(text)
                continue
            if why != reason:
                told = "".join(run)
                self._tally.add(reason, told)
                kept.append("\n" if "\n" in told else "")
                run, reason = [], why
            (run if reason else kept).append(text)
        self._tally.add(reason, "".join(run))
        return "".join(kept)

    def _add(self, text: str, hidden: str = "") -> None:
        self._characters += len(text)
        self._pieces.append((text, hidden))
        self.is_full = self.is_full or self._characters > 2 * MOST_CHARACTERS

    def _read_children(self, element: Any, look: Look) -> None:
        for child in element:
            self.read(child, look)

    def _read_alternative(self, element: Any, look: Look) -> None:
        """The same twice, for newer and older programs: the first is read."""
        chosen = element.find(f"{MC}Choice")
        if chosen is None:
            chosen = element.find(f"{MC}Fallback")
        if chosen is not None:
            self._read_children(chosen, look)

    def _tell_deleted(self, element: Any, look: Look) -> None:
        texts = (one.text or "" for one in element.iter(qn("w:delText"), qn("w:t")))
        self._tally.add("deleted", " ".join(texts)[:10_000])

    def _read_paragraph(self, paragraph: Any, look: Look) -> None:
        properties = paragraph.find(_PROPERTIES)
        form = self._find_form(properties)
        look = replace(look.over(form.background), paragraph_style=form.style)
        self._read_children(paragraph, look.hide(form.hidden) if form.hidden else look)
        self._add("\n")

    def _find_form(self, properties: Any) -> "_Form":
        """Where the paragraph itself tells nothing, as most, what its style tells is worked out once."""
        own = set() if properties is None else {one.tag for one in properties}
        style = _get(properties.find(_STYLE), "w:val") if _STYLE in own else ""
        if not own.isdisjoint(_TELLING):
            return self._judge(properties, style)
        if style not in self._forms:
            self._forms[style] = self._judge(None, style)
        return self._forms[style]

    def _judge(self, properties: Any, style: str) -> "_Form":
        chain = self._styles.list_paragraph_properties(properties, style)
        hidden = "outside_page" if self._is_outside(chain) else "tiny" if _is_flat(chain) else ""
        return _Form(style, read_shading(chain, self._styles.theme), hidden)

    def _is_outside(self, chain: list[Any]) -> bool:
        """A paragraph that is moved in or out, or a frame that is put, beyond the page."""
        width, height = self._page
        start = _number(_find(chain, "w:ind", "w:left") or _find(chain, "w:ind", "w:start"))
        across, down = _number(_find(chain, "w:framePr", "w:x")), _number(_find(chain, "w:framePr", "w:y"))
        return max(abs(start), abs(across)) >= width or abs(down) >= height

    def _read_table(self, table: Any, look: Look) -> None:
        properties = table.find(qn("w:tblPr"))
        style = None if properties is None else properties.find(qn("w:tblStyle"))
        look = replace(look.over(read_shading([properties], self._styles.theme)), table_style=_get(style, "w:val"))
        if properties is not None and self._is_put_outside(properties):
            look = look.hide("outside_page")
        self._read_wrapped(table, look, "tr")

    def _is_put_outside(self, properties: Any) -> bool:
        """A table that is moved in or out, or floats, beyond the page."""
        width, height = self._page
        indent, place = properties.find(qn("w:tblInd")), properties.find(qn("w:tblpPr"))
        across = [_number(_get(indent, "w:w")), _number(_get(place, "w:tblpX"))]
        return any(abs(one) >= width for one in across) or abs(_number(_get(place, "w:tblpY"))) >= height

    def _read_row(self, row: Any, look: Look) -> None:
        height = row.find(f"{qn('w:trPr')}/{qn('w:trHeight')}")
        if _get(height, "w:hRule") == "exact" and _number(_get(height, "w:val")) < SMALLEST_TWIPS:
            look = look.hide("tiny")
        self._read_wrapped(row, look, "tc")
        self._add("\n")

    def _read_wrapped(self, element: Any, look: Look, name: str) -> None:
        """Rows or cells, also those in a content control."""
        for child in element:
            if child.tag == f"{_W}{name}":
                self.read(child, look)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"):
                self._read_wrapped(child, look, name)

    def _read_cell(self, cell: Any, look: Look) -> None:
        self._read_children(cell, look.over(read_shading([cell.find(qn("w:tcPr"))], self._styles.theme)))

    def _read_run(self, run: Any, look: Look) -> None:
        reason = self._styles.find_reason(run.find(qn("w:rPr")), look)
        for child in run:
            if not isinstance(child.tag, str):
                continue
            name = child.tag.removeprefix(_W)
            if name == "t":
                self._add(child.text or "", reason)
            elif name in _BREAKS:
                self._add(_BREAKS[name])
            else:
                self.read(child, look.hide(reason) if reason == "vanish" else look)

    def _read_drawing(self, drawing: Any, look: Look) -> None:
        for described in drawing.iter(qn("wp:docPr")):
            if len(description := described.get("descr", "")) > LONG_DESCRIPTION:
                self._tally.add("alternative_text", description[:10_000])
            if described.get("hidden", "0") in ("1", "true"):
                look = look.hide("vanish")
        for frame in drawing:
            look = self._place(frame, look)
        for shape in drawing.iter(f"{WPS}wsp"):
            self._read_shape(shape, look)

    def _place(self, frame: Any, look: Look) -> Look:
        """How a drawing lies on the page."""
        extent = frame.find(qn("wp:extent"))
        sides = [_number(extent.get(name, "")) * TWIPS_PER_EMU for name in ("cx", "cy")] if extent is not None else []
        if any(0 <= side < SMALLEST_TWIPS for side in sides):
            return look.hide("tiny")
        moved = [
            _number(frame.findtext(f"{qn(name)}/{qn('wp:posOffset')}") or "") * TWIPS_PER_EMU
            for name in ("wp:positionH", "wp:positionV")
        ]
        is_outside = any(abs(one) >= side for one, side in zip(moved, self._page, strict=True))
        return look.hide("outside_page") if is_outside else look

    def _read_shape(self, shape: Any, look: Look) -> None:
        fill = shape.find(f"{WPS}spPr/{qn('a:solidFill')}/{qn('a:srgbClr')}")
        look = look.over(None if fill is None else read_colour(fill.get("val")))
        for content in shape.iterfind(f"{WPS}txbx/{qn('w:txbxContent')}"):
            self.read(content, look)

    def _read_picture(self, picture: Any, look: Look) -> None:
        """Shapes as older programs write them."""
        for box in picture.iter(f"{VML}textbox"):
            for content in box.iterfind(qn("w:txbxContent")):
                self.read(content, look.over(_read_vml_fill(box.getparent())))


_W = qn("w:p").removesuffix("p")
_PROPERTIES, _STYLE = qn("w:pPr"), qn("w:pStyle")
_TELLING = frozenset(qn(name) for name in ("w:shd", "w:ind", "w:framePr", "w:spacing"))


def _read_vml_fill(shape: Any) -> Colour | None:
    value = "" if shape is None else shape.get("fillcolor", "")
    return read_colour(value.split(" ")[0].removeprefix("#"))


def _find(chain: list[Any], name: str, attribute: str) -> str:
    """The nearest that says it; empty where none does."""
    told = (_get(one.find(qn(name)), attribute) for one in chain)
    return next((value for value in told if value), "")


def _is_flat(chain: list[Any]) -> bool:
    """Lines of an exact height cut off what is higher."""
    height = _find(chain, "w:spacing", "w:line")
    is_exact = _find(chain, "w:spacing", "w:lineRule") == "exact"
    return is_exact and bool(height) and 0 <= _number(height) < SMALLEST_TWIPS


def _get(element: Any, name: str) -> str:
    return "" if element is None else str(element.get(qn(name), ""))


def _number(value: str) -> float:
    try:
        return float(value) if value else 0.0
    except ValueError:
        return 0.0
