"""Colours of a DOCX that its theme names: Word draws the theme's, whatever stands beside the name."""

import re
from typing import Any

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import RGBColor

from organizations.engines.resume_text import read_text
from tests.resume_files import SEEN, UNSEEN, make_docx, read_part, replace_parts

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


@pytest.mark.parametrize(
    ("accent", "colour"),
    [("FFFFFF", '<w:color {} w:val="000000" w:themeColor="accent1"/>'),
     ("FDFDFD", '<w:color {} w:val="000000" w:themeColor="accent1"/>'),
     ("000000", '<w:color {} w:val="000000" w:themeColor="accent1" w:themeTint="02"/>'),
     ("FFFFFF", "<w14:textFill {}><w14:solidFill><w14:schemeClr w14:val='accent1'/></w14:solidFill></w14:textFill>")],
)  # fmt: skip
def test_a_colour_that_the_theme_names_is_the_themes(accent: str, colour: str) -> None:
    """Word draws that one, whatever `val` says."""

    def write(document: Any) -> None:
        document.add_paragraph().add_run(UNSEEN)._r.get_or_add_rPr().append(
            parse_xml(colour.format(f"{nsdecls('w')} {W14}"))
        )

    reading = read_text(paint_theme(make_docx(write), accent), "docx")
    assert (reading.text, [(one.reason, one.samples) for one in reading.hidden]) == (
        SEEN,
        [("background_colour", (UNSEEN,))],
    )


def test_dark_words_of_a_theme_are_seen() -> None:
    def write(document: Any) -> None:
        shading = f'<w:shd {nsdecls("w")} w:val="clear" w:fill="FFFFFF" w:themeFill="accent1"/>'
        for words, own in (
            ("DARK", 'w:themeColor="accent1"'),
            ("SHADED", 'w:themeColor="background1" w:themeShade="80"'),
        ):
            run = document.add_paragraph().add_run(words)
            run._r.get_or_add_rPr().append(parse_xml(f'<w:color {nsdecls("w")} w:val="FFFFFF" {own}/>'))
        run = document.add_paragraph().add_run("WHITE")
        run.font.color.rgb = RGBColor(255, 255, 255)
        run._r.get_or_add_rPr().append(parse_xml(shading))

    reading = read_text(paint_theme(make_docx(write), "1F2A44"), "docx")
    assert (reading.text.split("\n"), reading.hidden) == ([SEEN, "DARK", "SHADED", "WHITE"], ())


def paint_theme(docx: bytes, accent: str) -> bytes:
    theme = read_part(docx, "word/theme/theme1.xml")
    painted = re.sub(rb'(<a:accent1>\s*<a:srgbClr val=)"\w{6}"', rb'\1"' + accent.encode() + b'"', theme)
    assert painted != theme
    return replace_parts(docx, {"word/theme/theme1.xml": painted})
