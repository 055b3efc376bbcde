"""Colours of a DOCX that are named instead of told: `accent1` is what the file's theme says, whatever stands beside it.

Called by docx_looks.py, in the child.
"""

import colorsys
from collections.abc import Mapping
from typing import Any

from docx.oxml.ns import qn

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
# Word has names of its own for some of the theme's.
NAMES = {
    **dict.fromkeys(("text1", "dark1", "tx1", "dk1"), "dk1"),
    **dict.fromkeys(("background1", "light1", "bg1", "lt1"), "lt1"),
    **dict.fromkeys(("text2", "dark2", "tx2", "dk2"), "dk2"),
    **dict.fromkeys(("background2", "light2", "bg2", "lt2"), "lt2"),
    "hyperlink": "hlink",
    "followedHyperlink": "folHlink",
}
Theme = Mapping[str, Colour]
PLAIN: Theme = {"lt1": WHITE}


def read_colour(value: str | None) -> Colour | None:
    """`1F2A44`; None for `auto` and whatever is no colour."""
    if value is None or len(value) != 6:
        return None
    try:
        number = int(value, 16)
    except ValueError:
        return None
    return number >> 16, number >> 8 & 255, number & 255


def read_theme(element: Any) -> Theme:
    """`element` is the root of word/theme/theme1.xml; None where the file has none."""
    scheme = None if element is None else next(element.iter(qn("a:clrScheme")), None)
    colours = dict(PLAIN)
    for one in () if scheme is None else scheme:
        plain, system = one.find(qn("a:srgbClr")), one.find(qn("a:sysClr"))
        value = plain.get("val") if plain is not None else system.get("lastClr") if system is not None else None
        if (colour := read_colour(value)) is not None:
            colours[one.tag.removeprefix(qn("a:dk1").removesuffix("dk1"))] = colour
    return colours


def find_named(theme: Theme, name: str | None, tint: str | None = None, shade: str | None = None) -> Colour | None:
    """Lighter by a tint, darker by a shade: two hexadecimal digits, FF for none. None where there is no such name."""
    colour = theme.get(NAMES.get(name or "", name or ""))
    if colour is None or (tint is None and shade is None):
        return colour
    hue, light, satiety = colorsys.rgb_to_hls(*(one / 255 for one in colour))
    light = light * _read_share(shade)
    light = light * _read_share(tint) + 1 - _read_share(tint)
    red, green, blue = (round(one * 255) for one in colorsys.hls_to_rgb(hue, light, satiety))
    return red, green, blue


def _read_share(value: str | None) -> float:
    try:
        return min(255, max(0, int(value or "FF", 16))) / 255
    except ValueError:
        return 1.0
