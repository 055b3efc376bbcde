"""An organization's logo: taken where it is a picture that pages, e-mail and reports can show. Called by the API."""

from django.core.files.base import File
from django.db import transaction

from organizations.domain.brand import explain_logo, find_logo_type
from organizations.models import Organization


class LogoRefused(Exception):
    """The file is not taken; the text says why and what to do."""


def read_start(file: "File[bytes]") -> bytes:
    file.seek(0)
    start: bytes = file.read(16)
    file.seek(0)
    return start


@transaction.atomic
def store_logo(*, organization: Organization, file: "File[bytes]") -> None:
    """Effects: the file, the row; the former file goes when that is sure. Raises LogoRefused."""
    start = read_start(file)
    if reason := explain_logo(file.size, start):
        raise LogoRefused(reason)
    kind = find_logo_type(start)
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
