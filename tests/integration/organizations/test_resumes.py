"""Résumés: taken if they are what they are called, shown to those who may see the candidate, gone with them."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from interviewpanel.models import FileRemoval
from organizations.models import Candidate
from organizations.services.resumes import remove_resume
from tests.integration.organizations.conftest import Tenants
from tests.live_interviews import T0, after
from tests.work import do_due

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nhello"


def make_docx(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


DOCX = make_docx("[Content_Types].xml", "word/document.xml")


def upload(client: Client, candidate: Candidate, content: bytes, name: str = "cv.pdf", **data: str) -> str:
    fields = {"organization": candidate.organization_id, "full_name": candidate.full_name, "email": candidate.email}
    files = {"new_resume": SimpleUploadedFile(name, content)} if content else {}
    url = reverse("admin:organizations_candidate_change", args=[candidate.pk])
    answer = client.post(url, {**fields, **files, **data}, follow=True)
    candidate.refresh_from_db()
    return answer.content.decode()


def list_stored() -> list[str]:
    folder = Path(settings.MEDIA_ROOT) / "resumes"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def priya(tenants: Tenants) -> Candidate:
    return tenants.session.invitation.candidate


@pytest.mark.parametrize(("content", "name"), [(PDF, "Priya's CV.pdf"), (DOCX, "CV.DOCX")])
def test_it_lies_under_a_name_nobody_can_guess(tenants: Tenants, priya: Candidate, content: bytes, name: str) -> None:
    page = upload(tenants.client("recruiter"), priya, content, name)
    assert "was changed successfully" in page
    (stored,) = list_stored()
    folder, _, file = stored.partition("/")
    assert (folder, len(file.rpartition(".")[0]), priya.resume_name) == (str(priya.uuid), 36, name)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (PDF, "cv.exe", "is neither a PDF nor a DOCX"),
        (b"<html>", "cv.pdf", "its content is something else"),
        (DOCX, "cv.pdf", "its content is something else"),
        (PDF, "cv.docx", "its content is something else"),
        (make_docx("a"), "cv.docx", "its content is something else"),
        (make_docx("[Content_Types].xml", "word/document.xml", *map(str, range(2000))), "cv.docx", "too much. Save"),
        (PDF + b"x" * 10 * 1024 * 1024, "cv.pdf", "At most 10 MB are taken"),
    ],
)
def test_what_is_no_resume_is_refused(tenants: Tenants, priya: Candidate, content: bytes, name: str, said: str) -> None:
    assert said in upload(tenants.client("recruiter"), priya, content, name)
    assert (list_stored(), priya.resume_name) == ([], "")


def test_it_is_sent_to_those_who_may_see_the_candidate(tenants: Tenants, priya: Candidate) -> None:
    upload(tenants.client("recruiter"), priya, PDF)
    url = reverse("admin:organizations_candidate_resume", args=[priya.pk])
    sent = tenants.client("reviewer").get(url)
    assert (sent.status_code, sent["Content-Type"], sent["Cache-Control"]) == (
        *(200, "application/pdf"),
        "private, no-store",
    )
    assert sent["Content-Disposition"] == 'attachment; filename="resume-priya-raghunathan.pdf"'
    assert b"".join(sent.streaming_content) == PDF  # type: ignore[attr-defined]
    assert tenants.client("stranger").get(url).status_code == 404
    assert tenants.client("nobody").get(url).status_code == 302
    none = reverse("admin:organizations_candidate_resume", args=[Candidate.objects.get(full_name="Aiko Mori").pk])
    assert tenants.client("stranger").get(none).status_code == 404
    assert "new_resume" not in tenants.client("reviewer").get(url.replace("resume/", "change/")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_is_replaced_and_removed_with_its_file(tenants: Tenants, priya: Candidate) -> None:
    upload(tenants.client("recruiter"), priya, PDF)
    first = list_stored()
    upload(tenants.client("recruiter"), priya, DOCX, "new.docx")
    assert set(list_stored()) > set(first)  # until the work is done that the same transaction has made
    do_due(FileRemoval)
    assert (len(list_stored()), set(list_stored()) & set(first)) == (1, set())
    upload(tenants.client("recruiter"), priya, b"", removes_resume="on")
    do_due(FileRemoval)
    assert (list_stored(), bool(priya.resume), priya.resume_name) == ([], False, "")


def test_it_goes_with_the_candidate(tenants: Tenants) -> None:
    candidate = Candidate.objects.create(
        organization=tenants.ours.organization, full_name="Omar", email="omar@example.com"
    )
    upload(tenants.client("recruiter"), candidate, PDF)
    assert len(list_stored()) == 1
    candidate.delete()
    do_due(FileRemoval, now=after(1))
    assert list_stored() == []


def test_what_no_row_names_any_more_goes_with_the_candidate(tenants: Tenants) -> None:
    """A process died, or a transaction was rolled back, between the file and its row."""
    candidate = Candidate.objects.create(
        organization=tenants.ours.organization, full_name="Omar", email="omar@example.com"
    )
    upload(tenants.client("recruiter"), candidate, PDF)
    Candidate.objects.filter(pk=candidate.pk).update(resume="")
    candidate.refresh_from_db()
    candidate.delete()
    do_due(FileRemoval, now=after(1))
    assert list_stored() == []


def test_removing_it_is_work_of_the_same_transaction(tenants: Tenants, priya: Candidate) -> None:
    upload(tenants.client("recruiter"), priya, PDF)
    with transaction.atomic():
        remove_resume(candidate=Candidate.objects.get(pk=priya.pk), now=T0)
        transaction.set_rollback(True)
    assert not FileRemoval.objects.exists()
    name = Candidate.objects.get(pk=priya.pk).resume.name
    remove_resume(candidate=Candidate.objects.get(pk=priya.pk), now=T0)
    assert list(FileRemoval.objects.values_list("names", flat=True)) == [[name]]
