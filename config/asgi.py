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

from config.lifespan import Lifespan
from config.requests import LimitedBodies
from interviewpanel.routing import websocket_urlpatterns
from interviewpanel.services.video_uploads import MAX_CHUNK_BYTES

application = ProtocolTypeRouter(
    {
        "http": LimitedBodies(http, limits=[("/i/", MAX_CHUNK_BYTES)]),
        "websocket": AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns)),
        "lifespan": Lifespan(),
    }
)
