"""What a language model was asked for an interview that is erased: that it was asked stays, for whom goes."""

import pytest

from interviewpanel.services.erasure import erase_interview
from questionbank.models import ModelCall
from tests.erased_interviews import OMAR, PRIYA, plant
from tests.live_interviews import after, make_panel
from tests.model_usage_rows import add_call

pytestmark = pytest.mark.django_db


def test_an_erased_interview_is_named_in_no_call() -> None:
    panel = make_panel(records_video=True)
    priya, omar = plant(panel, PRIYA), plant(panel, OMAR)
    for uuid in (priya.uuid, priya.invitation.uuid, omar.uuid):
        add_call(panel.organization, after(10), interview=uuid)
    assert erase_interview(invitation_id=priya.invitation.pk, reason="request", now=after(200))
    assert list(ModelCall.objects.order_by("pk").values_list("interview", flat=True)) == [None, None, omar.uuid]
