"""A whole site of real processes for the tests in tests/e2e, with its database open to the test as the alias `site`.

Embedded: the web server alone, on SQLite. Full: PostgreSQL, Redis, web, workers and beat. Everything lies in one
folder; nothing of the developer's own environment is used.
"""

import contextlib
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from django.db import connections
from django.utils import timezone

from config.private_services import run_services
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.invitations import hash_token, make_token
from organizations.models import Candidate
from tests.manage_commands import ROOT, make_environment, run_manage
from tests.processes import Processes, find_free_port, wait_until
from tests.saved_sites import copy_demo_site

SITE = "site"  # the database alias: Answer.objects.using(SITE)
READY_SECONDS = 60.0
ALL_QUEUES = "realtime,transcription,scoring,reports,outbound,webhooks,generation,conversation,speech"
SHORT_PANEL = "Backend engineer: first conversation"


@dataclass
class LiveSite:
    """Use `open_embedded_site` or `open_full_site` to make one."""

    stack: str
    port: int
    folder: Path
    environment: Mapping[str, str]
    processes: Processes
    redis_socket: Path | None = None
    links: list[str] = field(default_factory=list)

    # --- processes ---------------------------------------------------------------------------------------------------

    def start_web(self, name: str = "web") -> None:
        """The web server, ready to answer."""
        python = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", "127.0.0.1"]
        sockets = ["--ws", "websockets-sansio", "--ws-max-size", "262144", "--ws-per-message-deflate", "false"]
        pings = ["--ws-ping-interval", "20", "--ws-ping-timeout", "30"]
        self._start(name, [*python, "--port", f"{self.port}", *sockets, *pings])
        self.wait_until_live()

    def start_workers(self, *names: str, processes: int = 1, queues: str = ALL_QUEUES) -> None:
        """Celery workers that are connected and take work."""
        seen = {name: self._count_in_log(name, " ready.") for name in names}
        for name in names:
            options = ["-Q", queues, "-c", f"{processes}", "-n", f"{name}@%h", "-l", "info"]
            self._start(name, [sys.executable, "-m", "celery", "-A", "config", "worker", *options])
        for name in names:
            self._wait(f"{name} is ready", lambda name=name: self._count_in_log(name, " ready.") > seen[name])

    def start_beat(self, name: str = "beat") -> None:
        schedule = self.folder / f"{name}-schedule"
        options = ["-s", f"{schedule}", "--pidfile=", "-l", "info"]
        self._start(name, [sys.executable, "-m", "celery", "-A", "config", "beat", *options])

    def start_redis(self) -> None:
        """A Redis that keeps nothing, as after a crash without persistence."""
        assert self.redis_socket is not None
        options = ["--port", "0", "--unixsocket", f"{self.redis_socket}", "--save", "", "--dir", f"{self.folder}"]
        self._start("redis", ["redis-server", *options])
        self._wait("Redis answers", self._can_ping)

    def redis(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.redis_socket), socket_timeout=5.0)

    def manage(self, *command: str, environment: Mapping[str, str] | None = None) -> str:
        """`manage.py COMMAND` to its end; returns what it printed."""
        return run_manage(command, {**self.environment, **(environment or {})})

    def wait_until_live(self) -> None:
        self._wait("the server answers on /health/live", self.is_live)

    def is_live(self) -> bool:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=5).close()
            return True
        return False

    # --- interviews --------------------------------------------------------------------------------------------------

    def set_panel(self, **changes: Any) -> None:
        """Change the short panel: `max_questions=2`, `turn_settings={…}`."""
        InterviewPanel.objects.using(SITE).filter(title=SHORT_PANEL).update(**changes)

    def invite(self, *, expires_at: datetime | None = None, revoked_at: datetime | None = None) -> str:
        """A fresh candidate link to the short panel."""
        panel = InterviewPanel.objects.using(SITE).get(title=SHORT_PANEL)
        invitation = InterviewPanelCandidate(
            uuid=uuid.uuid4(),
            organization_id=panel.organization_id,
            panel=panel,
            candidate=Candidate.objects.using(SITE).filter(organization_id=panel.organization_id).first(),
            expires_at=expires_at or timezone.now() + timedelta(hours=5),
            revoked_at=revoked_at,
        )
        token = make_token(invitation)  # the site has this process's SECRET_KEY
        invitation.token_hash = hash_token(token)
        invitation.save(using=SITE)
        self.links.append(f"http://localhost:{self.port}/i/{token}/")
        return self.links[-1]

    def check_logs(self) -> None:
        """No process has written a candidate's token."""
        tokens = [link.rstrip("/").rsplit("/", 1)[-1] for link in self.links]
        for name, text in self.processes.read_logs().items():
            assert not [token for token in tokens if token in text], f"{name}.log holds a candidate's token"

    def media(self, name: str) -> Path:
        return self.folder / "media" / name

    def _start(self, name: str, command: list[str]) -> None:
        self.processes.start(name, command, self.environment, cwd=ROOT)

    def _wait(self, what: str, look: Any) -> None:
        def look_and_check() -> Any:
            self.processes.check_living()
            return look()

        wait_until(what, look_and_check, seconds=READY_SECONDS)

    def _count_in_log(self, name: str, text: str) -> int:
        log = self.processes.log(name)
        return log.read_text(errors="replace").count(text) if log.exists() else 0

    def _can_ping(self) -> bool:
        with contextlib.suppress(redis.RedisError):
            return bool(self.redis().ping())
        return False


