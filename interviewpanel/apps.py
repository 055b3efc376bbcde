"""Connects the going of rows to what must go with them: files in storage, names in the history, what was told."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.db.models import Model
from django.db.models.signals import post_delete, pre_delete
from django.utils import timezone


class InterviewpanelConfig(AppConfig):
    name = "interviewpanel"
    verbose_name = "Interviews"

    def ready(self) -> None:
        from interviewpanel import checks  # noqa: F401 - registers
        from interviewpanel.engines.embeddings.whole_texts import find_text_embedder
        from interviewpanel.models import (
            AccommodationRequest,
            CandidateRequest,
            InterviewPanelCandidate,
            InterviewSession,
            PhoneCall,
            PhoneRecording,
            SpokenAudio,
        )
        from interviewpanel.selectors.blind_ratings import is_blind_to, leave_out_hidden_lines
        from interviewpanel.services.invitation_messages import add_kinds
        from organizations.models import Candidate
        from organizations.selectors import add_blind_rule, add_hiding_rule
        from organizations.services.resume_texts import INSTRUCTIONS, add_finder
        from organizations.signals import resume_left
        from questionbank.domain.instructions import find_instructions
        from questionbank.engines.embeddings import provide_embedder

        add_kinds()
        provide_embedder(find_text_embedder)
        add_finder(INSTRUCTIONS, lambda text: [found.text for found in find_instructions(text)])
        add_hiding_rule("scores", leave_out_hidden_lines)
        add_blind_rule("scores", is_blind_to)
        resume_left.connect(remove_left_resume, dispatch_uid="résumé that was replaced")
        post_delete.connect(remove_files_of_deleted_session, InterviewSession, dispatch_uid="session's files")
        pre_delete.connect(forget_sounds_of_deleted_link, InterviewPanelCandidate, dispatch_uid="link's sounds")
        post_delete.connect(remove_sound_of_deleted_text, SpokenAudio, dispatch_uid="text's sound")
        post_delete.connect(forget_deleted_call, PhoneCall, dispatch_uid="call at Twilio")
        post_delete.connect(forget_deleted_answer_recording, PhoneRecording, dispatch_uid="answer at Twilio")
        post_delete.connect(remove_resume_of_deleted_candidate, Candidate, dispatch_uid="candidate's résumé")
        for model in (Candidate, InterviewPanelCandidate, InterviewSession, AccommodationRequest, CandidateRequest):
            post_delete.connect(forget_deleted_name, model, dispatch_uid=f"history of {model.__name__}")
        for model in (Candidate, InterviewPanelCandidate, InterviewSession):
            post_delete.connect(forget_answered, model, dispatch_uid=f"answers about {model.__name__}")
        post_delete.connect(forget_told, InterviewPanelCandidate, dispatch_uid="what other systems were told")


def remove_files_of_deleted_session(*, instance: Any, **_: object) -> None:
    """Whoever deletes it, also by deleting its candidate, panel or organization: its files go with it.

    In the transaction of the deletion, so that either both happen or none.
    """
    from interviewpanel.services.file_removals import remove_session_files

    remove_session_files(instance, timezone.now())


def forget_sounds_of_deleted_link(*, instance: Any, **_: object) -> None:
    """Before the link itself goes, in the same transaction."""
    from interviewpanel.services.spoken_audio import forget_spoken

    forget_spoken(instance, timezone.now())


def remove_sound_of_deleted_text(*, instance: Any, **_: object) -> None:
    """In the transaction of the deletion; a candidate's goes with their invitation."""
    from interviewpanel.services.spoken_audio import remove_sound

    remove_sound(instance, timezone.now())


def forget_deleted_call(*, instance: Any, **_: object) -> None:
    """However it goes, by erasure or with its candidate: Twilio is to forget it too."""
    from interviewpanel.services.call_recordings import forget_call

    forget_call(instance, timezone.now())


def forget_deleted_answer_recording(*, instance: Any, **_: object) -> None:
    """As of a call: what was recorded of an answer is to go at Twilio, fetched or not."""
    from interviewpanel.services.call_recordings import remove_at_twilio_later

    remove_at_twilio_later([instance.sid], timezone.now())


def remove_resume_of_deleted_candidate(*, instance: Any, **_: object) -> None:
    """All that lies in the candidate's folder, in the transaction of the deletion; also what no row names any more."""
    from interviewpanel.services.file_removals import open_removal

    open_removal(folders=[instance.resume_folder], now=timezone.now())


def remove_left_resume(*, name: str, now: datetime, **_: object) -> None:
    """Receiver of `resume_left`, in the transaction that replaces the file."""
    from interviewpanel.services.file_removals import open_removal

    open_removal(names=[name], now=now)


def forget_told(*, instance: Any, **_: object) -> None:
    """What other systems were told of an invitation is kept no longer than it is."""
    from organizations.services.webhooks import forget_deliveries

    forget_deliveries(about=instance.uuid)


def forget_answered(*, instance: Any, **_: object) -> None:
    """What other systems were answered about somebody is not said again when they are gone."""
    from organizations.services.stored_answers import forget_answers

    forget_answers(about=instance.uuid)


def forget_deleted_name(*, sender: type[Model], instance: Model, **_: object) -> None:
    """The history has how a row was called before it was deleted; nobody else's lines keep a candidate's name."""
    from interviewpanel.models import InterviewPanelCandidate
    from interviewpanel.services.erasure import forget_history, forget_name, forget_name_on_panel
    from organizations.models import Candidate

    forget_history(sender, [instance.pk])
    if isinstance(instance, Candidate):
        forget_name(instance)
    elif isinstance(instance, InterviewPanelCandidate):  # which goes before its candidate and its panel do
        forget_name_on_panel(instance)
