"""Writes reports into SQLite, with one connection and one immediate transaction for all waiting requests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from hmac import compare_digest
from typing import Any, NamedTuple

from sqlalchemy import Engine

from app.core.db import Database
from app.eventlog.log import NewEvent, chain
from app.reports.intake_rows import MOMENTS, Draft, Stored, stored_values

BUSY_MS = 4000
"""How long a report waits for another writer before the intake answers 503 with Retry-After."""
_HEAD = "UPDATE event_head SET seq = ?, hash = ? WHERE id = 1"
_DEVICE = "INSERT INTO device (id, secret_hash, first_seen_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"
_NUMBER = (
    "INSERT INTO day_counter (day, last) VALUES (?, 1) "
    "ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last"
)
_STORED = f"SELECT {', '.join(Stored._fields)} FROM report WHERE key = ?"
_RECEIVED_AT = Stored._fields.index("received_at")


class _Rows(NamedTuple):
    """The rows of one report; timestamps in the text form that SQLAlchemy writes."""

    report: dict[str, Any]
    incident: dict[str, Any]
    event: NewEvent


class SqliteWriter:
    """Stores all reports of this process over one connection."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._connection: sqlite3.Connection | None = None

    def store(self, drafts: Sequence[Draft]) -> Mapping[str, Stored]:
        """Store every report whose key is new; on disk (`synchronous=FULL`) when this returns."""
        stored: dict[str, Stored] = {}
        fresh: list[_Rows] = []
        with self._transaction() as connection:
            for draft in drafts:
                key = draft.submitted.key
                if key in stored:
                    continue
                found = connection.execute(_STORED, (key,)).fetchone()
                if found is None:
                    number = connection.execute(_NUMBER, (draft.day,)).fetchone()[0]
                    report = draft.report(number)
                    stored[key] = Stored._make(stored_values(report))
                    fresh.append(_rows(connection, draft, report))
                else:
                    stored[key] = _read_stored(found)
            if fresh:
                _write(connection, fresh)
        return stored

    def is_away(self, fault: Exception) -> bool:
        """Return whether the database is busy, full or unreadable, which is the fault of no row."""
        return isinstance(fault, sqlite3.OperationalError)

    def may_try_again(self, fault: Exception) -> bool:
        """Return False: a connection to a file is never closed by the other side."""
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


def _rows(connection: sqlite3.Connection, draft: Draft, report: dict[str, Any]) -> _Rows:
    """Return the rows of a numbered report; the device is set only if its secret matches the stored one."""
    for name in MOMENTS:
        report[name] = report[name] and _moment(report[name])
    claim = draft.submitted.device
    if claim is not None:
        connection.execute(_DEVICE, (claim.id, claim.secret_hash, report["received_at"]))
        known = connection.execute("SELECT secret_hash FROM device WHERE id = ?", (claim.id,)).fetchone()[0]
        report["device_id"] = claim.id if compare_digest(known, claim.secret_hash) else None
    incident = draft.incident()
    incident["number"] = report["number"]
    incident["received_at"] = report["received_at"]
    return _Rows(report, incident, draft.event)


def _write(connection: sqlite3.Connection, fresh: Sequence[_Rows]) -> None:
    _insert(connection, "incident", [rows.incident for rows in fresh])
    _insert(connection, "report", [rows.report for rows in fresh])
    seq, last_hash = connection.execute("SELECT seq, hash FROM event_head WHERE id = 1").fetchone()
    events = chain(seq, last_hash, [rows.event for rows in fresh])
    for event, rows in zip(events, fresh, strict=True):
        event["at"] = rows.report["received_at"]
    _insert(connection, "event", events)
    connection.execute(_HEAD, (events[-1]["seq"], events[-1]["hash"]))


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with the same columns in the same order; positional values take half the time of named ones."""
    connection.executemany(_insert_statement(table, tuple(rows[0])), [tuple(row.values()) for row in rows])


@cache
def _insert_statement(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _read_stored(found: Sequence[Any]) -> Stored:
    stored = Stored._make(found)
    return stored._replace(received_at=_read_moment(found[_RECEIVED_AT]))


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _read_moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
