"""The system checks of the plumbing."""

import pytest
from pytest_django import Settings

from config.checks import check_secret_key_is_set


def test_the_development_key_is_refused_on_a_real_site() -> None:
    (error,) = check_secret_key_is_set(None)

    assert (error.id, error.msg) == (
        "config.E001",
        "SECRET_KEY is the development key; candidate links made with it can be forged.",
    )
    assert "secrets.token_urlsafe(50)" in str(error.hint)


@pytest.mark.parametrize("key", ["a-long-random-text"])
def test_a_key_of_ones_own_passes(settings: Settings, key: str) -> None:
    settings.SECRET_KEY = key

    assert check_secret_key_is_set(None) == []
