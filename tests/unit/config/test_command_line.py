"""Which port `runserver` was asked for, read before the settings are."""

import pytest

from config.command_line import find_served_port


@pytest.mark.parametrize(
    ("arguments", "port"),
    [
        ("runserver 4702", "4702"),
        ("runserver --noreload 0.0.0.0:4702", "4702"),
        ("runserver", None),
        ("runserver localhost:http", None),
        ("migrate 4702", None),
        ("", None),
    ],
)
def test_the_port_of_a_command_line(arguments: str, port: str | None) -> None:
    assert find_served_port(["manage.py", *arguments.split()]) == port
