"""Reports into SQLite: one connection, one immediate transaction for everybody who waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import Engine

from app.core.db import Database
from app.eventlog.log import chain
from app.reports.intake_rows import EVENT, INCIDENT, REPORT, Draft, Stored

BUSY_MS = 4000
"""How long a report waits for another writer before its sender is told to try again."""


def _named(columns: Sequence[str]) -> str:
    return ", ".join(f":{name}" for name in columns)


_REPORT = f"INSERT INTO report ({', '.join(REPORT)}) VALUES ({_named(REPORT)})"
_INCIDENT = (
    f"INSERT INTO incident ({', '.join(INCIDENT)}, state, version, reports) "
    f"VALUES ({_named(tuple(INCIDENT.values()))}, 'received', 1, 1)"
)
_EVENT = f"INSERT INTO event ({', '.join(EVENT)}) VALUES ({_named(EVENT)})"
_HEAD = "UPDATE event_head SET seq = ?, hash = ? WHERE id = 1"
_DEVICE = "INSERT INTO device (id, secret_hash, first_seen_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"
_NUMBER = (
    "INSERT INTO day_counter (day, last) VALUES (?, 1) "
    "ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last"
)
_SIMULATED = (
    "UPDATE report SET simulation = 1 WHERE id = ?",
    "UPDATE incident SET simulation = 1 WHERE id = ?",
)
_STORED = "SELECT id, key, body_hash, number, kind, priority, locale, received_at FROM report WHERE key = ?"


class SqliteWriter:
    """The connection that all reports of this process go through."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._connection: sqlite3.Connection | None = None

    def store(self, drafts: Sequence[Draft]) -> Mapping[str, Stored]:
        """Store every report whose key is new; on disk (`synchronous=FULL`) when this returns."""
        stored: dict[str, Stored] = {}
        fresh: list[tuple[Draft, dict[str, Any]]] = []
        with self._transaction() as connection:
            for draft in drafts:
                key = draft.said.key
                if key in stored:
                    continue
                found = connection.execute(_STORED, (key,)).fetchone()
                if found is None:
                    row = _row(connection, draft)
                    fresh.append((draft, row))
                    stored[key] = _fresh(draft, row["number"])
                else:
                    stored[key] = Stored._make((*found[:-1], _read_moment(found[-1])))
            if fresh:
                _write(connection, fresh)
        return stored

    def is_away(self, fault: Exception) -> bool:
        """Busy, full, unreadable: not the fault of a row."""
        return isinstance(fault, sqlite3.OperationalError)

    def may_try_again(self, fault: Exception) -> bool:
        """A file does not hang up."""
        del fault
        return False

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection = self._connection or _open(self._engine)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _open(engine: Engine) -> sqlite3.Connection:
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    return connection  # type: ignore[no-any-return]


def _row(connection: sqlite3.Connection, draft: Draft) -> dict[str, Any]:
    """Return the row with its number of the day and its device, moments as SQLAlchemy writes them."""
    row = draft.row()
    row["received_at"] = _moment(row["received_at"])
    row["made_at"] = row["made_at"] and _moment(row["made_at"])
    row["number"] = connection.execute(_NUMBER, (draft.day,)).fetchone()[0]
    row["device_id"] = None
    claim = draft.said.device
    if claim is not None:
        connection.execute(_DEVICE, (claim.id, claim.secret_hash, row["received_at"]))
        known = connection.execute("SELECT secret_hash FROM device WHERE id = ?", (claim.id,)).fetchone()[0]
        row["device_id"] = claim.id if compare_digest(known, claim.secret_hash) else None
    return row


def _write(connection: sqlite3.Connection, fresh: Sequence[tuple[Draft, dict[str, Any]]]) -> None:
    rows = [row for _, row in fresh]
    connection.executemany(_INCIDENT, rows)
    connection.executemany(_REPORT, rows)
    for draft, row in fresh:
        if draft.said.simulation:
            for statement, id_ in zip(_SIMULATED, (row["id"], row["incident_id"]), strict=True):
                connection.execute(statement, (id_,))
    seq, last_hash = connection.execute("SELECT seq, hash FROM event_head WHERE id = 1").fetchone()
    events = chain(seq, last_hash, [draft.event for draft, _ in fresh])
    for event, row in zip(events, rows, strict=True):
        event["at"] = row["received_at"]
    connection.executemany(_EVENT, events)
    connection.execute(_HEAD, (events[-1]["seq"], events[-1]["hash"]))


def _fresh(draft: Draft, number: int) -> Stored:
    said = draft.said
    return Stored(
        draft.report_id,
        said.key,
        said.body_hash,
        number,
        said.kind,
        draft.route.priority,
        said.locale,
        draft.event.at,
    )


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _read_moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
