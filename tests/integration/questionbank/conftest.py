"""Passwords that are hashed quickly, and the desk of those who keep a bank."""

import pytest

from tests.bank_desks import BankDesk, make_desk


@pytest.fixture
def desk(db: None) -> BankDesk:
    return make_desk()
