"""What changed since an event number: how a console catches up without missing anything."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Event, EventHead
from app.incidents.models import Assignment

MOST = 400
"""Events a console is brought up by; further behind, it loads its queue anew."""


@dataclass(frozen=True, slots=True)
class Changes:
    """`seq`: the console is now at this number; `reset`: too far behind, load anew."""

    seq: int
    incidents: tuple[str, ...] = ()
    reset: bool = False


def head(session: Session) -> int:
    """Return the number of the last event."""
    return session.scalars(select(EventHead.seq).where(EventHead.id == 1)).one()


def changes(session: Session, after: int) -> Changes:
    """Return the incidents that events behind `after` are about, each once, in the order of the log."""
    last = head(session)
    if after > last or last - after > MOST:
        return Changes(last, reset=after != last)
    query = (
        select(Event.incident_id)
        .where(Event.seq > after, Event.seq <= last, Event.incident_id.is_not(None))
        .order_by(Event.seq)
    )
    ids = [incident_id for incident_id in session.scalars(query) if incident_id]
    return Changes(last, tuple(dict.fromkeys(ids)))


def of_agency(session: Session, agency: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the incidents that an agency has, or had, an assignment in."""
    query = select(Assignment.incident_id).where(Assignment.agency == agency, Assignment.incident_id.in_(ids))
    own = set(session.scalars(query)) if ids else set()
    return tuple(incident_id for incident_id in ids if incident_id in own)
