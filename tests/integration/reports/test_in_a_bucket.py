"""A whole interview whose files lie in a bucket: stored, joined, played, reported, erased to the last object.

Named people: Priya, who is interviewed; Rosa, a recruiter.
"""

import io
import uuid
from collections.abc import Iterator

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from interviewpanel.engines.flac import decode_audio
from interviewpanel.models import JoinedVideo
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.video_uploads import IncomingChunk, store_chunk
from organizations.services.logos import store_logo
from organizations.services.resumes import store_resume
from reports.models import InterviewReport
from tests.bucket_servers import BucketServer, run_bucket_server
from tests.camera_videos import load_webm_pieces
from tests.erased_interviews import remove_files
from tests.held_interviews import Held, hold, join
from tests.live_interviews import after, invite, make_panel
from tests.resume_files import make_docx
from tests.staff import make_member, sign_in
from tests.work import do_due

pytestmark = pytest.mark.django_db
DOCX = make_docx()


@pytest.fixture
def bucket(settings: Settings) -> Iterator[BucketServer]:
    with run_bucket_server() as server:
        settings.STORAGES = {**settings.STORAGES, "default": server.configure()}
        yield server


def count_folders(bucket: BucketServer) -> dict[str, int]:
    folders = [key.split("/")[0] for key in bucket.list_keys()]
    return {folder: folders.count(folder) for folder in sorted(set(folders))}


def picture() -> ContentFile:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(file, "PNG")
    return ContentFile(file.getvalue(), "fern.png")


def hold_whole() -> Held:
    """By voice and with a camera, with a résumé and a logo; joined and reported."""
    panel = make_panel(records_video=True)
    store_logo(organization=panel.organization, file=picture())
    invitation = invite(panel)
    resume = ContentFile(DOCX, "priya.docx")
    store_resume(candidate=invitation.candidate, file=resume, now=after(0))
    held = hold(invitation)
    for number, piece in enumerate(load_webm_pieces()):
        chunk = IncomingChunk(uuid.UUID(int=1), number, piece, "video/webm", after(5))
        store_chunk(session=held.session, chunk=chunk, now=after(64))
    assert join(70) == len(held.session.recordings.all())
    assert do_due(JoinedVideo, now=after(100)) == 1
    assert do_due(InterviewReport, now=after(1000)) == 1
    return held


def test_an_interview_lives_in_the_bucket_and_leaves_no_object(bucket: BucketServer, settings: Settings) -> None:
    held = hold_whole()
    assert not settings.MEDIA_ROOT.exists()
    assert set(count_folders(bucket)) == {"audio", "consents", "logos", "recordings", "reports", "resumes", "video"}
    check_staff(held, bucket)
    check_candidate(held, bucket)

    erase_interview(invitation_id=held.invitation.pk, reason="request", now=after(2000))
    remove_files(2001)
    default_storage.save(f"recordings/{held.session.uuid}/late.flac", ContentFile(b"what a late worker writes"))
    assert count_folders(bucket) == {"consents": 1, "logos": 1, "recordings": 1}
    remove_files(3300)
    assert count_folders(bucket) == {"consents": 1, "logos": 1}  # neither tells of Priya


def check_staff(held: Held, bucket: BucketServer) -> None:
    """A part of an answer's sound, one stretch of it, the report and the résumé, each as it lies there."""
    rosa = sign_in(make_member("rosa@fernbrook.example", {held.session.organization: "hr"}))

    def get(name: str, *keys: object, **headers: str) -> bytes:
        return bytes(rosa.get(reverse(f"admin:{name}", args=keys), headers=headers).getvalue())

    sound = bucket.read(str(held.answer(1).recording.file.name))
    assert np.array_equal(decode_audio(sound), held.stored(1))
    page = "interviewpanel_interviewsession_answer_recording"
    assert get(page, held.session.pk, 1) == sound
    assert get(page, held.session.pk, 1, Range="bytes=10-99") == sound[10:100]
    segment = held.answer(3).segments.get()
    assert get("interviewpanel_audiosegment_sound", segment.pk) == bucket.read(str(segment.file.name))
    report = InterviewReport.objects.get(session=held.session)
    assert get("reports_interviewreport_pdf", report.pk) == bucket.read(str(report.pdf.name))
    assert bucket.read(str(report.pdf.name)).startswith(b"%PDF-")
    assert get("organizations_candidate_resume", held.invitation.candidate.pk) == DOCX


def check_candidate(held: Held, bucket: BucketServer) -> None:
    def get(name: str, *keys: object, **headers: str) -> bytes:
        return bytes(Client().get(reverse(name, args=[held.token, *keys]), headers=headers).getvalue())

    joined = JoinedVideo.objects.get()
    whole = bucket.read(str(joined.file.name))
    assert get("candidate-video-file", joined.recording.uuid, Range="bytes=100-") == whole[100:]
    assert get("candidate-interview-audio") == bucket.read(str(held.session.recordings.get(kind="interview").file.name))
    assert get("candidate-resume") == DOCX