@contextlib.contextmanager
def open_embedded_site(folder: Path, **variables: str) -> Iterator[LiveSite]:
    """A migrated and seeded site on SQLite whose server is not started yet; everything is ended at the end."""
    environment = make_environment("embedded", folder, variables)
    site = LiveSite("embedded", find_free_port(), folder, environment, Processes(folder))
    options = {"timeout": 20, "init_command": "PRAGMA busy_timeout=20000;"}
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/interviewbot.sqlite3", "OPTIONS": options}
    with contextlib.ExitStack() as closing:
        closing.callback(site.processes.end_all)
        copy_demo_site(folder)
        closing.enter_context(open_database(database))
        yield site
        site.check_logs()


@contextlib.contextmanager
def open_full_site(folder: Path, **variables: str) -> Iterator[LiveSite]:
    """A migrated and seeded site on PostgreSQL and Redis of its own; web, workers and beat are not started yet."""
    with contextlib.ExitStack() as closing:
        no_redis = {"REDIS_URL": "of its own, so that it can be killed"}
        services = closing.enter_context(run_services(no_redis, is_durable=False))
        socket = Path(services["DB_HOST"]) / "test-redis.sock"  # a short path: Unix sockets allow 107 characters
        places = {"REDIS_URL": f"unix://{socket}?db=1", "CELERY_BROKER_URL": f"redis+socket://{socket}?virtual_host=0"}
        environment = make_environment("full", folder, {**services, **places, **variables})
        site = LiveSite("full", find_free_port(), folder, environment, Processes(folder), socket)
        closing.callback(site.processes.end_all)
        site.start_redis()
        site.manage("migrate", "--verbosity", "0")
        site.manage("seed_demo")
        database = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": services["DB_NAME"],
            "USER": services["DB_USER"],
            "HOST": services["DB_HOST"],
            "OPTIONS": {},
        }
        closing.enter_context(open_database(database))
        yield site
        site.check_logs()


@contextlib.contextmanager
def open_database(database: dict[str, Any]) -> Iterator[None]:
    """The site's database as the alias `site` of this process."""
    connections.databases[SITE] = {**connections.databases["default"], **database}
    try:
        yield
    finally:
        connections[SITE].close()
        del connections[SITE]
        del connections.databases[SITE]
