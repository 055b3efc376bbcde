"""Finding candidates by their address, adding them, deleting them. Called by the admin, the API and what starts
interviews.

Who was invited is erased instead, by the app of interviews: docs/decisions/0015-what-erasure-leaves.md.
"""

from django.db import IntegrityError, transaction

from organizations.models import Candidate, Organization
from organizations.services.history import Author, record_departure

INVITED = (
    "A candidate who was invited is erased, not deleted: when the time is over that the page of their link tells, or "
    "when they ask for it."
)
NO_CANDIDATES = "Nobody can be invited at this address: it is no candidate's."


class NoCandidate(Exception):
    """The address belongs to somebody here who is no candidate; the message says so."""


class CandidateInvited(Exception):
    """Nothing was deleted; the message says what is done instead."""


def find_candidate(organization: Organization, email: str) -> Candidate | None:
    """Whoever is known by the address, however it is written; None for nobody, and without one. Raises NoCandidate."""
    if not email:
        return None
    row = Candidate.objects.filter(organization=organization, email__iexact=email).first()
    if row is not None and (row.is_erased or row.is_trial):
        raise NoCandidate(NO_CANDIDATES)
    return row


def find_or_add_candidate(
    *, organization: Organization, full_name: str, email: str = "", phone: str = ""
) -> tuple[Candidate, bool]:
    """The candidate, known by the address or added just now; and whether they were added. Raises NoCandidate."""
    if (known := find_candidate(organization, email)) is not None:
        return known, False
    try:
        with transaction.atomic():
            row = Candidate.objects.create(organization=organization, full_name=full_name, email=email, phone=phone)
    except IntegrityError:  # another call has added them at the same moment
        if (known := find_candidate(organization, email)) is None:
            raise
        return known, False
    return row, True


@transaction.atomic
def delete_candidate(*, candidate: Candidate, author: Author, message: str = "") -> bool:
    """Effects: the row with its messages, files and names in the history goes; a line without a name says who did it
    and why. False if it was gone before. Raises CandidateInvited.

    `message`: words of the line, such as those that name an API key.
    """
    # For update, and not only against other changes: who is inviting them now waits, or is waited for.
    row = Candidate.objects.select_for_update(of=("self",)).filter(pk=candidate.pk).first()
    if row is None:
        return False
    if row.invitations.exists():
        raise CandidateInvited(INVITED)
    key = row.pk
    row.delete()
    row.pk = key  # which the line tells
    record_departure(candidate=row, organization_id=row.organization_id, author=author, message=message)
    return True
