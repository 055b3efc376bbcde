"""An interview that was held by voice, by the services that hold them in earnest; what recordings are made of.

Used by the tests of recordings and of who may hear them.
"""

from dataclasses import dataclass

import numpy as np
from django.core.files.storage import default_storage

from interviewpanel.engines.flac import Pcm, decode_audio
from interviewpanel.models import Answer, InterviewPanelCandidate, InterviewSession, Recording
from interviewpanel.services.invitations import make_token
from tests.live_interviews import after, begin, close, find_open, reload, store_audio
from tests.work import do_due


@dataclass(frozen=True)
class Held:
    """Priya's interview: an answer of two parts, one that was skipped, and one with a long pause before it ends."""

    invitation: InterviewPanelCandidate
    session: InterviewSession

    @property
    def token(self) -> str:
        return make_token(self.invitation)

    def answer(self, number: int) -> Answer:
        return self.session.answers.get(number=number)

    def stored(self, number: int) -> Pcm:
        """What was stored of an answer, part after part."""
        return np.concatenate([decode_audio(load(one.file.name)) for one in self.answer(number).segments.all()])


def load(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())


def hold(invitation: InterviewPanelCandidate) -> Held:
    session = begin(invitation)
    store_audio(find_open(session), frames=10)
    store_audio(find_open(session), frames=7)
    close(session, seconds=30)
    do_due(now=after(31))
    close(session, "skipped", seconds=40)
    do_due(now=after(41))
    store_audio(find_open(session), frames=20, now=after(60))
    close(session, seconds=62)
    do_due(now=after(63))
    assert reload(session).status == "completed"
    return Held(invitation, reload(session))


def join(now_seconds: float = 70) -> int:
    return do_due(Recording, now=after(now_seconds))
