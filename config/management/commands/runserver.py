"""`manage.py runserver`: uvicorn, because Django's own serves no WebSockets. Reloads on changes unless told not to."""

import socket
from math import ceil
from pathlib import Path

import uvicorn
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.embedded_lock import AlreadyRunning, take_lock

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


LOCAL = "127.0.0.1"


def check_is_only_server() -> None:
    """Before the server does: under the reloader only a child would find out, and the reloader would wait for ever.

    Raises CommandError where another embedded server has the data.
    """
    if settings.WORK_TRANSPORT == "threads":
        try:
            take_lock(settings.VAR_DIR).close()
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error


def check_address_is_free(host: str, port: int) -> None:
    """Raises CommandError that names the address, why it cannot be had, and what to do."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        other = port + 1 if 1024 <= port < 65535 else 4545
        raise CommandError(
            f"Cannot serve on {host}, port {port}: {error.strerror}. "
            f"Choose another port: manage.py runserver {other}, or make run PORT={other}."
        ) from error


def list_watched_folders() -> list[str]:
    """The apps of this site. The whole folder would be looked through four times a second, .venv with it."""
    return [app.path for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]


class Command(BaseCommand):
    help = "Serves the site, WebSockets and (on the embedded stack) its background work."

    def add_arguments(self, parser: CommandParser) -> None:
        usual = f"{LOCAL}:{settings.PORT}"
        parser.add_argument("address", nargs="?", default=usual, help="[host:]port, %(default)s by default")
        parser.add_argument("--noreload", action="store_true", help="Do not restart when a file changes.")

    def handle(self, *args: object, address: str, noreload: bool, **options: object) -> None:
        host, _, port = address.rpartition(":")
        if not port.isdigit():
            raise CommandError(f"{address!r} is no address. Write a port (8000), or host:port (0.0.0.0:8000).")
        check_is_only_server()
        check_address_is_free(host.strip("[]") or LOCAL, int(port))
        self.stdout.write(f"http://{host or LOCAL}:{port}/admin/  (Ctrl-C stops)")
        uvicorn.run(
            "config.asgi:application",
            host=host.strip("[]") or LOCAL,
            port=int(port),
            reload=not noreload,
            reload_dirs=None if noreload else list_watched_folders(),
            timeout_graceful_shutdown=ceil(settings.SHUTDOWN_DRAIN_SECONDS),
            **UVICORN_SETTINGS,  # type: ignore[arg-type]
        )
