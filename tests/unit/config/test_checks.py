"""The system checks of the plumbing."""

import pytest
from pytest_django import Settings

from config.checks import check_calls_can_be_taken, check_interview_limit, check_secret_key_is_set


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


def test_taking_calls_needs_an_account_and_an_address(settings: Settings) -> None:
    assert check_calls_can_be_taken(None) == []
    settings.PHONE_TAKES_CALLS = True
    (warning,) = check_calls_can_be_taken(None)
    assert warning.id == "config.W001"
    assert warning.hint == (
        "Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_VOICE_NUMBER, PUBLIC_URL (an https address that Twilio can "
        "reach), or leave PHONE_TAKES_CALLS out. See docs/phone-interviews.md."
    )
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_VOICE_NUMBER = "AC1", "t", "+15005550006"
    settings.PUBLIC_URL = "https://interviews.example"
    assert check_calls_can_be_taken(None) == []


@pytest.mark.parametrize(
    ("stack", "is_set", "ids"), [("full", False, ["config.W004"]), ("full", True, []), ("embedded", False, [])]
)
def test_a_site_of_several_servers_is_reminded_of_its_limit(
    settings: Settings, stack: str, is_set: bool, ids: list[str]
) -> None:
    settings.STACK, settings.IS_INTERVIEW_LIMIT_SET = stack, is_set
    assert [one.id for one in check_interview_limit(None)] == ids
