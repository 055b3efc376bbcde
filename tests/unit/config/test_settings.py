"""The settings as the environment makes them, each time from the file itself: both stacks, and what is refused."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import settings as running

ROOT = Path(running.BASE_DIR)
LINE = re.compile(r"#?([A-Z][A-Z0-9_]*)=(.*)")


@pytest.fixture
def read_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run config/settings.py with nothing set but what is given (and a folder to write to)."""
    for name in running.env.seen:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_DOTENV_DISABLED", "1")  # a developer's own .env

    def read(**values: str) -> dict[str, Any]:
        for name, value in ({"VAR_DIR": str(tmp_path / "var")} | values).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config" / "settings.py"))

    return read


def list_example_names() -> list[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return [found[1] for line in lines if (found := LINE.fullmatch(line))]


def test_nothing_configured_is_the_embedded_stack(read_settings: Any) -> None:
    found = read_settings()

    assert {
        "stack": found["STACK"],
        "engine": found["DATABASES"]["default"]["ENGINE"],
        "mode": found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"],
        "layer": found["CHANNEL_LAYERS"]["default"]["BACKEND"],
        "transport": found["WORK_TRANSPORT"],
        "debug": found["DEBUG"],
    } == {
        "stack": "embedded",
        "engine": "django.db.backends.sqlite3",
        "mode": "IMMEDIATE",
        "layer": "config.channel_layer.OneProcessChannelLayer",
        "transport": "threads",
        "debug": True,
    }
    assert found["VAR_DIR"].is_dir()


def test_a_database_name_is_the_full_stack(read_settings: Any) -> None:
    found = read_settings(DB_NAME="interviews", DB_HOST="db", REDIS_HOST="cache", REDIS_PORT="6380")

    database = found["DATABASES"]["default"]
    assert {
        "stack": found["STACK"],
        "database": (database["ENGINE"], database["NAME"], database["HOST"]),
        "layer": found["CHANNEL_LAYERS"]["default"],
        "broker": found["CELERY_BROKER_URL"],
        "results": found["CELERY_RESULT_BACKEND"],
        "transport": found["WORK_TRANSPORT"],
    } == {
        "stack": "full",
        "database": ("django.db.backends.postgresql", "interviews", "db"),
        "layer": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://cache:6380/1"], "prefix": "interviewbot"},
        },
        "broker": "redis://cache:6380/0",
        "results": None,
        "transport": "celery",
    }


def test_a_database_that_went_away_without_a_word_is_given_up(read_settings: Any) -> None:
    options = read_settings(DB_NAME="interviews")["DATABASES"]["default"]["OPTIONS"]
    assert options["connect_timeout"] == 5
    assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] == 30
    assert options["tcp_user_timeout"] == 30_000


def test_the_folder_is_the_projects_own_unless_an_absolute_one_is_named(read_settings: Any, tmp_path: Path) -> None:
    assert read_settings(VAR_DIR="var")["VAR_DIR"] == ROOT / "var"
    assert read_settings(VAR_DIR=f"{tmp_path}/here")["VAR_DIR"] == tmp_path / "here"


def test_without_debug_the_secret_key_must_be_given(read_settings: Any) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read_settings(DEBUG="false")
    assert str(refusal.value) == (
        "SECRET_KEY is not set and DEBUG is off. Set SECRET_KEY to a long random text, for example the output of: "
        'python -c "import secrets; print(secrets.token_urlsafe(50))"'
    )

    assert read_settings(DEBUG="false", SECRET_KEY="given")["SECRET_KEY"] == "given"


def test_links_lead_to_the_port_that_is_served_unless_told_otherwise(read_settings: Any) -> None:
    assert read_settings()["PUBLIC_URL"] == "http://localhost:4545"
    found = read_settings(PORT="4702")
    assert (found["PUBLIC_URL"], found["CSRF_TRUSTED_ORIGINS"]) == ("http://localhost:4702", ["http://localhost:4702"])
    assert read_settings(PUBLIC_URL="https://a.example")["PUBLIC_URL"] == "https://a.example"


