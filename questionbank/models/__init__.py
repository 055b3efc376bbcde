"""The catalogue and its questions with their versions; what language models made, and each call of one.

`organization` empty means global: every tenant may use it. An answer keeps the `QuestionVersion` that was asked.
"""

from questionbank.models.catalogue import Category, Subtopic, Topic
from questionbank.models.generated_interviews import GeneratedInterview, ScreeningSet
from questionbank.models.generated_questions import GeneratedQuestion
from questionbank.models.generations import Generation
from questionbank.models.job_descriptions import EnhancedDescription, JobDescription
from questionbank.models.model_calls import ModelCall
from questionbank.models.question_cache import CachedQuestion, CacheMonth
from questionbank.models.questions import Difficulty, Question, QuestionStem, QuestionVersion
from questionbank.models.resume_summaries import ResumeSummary

__all__ = [
    "CacheMonth",
    "CachedQuestion",
    "Category",
    "Difficulty",
    "EnhancedDescription",
    "GeneratedInterview",
    "GeneratedQuestion",
    "Generation",
    "JobDescription",
    "ModelCall",
    "Question",
    "QuestionStem",
    "QuestionVersion",
    "ResumeSummary",
    "ScreeningSet",
    "Subtopic",
    "Topic",
]
