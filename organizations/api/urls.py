"""Below /api/v1/."""

from rest_framework.routers import SimpleRouter

from organizations.api.candidates import CandidateViewSet
from organizations.api.keys import ApiKeyViewSet
from organizations.api.member_invitations import MemberInvitationViewSet
from organizations.api.members import MemberViewSet
from organizations.api.organizations import OrganizationViewSet
from organizations.api.webhook_deliveries import WebhookDeliveryViewSet
from organizations.api.webhooks import WebhookViewSet

router = SimpleRouter(use_regex_path=False)
router.register("organizations", OrganizationViewSet, basename="organization")
router.register("candidates", CandidateViewSet, basename="candidate")
router.register("api-keys", ApiKeyViewSet, basename="api-key")
router.register("webhooks", WebhookViewSet, basename="webhook")
router.register("webhook-deliveries", WebhookDeliveryViewSet, basename="webhook-delivery")
router.register("members", MemberViewSet, basename="member")
router.register("member-invitations", MemberInvitationViewSet, basename="member-invitation")
urlpatterns = router.urls
