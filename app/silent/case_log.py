"""Append to and verify the hash-chained case log.

Every change, view and unsealing is one entry, written in the transaction of the change itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.eventlog.log import GENESIS, canonical, link
from app.silent.models import CaseLogEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLogEntry:
    """Describe a case log entry before it has a number. `data` hold ids and codes only: no word, name or place."""

    name: str
    at: datetime
    actor: str
    actor_id: str | None = None
    case_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def lock_case_log(session: Session) -> tuple[int, str]:
    """Lock the case log until the transaction ends; return its last sequence number and hash."""
    row_lock = "" if session.get_bind().dialect.name == "sqlite" else " FOR UPDATE"
    row = session.execute(text(f"SELECT seq, hash FROM case_link_head WHERE id = 1{row_lock}")).one()
    return row.seq, row.hash


def append_log_entries(session: Session, *entries: NewLogEntry) -> list[int]:
    """Append entries to the case log; return their sequence numbers."""
    seq, previous = lock_case_log(session)
    rows: list[dict[str, Any]] = []
    for fresh in entries:
        seq += 1
        data = canonical(fresh.data)
        previous = link(
            previous, seq, _tail(fresh.at, fresh.name, fresh.actor, fresh.actor_id, fresh.case_id, data)
        )
        rows.append(
            {
                "seq": seq,
                "at": fresh.at,
                "case_id": fresh.case_id,
                "actor": fresh.actor,
                "actor_id": fresh.actor_id,
                "name": fresh.name,
                "data": data,
                "hash": previous,
            }
        )
    session.execute(insert(CaseLogEntry), rows)
    session.execute(
        text("UPDATE case_link_head SET seq = :seq, hash = :hash WHERE id = 1"),
        {"seq": seq, "hash": previous},
    )
    return [row["seq"] for row in rows]


def first_broken_entry(session: Session) -> int | None:
    """Return the sequence number of the first entry that fails verification, None when the whole chain holds."""
    seq, previous = 0, GENESIS
    for row in session.scalars(
        select(CaseLogEntry).order_by(CaseLogEntry.seq).execution_options(yield_per=1000)
    ):
        seq += 1
        wanted = link(previous, seq, _tail(row.at, row.name, row.actor, row.actor_id, row.case_id, row.data))
        if row.seq != seq or row.hash != wanted:
            return seq
        previous = row.hash
    head = session.execute(text("SELECT seq, hash FROM case_link_head WHERE id = 1")).one()
    return None if (head.seq, head.hash) == (seq, previous) else seq + 1


def log_of_case(session: Session, case_id: str) -> Sequence[CaseLogEntry]:
    """Return the log entries of a case, oldest first."""
    return session.scalars(
        select(CaseLogEntry).where(CaseLogEntry.case_id == case_id).order_by(CaseLogEntry.seq)
    ).all()


def _tail(  # noqa: PLR0913, PLR0917  the columns, in their order
    at: datetime, name: str, actor: str, actor_id: str | None, case_id: str | None, data: str
) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return "\x1f".join((moment, name, actor, actor_id or "", case_id or "", data))
