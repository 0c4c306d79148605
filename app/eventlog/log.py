"""Append events to the log, each in the transaction of its change and chained to the event before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import NEWS
from app.core.models import Event

GENESIS = "0" * 64
"""Hash before the first event."""


class Acting(Protocol):
    """Actor of an event; `id` is set for a member of staff."""

    @property
    def kind(self) -> str: ...

    @property
    def id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class EventActor:
    """Actor of an event; `kind` is staff, reporter or system, `id` is set for staff only."""

    kind: str
    id: str | None = None


REPORTER: Final = EventActor("reporter")
SYSTEM: Final = EventActor("system")


def staff_actor(staff_id: str | None) -> EventActor:
    """Return the actor for a staff id."""
    return EventActor("staff", staff_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event before it has its number. `data` holds ids and codes only."""

    name: str
    at: datetime
    actor: str
    actor_id: str | None = None
    incident_id: str | None = None
    report_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event of the log and its number."""

    seq: int
    event: NewEvent


def canonical(data: Mapping[str, Any]) -> str:
    """Return canonical JSON (sorted keys, no spaces), so that equal data has equal text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def tail(event: NewEvent, data: str) -> str:
    """Return the text of an event that is hashed after its number; `data` is its canonical JSON."""
    return "\x1f".join(
        (
            event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            event.name,
            event.actor,
            event.actor_id or "",
            event.incident_id or "",
            event.report_id or "",
            data,
        )
    )


def link(previous: str, seq: int, rest: str) -> str:
    """Return the hash that chains an event to its predecessor (SHA-256, hex); `rest` is the event's `tail`."""
    return hashlib.sha256(f"{previous}\x1f{seq}\x1f{rest}".encode()).hexdigest()


def chain(seq: int, previous: str, events: Sequence[NewEvent]) -> list[dict[str, Any]]:
    """Return the rows that follow event `seq` with hash `previous`."""
    rows = []
    for event in events:
        seq += 1
        data = canonical(event.data)
        previous = link(previous, seq, tail(event, data))
        rows.append(
            {
                "seq": seq,
                "at": event.at,
                "name": event.name,
                "actor": event.actor,
                "actor_id": event.actor_id,
                "incident_id": event.incident_id,
                "report_id": event.report_id,
                "data": data,
                "hash": previous,
            }
        )
    return rows


def lock_head(session: Session) -> tuple[int, str]:
    """Lock the log until the transaction ends; return its last seq and hash.

    Lock before reading the rows that a change depends on, so that no other transaction changes them in between.
    """
    row_lock = "" if session.get_bind().dialect.name == "sqlite" else " FOR UPDATE"
    row = session.execute(text(f"SELECT seq, hash FROM event_head WHERE id = 1{row_lock}")).one()
    return row.seq, row.hash


def append(session: Session, *events: NewEvent) -> list[int]:
    """Append events to the log; return their numbers."""
    seq, previous = lock_head(session)
    rows = chain(seq, previous, events)
    session.execute(insert(Event), rows)
    session.execute(
        text("UPDATE event_head SET seq = :seq, hash = :hash WHERE id = 1"),
        {"seq": rows[-1]["seq"], "hash": rows[-1]["hash"]},
    )
    session.info[NEWS] = True
    return [row["seq"] for row in rows]


def record_event(  # noqa: PLR0913  the columns of an event
    session: Session,
    actor: Acting,
    name: str,
    *,
    at: datetime | None = None,
    incident_id: str | None = None,
    report_id: str | None = None,
    **data: Any,
) -> RecordedEvent:
    """Append one event to the log, in the caller's transaction.

    Args:
        session: pending changes are flushed first, so that rows precede their event.
        actor: a member of staff, `REPORTER` or `SYSTEM`.
        name: code of the event, such as `opened`.
        at: moment of the change; now when omitted.
        incident_id: incident whose page shows the event.
        report_id: report that the event is about.
        data: ids and codes only; no text written by a person.
    """
    session.flush()
    event = NewEvent(
        name=name,
        at=at or now(),
        actor=actor.kind,
        actor_id=actor.id,
        incident_id=incident_id,
        report_id=report_id,
        data=data,
    )
    (seq,) = append(session, event)
    return RecordedEvent(seq, event)
