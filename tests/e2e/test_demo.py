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
    assert re.search(r"Candidate link +http://localhost:\d+/i/[\w-]{43}/", printed)
    assert "/admin/" in printed
