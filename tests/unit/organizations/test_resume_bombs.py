"""Files made to break whoever reads them break a process of their own, within 512 MB and 20 s, and are refused in
words; who reads keeps no secret from itself that such a file could find."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from organizations.domain.resume_readings import REFUSALS, ResumeUnreadable
from organizations.engines import resume_text
from organizations.engines.resume_text import Kind, ReaderDied, read_text
from organizations.engines.resume_text.child import MEMORY_BYTES
from tests import resume_bombs as bombs
from tests.resume_files import SEEN, UNSEEN, make_docx, replace_parts, show, write_page

Make = Callable[[], bytes]
ROOT = Path(__file__).parents[3]

REFUSED: list[tuple[str, Kind, Make, str]] = [
    ("packed 1,000 to 1", "docx", bombs.pack_tightly, "too_large"),
    ("100,000 entries", "docx", bombs.pack_many_entries, "too_large"),
    ("100,000 entries, 10 told", "docx", bombs.hide_entries, "too_large"),
    ("entries on the same bytes", "docx", bombs.share_bytes, "too_large"),
    ("a part larger than told", "docx", bombs.lie_about_size, "broken"),
    ("billion laughs", "docx", lambda: bombs.write_document(bombs.laugh()), "doctype"),
    ("in another encoding", "docx", lambda: bombs.write_document(bombs.laugh(), encoding="utf-16"), "broken"),
    ("a file named", "docx", lambda: bombs.write_document(bombs.name_a_file("file:///etc/passwd")), "doctype"),
    ("600,000 elements", "docx", lambda: bombs.pack_markup(600_000), "too_large"),
    ("300 levels deep", "docx", lambda: bombs.nest(300), "broken"),
    ("no archive", "docx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "broken"),
    ("an older kind", "docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "older"),
    ("nothing written", "docx", lambda: make_docx(text=""), "empty"),
    ("a page that is its own parent", "pdf", bombs.loop_pages, "broken"),
    ("101 pages", "pdf", lambda: bombs.repeat_pages(101), "too_many_pages"),
    ("900 MB of spaces", "pdf", bombs.swell, "too_heavy"),
    ("a form that calls itself", "pdf", bombs.call_itself, "too_heavy"),
    ("forms of forms", "pdf", bombs.call_forms, "too_heavy"),
    ("a password", "pdf", lambda: bombs.encrypt("secret"), "encrypted"),
    ("a picture of a page", "pdf", bombs.scan, "scan"),
    ("a picture with text behind", "pdf", lambda: bombs.scan(text=UNSEEN), "scan"),
    ("nothing written", "pdf", lambda: write_page(""), "empty"),
    ("cut off", "pdf", lambda: write_page(show(SEEN))[:200], "broken"),
    ("a DOCX", "pdf", make_docx, "broken"),
]


@pytest.mark.parametrize(
    ("kind", "make", "code"), [one[1:] for one in REFUSED], ids=[f"{one[1]}: {one[0]}" for one in REFUSED]
)
def test_it_is_refused_in_words(kind: Kind, make: Make, code: str) -> None:
    with pytest.raises(ResumeUnreadable) as refused:
        read_text(make(), kind)
    assert (refused.value.code, str(refused.value)) == (code, REFUSALS[code])


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("pdf", lambda: bombs.encrypt("")),  # it can be opened by everybody
        ("pdf", bombs.draw_vast_picture),
        ("pdf", lambda: bombs.claim_pages(10**9)),
        ("pdf", lambda: write_page(show(SEEN)).replace(b"0 0 612 792", b"0 0 9e9 9e9")),
        ("docx", lambda: replace_parts(make_docx(), {"word/embeddings/a.docx": bombs.pack_tightly()})),
    ],
)
def test_what_looks_like_one_and_does_no_harm_is_read(kind: Kind, make: Make) -> None:
    assert read_text(make(), kind).text == SEEN


MEASURE = """
import resource, sys, time
from organizations.domain.resume_readings import ResumeUnreadable
from organizations.engines.resume_text import read_text
started, code = time.monotonic(), "read"
try:
    read_text(sys.stdin.buffer.read(), sys.argv[1])
