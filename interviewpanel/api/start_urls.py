"""Below /api/v1/: interviews by position."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from interviewpanel.api.positions import PositionViewSet
from interviewpanel.api.starts import StartViewSet

router = SimpleRouter(use_regex_path=False)
router.register("positions", PositionViewSet, basename="position")
urlpatterns = [
    path("interviews/start/", StartViewSet.as_view({"post": "create"}), name="interview-start"),
    *router.urls,
]
