"""The text of a DOCX is what a person sees of it; each way of hiding is found, and told with its reason."""

from collections.abc import Callable
from typing import Any

import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

from organizations.domain.resume_readings import ResumeReading
from organizations.engines.resume_text import read_text
from tests.resume_files import SEEN, UNSEEN, make_docx, read_part, replace_parts

Change = Callable[[Any], None]
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
WHITE = RGBColor(255, 255, 255)


def read(content: bytes) -> ResumeReading:
    return read_text(content, "docx")


def list_hidden(reading: ResumeReading) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.reason, one.samples) for one in reading.hidden]


def add_run(document: Any) -> Any:
    return document.add_paragraph().add_run(UNSEEN)


def write_white(document: Any) -> None:
    add_run(document).font.color.rgb = WHITE


def write_hidden(document: Any) -> None:
    add_run(document).font.hidden = True


def write_tiny(document: Any) -> None:
    add_run(document).font.size = Pt(1)


def write_by_style(document: Any) -> None:
    """Two styles, of which the lower one hides."""
    lower = document.styles.add_style("Lower", WD_STYLE_TYPE.PARAGRAPH)
    lower.font.hidden = True
    upper = document.styles.add_style("Upper", WD_STYLE_TYPE.PARAGRAPH)
    upper.base_style = lower
    document.add_paragraph(UNSEEN, style="Upper")


def write_by_letter_style(document: Any) -> None:
    document.styles.add_style("Pale", WD_STYLE_TYPE.CHARACTER).font.color.rgb = RGBColor(250, 250, 252)
    document.add_paragraph().add_run(UNSEEN, style="Pale")


def write_theme_white(document: Any) -> None:
    add_run(document)._r.get_or_add_rPr().append(parse_xml(f'<w:color {nsdecls("w")} w:themeColor="background1"/>'))


def write_dark_on_dark(document: Any) -> None:
    run = add_run(document)
    run.font.color.rgb = RGBColor(20, 20, 40)
    run._r.get_or_add_rPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="101828"/>'))


def write_white_where_the_styles_bar_is_taken_away(document: Any) -> None:
    write_white_in_a_heading_of_a_dark_style(document)
    none = f'<w:shd {nsdecls("w")} w:val="clear" w:fill="auto"/>'
    document.paragraphs[-1]._p.get_or_add_pPr().append(parse_xml(none))


def write_white_before_no_pattern(document: Any) -> None:
    run = add_run(document)
    run.font.color.rgb = WHITE
    run._r.get_or_add_rPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="nil" w:fill="101828"/>'))


def write_clear(document: Any) -> None:
    add_run(document)._r.get_or_add_rPr().append(parse_xml(f"<w14:textFill {W14}><w14:noFill/></w14:textFill>"))


def write_narrow(document: Any) -> None:
    add_run(document)._r.get_or_add_rPr().append(parse_xml(f'<w:w {nsdecls("w")} w:val="1"/>'))


def write_beyond_the_page(document: Any) -> None:
    paragraph = document.add_paragraph(UNSEEN)
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:ind {nsdecls("w")} w:left="30000"/>'))


def write_before_the_page(document: Any) -> None:
    paragraph = document.add_paragraph(UNSEEN)
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:ind {nsdecls("w")} w:left="-30000" w:right="30000"/>'))


def write_by_a_style_beyond_the_page(document: Any) -> None:
    style = document.styles.add_style("Away", WD_STYLE_TYPE.PARAGRAPH)
    style.paragraph_format.left_indent = Pt(1500)
    document.add_paragraph(UNSEEN, style="Away")


def write_in_flat_lines(document: Any) -> None:
    document.add_paragraph(UNSEEN).paragraph_format.line_spacing = Pt(0.5)


def write_in_a_table_beyond_the_page(document: Any) -> None:
    table = document.add_table(1, 1)
    table.rows[0].cells[0].text = UNSEEN
    table._tbl.tblPr.append(parse_xml(f'<w:tblpPr {nsdecls("w")} w:tblpX="30000" w:tblpY="1"/>'))


def write_in_a_flat_row(document: Any) -> None:
    row = document.add_table(1, 1).rows[0]
    row.cells[0].text = UNSEEN
    row._tr.get_or_add_trPr().append(parse_xml(f'<w:trHeight {nsdecls("w")} w:val="1" w:hRule="exact"/>'))


def write_deleted(document: Any) -> None:
    text = f'<w:del {nsdecls("w")} w:id="1" w:author="A"><w:r><w:delText>{UNSEEN}</w:delText></w:r></w:del>'
    document.add_paragraph()._p.append(parse_xml(text))


def write_comment(document: Any) -> None:
    document.add_comment(document.paragraphs[0].runs, text=UNSEEN, author="A")


def write_header_of_even_pages(document: Any) -> None:
    section = document.sections[0]
    section.even_page_header.is_linked_to_previous = False
    section.even_page_header.paragraphs[0].text = UNSEEN


def write_text_box(document: Any, *, width: int = 2_000_000, fill: str = "", color: str = "") -> None:
    shape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    filling = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else ""
    colour = f'<w:rPr><w:color w:val="{color}"/></w:rPr>' if color else ""
    document.add_paragraph().add_run()._r.append(
        parse_xml(
            f'<w:drawing {nsdecls("w", "wp", "a")} xmlns:wps="{shape}"><wp:inline>'
            f'<wp:extent cx="{width}" cy="{width}"/><wp:docPr id="1" name="Box"/><a:graphic>'
            f'<a:graphicData uri="{shape}"><wps:wsp><wps:spPr>{filling}</wps:spPr><wps:txbx><w:txbxContent>'
            f"<w:p><w:r>{colour}<w:t>{UNSEEN}</w:t></w:r></w:p>"
            "</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
        )
    )


