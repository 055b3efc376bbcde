"""Passwords that are hashed quickly, and the desk of those who keep a bank."""

import pytest
from pytest_django import Settings

from tests.bank_desks import BankDesk, make_desk
from tests.staff import HASHER


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = HASHER


@pytest.fixture
def desk(db: None) -> BankDesk:
    return make_desk()
