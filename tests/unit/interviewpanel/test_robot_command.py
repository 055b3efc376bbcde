"""What `manage.py interview_robot` refuses before it connects."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

LINK = "http://127.0.0.1:9/i/secret/"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((LINK, "--speed", "4"), "--speed is 4; give 0.5 to 3"),
        ((LINK, "--script", "good,sing"), "'sing' is not a valid Step"),
        (("http://127.0.0.1:9/admin/",), "is no interview link"),
        ((LINK, "--patience", "0"), "has not answered for 0 s. Cannot connect to ws://127.0.0.1:9: Connection refused"),
        ((LINK, "--result", "/nosuch/dir/x.json"), "cannot be written: there is no folder /nosuch/dir. Make it first"),
        ((LINK, "--result", "/proc"), "--result /proc is a folder. Name a file in it"),
    ],
)
def test_a_mistake_is_named(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("interview_robot", *arguments)
