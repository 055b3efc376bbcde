"""Files in a bucket that speaks S3, by django-storages. In use where STORAGE_BUCKET is set; imported nowhere else.

The bucket is private and nobody is sent there: what a person may see or hear is read here and served by our own views,
so that roles, erasure and ranges hold as they do for a folder. What differs from django-storages' own storage:

- Every file gets a name of its own. A bucket has no "create only where there is none" that all servers know, and two
  who store the same part at once must not share a file that the loser then deletes.
- Errors are OSErrors, as those of a folder are.
- A part of a file is read as that part (`read_span`), not by fetching the file.
- Names can be kept exactly (`write_exactly`), and a bucket that anybody may read is noticed (`is_public`).
"""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.utils import validate_file_name
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

MEMORY_BYTES = 2 * 1024 * 1024  # of a file that is open; what is larger lies on disk meanwhile
CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 20, 2
REFUSED = (401, 403)


class BucketAway(OSError):
    """The bucket did not do what it was asked; the text says which one, and what it said."""


class BucketStorage(S3Storage):  # type: ignore[misc] # the library has no types
    """STORAGES["default"] where STORAGE_BUCKET is set. Every method raises BucketAway, and FileNotFoundError for what
    is not there."""

    def __init__(self, **options: Any) -> None:
        addressing = options.get("addressing_style", "auto")
        # Other servers than Amazon's do not all know the checksums that its client began to send by itself.
        plain = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
        config = Config(
            s3={"addressing_style": addressing},
            signature_version="s3v4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            **(plain if options.get("endpoint_url") else {}),
        )
        fixed = {"default_acl": None, "file_overwrite": False, "max_memory_size": MEMORY_BYTES, "client_config": config}
        super().__init__(**options, **fixed)

    @property
    def place(self) -> str:
        """For people: which bucket, where."""
        return f"bucket {self.bucket_name} at {self.endpoint_url or 'Amazon S3'}"

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name with seven random letters before its ending."""
        folder, file = posixpath.split(clean_name(name))
        root, ending = posixpath.splitext(file)
        made = str(self.get_alternative_name(posixpath.join(folder, root), ending))
        validate_file_name(made, allow_relative_path=True)
        if max_length is not None and len(made) > max_length:
            raise SuspiciousFileOperation(f"{made} is longer than {max_length} characters.")
        return made

    def url(self, name: str, *_: object, **__: object) -> str:
        """As a folder's, which nobody is served by: an address that the bucket has signed would outlive a role."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))

    def write_exactly(self, name: str, content: "File[bytes]") -> None:
        """Store it under that very name, in place of what is there."""
        with self._told():
            S3Storage._save(self, name, content)

    def read_span(self, name: str, offset: int, size_bytes: int, *, chunk_bytes: int) -> Iterator[bytes]:
        """So many bytes from `offset` on, in chunks, as they come."""
        with self._told(name):
            part = f"bytes={offset}-{offset + size_bytes - 1}"
            body = self.bucket.Object(self._normalize_name(clean_name(name))).get(Range=part)["Body"]
            with body:
                yield from body.iter_chunks(chunk_bytes)

    def is_public(self, name: str) -> bool:
        """Whether somebody without a key can read the file of that name."""
        key = self._normalize_name(clean_name(name))
        try:
            self.unsigned_connection.meta.client.head_object(Bucket=self.bucket_name, Key=key)
        except ClientError as error:
            if _find_status(error) in REFUSED:
                return False
            raise self._describe(error) from error
        except BotoCoreError as error:
            raise self._describe(error) from error
        return True

    def keeps_versions(self) -> bool | None:
        """Whether what is deleted stays as an old version; None where our key may not ask."""
        try:
            versioning = self.connection.meta.client.get_bucket_versioning(Bucket=self.bucket_name)
        except (ClientError, BotoCoreError):
            return None
        return bool(versioning.get("Status") == "Enabled")

    def _open(self, name: str, mode: str = "rb") -> Any:
        """One that is read is fetched at once, so that no error comes later than here."""
        with self._told(name):
            file = super()._open(name, mode)
            return file.open() if "r" in mode else file

    def _save(self, name: str, content: Any) -> str:
        with self._told():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with self._told():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with self._told():
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with self._told():
            folders, files = super().listdir(name)
            return list(folders), list(files)

    def size(self, name: str) -> int:
        with self._told():
            return int(super().size(name))

    @contextmanager
    def _told(self, name: str = "") -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            if name and _find_status(error) == 404:
                raise FileNotFoundError(f"{name} is not in the bucket.") from error
            raise self._describe(error) from error
        except (BotoCoreError, Boto3Error) as error:
            raise self._describe(error) from error

    def _describe(self, error: Exception) -> BucketAway:
        said = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
        return BucketAway(f"The {self.place} cannot be used: {said or type(error).__name__}.")


def _find_status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
