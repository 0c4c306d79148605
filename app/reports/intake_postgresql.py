"""Writes reports into PostgreSQL, with one statement and one round trip for all waiting requests.

`take_reports` (migrations/versions/0013_take_reports.py) locks the log, looks up keys, numbers, chains and inserts;
it runs in a transaction of its own, so that the lock is never held while the network or this process is slow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from pydantic_core import to_json
from sqlalchemy import Engine

from app.core.db import Database
from app.eventlog.log import canonical, tail
from app.reports.intake_rows import Draft, Stored

LOCK_MS = 4000
"""How long a report waits for another writer before the intake answers 503 with Retry-After."""
_TAKE = f"SELECT {', '.join(Stored._fields)} FROM take_reports(%s)"
_KEY = Stored._fields.index("key")


class PostgresqlWriter:
    """Stores all reports of this process over one connection."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._connection: psycopg.Connection[Any] | None = None

    def store(self, drafts: Sequence[Draft]) -> Mapping[str, Stored]:
        """Store every report whose key is new; on disk (`synchronous_commit`) when this returns."""
        if self._connection is None or self._connection.closed:
            self._connection = None
            self._connection = _open(self._engine)
        # the first draft of a key counts
        by_key = {draft.submitted.key: draft for draft in reversed(drafts)}
        batch = to_json([_rows(draft) for draft in drafts if by_key[draft.submitted.key] is draft])
        rows = self._connection.execute(_TAKE, (batch.decode(),), prepare=True)
        return {row[_KEY]: Stored._make(row) for row in rows}

    def is_away(self, fault: Exception) -> bool:
        """Return whether the server is gone, full or locked for too long, which is the fault of no row."""
        return isinstance(fault, psycopg.OperationalError)

    def may_try_again(self, fault: Exception) -> bool:
        """Return whether the server closed the connection; keys keep a second try from storing twice."""
        return self.is_away(fault) and self._connection is not None and self._connection.closed


def _open(engine: Engine) -> psycopg.Connection[Any]:
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {LOCK_MS}")
    return connection  # type: ignore[no-any-return]


def _rows(draft: Draft) -> dict[str, Any]:
    """Return what `take_reports` needs of one report: its rows by column, and its event for the chain."""
    event, claim = draft.event, draft.submitted.device
    data = canonical(event.data)
    return {
        "report": draft.report(),
        "incident": draft.incident(),
        "event": {
            "name": event.name,
            "actor": event.actor,
            "actor_id": event.actor_id,
            "data": data,
        },
        "device_secret_hash": claim and claim.secret_hash,
        "event_tail": tail(event, data),
    }
