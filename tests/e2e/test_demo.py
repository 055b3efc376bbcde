"""`manage.py demo --once` on real processes: from nothing to a PDF, on the stack that the tests run on."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.timeout(600)
def test_the_demo_holds_an_interview_and_leaves_a_report(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "demo", "--once", "--port", "0", "--stack", settings.STACK]
    done = subprocess.run(
        [*command, "--folder", str(tmp_path / "demo")],
        cwd=settings.BASE_DIR,
        env={"PATH": os.defpath + ":/usr/local/bin", "OLLAMA_BASE_URL": "http://127.0.0.1:9", "STACK": "embedded"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    printed = done.stdout
    assert re.findall(r"closed \((\w+)\)", printed) == ["done", "silence", "skipped", "done", "done"]
    rate = re.search(r"Word error rate +(\d+)% of \d+ spoken words, heard by pocketsphinx", printed)
    assert rate is not None
    assert int(rate[1]) < 45
    pdf = re.search(r"PDF (\S+)", printed)
    assert pdf is not None
    assert Path(pdf[1]).read_bytes().startswith(b"%PDF-")
    assert "Speech to text  the demo fetches no model, with internet or without" in printed
    assert "/i/" not in printed  # nothing answers there any more
    assert "/admin/" not in printed
    again = re.search(r"Scorecard again (.*)", printed)
    assert (again is not None) == (settings.STACK == "embedded")  # a private PostgreSQL has gone with the demo
    if again is not None:
        environment = {"PATH": os.defpath}
        shown = subprocess.run(
            again[1], shell=True, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
        )
        assert f"PDF {pdf[1]}" in shown.stdout
