"""Reports into PostgreSQL: one statement and one round trip for everybody who waits.

`take_reports` (migrations/versions/0013_take_reports.py) locks the log, looks keys up, numbers, chains and writes;
it runs in a transaction of its own, so that the lock is never held while the network or this process is slow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import Engine

from app.core.db import Database
from app.core.events import canonical, tail
from app.dispatch.rows import Draft, Stored

LOCK_MS = 4000
"""How long a report waits for another writer before its sender is told to try again."""
_TAKE = "SELECT id, key, body_hash, number, kind, priority, locale, received_at FROM take_reports(%s)"


class PostgresqlWriter:
    """The connection that all reports of this process go through."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._connection: psycopg.Connection[Any] | None = None

    def store(self, drafts: Sequence[Draft]) -> Mapping[str, Stored]:
        """Store every report whose key is new; on disk (`synchronous_commit`) when this returns."""
        if self._connection is None or self._connection.closed:
            self._connection = None
            self._connection = _open(self._engine)
        batch = json.dumps([_row(draft) for draft in drafts], ensure_ascii=False)
        if any(draft.said.simulation for draft in drafts):
            return _rehearse(self._connection, batch, drafts)
        rows = self._connection.execute(_TAKE, (batch,), prepare=True)
        return {row[1]: Stored._make(row) for row in rows}

    def is_away(self, fault: Exception) -> bool:
        """Gone, full, locked for too long: not the fault of a row."""
        return isinstance(fault, psycopg.OperationalError)

    def may_try_again(self, fault: Exception) -> bool:
        """The server was restarted, or hung up on an idle connection. Keys keep a second try from counting twice."""
        return self.is_away(fault) and self._connection is not None and self._connection.closed


def _open(engine: Engine) -> psycopg.Connection[Any]:
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {LOCK_MS}")
    return connection  # type: ignore[no-any-return]


def _rehearse(
    connection: psycopg.Connection[Any], batch: str, drafts: Sequence[Draft]
) -> Mapping[str, Stored]:
    """Take reports of which some are simulations, and mark those before anybody can see them."""
    with connection.transaction():
        rows = connection.execute(_TAKE, (batch,), prepare=True).fetchall()
        for draft in drafts:
            if draft.said.simulation:
                connection.execute("UPDATE report SET simulation = true WHERE id = %s", (draft.report_id,))
                connection.execute(
                    "UPDATE incident SET simulation = true WHERE id = %s", (draft.incident_id,)
                )
    return {row[1]: Stored._make(row) for row in rows}


def _row(draft: Draft) -> dict[str, Any]:
    """Return the row with its event and the device it claims to come from."""
    happening, claim = draft.happening, draft.said.device
    row = draft.row()
    row["received_at"] = _moment(row["received_at"])
    row["made_at"] = row["made_at"] and _moment(row["made_at"])
    row["claim_id"], row["claim_hash"] = (claim.id, claim.secret_hash) if claim else (None, None)
    row["event_name"] = happening.name
    row["event_actor"] = happening.actor
    row["event_data"] = data = canonical(happening.facts)
    row["event_tail"] = tail(happening, data)
    return row


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
