"""The server's own sentence out of what libpq says."""

import pytest

from config.database import summarise_refusal


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'connection failed: connection to server at "127.0.0.1", port 1 failed: FATAL:  role "who" does not exist',
            'FATAL:  role "who" does not exist',
        ),
        (
            (
                'connection failed: connection to server at "::1", port 9 failed: Connection refused\n'
                "\tIs the server running on that host and accepting TCP/IP connections?\n"
                "Multiple connection attempts failed. All failures were:\n"
                "- host: 'localhost', port: '9', hostaddr: '::1': connection failed: Connection refused\n"
                "- host: 'localhost', port: '9', hostaddr: '127.0.0.1': connection failed: No route to host"
            ),
            "Connection refused; No route to host",
        ),
        (
            "failed to resolve host 'no.such.host': [Errno -2] Name or service not known",
            "failed to resolve host 'no.such.host': [Errno -2] Name or service not known",
        ),
    ],
)
def test_each_cause_once(text: str, said: str) -> None:
    assert summarise_refusal(text) == said
