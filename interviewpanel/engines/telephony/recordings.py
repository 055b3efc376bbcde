"""Recordings of calls at Twilio: begun once the candidate has agreed, fetched, removed."""

import time
from typing import IO

from django.conf import settings

from interviewpanel.engines.telephony.calls import NoSuchCall, tell_apart
from organizations.domain.delivery import DeliveryPostponed
from organizations.engines.sms import TIMEOUT_SECONDS, find_client

MOST_BYTES = 300 * 1024 * 1024  # four hours of two channels at 64 kbit/s are 230 MB
SECONDS_IN_ALL = 600
PIECE = 64 * 1024


class NoSuchRecording(Exception):
    """Twilio has no such recording (any more)."""


class RecordingTooLarge(Exception):
    """More than MOST_BYTES: whatever that is, it is no call."""


def start_recording(call_sid: str, *, report_url: str) -> str:
    """Record both voices of a call that goes on, in a channel each; returns the recording's SID.

    Raises NoSuchCall, DeliveryPostponed (also where the answer was lost), DeliveryRefused (the call is over).
    """
    with tell_apart(acts=False):
        made = (
            find_client()
            .calls(call_sid)
            .recordings.create(
                recording_channels="dual",
                recording_status_callback=report_url,
                recording_status_callback_event=["completed", "absent"],
                trim="do-not-trim",  # its seconds are to be the call's
            )
        )
    return str(made.sid)


def rest_recording(call_sid: str, sid: str, *, rests: bool) -> None:
    """Record silence from now on, or go on with the voices; its seconds stay the call's. Said twice it is done once.

    Raises NoSuchCall, DeliveryPostponed (also where the answer was lost), DeliveryRefused (the call is over).
    """
    how = {"status": "paused", "pause_behavior": "silence"} if rests else {"status": "in-progress"}
    with tell_apart(acts=False):
        find_client().calls(call_sid).recordings(sid).update(**how)


def download_recording(sid: str, file: IO[bytes], *, kind: str = "mp3") -> int:
    """Write it to `file` as MP3, or as it is with `kind` "wav"; returns how many bytes. Only the account may read it.

    Of two channels both come, each for itself.

    Raises NoSuchRecording, RecordingTooLarge, or DeliveryPostponed for all that may be better later.
    """
    import requests

    account, token = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN
    url = f"{settings.TWILIO_API_URL}/2010-04-01/Accounts/{account}/Recordings/{sid}.{kind}"
    begun, count = time.monotonic(), 0
    try:
        with requests.get(
            url, params={"RequestedChannels": "2"}, auth=(account, token), timeout=TIMEOUT_SECONDS, stream=True
        ) as answer:
            if answer.status_code == 404:
                raise NoSuchRecording("Twilio has no such recording.")
            if answer.status_code != 200:
                raise DeliveryPostponed(f"Twilio does not give the recording: {answer.status_code}")
            for piece in answer.iter_content(PIECE):
                count += len(piece)
                if count > MOST_BYTES:
                    raise RecordingTooLarge(f"The recording has more than {MOST_BYTES // 2**20} MB and is not taken.")
                if time.monotonic() - begun > SECONDS_IN_ALL:
                    raise DeliveryPostponed(f"The recording did not come within {SECONDS_IN_ALL} s.")
                file.write(piece)
            told = answer.headers.get("Content-Length")
    except requests.RequestException as error:
        raise DeliveryPostponed(f"Twilio does not answer: {type(error).__name__}") from None
    if told is not None and int(told) != count:
        raise DeliveryPostponed("The recording broke off.")
    return count


def remove_recording(sid: str) -> None:
    """Remove it at Twilio; one that is not there any more is no error. Raises DeliveryPostponed, DeliveryRefused."""
    try:
        with tell_apart(acts=False):
            find_client().recordings(sid).delete()
    except NoSuchCall:
        return
