"""The database: PostgreSQL on the full stack, else a file of SQLite. Read once by config/settings.py."""

import os
from pathlib import Path
from typing import Any

from config.env import Environment


def read_databases(env: Environment, stack: str, folder: Path) -> dict[str, dict[str, Any]]:
    """DATABASES; `folder` is where SQLite's file lies."""
    return _read_postgresql(env) if stack == "full" else _read_sqlite(env, folder)


def _read_postgresql(env: Environment) -> dict[str, dict[str, Any]]:
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": env.text("DB_NAME", "interviewbot"),
            "USER": env.text("DB_USER", "interviewbot"),
            "PASSWORD": env.text("DB_PASSWORD"),
            "HOST": env.text("DB_HOST", "localhost"),
            "PORT": env.text("DB_PORT", "5432"),
            "CONN_MAX_AGE": 0,
            "OPTIONS": {
                "pool": {"min_size": 1, "max_size": env.integer("DB_POOL_SIZE", 16, minimum=2), "timeout": 10},
                "connect_timeout": 5,
                # A server that went away without a word is found out in half a minute, not by TCP's quarter of an hour.
                "keepalives_idle": 15,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 30_000,
            },
        }
    }


def _read_sqlite(env: Environment, folder: Path) -> dict[str, dict[str, Any]]:
    # PostgreSQL's variables are known on this stack too, so that `.env.example` can be checked on either.
    for name in ("DB_NAME", "DB_USER", "DB_PASSWORD", "DB_HOST", "DB_PORT"):
        env.text(name)
    env.integer("DB_POOL_SIZE", 16)
    return {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / "interviewbot.sqlite3"),
            # Opening a SQLite connection costs more than most queries; each thread keeps its own.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # IMMEDIATE: a transaction that will write takes the lock at its start, so that it waits its turn
                # instead of failing half-way with "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
            "TEST": {"NAME": str(folder / f"test-{os.getpid()}.sqlite3")},
        }
    }
