"""Below /api/v1/."""

from rest_framework.routers import SimpleRouter

from questionbank.api.batches import QuestionBatchViewSet
from questionbank.api.generated_interviews import GeneratedInterviewViewSet
from questionbank.api.generations import GenerationViewSet
from questionbank.api.job_descriptions import JobDescriptionViewSet
from questionbank.api.model_usage import ModelUsageViewSet
from questionbank.api.places import CategoryViewSet, SubtopicViewSet, TopicViewSet
from questionbank.api.questions import QuestionViewSet
from questionbank.api.screenings import ScreeningViewSet
from questionbank.api.tree import CatalogueViewSet

router = SimpleRouter(use_regex_path=False)
router.register("categories", CategoryViewSet, basename="category")
router.register("topics", TopicViewSet, basename="topic")
router.register("subtopics", SubtopicViewSet, basename="subtopic")
router.register("catalogue", CatalogueViewSet, basename="catalogue")
router.register("questions", QuestionViewSet, basename="question")
router.register("model-usage", ModelUsageViewSet, basename="model-usage")
router.register("job-descriptions", JobDescriptionViewSet, basename="job-description")
router.register("generated-interviews", GeneratedInterviewViewSet, basename="generated-interview")
router.register("screenings", ScreeningViewSet, basename="screening")
router.register("generations", GenerationViewSet, basename="generation")
router.register("question-batches", QuestionBatchViewSet, basename="question-batch")
urlpatterns = router.urls
