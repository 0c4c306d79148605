"""Record heartbeats of background processes in the database and find processes that stopped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database, UtcDateTime

SILENT_AFTER: Final = timedelta(seconds=10)
"""A process without a heartbeat for this long counts as stopped."""
_BEAT = text(
    "INSERT INTO heartbeat (name, at) VALUES (:name, :at) ON CONFLICT (name) DO UPDATE SET at = excluded.at"
).bindparams(bindparam("at", type_=UtcDateTime()))
_LAST = text("SELECT name, at FROM heartbeat").columns(at=UtcDateTime())


def beat(database: Database, name: str) -> None:
    """Record a heartbeat of process `name`."""
    with database.write() as session:
        session.execute(_BEAT, {"name": name, "at": now()})


def last_beats(session: Session) -> dict[str, datetime]:
    """Return the last heartbeat of each process."""
    return {row.name: row.at for row in session.execute(_LAST)}


def silent_since(session: Session, name: str) -> datetime | None:
    """Return the last heartbeat of a process that stopped; None while it runs or when it never ran."""
    at = last_beats(session).get(name)
    return at if at is not None and now() - at > SILENT_AFTER else None
