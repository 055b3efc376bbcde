"""Who sees a candidate's private link, and who hears what was stored."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from interviewpanel.models import AudioSegment
from tests.integration.organizations.conftest import Tenants

pytestmark = pytest.mark.django_db


def test_only_who_may_send_the_link_sees_it(tenants: Tenants) -> None:
    url = reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[tenants.session.invitation.pk])
    assert "/i/" in tenants.client("recruiter").get(url).content.decode()
    assert "/i/" not in tenants.client("reviewer").get(url).content.decode()


def test_a_recording_is_played_to_ones_own(tenants: Tenants) -> None:
    segment = AudioSegment.objects.order_by("pk")[0]
    segment.file.save("part.flac", ContentFile(b"fLaC-and-so-on"))
    url = reverse("admin:interviewpanel_audiosegment_sound", args=[segment.pk])
    own = tenants.client("reviewer").get(url)
    assert (own.status_code, own["Content-Type"], own["Cache-Control"]) == (200, "audio/flac", "private, no-store")
    assert b"".join(own.streaming_content) == b"fLaC-and-so-on"  # type: ignore[attr-defined]
    assert tenants.client("stranger").get(url).status_code == 404
    assert tenants.client("nobody").get(url).status_code == 302
