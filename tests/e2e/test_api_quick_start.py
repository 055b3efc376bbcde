"""The quick start of docs/api.md: its blocks, as they stand there, in one shell against a real site."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import resolve

from organizations.models import ApiKey, Candidate
from tests.live_site import SITE, LiveSite, make_environment

PAGE = Path(settings.BASE_DIR) / "docs" / "api.md"
ADDRESS = re.compile(r"(?:\$SITE/api/v1/|(?:look|send) \"?)([a-z][\w/$-]*/)")


def read_blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def is_there(address: str) -> bool:
    """Whatever is none is answered by a view without a name."""
    path = re.sub(r"\$\w+", "00000000-0000-4000-8000-000000000000", address)
    return resolve(f"/api/v1/{path}").url_name is not None


def list_addresses(block: str) -> set[str]:
    return set(ADDRESS.findall(block))


def test_every_address_of_the_page_is_known() -> None:
    addresses = {address for block in read_blocks() for address in list_addresses(block)}
    assert {"auth/token/", "api-keys/", "candidates/", "candidates/$CANDIDATE/", "interviews/start/"} <= addresses
    assert {address for address in addresses if not is_there(address)} == set()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_blocks_do_what_they_say(embedded_site: LiveSite) -> None:
    site = embedded_site
    site.environment = {**site.environment, "PUBLIC_URL": f"http://localhost:{site.port}"}
    site.start_web()
    environment = {**make_environment("embedded", site.folder, {}), "SITE": f"http://localhost:{site.port}"}
    script = "set -euo pipefail\n" + "\n".join(read_blocks())
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "Amara Okafor" in done.stdout
    assert ApiKey.objects.using(SITE).get(name="Our system").last_used_at is not None
    assert Candidate.objects.using(SITE).filter(email="amara@example.com").count() == 1
