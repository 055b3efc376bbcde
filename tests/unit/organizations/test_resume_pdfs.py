"""The text of a PDF is what a person sees of it; each way of hiding is found, and told with its reason."""

import pytest

from organizations.domain.resume_readings import ResumeReading
from organizations.engines.resume_text import read_text
from tests.resume_files import SEEN, UNSEEN, make_page, show, write_page

SEEN_LINE = show(SEEN)
BAR = "q 0.1 0.2 0.4 rg 60 640 400 40 re f Q\n"  # a dark one
CLEAR = "/ExtGState << /G1 << /ca 0 >> >>"


def read(content: bytes) -> ResumeReading:
    return read_text(content, "pdf")


def list_hidden(reading: ResumeReading) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.reason, one.samples) for one in reading.hidden]


def test_a_page_of_a_word_processor_is_read_whole() -> None:
    html = "<h1>Amara Okafor</h1><p>Python since 2014</p><p style='color: #777'>Grey, and seen</p><ul><li>Kafka</ul>"
    reading = read(make_page(f"{html}<p style='page-break-before: always'>Second page</p>"))
    assert reading == ResumeReading(
        text="Amara Okafor\nPython since 2014\nGrey, and seen\n• Kafka\n\nSecond page", pages=2, hidden=()
    )


@pytest.mark.parametrize(
    ("hidden", "reason"),
    [
        (show(UNSEEN, at=(72, 650), before="3 Tr"), "invisible"),
        (show(UNSEEN, at=(72, 650), before="7 Tr"), "invisible"),
        (show(UNSEEN, at=(72, 650), before="1 g"), "background_colour"),
        (show(UNSEEN, at=(72, 650), before="0.97 0.99 0.96 rg"), "background_colour"),
        (show(UNSEEN, at=(72, 650), before="0 0 0 0.02 k"), "background_colour"),
        (show(UNSEEN, at=(72, 650), before="1 Tr 1 G"), "background_colour"),
        (
            f"0.1 0.2 0.4 rg 60 640 400 40 re f\n{show(UNSEEN, at=(72, 650), before='0.1 0.2 0.42 rg')}",
            "background_colour",
        ),
        (show(UNSEEN, at=(72, 650), size=1), "tiny"),
        (show(UNSEEN, at=(0, 0), before="0.05 0 0 0.05 72 650 Tm", size=20), "tiny"),
        (show(UNSEEN, at=(-900, 650)), "outside_page"),
        (show(UNSEEN, at=(72, 900)), "outside_page"),
        (f"{show(UNSEEN, at=(72, 650))} q 400 0 0 40 60 640 cm /Im1 Do Q\n", "covered"),
        (f"{show(UNSEEN, at=(72, 650))} q 1 g 60 640 400 40 re f Q\n", "covered"),
        (f"q 0 0 1 1 re W n {show(UNSEEN, at=(72, 650))} Q\n", "not_drawn"),
        (f"q /G1 gs {show(UNSEEN, at=(72, 650))} Q\n", "transparent"),
        (show(UNSEEN, before="1 g"), "background_colour"),  # under visible words
        (show(UNSEEN, before="3 Tr"), "invisible"),
    ],
)
def test_what_nobody_sees_is_left_out_and_told(hidden: str, reason: str) -> None:
    reading = read(write_page(hidden + SEEN_LINE, resources=CLEAR))
    assert (reading.text, list_hidden(reading)) == (SEEN, [(reason, (UNSEEN,))])


@pytest.mark.parametrize(
    "seen",
    [
        BAR + show(UNSEEN, at=(72, 650), before="1 g"),  # white on a dark bar
        show(UNSEEN, at=(72, 650), before="0.6 g"),
        show(UNSEEN, at=(72, 650), size=5),
        f"q 400 0 0 40 60 640 cm /Im1 Do Q {show(UNSEEN, at=(72, 650))}",  # above a picture
        show(UNSEEN, at=(0, 0), before="0 1 -1 0 300 100 Tm"),  # upright
        show(UNSEEN, at=(72, 650), before="1 Tr 0 G"),
    ],
)
def test_what_is_seen_is_kept_however_it_is_drawn(seen: str) -> None:
    reading = read(write_page(seen + SEEN_LINE))
    assert (sorted(reading.text.split()), reading.hidden) == (sorted(f"{SEEN} {UNSEEN}".split()), ())


@pytest.mark.parametrize("more", ["/Rotate 90", "/Rotate 270", "/CropBox [50 600 500 750]"])
def test_a_page_that_is_turned_or_cropped_is_read_as_it_is_shown(more: str) -> None:
    reading = read(write_page(SEEN_LINE + show(UNSEEN, at=(72, 20), before="3 Tr"), more=more))
    assert (reading.text, [one.reason for one in reading.hidden]) == (SEEN, ["invisible"])


def test_what_is_cropped_away_is_not_read() -> None:
    reading = read(write_page(SEEN_LINE + show(UNSEEN, at=(72, 100)), more="/CropBox [50 600 500 750]"))
    assert (reading.text, list_hidden(reading)) == (SEEN, [("outside_page", (UNSEEN,))])


def test_words_put_in_the_place_of_those_on_the_page_are_not_read() -> None:
    content = f"/Span << /ActualText ({UNSEEN}) >> BDC {SEEN_LINE} EMC"
    reading = read(write_page(content))
    assert (reading.text, list_hidden(reading)) == (SEEN, [("replaced", (UNSEEN,))])


def test_letters_on_a_layer_that_is_off_are_not_read() -> None:
    content = f"{SEEN_LINE} /OC /L1 BDC {show(UNSEEN, at=(72, 650))} EMC"
    layer = {"resources": "/Properties << /L1 7 0 R >>", "objects": ["<< /Type /OCG /Name (Notes) >>"]}
    page = write_page(content, catalog="/OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >>", **layer)
    reading = read(page)
    assert (reading.text, list_hidden(reading)) == (SEEN, [("not_drawn", (UNSEEN,))])


def test_signs_that_nobody_sees_are_taken_out() -> None:
    tags = "".join(chr(0xE0000 + ord(one)) for one in UNSEEN)
    reading = read(make_page(f"<p>{SEEN}{tags}</p><p>Ja\u200bva Ru\u200bst Ha\u200bsk\u200bell</p>"))
    reasons = {one.reason for one in reading.hidden}
    assert reading.text.replace("\n", " ") in (f"{SEEN} Java Rust Haskell", f"{SEEN} Ja va Ru st Ha sk ell")
    assert reasons <= {"tags", "zero_width"}


def test_long_properties_are_told_and_not_read() -> None:
    words = " ".join([UNSEEN] * 8)
    reading = read(write_page(SEEN_LINE, trailer="/Info 7 0 R", objects=[f"<< /Keywords ({words}) >>"]))
    assert (reading.text, [one.reason for one in reading.hidden]) == (SEEN, ["properties"])
