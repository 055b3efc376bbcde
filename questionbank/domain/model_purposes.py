"""What a language model is asked for. Each purpose may have an engine, a model and limits of its own."""

from enum import StrEnum


class Purpose(StrEnum):
    GENERATE = "generate"  # descriptions, interviews, questions for the bank, summaries of résumés: minutes are fine
    SCORE = "score"  # an answer against its rubric: exact and repeatable
    NARRATE = "narrate"  # what a report says beside its numbers
    CONVERSE = "converse"  # what the interviewer says next: late is as good as never
