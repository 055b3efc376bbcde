"""The app's HTTP routes. Joined in config/urls.py."""

from django.urls import path

from interviewpanel import views

urlpatterns = [
    # As on the socket, a malformed token must not answer differently, so any text is taken.
    path("i/<path:token>/", views.show_join_page, name="join"),
]
