"""The catalogue and its questions in the admin."""

from questionbank.admin.catalogue import CategoryAdmin, SubtopicAdmin, TopicAdmin
from questionbank.admin.questions import QuestionAdmin

__all__ = ["CategoryAdmin", "QuestionAdmin", "SubtopicAdmin", "TopicAdmin"]
