"""Why the robot cannot connect, in words, and whether trying again could help. No input or output.

Called by `connection.Connection` for whatever was raised before a socket was open.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
from dataclasses import dataclass

from websockets.exceptions import InvalidStatus

NUMBER = re.compile(r"\[Errno (\d+)\]")


@dataclass(frozen=True)
class Failure:
    """`is_final`: the address itself is wrong, so another try would end the same."""

    text: str
    is_final: bool = False


def explain_failure(error: Exception) -> Failure:
    """One clause, such as "Connection refused. Is a server running there?"."""
    if isinstance(error, socket.gaierror):
        return Failure(f"the name is not known ({error.strerror})", is_final=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(f"its certificate is not trusted ({error.verify_message})", is_final=True)
    if isinstance(error, ssl.SSLError):
        return Failure(
            f"no TLS is spoken there ({getattr(error, 'reason', error.strerror)}); is it http:// instead?",
            is_final=True,
        )
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return Failure(f"it refused the socket (HTTP {status})", is_final=status in (403, 404))
    if isinstance(error, TimeoutError):
        return Failure("nothing answers there")
    return _explain_system_error(error)


def _explain_system_error(error: Exception) -> Failure:
    """asyncio joins the errors of a name's several addresses into one text without a number of its own."""
    numbers = dict.fromkeys(int(number) for number in NUMBER.findall(str(error)))
    if not numbers:
        return Failure(f"{error}; is it https:// instead?")
    text = ", ".join(os.strerror(number) for number in numbers)
    return Failure(f"{text}. Is a server running there?" if errno.ECONNREFUSED in numbers else text)
