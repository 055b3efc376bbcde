"""Whatever the description of the API allows, and what it forbids, sent to a running server: as each role and as a key.

Every operation is tried, whoever added it. How many calls each is tried with grows with API_EXAMPLES; `make test` makes
do with few: API_EXAMPLES=200 takes an hour. To try one again, copy the curl that a failure ends with.
"""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from organizations.domain.scopes import SCOPES
from tests.live_site import LiveSite, open_embedded_site, open_full_site

EXAMPLES = int(os.environ.get("API_EXAMPLES", "4"))  # noqa: TID251 - of the tests, no setting of the site
OFF = {
    "positive_data_acceptance": "what is right depends on rows too: a time zone that there is, an address that is new",
    "negative_data_rejection": "the framework takes a number for a text, and an empty parameter for none",
    "ensure_resource_availability": "below a candidate there need not be a résumé",
}
# 428: who changes a row says which version was read.
CONFIGURATION = """
[checks.missing_required_header]
expected-statuses = [400, 401, 403, 406, 415, 422, 428]
"""
MANY = "1000000"
RATES = dict.fromkeys(("API_RATE_ADDRESS", "API_RATE_ACCOUNT", "API_RATE_KEY", "API_RATE_TENANT"), MANY)
# Those who may do least come first: an administrator may take the others' keys and roles away.
PEOPLE = {"nobody": "", "a key": "", "reviewer": "reviewer@demo.invalid", "recruiter": "hr@demo.invalid"}
PEOPLE |= {"superadmin": "root@demo.invalid", "administrator": "admin@demo.invalid"}
# An administrator's calls are tried to their limits; of the others, what they are refused.
PHASES = {"administrator": ("examples", "coverage", "fuzzing", "stateful")}
FEW_PHASES = ("examples", "fuzzing")

pytestmark = pytest.mark.timeout(600 if EXAMPLES <= 4 else 7200)


@pytest.fixture(scope="module")
def api_site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    """Of the stack that is being tested; nobody is refused for calling often, or for wrong passwords."""
    open_site = open_embedded_site if settings.STACK == "embedded" else open_full_site
    variables = {**RATES, "SIGN_IN_FAILURES": MANY, "DEMO_PASSWORD": "interview-demo"}
    with django_db_blocker.unblock(), open_site(tmp_path_factory.mktemp("api"), **variables) as site:
        site.environment = {**site.environment, "PUBLIC_URL": f"http://127.0.0.1:{site.port}"}
        password = {"DJANGO_SUPERUSER_PASSWORD": "interview-demo"}
        person = ["--email", PEOPLE["superadmin"], "--full_name", "Root"]
        site.manage("createsuperuser", "--noinput", *person, environment=password)
        site.start_web()
        yield site


def post(site: LiveSite, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    address = f"http://127.0.0.1:{site.port}/api/v1/{path}"
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def find_token(site: LiveSite, who: str) -> str:
    """A new one each time: an access token is good for ten minutes."""
    if who == "nobody":
        return ""
    email = PEOPLE["administrator"] if who == "a key" else PEOPLE[who]
    token = str(post(site, "auth/token/", {"email": email, "password": "interview-demo"})["access"])
    if who != "a key":
        return token
    return str(post(site, "api-keys/", {"name": "All", "scopes": sorted(SCOPES), "days": 1}, token)["key"])


def run(site: LiveSite, folder: Path, phase: str, token: str, examples: int) -> str:
    """One phase over the whole API. What it has to say; nothing where every check passed."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{site.port}/api/v1/schema/"]
    chosen = ["--phases", phase, "--max-examples", f"{examples}", "--exclude-checks", ",".join(OFF)]
    always = ["--seed", "1", "--generation-database", "none", "--no-color", "--continue-on-failure", "--workers", "1"]
    signed_in = ["-H", f"Authorization: Bearer {token}"] if token else []
    everything = [*command, *chosen, *always, *signed_in, "--suppress-health-check", "all", "--warnings", "off"]
    (folder / "schemathesis.toml").write_text(CONFIGURATION)
    done = subprocess.run(everything, cwd=folder, capture_output=True, text=True, check=False)
    assert "Tested:" in done.stdout, done.stdout + done.stderr
    return done.stdout if done.returncode else ""


@pytest.mark.parametrize("who", list(PEOPLE))
def test_every_call_is_answered_as_the_description_says(api_site: LiveSite, tmp_path: Path, who: str) -> None:
    examples = EXAMPLES if who in PHASES else max(1, EXAMPLES // 4)
    phases = PHASES.get(who, FEW_PHASES)
    told = [run(api_site, tmp_path, phase, find_token(api_site, who), examples) for phase in phases]
    assert not any(told), "\n".join(told)
    log = api_site.processes.log("web").read_text()
    assert [line for line in log.splitlines() if "Internal Server Error" in line] == []
