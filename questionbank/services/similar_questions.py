"""Keeps the stems by which similar questions are found. Called wherever a question gets another text."""

from collections.abc import Iterable

from questionbank.domain.similarity import list_keys, read_question_stems
from questionbank.models import Question, QuestionStem

BATCH_ROWS = 2000


def index_questions(questions: Iterable[tuple[Question, str]]) -> None:
    """Replace the stems of these questions by those of their texts, as spoken now. Two statements for some hundreds."""
    texts = list(questions)
    QuestionStem.objects.filter(question__in=[question.pk for question, _ in texts]).delete()
    QuestionStem.objects.bulk_create(
        (
            QuestionStem(question=question, stem=key)
            for question, text in texts
            for key in list_keys(read_question_stems(text, question.language))
        ),
        batch_size=BATCH_ROWS,
    )
