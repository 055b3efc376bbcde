"""Addresses by which Twilio fetches this server's voice for a call, for ten minutes. Called by phone_speech.py, which
writes them into documents, and views/phone_sounds.py.

Twilio plays what an address gives to anybody, so the address is the secret: which call,
which sound, until when, and a signature.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db.models import Q

from interviewpanel.engines.flac import AudioUnreadable, decode_audio
from interviewpanel.engines.phone_audio import write_wav
from interviewpanel.models import PhoneCall, SpokenAudio
from interviewpanel.selectors.phone_addresses import LineAddresses

LASTS = timedelta(minutes=10)
SALT = "interviewpanel.phone_sound"


class SoundRefused(Exception):
    """Not signed by us, for another call, too late, or not there (any more)."""


def sign_sound(*, call: PhoneCall, audio: SpokenAudio, now: datetime) -> str:
    """The whole address."""
    signed = signing.Signer(salt=SALT).sign_object([call.uuid.hex, audio.uuid.hex, int((now + LASTS).timestamp())])
    return LineAddresses(call.uuid).sound(signed)


def read_sound(*, call: UUID, signed: str, now: datetime) -> bytes:
    """The sound as a WAV: 16 bit, mono, 16 kHz; at most some minutes, since no longer text is said.

    Only what was made for everybody of the call's organization, or for its candidate. Raises SoundRefused.
    """
    try:
        of_call, uuid, expires = signing.Signer(salt=SALT).unsign_object(signed)
    except signing.BadSignature:
        raise SoundRefused from None
    row = PhoneCall.objects.filter(uuid=call).first()
    if row is None or of_call != call.hex or now.timestamp() >= expires:
        raise SoundRefused
    for_them = Q(invitation__isnull=True) | Q(invitation=row.invitation_id)
    rows = SpokenAudio.objects.filter(for_them, organization=row.organization_id, uuid=uuid)
    audio = rows.filter(work_status=SpokenAudio.WorkStatus.DONE).first()
    if audio is None:
        raise SoundRefused
    try:
        with audio.file.open("rb") as file:
            return write_wav(decode_audio(file.read()))
    except (OSError, AudioUnreadable) as error:
        raise SoundRefused from error
