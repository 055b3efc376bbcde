"""Phone calls by Twilio's official client: placed, ended, asked about, recorded. Called by services/phone_calls.py,
services/call_upkeep.py and services/call_recordings.py.

The client, its timeouts and the judging of refusals are those of SMS (organizations/engines/sms.py); so is the check of
signatures, `is_signed`. No rule about who may be called is here: that is domain/calling.py's.
"""

from interviewpanel.engines.telephony.calls import (
    AnswerLost,
    CallFacts,
    CallUrls,
    NoSuchCall,
    describe_telephony,
    end_call,
    explain_telephony,
    fetch_call,
    find_calls,
    place_call,
    remove_call,
)
from interviewpanel.engines.telephony.recordings import (
    NoSuchRecording,
    RecordingTooLarge,
    download_recording,
    remove_recording,
    rest_recording,
    start_recording,
)

__all__ = [
    "AnswerLost",
    "CallFacts",
    "CallUrls",
    "NoSuchCall",
    "NoSuchRecording",
    "RecordingTooLarge",
    "describe_telephony",
    "download_recording",
    "end_call",
    "explain_telephony",
    "fetch_call",
    "find_calls",
    "place_call",
    "remove_call",
    "remove_recording",
    "rest_recording",
    "start_recording",
]
