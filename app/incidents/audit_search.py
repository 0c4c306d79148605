"""Search the event log by actor, event name, incident number and days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import WITA
from app.core.models import Event
from app.eventlog.log import record_event
from app.incidents.actor import Actor
from app.incidents.models import Incident


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Filter of an audit search; `None` matches everything. Days are Bontang days, both included."""

    first: str
    last: str
    staff_id: str | None = None
    name: str | None = None
    number: int | None = None
    """Incidents with this number on any of the days."""


def record_export(session: Session, actor: Actor, what: str, first: str, last: str) -> None:
    """Record in the event log that an actor exported figures or the log."""
    record_event(session, actor, "exported", what=what, first=first, last=last)


def search(
    session: Session, criteria: AuditFilter, *, before: int | None = None, size: int = 100
) -> Sequence[Event]:
    """Return matching events, newest first; `before` is the last `seq` of the previous page."""
    since, until = day_range(criteria.first, criteria.last)
    query = select(Event).where(Event.at >= since, Event.at < until)
    if before is not None:
        query = query.where(Event.seq < before)
    if criteria.staff_id is not None:
        query = query.where(Event.actor_id == criteria.staff_id)
    if criteria.name is not None:
        query = query.where(Event.name == criteria.name)
    if criteria.number is not None:
        own = select(Incident.id).where(
            Incident.day >= criteria.first, Incident.day <= criteria.last, Incident.number == criteria.number
        )
        query = query.where(Event.incident_id.in_(list(session.scalars(own))))
    return session.scalars(query.order_by(Event.seq.desc()).limit(size)).all()


def search_all(session: Session, criteria: AuditFilter, *, page: int = 1_000) -> Iterator[Event]:
    """Return every matching event, newest first, page by page."""
    before: int | None = None
    while found := search(session, criteria, before=before, size=page):
        yield from found
        before = found[-1].seq
        if len(found) < page:
            return


def day_range(first: str, last: str) -> tuple[datetime, datetime]:
    """Return the start of the first day and the end of the last day (WITA)."""
    start = datetime.combine(date.fromisoformat(first), time(), WITA)
    return start, datetime.combine(date.fromisoformat(last), time(), WITA) + timedelta(days=1)
