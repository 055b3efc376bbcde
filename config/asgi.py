"""The site as an ASGI application: HTTP, WebSockets, and the lifespan that starts and drains this process's work."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - before settings exist

from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured

try:
    http = get_asgi_application()
except ImproperlyConfigured as error:
    sys.exit(str(error))  # a setting that makes no sense: its sentence, and no trace of the server's own start

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import re_path

from config.lifespan import Lifespan
from config.requests import LimitedBodies
from interviewpanel.routing import line_urlpatterns, websocket_urlpatterns
from interviewpanel.services.video_uploads import MAX_CHUNK_BYTES

MAX_WEBHOOK_BYTES = 64 * 1024  # of Twilio: some form fields
browsers = AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns))
application = ProtocolTypeRouter(
    {
        "http": LimitedBodies(http, limits=[("/i/", MAX_CHUNK_BYTES), ("/phone/", MAX_WEBHOOK_BYTES)]),
        "websocket": URLRouter([*line_urlpatterns, re_path("", browsers)]),
        "lifespan": Lifespan(),
    }
)
