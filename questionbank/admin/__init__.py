"""The catalogue and its questions in the admin."""

from questionbank.admin.catalogue import CategoryAdmin, SubtopicAdmin, TopicAdmin
from questionbank.admin.generated_interviews import GeneratedInterviewAdmin
from questionbank.admin.generations import GenerationAdmin
from questionbank.admin.job_descriptions import JobDescriptionAdmin
from questionbank.admin.model_calls import ModelCallAdmin
from questionbank.admin.question_cache import CachedQuestionAdmin
from questionbank.admin.questions import QuestionAdmin
from questionbank.admin.screening_sets import ScreeningSetAdmin

__all__ = [
    "CachedQuestionAdmin",
    "CategoryAdmin",
    "GeneratedInterviewAdmin",
    "GenerationAdmin",
    "JobDescriptionAdmin",
    "ModelCallAdmin",
    "QuestionAdmin",
    "ScreeningSetAdmin",
    "SubtopicAdmin",
    "TopicAdmin",
]
