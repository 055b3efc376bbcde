"""Databases that every run would make alike, made once and copied: the migrated one, and that of a site with the demo.

To migrate takes half a minute of a core, to copy the file takes none. Used on SQLite by tests/conftest.py for the
database of the tests, and by tests/live_site.py for each site of real processes.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings

from tests.manage_commands import ROOT, make_environment, run_manage

DATABASE = "interviewbot.sqlite3"
KEPT_SECONDS = 1800.0  # the demo's links and dates are of the minute when they were made
OWN_APPS = ("authentication", "config", "interviewpanel", "organizations", "questionbank", "reports")


def copy_migrated_database(target: Path) -> None:
    """An empty database on which every migration has run."""
    folders = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    # What migrations read of our own code is there too: a change of it is a change of what they make.
    key = hash_files(path for folder in [*folders, ROOT / "questionbank" / "domain"] for path in folder.glob("*.py"))
    with keep_saved("migrated", key, (["migrate", "--verbosity", "0"],)) as saved:
        shutil.copyfile(saved / DATABASE, target)


def copy_demo_site(target: Path) -> None:
    """What `migrate` and `seed_demo` leave in an empty folder."""
    files = (path for app in OWN_APPS for path in (ROOT / app).rglob("*") if path.suffix in (".py", ".json"))
    commands = (["migrate", "--verbosity", "0"], ["seed_demo"])
    with keep_saved("demo", hash_files(files), commands, kept_seconds=KEPT_SECONDS) as saved:
        shutil.copytree(saved, target, dirs_exist_ok=True)


def hash_files(paths: Iterator[Path]) -> str:
    digest = hashlib.sha256(f"{django.__version__} {version('djangorestframework')}".encode())
    for path in sorted(paths):
        digest.update(f"{path} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def keep_saved(
    name: str, key: str, commands: Sequence[Sequence[str]], *, kept_seconds: float = float("inf")
) -> Iterator[Path]:
    """The folder that `commands` of manage.py have written on the embedded stack, nobody else's while it is copied.

    It is made where there is none, where `key` is another and where it is older than `kept_seconds`. Who comes
    meanwhile waits. Raises AssertionError with what a command said that failed.
    """
    place = Path(settings.VAR_DIR) / "saved-sites"
    place.mkdir(parents=True, exist_ok=True)
    saved = place / name / key
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not saved.exists() or time.time() - saved.stat().st_mtime > kept_seconds:
            shutil.rmtree(place / name, ignore_errors=True)
            saved.parent.mkdir()
            with tempfile.TemporaryDirectory(dir=place) as folder:
                made = Path(folder) / "site"
                made.mkdir()
                for command in commands:
                    run_manage(command, make_environment("embedded", made, {}))
                made.rename(saved)
            os.utime(saved)
        yield saved
