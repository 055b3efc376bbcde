"""Which bytes a Range header asks for."""

import pytest

from config.ranges import RangeUnsatisfiable, Span, parse_range


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-", Span(0, 99)),
        ("bytes=0-0", Span(0, 0)),
        ("bytes=10-19", Span(10, 19)),
        ("bytes=90-500", Span(90, 99)),
        ("bytes=-5", Span(95, 99)),
        ("bytes=-500", Span(0, 99)),
        ("bytes= 1 - 2", Span(1, 2)),
        # All of it is sent for what may be ignored.
        ("", None),
        ("bytes=-", None),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
        ("bytes=1e3-", None),
        ("bytes=٣-", None),
        ("bytes=0-" + "9" * 5000, None),
    ],
)
def test_what_is_asked_for(header: str, span: Span | None) -> None:
    assert parse_range(header, 100) == span


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=500-600", 100), ("bytes=-0", 100), ("bytes=0-", 0)]
)
def test_what_is_not_there(header: str, size: int) -> None:
    with pytest.raises(RangeUnsatisfiable):
        parse_range(header, size)
