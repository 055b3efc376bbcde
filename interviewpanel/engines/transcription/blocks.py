"""Length-prefixed blocks over a stream socket: 4 bytes big-endian, then that many. Used by sphinx.py and its child."""

import socket
import time

HEADER_BYTES = 4
MAX_BLOCK_BYTES = 16 * 1024 * 1024


def send_block(connection: socket.socket, payload: bytes, *, deadline: float | None = None) -> None:
    """Send one block whole. Raises TimeoutError past `deadline` (monotonic seconds), OSError when the peer is gone."""
    _set_timeout(connection, deadline)
    connection.sendall(len(payload).to_bytes(HEADER_BYTES, "big") + payload)


def receive_block(connection: socket.socket, *, deadline: float | None = None) -> bytes:
    """Receive one block whole. Raises EOFError when the peer has closed, TimeoutError past `deadline`."""
    length = int.from_bytes(_receive_exactly(connection, HEADER_BYTES, deadline), "big")
    if length > MAX_BLOCK_BYTES:
        raise ValueError(f"A block of {length} bytes was announced; at most {MAX_BLOCK_BYTES} are taken.")
    return _receive_exactly(connection, length, deadline)


def _receive_exactly(connection: socket.socket, length: int, deadline: float | None) -> bytes:
    received = bytearray()
    while len(received) < length:
        _set_timeout(connection, deadline)
        part = connection.recv(min(length - len(received), 65_536))
        if not part:
            raise EOFError("The other end has closed.")
        received += part
    return bytes(received)


def _set_timeout(connection: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        connection.settimeout(None)
        return
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("The deadline has passed.")
    connection.settimeout(remaining)
