"""The demo's own site: its environment, folder and port, and its processes, which are real."""

import socket
import sys
from pathlib import Path

import pytest

from config.children import run_child
from reports.management.demo_site import (
    DEMO_PASSWORD,
    FULL_STACK_NAMES,
    DemoError,
    DemoSite,
    choose_port,
    claim_folder,
    open_site,
)

SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2]) if self.path == "/health/live" else 404)
        self.end_headers()
HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def make_site(folder: Path) -> DemoSite:
    return DemoSite("embedded", choose_port(0), folder, {"DJANGO_SETTINGS_MODULE": "config.settings"})


def test_the_embedded_site_has_an_environment_of_its_own(tmp_path: Path) -> None:
    base = {"PATH": "/bin", "DEMO_PASSWORD": "chosen", **dict.fromkeys(FULL_STACK_NAMES, "somebody's own")}
    with open_site(base, stack="embedded", port=0, folder=tmp_path) as site:
        secret = site.environment["SECRET_KEY"]
        assert site.environment == {
            "PATH": "/bin",
            "STACK": "embedded",
            "VAR_DIR": str(tmp_path),
            "DEBUG": "false",
            "SECRET_KEY": secret,
            "PUBLIC_URL": f"http://localhost:{site.port}",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DEMO_PASSWORD": "chosen",
            "WHISPER_DOWNLOAD": "false",
            "EMBEDDING_DOWNLOAD": "false",
        }
    with open_site(base, stack="embedded", port=0, folder=tmp_path) as site:
        assert site.environment["SECRET_KEY"] != secret


def test_the_full_site_uses_the_services_that_are_named(tmp_path: Path) -> None:
    base = {"DB_NAME": "theirs", "REDIS_HOST": "theirs"}
    with open_site(base, stack="full", port=0, folder=tmp_path) as site:
        assert {name: site.environment.get(name) for name in ("STACK", *base)} == {"STACK": "full", **base}
        assert site.environment["DEMO_PASSWORD"] != DEMO_PASSWORD
        assert [note.split(":")[0] for note in site.notes] == [
            'DB_* names the database "theirs" on localhost',
            "SECRET_KEY is not set",
        ]
        assert site.outlives == {"STACK": "full", "VAR_DIR": str(tmp_path)}


def test_in_a_database_of_ones_own_links_are_made_with_its_own_key(tmp_path: Path) -> None:
    base = {"DB_NAME": "theirs", "REDIS_HOST": "theirs", "SECRET_KEY": "their key", "DEMO_PASSWORD": "chosen"}
    with open_site(base, stack="full", port=0, folder=tmp_path) as site:
        assert (site.environment["SECRET_KEY"], site.environment["DEMO_PASSWORD"]) == ("their key", "chosen")
        assert len(site.notes) == 1


def test_what_is_left_can_be_looked_at_with_a_command(tmp_path: Path) -> None:
    with open_site({}, stack="embedded", port=0, folder=tmp_path / "a demo") as site:
        assert site.describe_command("scorecard", "1b4e") == (
            f"STACK=embedded VAR_DIR='{tmp_path}/a demo' {sys.executable} manage.py scorecard 1b4e"
        )
    assert make_site(tmp_path).describe_command("scorecard", "1b4e") == ""


def test_the_folder_is_emptied_and_held(tmp_path: Path) -> None:
    with claim_folder(tmp_path) as had_data:
        assert not had_data
        (tmp_path / "old.sqlite3").write_text("of the last demo")
        (tmp_path / "media").mkdir()
    with claim_folder(tmp_path) as had_data:
        assert had_data
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]
        with pytest.raises(DemoError, match="Another demo is running"), claim_folder(tmp_path):
            pass
    with claim_folder(tmp_path):
        pass


def test_that_the_former_demo_is_gone_is_said(tmp_path: Path) -> None:
    for notes in ((), (f"The former demo's data in {tmp_path} is gone.",)):
        with open_site({}, stack="embedded", port=0, folder=tmp_path) as site:
            assert site.notes == notes
            (tmp_path / "web.log").write_text("of this demo")


def test_a_folder_of_other_files_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years")
    with pytest.raises(DemoError, match="holds files that are not a demo's"), claim_folder(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_port_that_is_taken_is_refused_only_if_it_was_asked_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match=rf"Port {port} is taken\. Choose another with --port"):
            choose_port(port)

    assert choose_port(port) == port
    assert choose_port(None) > 0


def test_a_command_that_fails_is_shown_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"(?s)manage\.py no_such_command failed:.*Unknown command"):
        make_site(tmp_path).run("no_such_command")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ([sys.executable, "-c", SERVER, "{port}", "500"], "(?s)The server answers HTTP Error 500"),
        (["sh", "-c", "echo the port is taken; exit 1"], r"(?s)web stopped \(exit status 1\).*the port is taken"),
    ],
)
def test_a_server_that_does_not_come_up_is_reported(tmp_path: Path, command: list[str], message: str) -> None:
    site = make_site(tmp_path)
    filled = [part.format(port=site.port) if part == "{port}" else part for part in command]
    with run_child("web", filled, log=tmp_path / "web.log", environment={"PATH": "/usr/bin:/bin"}) as child:
        site.children.append(child)
        with pytest.raises(DemoError, match=message):
            site.wait_until_live()


def test_a_server_that_answers_is_live(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    command = [sys.executable, "-c", SERVER, str(site.port), "200"]
    with run_child("web", command, log=tmp_path / "web.log", environment={}) as child:
        site.children.append(child)
        site.wait_until_live()


def test_a_child_that_dies_ends_what_is_shown(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with run_child(
        "web", ["sh", "-c", "echo out of memory; exit 9"], log=tmp_path / "web.log", environment={}
    ) as child:
        site.children.append(child)
        with pytest.raises(DemoError, match=r"(?s)web stopped \(exit status 9\).*out of memory"):
            site.show("shell", "-c", "import threading; threading.Event().wait(60)")
