"""The app's HTTP routes. Joined in config/urls.py."""

from django.urls import include, path

from interviewpanel.views import join, rooms
from interviewpanel.views.links import tell_erased

urlpatterns = [
    path("phone/", include("interviewpanel.phone_urls")),
    path("phone/", include("interviewpanel.line_urls")),
    path("rooms/webhook/", rooms.take_webhook, name="room-webhook"),
    path("i/<str:token>/", include("interviewpanel.candidate_urls")),
    # As on the socket, a malformed token must not answer differently, so any text is taken.
    path("i/<path:token>/", tell_erased(join.show_join_page), name="join"),
]
