"""The lock that keeps the embedded stack one process. Taken by config/lifespan.py, tried by `manage.py runserver`."""

import fcntl
from pathlib import Path
from typing import IO


class AlreadyRunning(RuntimeError):
    """A second embedded server on the same database."""


def take_lock(folder: Path) -> IO[str]:
    """The lock on the database's folder, held until the file is closed. Raises AlreadyRunning."""
    file = (folder / "embedded.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyRunning(
            f"Another server already runs on {folder}. The embedded stack is one process: stop the other "
            "one, or set VAR_DIR to another folder, or configure DB_NAME and Redis for the full stack."
        ) from None
    return file
