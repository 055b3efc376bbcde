"""Panels and invitations, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from interviewpanel.api.calls import CallOrderViewSet, CallViewSet
from interviewpanel.api.generated_panels import PanelOfInterviewViewSet
from interviewpanel.api.invitations import InvitationViewSet
from interviewpanel.api.panels import PanelViewSet

router = SimpleRouter(use_regex_path=False)
router.register("panels", PanelViewSet, basename="panel")
router.register("panel-candidates", InvitationViewSet, basename="panel-candidate")
router.register("panel-candidates", CallOrderViewSet, basename="panel-candidate-call")
router.register("calls", CallViewSet, basename="call")
router.register("generated-interviews", PanelOfInterviewViewSet, basename="interview-panel")
urlpatterns = router.urls
