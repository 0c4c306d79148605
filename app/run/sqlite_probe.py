"""Queries the database without SQLAlchemy, whose import costs half a second of every start."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import ROOT, Settings

_STAMP = "prepared.txt"


class NoAnswer(Exception):
    """Raised when the database is unreachable, or has no such table yet."""


def ask(settings: Settings, query: str) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a query without parameters.

    Raises:
        NoAnswer: the query failed; carries the database's message.
    """
    url = settings.database_url
    if not url or urlsplit(url).scheme == "sqlite":
        file = url.removeprefix("sqlite:///") if url else str(settings.data / "siaga.sqlite3")
        try:
            with sqlite3.connect(f"file:{Path(file).absolute()}?mode=ro", uri=True, timeout=5) as connection:
                rows = connection.execute(query).fetchall()
            connection.close()
        except sqlite3.Error as fault:
            raise NoAnswer(str(fault)) from fault
        return rows
    import psycopg

    try:
        with psycopg.connect(settings.sqlalchemy_url.replace("+psycopg", "", 1), connect_timeout=3) as server:
            return server.execute(query.encode()).fetchall()
    except psycopg.Error as fault:
        raise NoAnswer(str(fault)) from fault


def is_prepared(settings: Settings) -> bool:
    """Return whether this code has prepared this database: same migrations and seeds, newest schema."""
    try:
        if (settings.data / _STAMP).read_text() != _digest(settings):
            return False
        return ask(settings, "SELECT version_num FROM alembic_version") == [(newest(),)]
    except (OSError, NoAnswer):
        return False


def note_prepared(settings: Settings) -> None:
    """Record that this code has prepared this database."""
    (settings.data / _STAMP).write_text(_digest(settings))


def forget_prepared(settings: Settings) -> None:
    """Make the next preparation run completely."""
    (settings.data / _STAMP).unlink(missing_ok=True)


def beat_at(settings: Settings) -> datetime | None:
    """Return the time of the last worker heartbeat; None when there is none or the database is unreachable."""
    try:
        rows = ask(settings, "SELECT at FROM heartbeat WHERE name = 'worker'")
    except NoAnswer:
        return None
    if not rows:
        return None
    at = rows[0][0]
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def newest() -> str:
    """Return the revision of the newest migration, the number at the start of its file name."""
    return max(path.name.split("_", 1)[0] for path in _migrations())


def _migrations() -> list[Path]:
    return sorted((ROOT / "migrations" / "versions").glob("[0-9]*_*.py"))


def _digest(settings: Settings) -> str:
    """Return a digest of the database address, seeds and migrations; while it is unchanged, preparation is done."""
    seeds = sorted(
        path for part in ("seed.py", "agencies/*.py", "geo/*.py") for path in ROOT.glob(f"app/{part}")
    )
    kept = hashlib.sha256(settings.sqlalchemy_url.encode())
    for path in [*seeds, *_migrations()]:
        kept.update(path.name.encode() + b"\0" + path.read_bytes())
    return kept.hexdigest()
