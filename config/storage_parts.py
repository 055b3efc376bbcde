"""Where files lie: below VAR_DIR, or in a bucket that speaks S3. The part of the settings that buckets make long.

Read once by config/settings.py.
"""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.env import Environment

BUCKET_STORAGE = "config.bucket_storage.BucketStorage"
FOLDER_STORAGE = "django.core.files.storage.FileSystemStorage"


def read_storages(env: Environment, *, is_debug: bool) -> dict[str, dict[str, Any]]:
    """STORAGES: where files lie, and where the static ones do. Raises ImproperlyConfigured."""
    static = "django.contrib.staticfiles.storage.StaticFilesStorage"
    packed = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    return {"default": read_file_storage(env), "staticfiles": {"BACKEND": static if is_debug else packed}}


def read_file_storage(env: Environment) -> dict[str, Any]:
    """STORAGES["default"]. Raises ImproperlyConfigured where something makes no sense or is missing."""
    bucket = env.text("STORAGE_BUCKET")
    options = {
        "endpoint_url": env.text("STORAGE_ENDPOINT_URL").rstrip("/"),
        "region_name": env.text("STORAGE_REGION"),
        "location": env.text("STORAGE_PREFIX").strip("/"),
        "access_key": env.text("STORAGE_ACCESS_KEY"),
        "secret_key": env.text("STORAGE_SECRET_KEY"),
    }
    addressing = env.choice("STORAGE_ADDRESSING", "auto", ("auto", "path", "virtual"))
    if not bucket:
        if given := [name for name, value in zip(NAMES, options.values(), strict=True) if value]:
            raise ImproperlyConfigured(
                f"{' and '.join(given)} tell of a bucket, but STORAGE_BUCKET names none. Name it, or leave them out: "
                "then files lie below VAR_DIR."
            )
        return {"BACKEND": FOLDER_STORAGE}
    if bool(options["access_key"]) != bool(options["secret_key"]):
        raise ImproperlyConfigured(
            "STORAGE_ACCESS_KEY and STORAGE_SECRET_KEY belong together. Set both, or neither: then this machine's own "
            "role is used."
        )
    address = urlsplit(options["endpoint_url"])
    if options["endpoint_url"] and (address.scheme not in ("http", "https") or not address.hostname):
        raise ImproperlyConfigured(
            f"STORAGE_ENDPOINT_URL is {options['endpoint_url']!r}. It must be a whole address, like https://s3.example.org."
        )
    told = {name: value for name, value in options.items() if value}
    return {"BACKEND": BUCKET_STORAGE, "OPTIONS": {"bucket_name": bucket, "addressing_style": addressing, **told}}


NAMES = ("STORAGE_ENDPOINT_URL", "STORAGE_REGION", "STORAGE_PREFIX", "STORAGE_ACCESS_KEY", "STORAGE_SECRET_KEY")
