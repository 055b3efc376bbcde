"""Does what is due in the background, in the test's own thread: the real path of the work, without a broker."""

from collections.abc import Callable, Sequence
from datetime import datetime

import time_machine
from django.utils import timezone

import interviewpanel.tasks  # noqa: F401 - registers the work, as in a worker
from config.work.rows import WorkItem
from config.work.tasks import KINDS, WorkKind, perform
from interviewpanel.engines.transcription import Pcm, Transcription, TranscriptionRefused, Word
from interviewpanel.models import AnswerScore, AudioSegment, SessionStep
from interviewpanel.services import transcripts

HEARING = "tests.hear"


class ScriptedEngine:
    """A recogniser that hears the same words in everything; `refuses` makes it refuse, as for a language unknown."""

    name, model, is_rough = "scripted", "one-sentence", False

    def __init__(self, text: str = "an index makes reads fast and writes slow", *, refuses: bool = False) -> None:
        self.text = text
        self.refuses = refuses
        self.preroll_samples: list[int] = []

    def transcribe(
        self, pcm: Pcm, *, language: str, hotwords: Sequence[str] = (), preroll_samples: int = 0
    ) -> Transcription:
        self.preroll_samples.append(preroll_samples)
        if self.refuses:
            raise TranscriptionRefused("This language is not known here.")
        words = [Word(word, 0.1 * place, 0.1 * place + 0.05, 0.9) for place, word in enumerate(self.text.split())]
        return Transcription(self.text, words, self.name, self.model, language, 0.9)


Give = Callable[[AudioSegment, str], None]


def do_row(row: WorkItem, *, engine: ScriptedEngine | None = None) -> bool:
    """One row, once, by the task that its row names; segments by the scripted engine unless it is None."""
    if not isinstance(row, AudioSegment) or engine is None:
        return perform(row.task_name, row.pk)
    hear = engine
    KINDS[HEARING] = WorkKind(
        HEARING,
        AudioSegment,
        lambda segment: transcripts.transcribe_segment(segment, hear),
        transcripts.give_up_segment,
    )
    try:
        return perform(HEARING, row.pk)
    finally:
        del KINDS[HEARING]


def do_due(
    *models: type[WorkItem], engine: ScriptedEngine | None = None, now: datetime | None = None, times: int = 1
) -> int:
    """Everything that is due, and what follows from it, each row `times` times. Returns how many rows were ended.

    With `now`, as of that time: the clock of the whole process stands there meanwhile.
    """
    if now is not None:
        with time_machine.travel(now, tick=False):
            return do_due(*models, engine=engine, times=times)
    models = models or (SessionStep, AudioSegment, AnswerScore)
    engine = engine or ScriptedEngine()
    ended = 0
    while rows := [row for model in models for row in _list_due(model)]:
        for row in rows:
            ended += sum(do_row(row, engine=engine) for _ in range(times))
    return ended


def _list_due(model: type[WorkItem]) -> list[WorkItem]:
    return list(model._default_manager.filter(work_status="queued", due_at__lte=timezone.now()).order_by("pk"))
