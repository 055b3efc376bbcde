"""Debian's Chromium as a candidate has it: with a microphone that plays a file, behind a line that a test can cut.

Used by the tests in tests/e2e that open the candidate's page or its modules. Playwright's own offline switch only
stalls a socket that is open, so the line is a TCP proxy of ours: `TcpLine`.
"""

import contextlib
import http.server
import os
import shutil
import socket
import struct
import threading
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Route, sync_playwright

from tests.live_site import SITE
from tests.speech_clips import SAMPLE_RATE, VOICES, Samples, load_speech, make_quiet, make_room_noise, to_pcm

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Root may not use the sandbox; a machine without a screen has no GPU to look for; a page that a test answers by itself
# comes from nowhere, and would not be allowed to talk to this machine.
NO_LOCAL_CHECKS = "--disable-features=LocalNetworkAccessChecks"
ALWAYS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", NO_LOCAL_CHECKS]
ASKED_AND_GRANTED = "--use-fake-ui-for-media-stream"
ASKED_AND_DENIED = "--use-fake-ui-for-media-stream=deny"
FAKE_DEVICE = "--use-fake-device-for-media-stream"
STATIC = Path(__file__).parent.parent / "interviewpanel" / "static"
EMPTY_PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>A candidate</title><p>Speak.</p></html>"
# What the candidate's page may load, and from where.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 667}


def make_microphone_file(path: Path) -> Path:
    """What the browser plays over and over."""
    write_wav(path, to_pcm(make_spoken_sound()))
    return path


def make_spoken_sound(*, quiet_seconds: float = 1.0) -> Samples:
    """Three spoken sentences in a quiet room, a pause after each."""
    pieces = [np.concatenate([make_quiet(quiet_seconds / 2), load_speech(voice)]) for voice in VOICES]
    sound = np.concatenate([*pieces, make_quiet(quiet_seconds)])
    return sound + make_room_noise(len(sound) / SAMPLE_RATE, 6.0)[: len(sound)]


def make_silent_file(path: Path) -> Path:
    """Ten seconds in which nobody says anything."""
    write_wav(path, to_pcm(make_room_noise(10, 6.0)))
    return path


def write_wav(path: Path, pcm: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(pcm)


@contextlib.contextmanager
def open_chromium(
    microphone: Path | None = None, *, options: Sequence[str] = (ASKED_AND_GRANTED,)
) -> Iterator[Browser]:
    """A headless Chromium. Its microphone plays the file; without one there is no microphone at all.

    Playwright's synchronous interface runs an event loop in this thread, in which Django refuses its database unless it
    is told that nothing is at stake: here nothing else runs in that loop.
    """
    with contextlib.ExitStack() as closing:
        closing.enter_context(pytest.MonkeyPatch.context()).setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        playwright = closing.enter_context(sync_playwright())
        browser = launch(playwright.chromium, microphone, options=options)
        closing.callback(browser.close)
        closing.callback(forget_site_database)
        yield browser


def forget_site_database() -> None:
    """While Playwright's loop runs, Django keeps a connection of its own, which the end of the site does not reach: the
    next site of this process would be read from the database of this one."""
    for connection in connections.all(initialized_only=True):
        if connection.alias == SITE:
            connection.close()
            del connections[SITE]


def launch(kind: BrowserType, microphone: Path | None, *, options: Sequence[str] = (ASKED_AND_GRANTED,)) -> Browser:
    """As `open_chromium`, beside one that is open: `launch(chromium.browser_type, …)`; the caller closes it."""
    device = [FAKE_DEVICE, f"--use-file-for-fake-audio-capture={microphone}"] if microphone else []
    return kind.launch(executable_path=find_chromium(), args=[*ALWAYS, *device, *options])


def find_chromium() -> str:
    """As bin/setup looks for it, which installs one where there is none."""
    named = os.environ.get("CHROMIUM", "")  # noqa: TID251 a tool of the tests, no setting of the site
    found = [path for name in (named, *CHROMIUM_NAMES) if name and (path := shutil.which(name))]
    assert found, "No Chromium is here. Run bin/setup requirements-dev.txt, or name one by CHROMIUM=/path/to/it."
    return found[0]


@contextlib.contextmanager
def open_page(browser: Browser, *, size: dict[str, int] | None = None, **options: object) -> Iterator[Page]:
    """A page of a context of its own; what the page throws or reports as an error fails the test at the end."""
    context: BrowserContext = browser.new_context(viewport=size or DESKTOP, **options)  # type: ignore[arg-type]
    page = context.new_page()
    faults = collect_faults(page)
    try:
        yield page
    finally:
        context.close()
    assert not faults, "the page reported errors:\n" + "\n".join(faults)


def collect_faults(page: Page) -> list[str]:
    """Exceptions nobody caught, and what the policy refused; grows as they come."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"{error}"))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    return faults


def answer_with_empty_page(route: Route) -> None:
    """A page with the policy of the candidate's, and nothing on it."""
    route.fulfill(body=EMPTY_PAGE, content_type="text/html", headers={"Content-Security-Policy": POLICY})


class ModuleHandler(http.server.SimpleHTTPRequestHandler):
    """The files below /static/, and an empty page with the policy of the candidate's everywhere else."""

    def do_GET(self) -> None:
        path = STATIC / self.path.partition("/static/")[2]
        is_file = path.is_file()
        body = path.read_bytes() if is_file else EMPTY_PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if is_file else "text/html")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", f"{len(body)}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: object) -> None:
        """Nobody reads it."""


@contextlib.contextmanager
def serve_modules() -> Iterator[str]:
    """The address of an empty page that can import the candidate's modules, with nothing of Django behind it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ModuleHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


class TcpLine:
    """A line to a server of this machine: `port` leads to `target_port`, until it is cut or stalled."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.opened = 0  # connections that were let through so far
        self._is_cut = False
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._stalled: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="tcp-line", daemon=True)
        self._thread.start()

    def __enter__(self) -> "TcpLine":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def cut(self) -> None:
        """Reset every connection, and let none through until `restore`."""
        with self._lock:
            self._is_cut = True
            ends = list(self._ends)
        for end in ends:
            reset(end)

    def restore(self) -> None:
        self._is_cut = False

    def stall(self) -> None:
        """What is connected now stays connected, and nothing of it arrives any more; new connections work."""
        with self._lock:
            self._stalled |= self._ends

    def _accept(self) -> None:
        while True:
            try:
                client = self._listener.accept()[0]
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
                server.settimeout(None)
            except OSError:
                reset(client)
                continue
            self._join(client, server)

    def _join(self, client: socket.socket, server: socket.socket) -> None:
        with self._lock:
            is_cut = self._is_cut
            if not is_cut:
                self._ends |= {client, server}
                self.opened += 1
        if is_cut:
            reset(client)
            reset(server)
            return
        for source, sink, leads_out in ((client, server, True), (server, client, False)):
            carrying = threading.Thread(
                target=self._carry, args=(source, sink, leads_out), name="tcp-line", daemon=True
            )
            carrying.start()

    def _carry(self, source: socket.socket, sink: socket.socket, leads_out: bool) -> None:
        """Until one end is gone. What a server said before it went still arrives: the way back ends the line then."""
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if source in self._stalled:
                    continue
                try:
                    sink.sendall(data)
                except OSError:
                    if leads_out and not self._is_cut:
                        return
                    break
        with self._lock:
            self._ends -= {source, sink}
        reset(source)
        reset(sink)


def reset(end: socket.socket) -> None:
    """As when a cable is pulled and the machine behind it is gone: no farewell. Twice is once."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        end.close()