def write_in_a_box_of_no_size(document: Any) -> None:
    write_text_box(document, width=1)


def write_white_in_a_white_box(document: Any) -> None:
    write_text_box(document, fill="FFFFFF", color="FFFFFF")


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (write_hidden, "vanish"),
        (write_by_style, "vanish"),
        (write_white, "background_colour"),
        (write_by_letter_style, "background_colour"),
        (write_theme_white, "background_colour"),
        (write_dark_on_dark, "background_colour"),
        (write_white_in_a_white_box, "background_colour"),
        (write_white_where_the_styles_bar_is_taken_away, "background_colour"),
        (write_white_before_no_pattern, "background_colour"),
        (write_clear, "transparent"),
        (write_tiny, "tiny"),
        (write_narrow, "tiny"),
        (write_in_a_flat_row, "tiny"),
        (write_in_a_box_of_no_size, "tiny"),
        (write_beyond_the_page, "outside_page"),
        (write_before_the_page, "outside_page"),
        (write_by_a_style_beyond_the_page, "outside_page"),
        (write_in_a_table_beyond_the_page, "outside_page"),
        (write_in_flat_lines, "tiny"),
        (write_deleted, "deleted"),
        (write_comment, "comment"),
        (write_header_of_even_pages, "not_drawn"),
    ],
)
def test_what_nobody_sees_is_left_out_and_told(write: Change, reason: str) -> None:
    reading = read(make_docx(write))
    assert (reading.text, list_hidden(reading)) == (SEEN, [(reason, (UNSEEN,))])


def write_white_on_a_dark_cell(document: Any) -> None:
    cell = document.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].add_run(UNSEEN).font.color.rgb = WHITE
    cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="1F2A44"/>'))


def write_white_on_a_mark(document: Any) -> None:
    run = add_run(document)
    run.font.color.rgb = WHITE
    run._r.get_or_add_rPr().append(parse_xml(f'<w:highlight {nsdecls("w")} w:val="darkBlue"/>'))


def write_white_in_a_heading_of_a_dark_style(document: Any) -> None:
    style = document.styles.add_style("Bar", WD_STYLE_TYPE.PARAGRAPH)
    style.font.color.rgb = WHITE
    style.element.get_or_add_pPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="1F2A44"/>'))
    document.add_paragraph(UNSEEN, style="Bar")


def write_white_in_a_dark_box(document: Any) -> None:
    write_text_box(document, fill="1F2A44", color="FFFFFF")


def write_grey(document: Any) -> None:
    add_run(document).font.color.rgb = RGBColor(120, 120, 120)


def write_link(document: Any) -> None:
    link = OxmlElement("w:hyperlink")
    link.append(add_run(document)._r)
    document.paragraphs[-1]._p.append(link)


def write_in_the_header(document: Any) -> None:
    document.sections[0].header.paragraphs[0].text = UNSEEN


def unhide_again(document: Any) -> None:
    document.styles.add_style("Secret", WD_STYLE_TYPE.PARAGRAPH).font.hidden = True
    document.add_paragraph(style="Secret").add_run(UNSEEN).font.hidden = False


@pytest.mark.parametrize(
    "write",
    [
        *(write_white_on_a_dark_cell, write_white_on_a_mark, write_white_in_a_dark_box, write_text_box, write_grey),
        *(write_link, write_in_the_header, unhide_again, write_white_in_a_heading_of_a_dark_style),
    ],
)
def test_what_is_seen_is_kept_wherever_it_stands(write: Change) -> None:
    reading = read(make_docx(write))
    assert (sorted(reading.text.split()), reading.hidden) == (sorted(f"{SEEN} {UNSEEN}".split()), ())


def test_tables_tabs_and_breaks_are_read_in_their_order() -> None:
    def write(document: Any) -> None:
        table = document.add_table(2, 2)
        for cell, text in zip([one for row in table.rows for one in row.cells], "ABCD", strict=True):
            cell.text = text
        document.add_paragraph().add_run("left\tright\nbelow")

    assert read(make_docx(write)).text == f"{SEEN}\nA\nB\n\nC\nD\n\nleft right\nbelow"


def test_the_same_in_two_ways_is_read_once() -> None:
    docx = make_docx()
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:AlternateContent {mc}><mc:Choice Requires='wps'><w:t>new</w:t></mc:Choice>"
    both += "<mc:Fallback><w:t>old</w:t></mc:Fallback></mc:AlternateContent>"
    body = read_part(docx, "word/document.xml").replace(b"</w:p>", f"<w:r>{both}</w:r></w:p>".encode(), 1)
    assert read(replace_parts(docx, {"word/document.xml": body})).text == SEEN  # a bare text is no run: neither counts


def test_field_codes_and_descriptions_of_pictures_are_not_read() -> None:
    def write(document: Any) -> None:
        run = add_run(document)._r
        run.find(qn("w:t")).tag = qn("w:instrText")
        write_text_box(document)
        document.paragraphs[-1]._p.find(".//" + qn("wp:docPr")).set("descr", f"{UNSEEN}. " * 8)

    reading = read(make_docx(write))
    assert (reading.text, [one.reason for one in reading.hidden]) == (f"{SEEN}\n\n{UNSEEN}", ["alternative_text"])
