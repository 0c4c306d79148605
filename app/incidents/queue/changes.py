"""List the incidents that changed since an event number, so that a console can catch up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Event, EventHead
from app.incidents.models import Assignment

MOST = 400
"""Maximum events to catch up by; a console further behind reloads its queue."""


@dataclass(frozen=True, slots=True)
class Changes:
    """`seq`: the event number reached; `reset`: too far behind, reload the queue."""

    seq: int
    incidents: tuple[str, ...] = ()
    reset: bool = False


def head(session: Session) -> int:
    """Return the number of the last event."""
    return session.scalars(select(EventHead.seq).where(EventHead.id == 1)).one()


def changes(session: Session, after: int) -> Changes:
    """Return the incidents of the events after `after`, each once, in log order."""
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
    """Return those incidents in which an agency has or had an assignment."""
    query = select(Assignment.incident_id).where(Assignment.agency == agency, Assignment.incident_id.in_(ids))
    own = set(session.scalars(query)) if ids else set()
    return tuple(incident_id for incident_id in ids if incident_id in own)