except ResumeUnreadable as refusal:
    code = refusal.code
print(code, time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.parametrize(
    ("kind", "make", "wanted"),
    [
        ("pdf", bombs.swell, "too_heavy"),
        ("pdf", bombs.call_forms, "too_heavy"),
        ("pdf", bombs.draw_vast_picture, "read"),
        ("pdf", bombs.shade_for_ever, "timeout"),
        ("docx", lambda: bombs.pack_markup(290_000), "empty"),
    ],
)
def test_it_takes_less_than_512_mb_and_20_s(kind: Kind, make: Make, wanted: str) -> None:
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, kind], input=make(), capture_output=True, cwd=ROOT, check=True, timeout=60
    )
    code, seconds, megabytes = measured.stdout.decode().split()
    assert (code, float(seconds) < 20, int(megabytes) < 512, MEMORY_BYTES < 512 * 1024**2) == (wanted, True, True, True)


def test_what_takes_longer_than_it_may_is_ended() -> None:
    started = time.monotonic()
    with pytest.raises(ResumeUnreadable) as refused:
        read_text(bombs.shade_for_ever(), "pdf", most_seconds=1.5)
    assert (refused.value.code, time.monotonic() - started < 4, list_children()) == ("timeout", True, [])


def test_a_child_that_is_killed_is_no_fault_of_the_file_and_leaves_nothing() -> None:
    with reading_for_ever() as (_, raised):
        assert not raised
    assert ([type(one) for one in raised], list_children()) == ([ReaderDied], [])


def test_it_has_no_secrets_and_cannot_lift_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "opens everything")
    with reading_for_ever() as (child, _):
        environment = child.environ()
        limits = {name: child.rlimit(name) for name in (psutil.RLIMIT_AS, psutil.RLIMIT_FSIZE)}
    assert environment.items() >= resume_text.ENVIRONMENT.items()
    assert set(environment) - set(resume_text.ENVIRONMENT) <= {"LC_CTYPE"}
    assert limits == {psutil.RLIMIT_AS: (MEMORY_BYTES, MEMORY_BYTES), psutil.RLIMIT_FSIZE: (0, 0)}


@contextlib.contextmanager
def reading_for_ever() -> Iterator[tuple[psutil.Process, list[Exception]]]:
    """A child in the midst of its work, killed in the end, and what is raised to who waits for it."""
    raised: list[Exception] = []

    def read() -> None:
        try:
            read_text(bombs.shade_for_ever(), "pdf")
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    child = wait_for_child()
    try:
        yield child, raised
    finally:
        child.kill()
        thread.join(timeout=20)


def list_children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if resume_text.CHILD_MODULE in " ".join(one.cmdline())]


def wait_for_child() -> psutil.Process:
    """Once it reads: by then it has set its limits and loaded what it needs."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for child in list_children():
            if any("pdfium" in one.path for one in child.memory_maps()) and child.cpu_times().user > 0.6:
                return child
    raise AssertionError("no child has begun to read")


def test_no_server_or_worker_ever_loads_what_opens_such_files() -> None:
    script = (
        "import sys, json, django; django.setup()\n"
        "import config.asgi, config.urls, interviewpanel.tasks, organizations.tasks, reports.tasks\n"
        "from organizations.engines.resume_text import read_text\n"
        "read_text(sys.stdin.buffer.read(), 'docx')\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules} & {'docx', 'lxml', 'pypdfium2'})))"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "true", "PATH": ""}
    told = subprocess.run(
        [sys.executable, "-c", script], input=make_docx(), capture_output=True, cwd=ROOT, env=environment, timeout=90
    )
    assert told.returncode == 0, told.stderr.decode()
    assert json.loads(told.stdout) == []
