"""`manage.py move_media`: every file of this site from the folder into the bucket, or back, while the site stands.

Done twice it is done once: what lies there already and is the same is not sent again. docs/storage.md tells the steps.
"""

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.management.base import BaseCommand, CommandError

from config.stored_files import READ_BYTES, write_exactly


class Command(BaseCommand):
    help = (
        "Copy every stored file from VAR_DIR/media into the bucket that STORAGE_BUCKET names, under the same name, and "
        "read each copy back. Stop the site first: what is erased meanwhile would stay as a copy."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--back", action="store_true", help="from the bucket into the folder")
        parser.add_argument("--remove", action="store_true", help="remove each file whose copy is there and the same")

    def handle(self, *args: Any, back: bool, remove: bool, **options: Any) -> None:
        bucket, folder = default_storage, FileSystemStorage(location=settings.MEDIA_ROOT)
        if not hasattr(bucket, "write_exactly"):
            raise CommandError("No bucket is configured. Set STORAGE_BUCKET and the other STORAGE_ variables first.")
        source, target = (bucket, folder) if back else (folder, bucket)
        sent = same = 0
        for name in list_names(source):
            digest = find_digest(source, name)
            if find_digest(target, name) == digest:
                same += 1
            else:
                with source.open(name) as file:
                    write_exactly(target, name, File(file, name=name))
                if find_digest(target, name) != digest:
                    raise CommandError(f"{name} arrived otherwise than it was sent. It was not removed; try again.")
                sent += 1
            if remove:
                source.delete(name)
        ending = "Those here were removed." if remove else "Those here were kept: remove them with --remove."
        self.stdout.write(f"{sent} files copied and read back, {same} were there already. {ending}")


def list_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file, folder by folder."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    inside = f"{folder}/" if folder else ""
    yield from (f"{inside}{name}" for name in sorted(names))
    for one in sorted(folders):
        yield from list_names(storage, f"{inside}{one}")


def find_digest(storage: Storage, name: str) -> bytes | None:
    """SHA-256 of what is in the file; None where there is none."""
    found = hashlib.sha256()
    try:
        with storage.open(name) as file:
            while content := file.read(READ_BYTES):
                found.update(content)
    except FileNotFoundError:
        return None
    return found.digest()
