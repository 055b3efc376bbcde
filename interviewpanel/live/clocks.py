"""The clock of a connection, handed in so that a test can let ten seconds pass at once."""

import asyncio
import time
from datetime import UTC, datetime


class WallClock:
    """Unix time, and waiting for it."""

    def read(self) -> float:
        """Unix seconds."""
        return time.time()

    def read_at(self) -> datetime:
        return datetime.fromtimestamp(self.read(), UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
