"""The words of messages: placeholders are names and nothing else, and what is put in is never looked at again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organizations.domain.brand import DARK, WHITE, choose_ink
from organizations.domain.message_texts import Paragraph, count_sms_parts, fill, list_problems, split_paragraphs

ALLOWED = {"name", "link"}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("Hello {{ name }} {{link}}", []),
        ("Hello {{ nmae }}", ["There is no placeholder {{ nmae }}. Known are: {{ link }}, {{ name }}."]),
        ("{{ name.first }}", ["There is no placeholder {{ name.first }}. Known are: {{ link }}, {{ name }}."]),
        ("{{ name|safe }}", ["There is no placeholder {{ name|safe }}. Known are: {{ link }}, {{ name }}."]),
        ("{{ }}", ["There is no placeholder {{  }}. Known are: {{ link }}, {{ name }}."]),
        ("{% load x %}", ["“{%” stands alone. A placeholder is written as {{ deadline }}."]),
        ("Hello {{ name", ["“{{” stands alone. A placeholder is written as {{ deadline }}."]),
    ],
)
def test_what_is_no_placeholder_is_named(text: str, problems: list[str]) -> None:
    assert list_problems(text, allowed=ALLOWED) == problems


def test_what_has_to_be_there_is_asked_for() -> None:
    assert list_problems("Hello", allowed=ALLOWED, required=["link"]) == [
        "The text needs {{ link }}: without it nobody can act on the message."
    ]


@given(st.text(max_size=30))
def test_a_value_is_put_in_as_it_is(name: str) -> None:
    assert fill("<{{ name }}>", {"name": name}) == f"<{name}>"


def test_empty_lines_part_paragraphs_and_a_link_alone_is_one() -> None:
    text = "Hello\r\n{{ name }},\n\n{{ link }}\n\n\nor {{ link }}"
    assert split_paragraphs(text, {"name": "Kim", "link": "https://x.example/"}) == [
        Paragraph(("Hello", "Kim,")),
        Paragraph(("https://x.example/",), is_link=True),
        Paragraph(("or https://x.example/",)),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [("x" * 160, 1), ("x" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ж" * 70, 1), ("ж" * 71, 2), ("x" * 307, 3)],
)
def test_sms_are_counted_as_they_are_paid(text: str, parts: int) -> None:
    assert count_sms_parts(text) == parts


def test_words_on_a_colour_can_be_read() -> None:
    assert [choose_ink(colour) for colour in ("#1f5fa8", "#ffd500", "#000000", "#ffffff")] == [WHITE, DARK, WHITE, DARK]
