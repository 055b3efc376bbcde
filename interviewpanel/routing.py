"""The app's WebSocket routes. Joined in config/asgi.py."""

from django.urls import path

from interviewpanel.consumers import InterviewConsumer

websocket_urlpatterns = [
    # The token is taken as it comes and checked after accepting: a malformed one must not answer differently.
    path("ws/interview/<path:token>/", InterviewConsumer.as_asgi()),
]
