"""Below /api/v1/ats/: named as the document of the shape names them, without a slash at the end."""

from django.urls import path

from reports.api.assessments import AssessmentViewSet

urlpatterns = [
    path("list_tests", AssessmentViewSet.as_view({"get": "list_tests"}), name="ats-list-tests"),
    path("send_test", AssessmentViewSet.as_view({"post": "send_test"}), name="ats-send-test"),
    path("test_status", AssessmentViewSet.as_view({"get": "test_status"}), name="ats-test-status"),
    path("response_error", AssessmentViewSet.as_view({"post": "response_error"}), name="ats-response-error"),
]
