"""The readers of environment variables: what they give, and the sentence with which each refuses nonsense."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import Environment

Read = Callable[[Environment], object]


@pytest.mark.parametrize(
    ("value", "read", "expected"),
    [
        ("  hello ", lambda env: env.text("NAME"), "hello"),
        ("FULL", lambda env: env.choice("NAME", "embedded", ("embedded", "full")), "full"),
        ("Yes", lambda env: env.flag("NAME", default=False), True),
        ("on", lambda env: env.flag("NAME", default=False), True),
        ("0", lambda env: env.flag("NAME", default=True), False),
        ("off", lambda env: env.flag("NAME", default=True), False),
        (" 12 ", lambda env: env.integer("NAME", 3), 12),
        ("0.25", lambda env: env.number("NAME", 3), 0.25),
        ("a, b,,c ", lambda env: env.words("NAME"), ["a", "b", "c"]),
    ],
)
def test_a_value_is_read(value: str, read: Read, expected: object) -> None:
    assert read(Environment({"NAME": value})) == expected


@pytest.mark.parametrize("values", [{}, {"NAME": ""}, {"NAME": "  "}])
def test_unset_and_empty_give_the_default(values: dict[str, str]) -> None:
    env = Environment(values)

    assert (
        env.text("NAME", "text"),
        env.choice("NAME", "one", ("one", "two")),
        env.flag("NAME", default=True),
        env.integer("NAME", 7),
        env.number("NAME", 0.5),
        env.words("NAME", ("a", "b")),
    ) == ("text", "one", True, 7, 0.5, ["a", "b"])


@pytest.mark.parametrize(
    ("value", "read", "sentence"),
    [
        (
            "postgres",
            lambda env: env.choice("NAME", "embedded", ("embedded", "full")),
            "NAME is 'postgres'. It must be one of: embedded, full.",
        ),
        ("maybe", lambda env: env.flag("NAME", default=True), "NAME is 'maybe'. Write true or false."),
        ("ten", lambda env: env.integer("NAME", 1), "NAME is 'ten'. It must be a whole number."),
        ("1.5", lambda env: env.integer("NAME", 1), "NAME is '1.5'. It must be a whole number."),
        ("-1", lambda env: env.integer("NAME", 1, maximum=9), "NAME is -1. It must lie between 0 and 9."),
        ("65536", lambda env: env.integer("NAME", 1, maximum=65535), "NAME is 65536. It must lie between 0 and 65535."),
        ("soon", lambda env: env.number("NAME", 1), "NAME is 'soon'. It must be a number."),
        ("0.5", lambda env: env.number("NAME", 9, minimum=1, maximum=60), "NAME is 0.5. It must lie between 1 and 60."),
        ("nan", lambda env: env.number("NAME", 9, maximum=60), "NAME is nan. It must lie between 0.0 and 60."),
        ("inf", lambda env: env.number("NAME", 9, maximum=60), "NAME is inf. It must lie between 0.0 and 60."),
    ],
)
def test_nonsense_is_refused_with_the_variable_the_value_and_what_would_do(
    value: str, read: Read, sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(Environment({"NAME": value}))

    assert str(refusal.value) == sentence


def test_a_folder_is_made(tmp_path: Path) -> None:
    assert Environment({"NAME": "a/b"}).folder("NAME", "var", base=tmp_path) == tmp_path / "a" / "b"
    assert Environment({}).folder("NAME", "var", base=tmp_path) == tmp_path / "var"
    assert (tmp_path / "a" / "b").is_dir()
    assert (tmp_path / "var").is_dir()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ImproperlyConfigured) as refusal:
        Environment({"NAME": "file/below"}).folder("NAME", "var", base=tmp_path)

    assert str(refusal.value) == (
        f"NAME is '{tmp_path}/file/below', which cannot be made: Not a directory. Name one that may be written to."
    )


def test_every_name_that_was_asked_for_is_remembered() -> None:
    env = Environment({})
    env.text("A")
    env.flag("B", default=True)
    env.words("C")

    assert env.seen == {"A", "B", "C"}
