"""Dockerfile, compose.yaml and Procfile name what exists: modules, queues, commands, flags, packages. Nothing is built.

That the image builds and runs is another matter; docs/operations.md says what was tried.
"""

import os
import re
import shlex
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from config.celery import QUEUES
from config.management.commands.runserver import UVICORN_SETTINGS

ROOT = Path(settings.BASE_DIR)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
IMAGE_COMMAND: list[str] = yaml.safe_load(re.search(r"^CMD (\[.*?\])$", DOCKERFILE.replace("\\\n", ""), re.M)[1])


def split_command(command: str | list[str]) -> list[list[str]]:
    """The commands of one line: what stands between &&, inside `sh -c` too."""
    words = shlex.split(command) if isinstance(command, str) else command
    if words[:2] == ["sh", "-c"]:
        return split_command(words[2])
    parts: list[list[str]] = [[]]
    for word in words:
        if word == "&&":
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


COMMANDS = {
    **{f"Procfile {name}": command for name, command in PROCFILE.items()},
    **{f"compose {name}": service["command"] for name, service in OURS.items() if "command" in service},
    "image": IMAGE_COMMAND,
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_names_what_exists(name: str) -> None:
    for words in split_command(COMMANDS[name]):
        if words[0] == "uvicorn":
            module, _, attribute = words[1].partition(":")
            assert callable(getattr(import_module(module), attribute))
        elif words[0] == "celery":
            assert words[1:3] == ["-A", "config"]
            assert find_spec("config.celery")
            assert words[3] in ("worker", "beat")
        else:
            assert words[:2] == ["python", "manage.py"]
            assert words[2] in get_commands()


def read_queues(command: str | list[str]) -> list[str]:
    (words,) = split_command(command)
    return words[words.index("-Q") + 1].split(",") if "-Q" in words else []


@pytest.mark.parametrize("place", ["Procfile", "compose"])
def test_every_queue_has_exactly_one_kind_of_worker(place: str) -> None:
    workers = [command for name, command in COMMANDS.items() if name.startswith(place) and "worker" in str(command)]
    assert sorted(queue for command in workers for queue in read_queues(command)) == sorted(QUEUES)


def read_makefile_queues() -> list[str]:
    return re.search(r"^QUEUES := (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split(",")


def test_the_makefiles_worker_takes_every_queue() -> None:
    assert sorted(read_makefile_queues()) == sorted(QUEUES)


def test_the_interpreter_that_is_asked_for_reaches_the_set_up() -> None:
    """A variable of the Makefile's own with that name would be handed on instead."""
    command = ["make", "--eval", 'show: ; @echo "$$PYTHON"', "show"]
    environment = {"PATH": os.defpath, "PYTHON": "/some/python"}
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout == "/some/python\n"


def test_the_makefiles_server_is_the_one_with_the_measured_settings_on_the_port_that_is_asked_for() -> None:
    command = ["make", "--dry-run", "run", "PORT=4702", "ARGS=--help"]
    shown = subprocess.run(command, cwd=ROOT, env={"PATH": os.defpath}, capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == ".venv/bin/python manage.py runserver --noreload 4702 --help"


FLAGS = {
    "--ws": str(UVICORN_SETTINGS["ws"]),
    "--ws-max-size": f"{UVICORN_SETTINGS['ws_max_size']}",
    "--ws-per-message-deflate": f"{UVICORN_SETTINGS['ws_per_message_deflate']}".lower(),
    "--ws-ping-interval": f"{UVICORN_SETTINGS['ws_ping_interval']:g}",
    "--ws-ping-timeout": f"{UVICORN_SETTINGS['ws_ping_timeout']:g}",
}


@pytest.mark.parametrize("place", ["Procfile", "Dockerfile", "README.md", "docs/operations.md"])
def test_every_place_starts_uvicorn_with_the_measured_flags(place: str) -> None:
    text = re.sub(r"[\\\",\s]+", " ", (ROOT / place).read_text())
    assert " ".join(word for pair in FLAGS.items() for word in pair) in text


def test_services_and_volumes_that_are_named_exist() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", ())) <= set(SERVICES), name
        sources = {volume.split(":")[0] for volume in service.get("volumes", ())}
        assert sources <= set(COMPOSE["volumes"]), name


def test_who_is_waited_for_can_say_that_it_is_ready() -> None:
    for name, service in SERVICES.items():
        for awaited, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in SERVICES[awaited]["healthcheck"], f"{name} waits for {awaited}"


def test_a_health_check_asks_the_worker_by_its_own_name() -> None:
    for name, service in OURS.items():
        words = service.get("command", [])
        if "worker" in words:
            node = words[words.index("-n") + 1]
            assert node == f"{name}@%h"
            assert service["healthcheck"]["test"][1].endswith(f"-d {name}@$$(hostname)")


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("KEY|PASSWORD", name):
                assert re.fullmatch(r"\$\{\w+:\?.*\}", value), name


def test_the_image_has_the_libraries_that_the_set_up_installs() -> None:
    wanted = re.search(r"local packages=\((.*)\)", (ROOT / "bin/setup").read_text())[1].split()
    assert set(wanted) <= set(re.search(r"--no-install-recommends (.*) \\", DOCKERFILE)[1].split())


def test_the_image_runs_as_nobody_in_particular_and_is_watched() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.M) == ["interviewbot"]
    assert 'CMD ["python", "bin/is_live"]' in DOCKERFILE
    assert (ROOT / "bin/is_live").stat().st_mode & 0o111


def test_the_image_gets_the_code_and_neither_secrets_nor_data() -> None:
    ignored = set((ROOT / ".dockerignore").read_text().split())
    assert {".env", ".git", ".venv", "var"} <= ignored
    needed = {
        "config",
        "reports",
        "interviewpanel",
        "questionbank",
        "organizations",
        "authentication",
        "manage.py",
        "bin",
    }
    assert not needed & ignored


def read_requirements(name: str) -> set[str]:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return {re.split(r"[<>=;]", line)[0] for line in lines if line and not line.startswith("-")}


def test_every_library_has_its_line_in_the_decisions() -> None:
    page = (ROOT / "docs/decisions/0002-libraries.md").read_text()
    listed = {name for name in re.findall(r"^\| ([^|]+?) \|", page, re.M) if name != "library"}
    files = ("requirements.txt", "requirements-livekit.txt", "requirements-dev.txt")
    assert listed == set().union(*map(read_requirements, files))


@pytest.mark.parametrize(
    "page", sorted(str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
)
def test_every_link_of_the_documentation_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text())
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
