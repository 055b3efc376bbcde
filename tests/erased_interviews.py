"""What is left of a person: every row of the database and every file in storage, searched for their words.

Also Priya's whole interview with such words planted wherever a person's words can be. Used by the tests of erasure.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.files.base import ContentFile
from django.db.models import Model

from authentication.models import User
from interviewpanel.models import (
    Answer,
    AnswerRating,
    AnswerScore,
    AudioSegment,
    FileRemoval,
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewSession,
    JoinedVideo,
    Recording,
    ScoreOverride,
)
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import ask_accommodation
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.client_events import record_client_event
from interviewpanel.services.decisions import decide
from interviewpanel.services.feedback import correct_answer, give_feedback
from interviewpanel.services.video_uploads import IncomingChunk, store_chunk
from organizations.models import Message, ResumeText, WebhookAttempt, WebhookDelivery
from organizations.services.history import record_change
from organizations.services.resumes import store_resume
from organizations.services.webhook_endpoints import make_endpoint, set_single_endpoint
from organizations.services.webhooks import announce
from questionbank.models import ResumeSummary
from reports.models import InterviewReport
from tests.live_interviews import after, begin, close, find_open, invite, reload, store_audio
from tests.rows_besides import add_line, add_narrative, add_share, add_speech
from tests.work import ScriptedEngine, do_due


@dataclass(frozen=True)
class Person:
    """Everything of this person holds one of these words, which nothing else holds."""

    name: str
    word: str

    @property
    def traces(self) -> tuple[str, ...]:
        return (*self.name.split(), f"{self.name.split()[0].lower()}@example.com", self.word)


PRIYA = Person("Priya Raghunathan", "quetzalcoatlus")
OMAR = Person("Omar Benhaddou", "archaeopteryx")


def plant(panel: InterviewPanel, person: Person) -> InterviewSession:
    """An interview that was held whole, with something of the person in every place there is."""
    invitation = invite(panel, person.name)
    ask_accommodation(invitation=invitation, needs=["extra_time"], note=f"I {person.word} slowly.", now=after(0))
    session = begin(invitation)
    store_audio(find_open(session))
    record_client_event(session_id=session.pk, epoch=1, kind=person.word, client_at=person.word, now=after(20))
    store_video(session, person)
    close(session, "done", 30)
    do_due(engine=ScriptedEngine(f"a {person.word} makes reads fast"), now=after(31), times=2)
    close(session, "typed", 60, typed=f"I would ask the {person.word} first.")
    do_due(now=after(61), times=2)
    session_manager.end_session(session_id=session.pk, now=after(100), reason="ended_by_candidate")
    do_due(now=after(101), times=2)
    do_due(Recording, now=after(120))
    give_feedback(invitation=invitation, rating=5, comment=f"Like a {person.word}.", now=after(130))
    correct_answer(invitation=invitation, number=1, text=f"I said {person.word}.", now=after(131))
    decide_about(session, person)
    add_speech(session, f"Hello {person.name}, tell me of the {person.word}.")
    ask_people(invitation=invitation, kind="withdraw", note=f"A {person.word} called.", now=after(132))
    plant_in_results(session, person)
    plant_in_messages(invitation, person)
    plant_in_history(invitation)
    plant_in_deliveries(invitation, person)
    return reload(session)


def decide_about(session: InterviewSession, person: Person) -> None:
    """A decision whose reason, and a link to the report whose purpose, hold a word of the person."""
    rosa, _ = User.objects.get_or_create(email="rosa@fernbrook.example")
    reason = f"Drew a {person.word}."
    decide(session_id=session.pk, stage="hold", reason=reason, decided_by=rosa, now=after(131), seen_id=None)
    share = add_share(session, purpose=f"Who knows the {person.word}")
    for row in (session, share):
        record_change(
            row=row,
            action="changed",
            organization_id=session.organization_id,
            actor=rosa,
            now=after(132),
            message=f"Talked to {person.name}.",
            reason=reason,
        )


def store_video(session: InterviewSession, person: Person) -> None:
    body = f"picture of a {person.word}".encode()
    chunk = IncomingChunk(session.uuid, 0, body, "video/webm", after(20))
    store_chunk(session=session, chunk=chunk, now=after(21))
    joined = JoinedVideo.objects.get(recording__session=session)
    joined.file.save("video.webm", ContentFile(body))


def plant_in_results(session: InterviewSession, person: Person) -> None:
    """What a language model would have said of it; a report as text, for a PDF can be searched by nobody."""
    quote = f"the {person.word} first"
    values = {"rationale": quote, "notable_quote": quote, "strengths": [quote], "red_flags": [{"quote": quote}]}
    AnswerScore.objects.filter(answer__session=session).update(**values, criteria=[{"quote": quote}])
    plant_in_judgements(session.answers.order_by("number")[0], quote)
    report = InterviewReport.objects.get(session=session)
    report.pdf.save("planted.pdf", ContentFile(quote.encode()), save=False)
    report.json.save("planted.json", ContentFile(quote.encode()), save=False)
    report.document, report.kind, report.made_at, report.work_status = {"quote": quote}, "final", after(120), "done"
    report.save()
    add_narrative(session, quote)
    Answer.objects.filter(session=session).update(turn_memory={"partial": quote}, provisional={"quote": quote})
    AudioSegment.objects.filter(answer__session=session).update(last_error=quote)
    add_line(session, f"What of {quote}?")


def plant_in_messages(invitation: InterviewPanelCandidate, person: Person) -> None:
    """One that was sent and one that waits to be; and a résumé."""
    for kind in ("invitation", "reminder"):
        Message.objects.create(
            organization=invitation.organization,
            candidate=invitation.candidate,
            about=invitation.uuid,
            channel="email",
            kind=kind,
            to_address=invitation.candidate.email,
            subject=f"A {person.word}",
            text=f"Hello {person.name}",
            reason=f"550 no {person.word} here",
        )
    file = ContentFile(f"%PDF-1.7 {person.word}".encode(), f"{person.word}.pdf")
    store_resume(candidate=invitation.candidate, file=file, now=after(1))
    plant_in_readings(invitation, person)


def plant_in_readings(invitation: InterviewPanelCandidate, person: Person) -> None:
    """What would have been read of the résumé, and summarised."""
    said = f"Bred the {person.word}."
    flags = [{"reason": "tiny", "characters": 9, "samples": [said]}]
    texts = ResumeText.objects.filter(candidate=invitation.candidate)
    texts.update(text=said, flags=flags, text_hash="a", work_status="done")
    ResumeSummary.objects.create(
        organization=invitation.organization,
        candidate=invitation.candidate,
        text_hash="a",
        outcome="made",
        facts={"topics": [{"topic": said, "quote": said}]},
        work_status="done",
    )


def plant_in_deliveries(invitation: InterviewPanelCandidate, person: Person) -> None:
    """What another system was told, and what it answered; and its own address for this one interview."""
    organization, now = invitation.organization, after(134)
    url = "https://hooks.example.org/"
    endpoint = organization.webhook_endpoints.filter(subject=None).first()
    if endpoint is None:
        make_endpoint(organization=organization, url=url, now=now)
    set_single_endpoint(
        organization=organization, subject=invitation.uuid, url=f"{url}{person.word}", secret=None, now=now
    )
    said = {"metadata": {"note": f"Knows the {person.word}"}}
    announce(organization_id=organization.pk, event="interview.ended", data=said, about=invitation.uuid, now=now)
    for delivery in WebhookDelivery.objects.filter(about=invitation.uuid, event="interview.ended"):
        WebhookAttempt.objects.create(delivery=delivery, at=now, milliseconds=5, status=200, answer=person.word)


def plant_in_judgements(answer: Answer, quote: str) -> None:
    """What people said of an answer quotes it, as like as not."""
    AnswerRating.objects.create(answer=answer, rated_by_name="Rosa Lind", composite=50, reason=quote, at=after(125))
    ScoreOverride.objects.create(
        answer=answer,
        number=1,
        composite=50,
        reason=quote,
        decided_by_name="Rosa Lind",
        decided_at=after(126),
        withdrawn_by_name="Rosa Lind",
        withdrawn_at=after(127),
        withdrawal_reason=quote,
    )


def plant_in_history(invitation: InterviewPanelCandidate) -> None:
    """As the admin writes it whenever somebody changes something: about the person's rows, and about a panel."""
    author, _ = User.objects.get_or_create(email="rosa@fernbrook.example")
    about: Any = {
        "action": "changed",
        "organization_id": invitation.organization_id,
        "actor": author,
        "now": after(133),
    }
    rows: list[Model] = [invitation, invitation.candidate, *invitation.requests.all(), *invitation.accommodations.all()]
    for row in rows:
        record_change(row=row, message=f"Changed by hand for {row}.", **about)
    why = f"{invitation.candidate.full_name} was the only one."
    record_change(row=invitation.panel, message="Archived.", reason=why, **about)


