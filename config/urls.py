"""The site's HTTP routes."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView


def tell_alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing of databases or engines: a load balancer must not kill it for those."""
    return HttpResponse("alive\n", content_type="text/plain")


handler403 = "organizations.door_views.show_forbidden"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("", include("authentication.urls")),  # before the admin, which answers for all below /admin/
    path("", include("organizations.door_urls")),  # so are these
    path("", include("reports.urls")),  # ahead of the admin: pages of reports below a panel's own
    path("admin/", admin.site.urls),
    path("health/live", tell_alive),
    path("", include("organizations.urls")),
    path("", include("interviewpanel.urls")),
]
