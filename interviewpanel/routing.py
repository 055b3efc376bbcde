"""The app's WebSocket routes. Joined in config/asgi.py."""

from channels.sessions import CookieMiddleware
from django.urls import path

from interviewpanel.consumers import InterviewConsumer, MonitorConsumer, PhoneConsumer

# Twilio's: no browser opens it, so it says no Origin. Who may is decided by a token that works once (services/
# phone_streams.py); no cookie is read.
line_urlpatterns = [path("ws/phone/", PhoneConsumer.as_asgi())]

websocket_urlpatterns = [
    # The token is taken as it comes and checked after accepting: a malformed one must not answer differently.
    path("ws/interview/<path:token>/", InterviewConsumer.as_asgi()),
    # Only the cookie is read here: whose it is, the consumer asks itself, at the beginning and again while it goes on.
    path("ws/monitor/", CookieMiddleware(MonitorConsumer.as_asgi())),
]
