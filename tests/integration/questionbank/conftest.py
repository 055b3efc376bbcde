"""The desk of those who keep a bank, and an organization alone."""

import pytest

from organizations.models import Organization
from tests.bank_desks import BankDesk, make_desk


@pytest.fixture
def desk(db: None) -> BankDesk:
    return make_desk()


@pytest.fixture
def fernbrook(db: None) -> Organization:
    return Organization.objects.create(name="Fernbrook", slug="fernbrook")
