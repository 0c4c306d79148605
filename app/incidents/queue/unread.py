"""What reporters add after the report: counted until somebody in the room has looked at it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import now
from app.incidents.models import Incident, Message


def arrived(
    session: Session, incident_id: str, *, signal: str | None = None, at: datetime | None = None
) -> None:
    """Count something new from a reporter; a closed incident comes back into the queue's sight by it."""
    values = {"signal": signal, "signalled_at": at} if signal else {}
    session.execute(
        update(Incident)
        .where(Incident.id == incident_id)
        .values(unseen=Incident.unseen + 1, **values)
        .execution_options(synchronize_session=False)
    )


def seen(session: Session, incident_id: str) -> list[str]:
    """Note that the room has looked; return the ids of the messages that were new to it."""
    unread = (Message.incident_id == incident_id, Message.sender == "reporter", Message.read_at.is_(None))
    fresh = list(session.scalars(select(Message.id).where(*unread)))
    if fresh:
        session.execute(update(Message).where(*unread).values(read_at=now()))
    session.execute(update(Incident).where(Incident.id == incident_id, Incident.unseen > 0).values(unseen=0))
    return fresh