def find_traces(person: Person) -> list[str]:
    """Where anything of the person is left: `app.model.field` for rows, the path for files. Sorted, each once."""
    places = set()
    for model in apps.get_models(include_auto_created=True):
        for row in json.loads(serializers.serialize("json", model._base_manager.all())):
            for field, value in row["fields"].items():
                text = json.dumps(value, ensure_ascii=False).lower()
                places |= {f"{row['model']}.{field}" for trace in person.traces if trace.lower() in text}
    for path in list_all_files():
        content = (Path(settings.MEDIA_ROOT) / path).read_bytes().lower()
        places |= {path for trace in person.traces if trace.lower().encode() in content}
    return sorted(places)


def list_files(session: InterviewSession | None = None) -> list[str]:
    """Every file below the storage folder, or those of one session; but the consent texts, which belong to nobody."""
    paths = [path for path in list_all_files() if not path.startswith("consents/")]
    if session is None:
        return paths
    names = (str(session.uuid), str(session.invitation.uuid), session.invitation.candidate.resume_folder)
    return [path for path in paths if any(name in path for name in names)]


def list_all_files() -> list[str]:
    root = Path(settings.MEDIA_ROOT)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def list_folders() -> list[str]:
    root = Path(settings.MEDIA_ROOT)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_dir())


def remove_files(now_seconds: float) -> int:
    """Do the work of removing files that is due by then; returns how many removals were finished."""
    return do_due(FileRemoval, now=after(now_seconds))
