"""`manage.py` in a process of its own, with nothing of the developer's own environment.

Used by tests/live_site.py, by tests/saved_sites.py and by tests of commands.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def run_manage(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """`manage.py COMMAND` to its end; returns what it printed. Raises AssertionError if it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"manage.py {command[0]} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


def make_environment(stack: str, folder: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Nothing of the caller's but where programs are; the sweeper every second, so that a test need not wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.defpath + ":/usr/sbin:/usr/local/bin",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "STACK": stack,
        "VAR_DIR": str(folder),
        "DEBUG": "true",
        "SECRET_KEY": settings.SECRET_KEY,
        "TRANSCRIPTION_ENGINE": "pocketsphinx",
        "WHISPER_DOWNLOAD": "false",
        "EMBEDDING_DOWNLOAD": "false",
        "OLLAMA_BASE_URL": "http://127.0.0.1:9",  # nobody listens there: the embedded scorer answers
        "WORK_SWEEP_SECONDS": "1",
        **variables,
    }
