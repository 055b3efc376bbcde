"""`make bench`: every benchmark, one after the other, each in a process of its own. Names may be given to pick some."""

import subprocess
import sys

from benchmarks.machine import describe_machine

BENCHMARKS = (
    "frame_cost",
    "session_cost",
    "monitor_cost",
    "turn_latency",
    "selection_cost",
    "queue_cost",
    "report_cost",
    "mix_cost",
    "admin_lists",
    "api_calls",
    "embedded_scorer",
    "injections",
)


def main() -> int:
    unknown = set(sys.argv[1:]) - set(BENCHMARKS)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(BENCHMARKS)}.")
        return 2
    print(f"Measured on {describe_machine()}", flush=True)
    failed = []
    for name in sys.argv[1:] or BENCHMARKS:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
