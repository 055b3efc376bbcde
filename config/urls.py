"""The site's HTTP routes."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from config.api.views import DocsView, SchemaView, tell_unknown
from reports.views import health

handler403 = "organizations.door_views.show_forbidden"
handler500 = "config.api.views.tell_fault"
api = [
    path("auth/", include("authentication.api.urls")),
    path("", include("organizations.api.urls")),
    path("", include("questionbank.api.urls")),
    path("", include("interviewpanel.api.urls")),
    path("", include("interviewpanel.api.start_urls")),
    path("ats/", include("reports.api.assessment_urls")),
    path("", include("interviewpanel.api.session_urls")),
    path("", include("reports.api.urls")),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("docs", RedirectView.as_view(pattern_name="api:docs"), name="docs-without-slash"),
    re_path("", tell_unknown),  # last: whatever is none of them
]
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("", include("authentication.urls")),  # before the admin, which answers for all below /admin/
    path("", include("organizations.door_urls")),  # so are these
    path("", include("reports.urls")),  # ahead of the admin: pages of reports below a panel's own
    path("admin/", admin.site.urls),
    path("health/live", health.tell_alive),
    path("health/ready", health.tell_ready),
    path("metrics", health.tell_metrics),
    path("api/v1/", include((api, "api"))),
    path("", include("organizations.urls")),
    path("", include("interviewpanel.urls")),
]
