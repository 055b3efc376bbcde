"""`manage.py runserver`: uvicorn, because Django's own serves no WebSockets. Reloads on changes unless told not to."""

from math import ceil
from pathlib import Path

import uvicorn
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

# Measured: docs/decisions/0003-pins-and-settings.md.
UVICORN_SETTINGS = {
    "ws": "websockets-sansio",
    "ws_max_size": 262_144,
    "ws_per_message_deflate": False,
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 30.0,
    "lifespan": "on",
    "log_config": None,
}


def list_watched_folders() -> list[str]:
    """The apps of this site. The whole folder would be looked through four times a second, .venv with it."""
    return [app.path for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]


class Command(BaseCommand):
    help = "Serves the site, WebSockets and (on the embedded stack) its background work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "address", nargs="?", default="127.0.0.1:4545", help="[host:]port, 127.0.0.1:4545 by default"
        )
        parser.add_argument("--noreload", action="store_true", help="Do not restart when a file changes.")

    def handle(self, *args: object, address: str, noreload: bool, **options: object) -> None:
        host, _, port = address.rpartition(":")
        if not port.isdigit():
            raise CommandError(f"{address!r} is no address. Write a port (8000), or host:port (0.0.0.0:8000).")
        self.stdout.write(f"http://{host or '127.0.0.1'}:{port}/admin/  (Ctrl-C stops)")
        uvicorn.run(
            "config.asgi:application",
            host=host.strip("[]") or "127.0.0.1",
            port=int(port),
            reload=not noreload,
            reload_dirs=None if noreload else list_watched_folders(),
            timeout_graceful_shutdown=ceil(settings.SHUTDOWN_DRAIN_SECONDS),
            **UVICORN_SETTINGS,  # type: ignore[arg-type]
        )