def test_mail_is_sent_where_there_is_a_server_and_printed_in_development(read_settings: Any) -> None:
    found = {"development": read_settings()["EMAIL_BACKEND"]}
    real = {"DEBUG": "false", "SECRET_KEY": "s" * 50, "ALLOWED_HOSTS": "x.example", "PUBLIC_URL": "https://x.example"}
    found["a real site"] = read_settings(**real)["EMAIL_BACKEND"]
    found["with a server"] = read_settings(EMAIL_HOST="mail.example")["EMAIL_BACKEND"]
    assert {place: backend.split(".")[-2] for place, backend in found.items()} == {
        "development": "console",
        "a real site": "dummy",
        "with a server": "smtp",
    }


def test_a_typo_stops_the_start(read_settings: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^WORK_THREADS is 'four'. It must be a whole number\.$"):
        read_settings(WORK_THREADS="four")


def test_workers_that_no_server_hears_of_are_refused(read_settings: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^WORK_TRANSPORT is celery on the embedded stack, .* DB_NAME"):
        read_settings(STACK="embedded", WORK_TRANSPORT="celery")
    found = [
        read_settings(STACK=stack, WORK_TRANSPORT=transport)["WORK_TRANSPORT"]
        for stack, transport in (("embedded", "sweeper"), ("full", "celery"), ("full", "threads"))
    ]
    assert found == ["sweeper", "celery", "threads"]


@pytest.mark.parametrize("stack", ["embedded", "full"])
def test_the_example_names_every_variable_that_is_read_and_no_other(read_settings: Any, stack: str) -> None:
    names = list_example_names()

    assert sorted(names) == sorted(read_settings(STACK=stack)["env"].seen)
    assert len(names) == len(set(names))


def test_each_variable_of_the_example_has_a_line_of_why() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    without = [
        line for before, line in zip(["", *lines], lines, strict=False) if LINE.fullmatch(line) and before[:2] != "# "
    ]

    assert without == []


def test_the_example_can_be_used_as_it_is(read_settings: Any) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = {found[1]: found[2] for line in lines if (found := re.fullmatch(r"([A-Z][A-Z0-9_]*)=(.*)", line))}
    given.pop("VAR_DIR", None)

    assert read_settings(**given)["STACK"] == "embedded"


def test_a_real_sites_cookies_need_tls_and_its_hosts_are_named(read_settings: Any) -> None:
    found = read_settings(DEBUG="false", SECRET_KEY="given", PUBLIC_URL="https://a.example/", ALLOWED_HOSTS="a.example")

    assert {
        name: found[name]
        for name in (
            "PUBLIC_URL",
            "ALLOWED_HOSTS",
            "SESSION_COOKIE_SECURE",
            "CSRF_COOKIE_SECURE",
            "SECURE_SSL_REDIRECT",
            "CSRF_TRUSTED_ORIGINS",
        )
    } == {
        "PUBLIC_URL": "https://a.example",
        "ALLOWED_HOSTS": ["a.example"],
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "CSRF_TRUSTED_ORIGINS": ["https://a.example"],
    }


def test_files_lie_in_the_folder_unless_a_bucket_is_named(read_settings: Any) -> None:
    assert read_settings()["STORAGES"]["default"] == {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    found = read_settings(STORAGE_BUCKET="fern", STORAGE_REGION="eu-central-1", STORAGE_PREFIX="/bot/")
    assert found["STORAGES"]["default"] == {
        "BACKEND": "config.bucket_storage.BucketStorage",
        "OPTIONS": {
            "bucket_name": "fern",
            "addressing_style": "auto",
            "region_name": "eu-central-1",
            "location": "bot",
        },
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"STORAGE_REGION": "eu", "STORAGE_SECRET_KEY": "s"}, "STORAGE_REGION and STORAGE_SECRET_KEY tell of a bucket"),
        ({"STORAGE_BUCKET": "fern", "STORAGE_ACCESS_KEY": "k"}, "STORAGE_ACCESS_KEY and STORAGE_SECRET_KEY belong"),
        ({"STORAGE_BUCKET": "fern", "STORAGE_ENDPOINT_URL": "minio:9000"}, "STORAGE_ENDPOINT_URL is 'minio:9000'"),
        ({"STORAGE_BUCKET": "fern", "STORAGE_ADDRESSING": "host"}, "STORAGE_ADDRESSING is 'host'"),
    ],
)
def test_a_bucket_is_told_whole(read_settings: Any, given: dict[str, str], said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{said}"):
        read_settings(**given)
