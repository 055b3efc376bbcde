"""Of interviews, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from interviewpanel.api.capacity import CapacityViewSet
from interviewpanel.api.decisions import DecisionViewSet
from interviewpanel.api.recordings import RecordingViewSet, SignedRecordingView
from interviewpanel.api.rescoring import RescoringViewSet
from interviewpanel.api.rooms import RoomViewSet
from interviewpanel.api.sessions import InterviewViewSet
from interviewpanel.api.transcripts import TranscriptViewSet

router = SimpleRouter(use_regex_path=False)
router.register("interviews", InterviewViewSet, basename="interview")
router.register("interviews", TranscriptViewSet, basename="interview-said")
router.register("interviews", RecordingViewSet, basename="interview-recorded")
router.register("interviews", RoomViewSet, basename="interview-room")
router.register("interviews", DecisionViewSet, basename="interview-decided")
router.register("interviews", RescoringViewSet, basename="interview-rescored")
router.register("capacity", CapacityViewSet, basename="capacity")
urlpatterns = [
    *router.urls,
    path("recordings/<str:signed>/", SignedRecordingView.as_view(), name="signed-recording"),
]
