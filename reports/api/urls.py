"""What interviews came to, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from reports.api.results import ResultViewSet
from reports.api.scorecards import ScorecardViewSet
from reports.api.standings import CandidateStandingViewSet, StandingViewSet

router = SimpleRouter(use_regex_path=False)
router.register("interviews", ResultViewSet, basename="interview-result")
router.register("interviews", ScorecardViewSet, basename="interview-scorecard")
router.register("candidates", CandidateStandingViewSet, basename="candidate-standing")
router.register("standings", StandingViewSet, basename="standing")
urlpatterns = router.urls
