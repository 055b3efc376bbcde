"""An organization's logo: taken where it is a picture that pages, e-mail and reports can show. Called by the API."""

from django.core.files.base import File
from django.db import transaction

from organizations.models import Organization
from organizations.services.message_words import LOGO_TYPES, MOST_LOGO_BYTES


class LogoRefused(Exception):
    """The file is not taken; the text says why and what to do."""


def find_type(file: "File[bytes]") -> str | None:
    """`png` or `jpeg` by the first bytes; None for anything else."""
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    return next((kind for signs, kind in LOGO_TYPES if start.startswith(signs)), None)


@transaction.atomic
def store_logo(*, organization: Organization, file: "File[bytes]") -> None:
    """Effects: the file, the row; the former file goes when that is sure. Raises LogoRefused."""
    if file.size > MOST_LOGO_BYTES:
        raise LogoRefused(f"The file has {file.size // 1000} kB. At most {MOST_LOGO_BYTES // 1000} kB are taken.")
    kind = find_type(file)
    if kind is None:
        raise LogoRefused("This is neither a PNG nor a JPEG. Save it as one of them.")
    former = organization.logo.name
    organization.logo.save(f"{organization.uuid}.{kind}", file, save=False)
    organization.save(update_fields=["logo"])
    _leave(organization, former)


@transaction.atomic
def remove_logo(*, organization: Organization) -> None:
    """Effects: the row forgets it; the file goes when that is sure."""
    former = organization.logo.name
    organization.logo = ""
    organization.save(update_fields=["logo"])
    _leave(organization, former)


def _leave(organization: Organization, name: str | None) -> None:
    storage = organization.logo.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)
