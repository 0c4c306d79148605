"""Signs of life: each process of the background says in the database that it lives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database, UtcDateTime

SILENT_AFTER: Final = timedelta(seconds=10)
"""A process that has said nothing for so long is taken for dead."""
_BEAT = text(
    "INSERT INTO heartbeat (name, at) VALUES (:name, :at) ON CONFLICT (name) DO UPDATE SET at = excluded.at"
).bindparams(bindparam("at", type_=UtcDateTime()))
_LAST = text("SELECT name, at FROM heartbeat").columns(at=UtcDateTime())


def beat(database: Database, name: str) -> None:
    """Say that `name` lives."""
    with database.write() as session:
        session.execute(_BEAT, {"name": name, "at": now()})


def last_beats(session: Session) -> dict[str, datetime]:
    """Return when each process was last heard of."""
    return {row.name: row.at for row in session.execute(_LAST)}


def silent_since(session: Session, name: str) -> datetime | None:
    """Return when a process was last heard of, if that is too long ago; None while it lives or never lived."""
    at = last_beats(session).get(name)
    return at if at is not None and now() - at > SILENT_AFTER else None
