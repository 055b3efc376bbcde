"""Files made to break whoever reads them. Used by the tests of reading, which hold each to its refusal, its time and
its memory."""

import io
import struct
import zipfile
import zlib

from pypdf import PdfReader, PdfWriter

from tests.resume_files import FONT, SEEN, make_docx, read_part, replace_parts, show, stream, write_page, write_pdf

DOCUMENT = "word/document.xml"
MEGABYTE = 1024 * 1024
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << %s >> >>"


# --- DOCX -------------------------------------------------------------------------------------------------------------


def pack_tightly() -> bytes:
    """20 MB of nothing in 20 KB."""
    return replace_parts(make_docx(), {"word/media/image1.png": bytes(20 * MEGABYTE)})


def pack_many_entries(count: int = 100_000) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("[Content_Types].xml", DOCUMENT, *map(str, range(count))):
            archive.writestr(name, "")
    return file.getvalue()


def hide_entries() -> bytes:
    """100,000 entries, of which the end of the archive tells 10."""
    content = bytearray(pack_many_entries())
    place = content.rfind(b"PK\x05\x06")
    content[place + 8 : place + 12] = struct.pack("<HH", 10, 10)
    return bytes(content)


def share_bytes() -> bytes:
    """Entries that all lie on the same bytes: together they are more than the file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", DOCUMENT):
            archive.writestr(name, "<a/>")
        archive.writestr("big", bytes(range(256)) * 200)
        (big,) = (one for one in archive.filelist if one.filename == "big")
        for number in range(200):
            copy = zipfile.ZipInfo(f"big{number}")
            for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset", "flag_bits"):
                setattr(copy, name, getattr(big, name))
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
    return file.getvalue()


def lie_about_size() -> bytes:
    """A part that is larger than the directory says."""
    docx = make_docx(text="x" * 300_000)
    size = len(read_part(docx, DOCUMENT))
    return docx.replace(struct.pack("<I", size), struct.pack("<I", 100))


def write_document(text: str, *, encoding: str = "utf-8", docx: bytes | None = None) -> bytes:
    return replace_parts(docx or make_docx(), {DOCUMENT: text.encode(encoding)})


def define(entities: str, use: str, encoding: str = "utf-8") -> str:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [{entities}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body><w:p><w:r><w:t>{use}</w:t></w:r></w:p></w:body></w:document>"
    )


def laugh() -> str:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return define(entities, "&a9;")


def name_a_file(address: str) -> str:
    return define(f'<!ENTITY x SYSTEM "{address}">', "&x;")


def write_body(body: str) -> str:
    head = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    return f"{head}{body}</w:body></w:document>"


def pack_markup(count: int) -> bytes:
    """Elements that do not pack tightly enough to be found by their ratio."""
    return write_document(write_body("".join(f'<w:p w:rsidR="{n * 2654435761 % 2**32:08X}"/>' for n in range(count))))


def nest(depth: int) -> bytes:
    return write_document(write_body("<w:sdt><w:sdtContent>" * depth + "</w:sdtContent></w:sdt>" * depth))


# --- PDF --------------------------------------------------------------------------------------------------------------


def loop_pages() -> bytes:
    return write_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"])


def claim_pages(count: int) -> bytes:
    """One page, and a tree that says there are more."""
    return write_page(show(SEEN)).replace(b"/Count 1 >>", f"/Count {count} >>".encode())


def repeat_pages(count: int) -> bytes:
    kids = " ".join("3 0 R" for _ in range(count))
    return write_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
            PAGE % b"/Font << /F1 5 0 R >>",
            stream(show(SEEN).encode()),
            FONT,
        ]
    )


def pack_copies(block: bytes, count: int) -> bytes:
    """`count` blocks after one another as zlib packs them; the block itself is packed once."""
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)  # after which nothing is known of what was before
    checksum = 1
    for _ in range(count):
        checksum = zlib.adler32(block, checksum)
    return b"\x78\xda" + piece * count + packer.flush() + struct.pack(">I", checksum)


def swell(megabytes: int = 900) -> bytes:
    """A content stream of spaces: 900 MB in less than one, packed twice."""
    twice = zlib.compress(pack_copies(b" " * MEGABYTE, megabytes), 9)
    return write_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
            stream(twice, "/Filter [/FlateDecode /FlateDecode]"),
        ]
    )


def draw_vast_picture(side: int = 20_000) -> bytes:
    """A picture of 20,000 × 20,000 points: 1.2 GB once it is unpacked."""
    packed = pack_copies(bytes(3 * side), side)
    more = f"/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceRGB /BitsPerComponent 8"
    return write_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            PAGE % b"/Font << /F1 5 0 R >> /XObject << /Im1 6 0 R >>",
            stream(f"q 500 0 0 500 50 50 cm /Im1 Do Q {show(SEEN)}".encode()),
            FONT,
            stream(packed, f"{more} /Filter /FlateDecode"),
        ]
    )


def call_forms(levels: int = 12, each: int = 9) -> bytes:
    """Forms of forms of forms: 9 to the power of 12 at the bottom."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE % b"/XObject << /X 5 0 R >>",
        stream(b"/X Do"),
    ]
    for level in range(levels):
        lower = f"/Resources << /XObject << /X {6 + level} 0 R >> >>" if level < levels - 1 else ""
        content = b"/X Do " * each if lower else b"0 0 1 1 re f"
        objects.append(stream(content, f"/Type /XObject /Subtype /Form /BBox [0 0 612 792] {lower}"))
    return write_pdf(objects)


def call_itself() -> bytes:
    form = "/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /X 7 0 R >> >>"
    return write_page(
        f"/X Do {show(SEEN)}",
        resources="",
        objects=[stream(b"/X Do /X Do", form).decode()],
    ).replace(b"/Im1 6 0 R", b"/X 7 0 R")


def encrypt(user: str) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(write_page(show(SEEN)))))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scan(*, text: str = "") -> bytes:
    """A picture of a page, and what a recogniser has put behind it for searching."""
    behind = show(text, before="3 Tr") if text else ""
    return write_page(f"q 612 0 0 792 0 0 cm /Im1 Do Q {behind}")


def shade_for_ever() -> bytes:
    """A page that is shaded 5,000 times by a function of many steps."""
    steps = b"{ " + b"sin cos exch sin cos " * 200 + b" pop dup dup }"
    function = stream(steps, "/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]").decode()
    return write_page(
        "/S1 sh " * 5000 + show(SEEN),
        resources="/Shading << /S1 << /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1 0 1] "
        "/Matrix [612 0 0 792 0 0] /Function 7 0 R >> >>",
        objects=[function],
    )
