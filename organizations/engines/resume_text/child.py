"""The process that reads one résumé: started by the package as `python -m …child pdf|docx`, and over when it has told.

The file is standard input; a JSON object on standard output says what was read or why not. No Django, no secrets in
its environment, nothing of the network. What it may take is set before the libraries that read are loaded, so that a
file that breaks one of them breaks only this process. The alarm ends it also where nobody waits for it any more.
"""

import json
import resource
import signal
import sys
from dataclasses import asdict

MEMORY_BYTES = 480 * 1024 * 1024
CPU_SECONDS = 15
ALARM_SECONDS = 20
OPEN_FILES = 64

# Soft and hard. Of its time it is told once before it is killed, which says what it died of.
LIMITS = (
    (resource.RLIMIT_AS, MEMORY_BYTES, MEMORY_BYTES),
    (resource.RLIMIT_CPU, CPU_SECONDS, CPU_SECONDS + 1),
    (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
    (resource.RLIMIT_FSIZE, 0, 0),
    (resource.RLIMIT_CORE, 0, 0),
    (resource.RLIMIT_NPROC, 0, 0),
)


def set_limits() -> None:
    """Hard ones too, so that nothing can lift them. macOS knows no limit of memory; everywhere else what cannot be
    limited is not read."""
    signal.alarm(ALARM_SECONDS)
    for name, soft, hard in LIMITS:
        now = resource.getrlimit(name)[1]
        most = hard if now == resource.RLIM_INFINITY else min(hard, now)
        try:
            resource.setrlimit(name, (min(soft, most), most))
        except (ValueError, OSError):
            if sys.platform != "darwin":
                raise


def read(kind: str, content: bytes) -> dict[str, object]:
    from organizations.domain.resume_readings import ResumeUnreadable

    try:
        if kind == "pdf":
            from organizations.engines.resume_text.pdf import read_pdf

            return asdict(read_pdf(content))
        from organizations.engines.resume_text.docx import read_docx

        return asdict(read_docx(content))
    except ResumeUnreadable as refusal:
        return {"refusal": refusal.code}
    except MemoryError:
        return {"refusal": "too_heavy"}
    except RecursionError:
        return {"refusal": "broken"}


def main() -> None:
    set_limits()
    told = read(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(told).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
