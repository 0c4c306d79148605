"""Track which staff have an incident on screen, so that two operators see each other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.core.clock import now
from app.core.db import upsert
from app.eventlog.log import record_event, staff_actor
from app.incidents.models import Looking

LOOKED = "looked"
"""Event of opening an incident; timelines and conflicts leave it out."""
PRESENCE_TIMEOUT_S = 40
"""Seconds; a screen sends a heartbeat every 15 s and counts as gone after two missed ones."""


def look(session: Session, incident_id: str, staff_id: str, *, at: datetime | None = None) -> list[str]:
    """Record a viewer's heartbeat and return the names of the other viewers."""
    moment = at or now()
    row = {"incident_id": incident_id, "staff_id": staff_id, "at": moment}
    session.execute(
        upsert(session, Looking)
        .values(row)
        .on_conflict_do_update(index_elements=["incident_id", "staff_id"], set_={"at": moment})
    )
    session.execute(delete(Looking).where(Looking.at < moment - timedelta(seconds=10 * PRESENCE_TIMEOUT_S)))
    return others(session, incident_id, staff_id, at=moment)


def note_look(session: Session, staff_id: str, incident_id: str, **data: Any) -> None:
    """Record in the event log that a member of staff opened an incident or one of its photos."""
    record_event(session, staff_actor(staff_id), LOOKED, incident_id=incident_id, **data)


def look_away(session: Session, incident_id: str, staff_id: str) -> None:
    """Remove a viewer whose screen was closed."""
    session.execute(delete(Looking).where(Looking.incident_id == incident_id, Looking.staff_id == staff_id))


def others(session: Session, incident_id: str, staff_id: str, *, at: datetime | None = None) -> list[str]:
    """Return the names of the other current viewers of an incident."""
    query = (
        select(Staff.name)
        .join(Looking, Looking.staff_id == Staff.id)
        .where(
            Looking.incident_id == incident_id,
            Looking.staff_id != staff_id,
            Looking.at >= (at or now()) - timedelta(seconds=PRESENCE_TIMEOUT_S),
        )
        .order_by(Staff.name)
    )
    return list(session.scalars(query))
