"""How letters of a DOCX look: colour, size, whether they are hidden, by themselves or by their styles.

Called by docx_walk.py, in the child.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docx.oxml.ns import qn

from organizations.engines.resume_text.docx_theme import PLAIN, WHITE, Colour, Theme, find_named, read_colour

FAINT = 24  # of 255, as for a PDF: what differs less from what is behind it, nobody sees
SMALLEST_HALF_POINTS = 4
SMALLEST_WIDTH_PERCENT = 10
DEEPEST_STYLE = 12  # of styles that stand on others
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
ALMOST_CLEAR = 90_000  # w14:alpha is how much of it is see-through
HIGHLIGHTS: dict[str, Colour] = {
    "black": (0, 0, 0),
    "blue": (0, 0, 255),
    "cyan": (0, 255, 255),
    "darkBlue": (0, 0, 139),
    "darkCyan": (0, 139, 139),
    "darkGray": (169, 169, 169),
    "darkGreen": (0, 100, 0),
    "darkMagenta": (128, 0, 128),
    "darkRed": (139, 0, 0),
    "darkYellow": (128, 128, 0),
    "green": (0, 255, 0),
    "lightGray": (211, 211, 211),
    "magenta": (255, 0, 255),
    "red": (255, 0, 0),
    "white": WHITE,
    "yellow": (255, 255, 0),
}


@dataclass(frozen=True)
class Look:
    """What lies behind, why all of it is hidden if it is, and by which styles it is written."""

    background: Colour = WHITE
    hidden: str = ""
    paragraph_style: str = ""
    table_style: str = ""

    def over(self, colour: Colour | None) -> "Look":
        return self if colour is None else replace(self, background=colour)

    def hide(self, reason: str) -> "Look":
        return replace(self, hidden=self.hidden or reason)


def read_shading(properties: Sequence[Any], theme: Theme) -> Colour | None:
    """What the nearest `w:shd` fills with, below run, paragraph, table or cell properties. One that fills with nothing
    stands before those of the styles below it, too."""
    shading = _find_first(properties, "w:shd")
    if shading is None or shading.get(qn("w:val")) == "nil":
        return None
    if shading.get(qn("w:val")) == "solid":
        return _read_named(shading, "w:themeColor", "w:theme", theme) or read_colour(shading.get(qn("w:color")))
    return _read_named(shading, "w:themeFill", "w:themeFill", theme) or read_colour(shading.get(qn("w:fill")))


def _read_named(element: Any, name: str, prefix: str, theme: Theme) -> Colour | None:
    tint, shade = element.get(qn(f"{prefix}Tint")), element.get(qn(f"{prefix}Shade"))
    return find_named(theme, element.get(qn(name)), tint, shade)


def is_on(element: Any) -> bool:
    return element.get(qn("w:val"), "true").lower() not in ("0", "false", "off", "none")


class Styles:
    """The styles of a document by their names, each with those it stands on."""

    def __init__(self, element: Any, theme: Theme = PLAIN) -> None:
        self.theme = theme
        self._styles = {one.get(qn("w:styleId"), ""): one for one in element.findall(qn("w:style"))}
        self._below: dict[str, list[Any]] = {}
        self._defaults = {
            name: element.find(f"{qn('w:docDefaults')}/{qn(f'{name}Default')}/{qn(name)}")
            for name in ("w:rPr", "w:pPr")
        }
        self._normal = next(
            (
                name
                for name, one in self._styles.items()
                if one.get(qn("w:type")) == "paragraph" and one.get(qn("w:default")) in ("1", "true")
            ),
            "",
        )

    def find_reason(self, properties: Any, look: Look) -> str:
        """Why letters with these run properties are not seen there; empty if they are."""
        if look.hidden:
            return look.hidden
        chain = list(self._list_properties(properties, look))
        vanish = _find_first(chain, "w:vanish")
        if vanish is not None and is_on(vanish):
            return "vanish"
        if _is_clear(chain):
            return "transparent"
        if _is_tiny(chain):
            return "tiny"
        colour = _find_colour(chain, self.theme)
        behind = _find_behind(chain, self.theme) or look.background
        if colour is not None and max(abs(one - other) for one, other in zip(colour, behind, strict=True)) < FAINT:
            return "background_colour"
        return ""

    def list_paragraph_properties(self, properties: Any, style: str) -> list[Any]:
        """Of a paragraph with this style, the nearest first. The styles are climbed once each: there may be 300,000
        paragraphs, and 15 s."""
        below = self._below.get(style)
        if below is None:
            found = [*self._climb(style or self._normal, "w:pPr"), self._defaults["w:pPr"]]
            below = self._below[style] = [one for one in found if one is not None]
        return below if properties is None else [properties, *below]

    def _list_properties(self, properties: Any, look: Look) -> Iterator[Any]:
        """The nearest first."""
        named = None
        if properties is not None:
            yield properties
            named = properties.find(qn("w:rStyle"))
        if named is not None:
            yield from self._climb(named.get(qn("w:val"), ""))
        yield from self._climb(look.paragraph_style or self._normal)
        yield from self._climb(look.table_style)
        if self._defaults["w:rPr"] is not None:
            yield self._defaults["w:rPr"]

    def _climb(self, name: str, kind: str = "w:rPr") -> Iterator[Any]:
        for _ in range(DEEPEST_STYLE):
            style = self._styles.get(name)
            if style is None:
                return
            properties = style.find(qn(kind))
            if properties is not None:
                yield properties
            below = style.find(qn("w:basedOn"))
            name = "" if below is None else below.get(qn("w:val"), "")


def _find_first(chain: Sequence[Any], name: str) -> Any:
    found = (properties.find(qn(name)) for properties in chain if properties is not None)
    return next((one for one in found if one is not None), None)


def _is_tiny(chain: list[Any]) -> bool:
    size, width = _find_first(chain, "w:sz"), _find_first(chain, "w:w")
    return _is_below(size, SMALLEST_HALF_POINTS) or _is_below(width, SMALLEST_WIDTH_PERCENT)


def _is_below(element: Any, least: int) -> bool:
    value = "" if element is None else element.get(qn("w:val"), "").removesuffix("%")
    try:
        return bool(value) and float(value) < least
    except ValueError:
        return False


def _find_fill(chain: list[Any]) -> Any:
    found = (properties.find(f"{W14}textFill") for properties in chain)
    return next((one for one in found if one is not None), None)


def _is_clear(chain: list[Any]) -> bool:
    fill = _find_fill(chain)
    if fill is None:
        return False
    if fill.find(f"{W14}noFill") is not None:
        return True
    alphas = [one.get(f"{W14}val", "0") for one in fill.iter(f"{W14}alpha")]
    return bool(alphas) and all(one.isdecimal() and int(one) >= ALMOST_CLEAR for one in alphas)


def _find_colour(chain: list[Any], theme: Theme) -> Colour | None:
    """None where it is Word's to choose, which then chooses one that is seen."""
    fill = _find_fill(chain)
    solid = None if fill is None else fill.find(f"{W14}solidFill")
    for one in () if solid is None else solid:
        value = one.get(f"{W14}val")
        return find_named(theme, value) if one.tag == f"{W14}schemeClr" else read_colour(value)
    colour = _find_first(chain, "w:color")
    if colour is None:
        return None
    return _read_named(colour, "w:themeColor", "w:theme", theme) or read_colour(colour.get(qn("w:val")))


def _find_behind(chain: list[Any], theme: Theme) -> Colour | None:
    mark = _find_first(chain, "w:highlight")
    if mark is not None and mark.get(qn("w:val")) in HIGHLIGHTS:
        return HIGHLIGHTS[mark.get(qn("w:val"))]
    return read_shading(chain, theme)
