"""Names the machine a figure was measured on, and what its host kept from it: figures are compared with their like."""

import os
import platform
from pathlib import Path


def describe_machine() -> str:
    """Processor, cores, load and Python, in one line."""
    cpuinfo = Path("/proc/cpuinfo")
    names = (
        [line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        if (cpuinfo.exists())
        else []
    )
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"


class HostShare:
    """How much of the processors' time a virtual machine's host gave to others since this was made."""

    def __init__(self) -> None:
        self._began = _read_ticks()

    def describe(self) -> str:
        """Such as "the host took 12 % of the processors"; "" where the system does not tell."""
        stolen, whole = (after - before for before, after in zip(self._began, _read_ticks(), strict=True))
        return f"the host took {100 * stolen / whole:.0f} % of the processors" if whole else ""


def _read_ticks() -> tuple[int, int]:
    """Ticks stolen by the host and ticks in all, of every processor since the start; (0, 0) where nobody counts."""
    counters = Path("/proc/stat")
    if not counters.exists():
        return 0, 0
    user, nice, system, idle, iowait, irq, softirq, steal = map(int, counters.read_text().split()[1:9])
    return steal, user + nice + system + idle + iowait + irq + softirq + steal
