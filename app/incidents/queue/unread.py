"""Count what reporters add after the report until dispatch has opened it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import now
from app.incidents.models import Incident, Message


def arrived(
    session: Session, incident_id: str, *, signal: str | None = None, at: datetime | None = None
) -> None:
    """Count one new item from a reporter; this brings a closed incident back into the queue."""
    values = {"signal": signal, "signalled_at": at} if signal else {}
    session.execute(
        update(Incident)
        .where(Incident.id == incident_id)
        .values(unseen=Incident.unseen + 1, **values)
        .execution_options(synchronize_session=False)
    )


def seen(session: Session, incident_id: str) -> list[str]:
    """Mark an incident as read by dispatch; return the ids of the messages that were unread."""
    unread = (Message.incident_id == incident_id, Message.sender == "reporter", Message.read_at.is_(None))
    fresh = list(session.scalars(select(Message.id).where(*unread)))
    if fresh:
        session.execute(update(Message).where(*unread).values(read_at=now()))
    session.execute(update(Incident).where(Incident.id == incident_id, Incident.unseen > 0).values(unseen=0))
    return fresh
