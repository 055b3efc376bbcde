"""What `manage.py check` and `manage.py doctor` say of phone calls: off, half set up, refused, working."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from interviewpanel.checks import check_telephony
from interviewpanel.engines.telephony import describe_telephony, explain_telephony
from organizations.engines.sms import explain_sms
from tests.sms_servers import NUMBER
from tests.twilio_posts import PUBLIC_URL
from tests.twilio_server import TwilioServer, run_twilio_server, use_twilio


@pytest.fixture
def twilio(settings: Settings) -> Iterator[TwilioServer]:
    with run_twilio_server() as server:
        use_twilio(settings, server, "+49", "+4420")
        yield server


def test_a_site_that_calls_nobody_is_as_it_should_be(settings: Settings) -> None:
    settings.PHONE_CALL_PREFIXES = []
    assert check_telephony(None) == []
    assert describe_telephony() == (True, "off: PHONE_CALL_PREFIXES is not set, so nobody is called")


def test_a_site_that_works_says_from_where_to_where(twilio: TwilioServer) -> None:
    assert check_telephony(None) == []
    assert describe_telephony() == (
        True,
        f"Twilio, from {NUMBER} to +49, +4420; it reports to {PUBLIC_URL}/phone/",
    )
    assert twilio.requests == ["GET .json"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TWILIO_AUTH_TOKEN", "", "Whoever runs it sets TWILIO_AUTH_TOKEN."),
        ("TWILIO_VOICE_NUMBER", "", "Whoever runs it sets TWILIO_VOICE_NUMBER (or TWILIO_FROM_NUMBER)."),
        ("PUBLIC_URL", "http://localhost:4545", "and it is http://localhost:4545."),
    ],
)
def test_what_is_missing_is_named(twilio: TwilioServer, settings: Settings, name: str, value: str, words: str) -> None:
    setattr(settings, name, value)
    (warning,) = check_telephony(None)
    assert (warning.id, words in warning.msg) == ("interviewpanel.W002", True)
    assert describe_telephony() == (False, warning.msg)
    assert twilio.requests == []


def test_prefixes_are_checked(twilio: TwilioServer, settings: Settings) -> None:
    settings.PHONE_CALL_PREFIXES = ["+49", "0044"]
    (error,) = check_telephony(None)
    said = "“0044” is no beginning of a number. Write them with their country code, such as +49, +4420."
    assert (error.id, error.msg) == ("interviewpanel.E001", f"PHONE_CALL_PREFIXES: {said}")


def test_an_account_that_twilio_refuses_is_told(twilio: TwilioServer, settings: Settings) -> None:
    twilio.account_status = "suspended"
    said = "Twilio's account is suspended: it places no calls until that is mended there"
    assert describe_telephony() == (False, said)
    settings.TWILIO_AUTH_TOKEN = "2" * 32
    said = "No call can be placed now: Twilio refuses for now: Authenticate (Twilio's error 20003)"
    assert describe_telephony() == (False, said)


def test_calls_and_sms_are_set_up_apart(twilio: TwilioServer, settings: Settings) -> None:
    settings.TWILIO_FROM_NUMBER = ""
    assert (explain_telephony(), explain_sms() != "") == ("", True)
